-- Deliveries that came to an end long ago.
DELETE FROM recall_control.delivery WHERE finished_at < now() - make_interval(days => $1)
