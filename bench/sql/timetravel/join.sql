SELECT c.name, count(*), sum(p.amount)
FROM public.customer AS c
JOIN public.purchase AS p ON p.customer = c.id
WHERE c.city = 'city 7'
GROUP BY c.name
