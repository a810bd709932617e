-- The transaction in the journal, with who does it and why; what it inserts is recorded like anything else.
SELECT recall._begin_transaction() AS tx
