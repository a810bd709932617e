INSERT INTO recall_control.audit (actor, via, action, outcome, target, subject, details, ip, request)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
