-- One new row by its number. The values are put together as an application would bind them.
INSERT INTO public.item (
  id, name, sku, price, quantity, active, changed_at, available_from, token, tags, attributes,
  weight
)
VALUES (
  $1, 'Item number one of the catalogue', 'SKU-0123456789AB', 12.34, 56, true, now(),
  date '2026-01-01', '01234567-89ab-cdef-0123-456789abcdef', ARRAY['colour-1', 'size-2'],
  '{"brand": "brand 12", "stock": 3, "fragile": false}', 0.5
);
