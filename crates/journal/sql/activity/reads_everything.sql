SELECT recall._reads_everything() AS reads_everything
