SELECT k.id, k.at, k.upper, k.open FROM recall.tick AS k WHERE k.id = $1
