-- Many rows in one statement.
INSERT INTO public.bulk_item (
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
)
SELECT
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
FROM source.item
WHERE id <= {rows};
