SELECT EXISTS (SELECT FROM recall.trimmed AS t WHERE t.tx = $1) AS trimmed
