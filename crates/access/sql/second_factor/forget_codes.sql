-- Codes stand in for something: without a second factor there is nothing that they could stand in for.
DELETE FROM recall_control.recovery_code AS r
USING recall_control.user_account AS u
WHERE u.id = $1 AND r.user_id = u.id AND NOT recall_control._has_second_factor(u)
