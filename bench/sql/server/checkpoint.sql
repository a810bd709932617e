-- So that each measure begins with the same distance to the next checkpoint.
CHECKPOINT;
