DELETE FROM pg_temp.recall_step
