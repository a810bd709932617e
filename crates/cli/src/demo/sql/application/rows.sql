-- The tables of the application with their rows, the parents first.
SELECT 'organiser' AS table_name, count(*) AS rows FROM organiser
UNION ALL
SELECT 'webinar', count(*) FROM webinar
UNION ALL
SELECT 'registrant', count(*) FROM registrant
UNION ALL
SELECT 'attendance', count(*) FROM attendance
UNION ALL
SELECT 'payment', count(*) FROM payment
UNION ALL
SELECT 'prize', count(*) FROM prize
UNION ALL
SELECT 'prize_winner', count(*) FROM prize_winner
UNION ALL
SELECT 'ticket', count(*) FROM ticket
