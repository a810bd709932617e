INSERT INTO recall_control.migration (version) VALUES ($1)
