-- Opens the transaction in the journal under which a table is tracked or no longer tracked.
SELECT recall._begin_transaction() AS tx
