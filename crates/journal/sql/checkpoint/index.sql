CREATE {unique} INDEX ON {copy} ({columns})
