-- Recording goes on: what was missed lies between. What is left out on purpose stays so.
UPDATE recall.gap
SET until_tx = $2,
    until_at = $3
WHERE relation = $1 AND until_tx IS NULL AND (reason <> 'selective' OR NOT $4)
