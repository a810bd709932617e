SELECT recall._keep(($1::text)::interval, $2)
