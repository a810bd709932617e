-- So that no reader has to find out, row by row, that all of it was committed.
VACUUM (FREEZE) {copy}
