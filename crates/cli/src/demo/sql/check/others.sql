-- A fingerprint of every row that the undo must leave alone, a line a table.
SELECT 'organiser' AS table_name, count(*) AS rows, md5(string_agg(o::text, ';' ORDER BY o.id)) AS fingerprint
FROM organiser AS o
UNION ALL
SELECT 'webinar', count(*), md5(string_agg(w::text, ';' ORDER BY w.id))
FROM webinar AS w
UNION ALL
SELECT 'registrant', count(*), md5(string_agg(r::text, ';' ORDER BY r.id))
FROM registrant AS r
UNION ALL
SELECT 'attendance', count(*), md5(string_agg(a::text, ';' ORDER BY a.registrant_id))
FROM attendance AS a
UNION ALL
SELECT 'ticket', count(*), md5(string_agg(t::text, ';' ORDER BY t.id))
FROM ticket AS t
UNION ALL
SELECT 'payment', count(*), md5(string_agg(p::text, ';' ORDER BY p.id))
FROM payment AS p
JOIN registrant AS r ON r.id = p.registrant_id
JOIN webinar AS w ON w.id = r.webinar_id
WHERE w.slug <> 'balcony-garden'
UNION ALL
SELECT 'prize', count(*), md5(string_agg(p::text, ';' ORDER BY p.id))
FROM prize AS p
JOIN webinar AS w ON w.id = p.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug <> 'northwind-events'
UNION ALL
SELECT 'prize_winner', count(*), md5(string_agg(pw::text, ';' ORDER BY pw.prize_id, pw.registrant_id))
FROM prize_winner AS pw
JOIN prize AS p ON p.id = pw.prize_id
JOIN webinar AS w ON w.id = p.webinar_id
JOIN organiser AS o ON o.id = w.organiser_id
WHERE o.slug <> 'northwind-events'
