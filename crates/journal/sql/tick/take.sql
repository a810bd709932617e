SELECT recall.tick() AS tick
