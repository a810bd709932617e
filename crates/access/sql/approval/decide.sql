INSERT INTO recall_control.approval_decision (approval, decided_by, decision, comment, second_factor)
VALUES ($1, $2, $3, $4, $5)
