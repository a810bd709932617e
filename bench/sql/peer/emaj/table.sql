-- A table belongs to one group at most.
SELECT emaj.emaj_assign_table({schema_text}, {name_text}, 'bench');
