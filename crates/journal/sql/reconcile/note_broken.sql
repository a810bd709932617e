-- Something wrote unseen, somewhen since the last change that fits.
INSERT INTO recall.gap (relation, reason, from_tx, from_at, until_tx, until_at)
SELECT $1, 'bypassed', $2, $3, recall._begin_transaction(), clock_timestamp()
