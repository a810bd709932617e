-- To the same mark, with triggers left on: what is brought back is recorded again, and can be taken back.
SELECT * FROM emaj.emaj_logged_rollback_group('bench', 'start')
