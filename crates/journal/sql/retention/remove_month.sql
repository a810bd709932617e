SELECT recall._remove_month(($1::text)::name, $2, $3) AS removed
