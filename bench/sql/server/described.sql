-- What the run was made with. The time is the server's.
SELECT
  current_setting('server_version') AS version,
  to_char(now() AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') AS moment;
