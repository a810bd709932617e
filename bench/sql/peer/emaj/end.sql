-- Nothing is recorded before the group is started.
SELECT emaj.emaj_start_group('bench', 'start');
