SELECT DISTINCT ON ({key_of_change}) c.id, c.shape, c.op, c.old
FROM recall.change AS c
WHERE c.relation = {relation} AND {change_is_later}
ORDER BY {key_of_change}, c.id
