-- The columns of every shape in which images were recorded.
SELECT s.id, s.columns FROM recall.shape AS s
