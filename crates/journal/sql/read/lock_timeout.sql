-- The application never waits behind us for long: whoever cannot get a lock soon gives up.
SET LOCAL lock_timeout = '{milliseconds}ms';
-- Our event triggers pass over what we do to tables ourselves.
SET LOCAL recall.at_work = 'on'
