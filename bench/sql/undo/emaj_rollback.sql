-- To the mark that the group was started with.
SELECT * FROM emaj.emaj_rollback_group('bench', 'start')
