-- What is to be tracked, as it was said, in that order.
SELECT p.text, p.tracked, p.options FROM recall.pattern AS p ORDER BY p.id
