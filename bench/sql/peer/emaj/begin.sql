-- A group that can be rolled back, the usual kind.
SELECT emaj.emaj_create_group('bench');
