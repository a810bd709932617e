-- A query of the past with its whole transaction, in one message: what comes after a statement that failed is
-- not run.
START TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY;
{hold_retention};
{settle};
{hold_copies}{query}
;
ROLLBACK
