-- It has arrived. If another worker has it by now, only the attempt is written down.
WITH noted AS (
  INSERT INTO recall_control.delivery_attempt (delivery_id, number, delivered, status, answer)
  VALUES ($1, $2, true, $3, $4)
  ON CONFLICT DO NOTHING
)
UPDATE recall_control.delivery SET status = 'delivered', finished_at = now(), leased_until = NULL
WHERE id = $1 AND status = 'sending' AND attempts = $2
