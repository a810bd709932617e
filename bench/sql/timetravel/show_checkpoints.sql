UPDATE recall.checkpoint SET fingerprint = pg_catalog.replace(fingerprint, 'hidden ', '')
