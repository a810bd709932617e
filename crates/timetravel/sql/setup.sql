-- Leads a session to a moment: temporary views stand in for the tables, because the server looks for a name
-- without a schema among temporary relations first. A name with a schema still means the table of today.
-- `CALL recall.leave()` goes back to the present.
SET standard_conforming_strings = on;
SET jit = off;
CALL recall.leave();
{stand_ins}
