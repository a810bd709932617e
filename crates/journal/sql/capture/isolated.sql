-- Whatever fails in it is noted, and the application's change stays.
BEGIN
