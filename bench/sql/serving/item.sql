-- What the application of the measure writes. Rows of the measure itself have negative numbers.
CREATE TABLE public.item (
  id    bigint NOT NULL PRIMARY KEY,
  name  text   NOT NULL,
  price numeric NOT NULL
)
