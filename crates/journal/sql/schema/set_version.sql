-- Written last: a journal has a version only if everything of it is there.
INSERT INTO recall.setting (name, value)
VALUES ('schema_version', $1)
ON CONFLICT (name) DO UPDATE SET value = excluded.value
