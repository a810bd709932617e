-- Where the journal stays and the triggers go.
SELECT recall._forget_guard(g.relation) FROM recall.guard AS g
