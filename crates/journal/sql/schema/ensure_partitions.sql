SELECT recall._create_partitions($1)
