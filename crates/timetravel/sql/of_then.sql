-- The columns under their names of then, in their order of then.
SELECT {columns} FROM (
{rows}
) AS p
