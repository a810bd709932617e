-- Plans of a target that somebody began to apply a while ago and did not finish.
SELECT p.id FROM recall_control.plan AS p
WHERE p.target = $1 AND p.status = 'applying' AND p.claimed_at < now() - make_interval(secs => $2)
ORDER BY p.claimed_at
