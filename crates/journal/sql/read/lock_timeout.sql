-- The application never waits behind us for long: whoever cannot get a lock soon gives up.
SET LOCAL lock_timeout = '{milliseconds}ms'
