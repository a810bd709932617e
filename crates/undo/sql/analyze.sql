ANALYZE pg_temp.recall_step
