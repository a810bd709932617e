-- Tables of a journal that wrote down no forms yet.
SELECT recall._note_form(r.id, false)
FROM recall.relation AS r
WHERE r.tracked AND NOT EXISTS (SELECT FROM recall.form AS f WHERE f.relation = r.id)
