-- The shape in which the table is recorded, and what tells whether the table is still as it is now.
SELECT recall._settle_shape($1, $2, $3, $4) AS shape, recall._fingerprint($2) AS fingerprint
