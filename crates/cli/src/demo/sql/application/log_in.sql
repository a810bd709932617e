-- The application has no more rights than it needs; recording needs none.
SET SESSION AUTHORIZATION event_app
