-- Whether the role that was taken on still sees this tenant, and all of it.
SELECT EXISTS (
  SELECT FROM recall.viewer AS v WHERE v.role = current_user AND v.tenant = $1 AND v.actor IS NULL
) AS sees
