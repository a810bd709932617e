-- The company's data as of this morning. Everything is derived from row numbers, so that every
-- run shows the same.

INSERT INTO organiser (slug, name, contact_email, plan, settings, created_at)
SELECT
  o.slug, o.name, o.contact_email, o.plan,
  jsonb_build_object('locale', o.locale, 'reminders', jsonb_build_array(1440, 60)),
  date_trunc('day', now()) - o.age
FROM (
  VALUES
    (1, 'northwind-events', 'Northwind Events', 'office@northwind-events.example', 'business', 'en', interval '900 days'),
    (2, 'aurora-talks', 'Aurora Talks', 'hello@aurora-talks.example', 'enterprise', 'en', interval '640 days'),
    (3, 'lantern-academy', 'Lantern Academy', 'team@lantern-academy.example', 'business', 'en', interval '510 days'),
    (4, 'harbour-sessions', 'Harbour Sessions', 'crew@harbour-sessions.example', 'team', 'pt', interval '300 days'),
    (5, 'fieldnote-live', 'Fieldnote Live', 'desk@fieldnote-live.example', 'team', 'de', interval '120 days')
) AS o (position, slug, name, contact_email, plan, locale, age)
ORDER BY o.position;

INSERT INTO webinar (organiser_id, slug, title, topics, starts_at, duration_minutes, capacity, price, status, updated_at)
SELECT
  o.id, w.slug, w.title, w.topics,
  date_trunc('day', now()) + make_interval(days => w.day, hours => w.hour),
  45 + 15 * (w.position % 4), 60 + 20 * (w.position % 5), w.price,
  CASE WHEN w.day < 0 THEN 'finished' WHEN w.day > 20 THEN 'draft' ELSE 'published' END::webinar_status,
  date_trunc('day', now()) - make_interval(days => 30 + w.position)
FROM (
  VALUES
    (1, 'northwind-events', 'winter-pruning', 'Winter Pruning Without Fear', '{garden}'::text[], -42, 18, 19.00),
    (2, 'northwind-events', 'sourdough-basics', 'Sourdough From the First Day', '{kitchen,bread}', -28, 18, 24.00),
    (3, 'northwind-events', 'indoor-herbs', 'Herbs That Survive Indoors', '{garden,kitchen}', -14, 19, 19.00),
    (4, 'northwind-events', 'compost', 'Compost, Patiently Explained', '{garden}', -7, 18, 0.00),
    (5, 'northwind-events', 'seed-saving', 'Saving Your Own Seeds', '{garden}', -1, 18, 15.00),
    (6, 'northwind-events', 'balcony-garden', 'A Kitchen Garden on Your Balcony', '{garden,kitchen}', 0, 19, 29.00),
    (7, 'northwind-events', 'preserving', 'Preserving Summer in Jars', '{kitchen}', 9, 18, 24.00),
    (8, 'northwind-events', 'wild-meadow', 'From Lawn to Meadow', '{garden}', 16, 18, 19.00),
    (9, 'aurora-talks', 'night-sky', 'The Night Sky in Plain Words', '{astronomy}', -35, 20, 0.00),
    (10, 'aurora-talks', 'ice-cores', 'What Ice Cores Remember', '{climate}', -21, 19, 12.00),
    (11, 'aurora-talks', 'sleep', 'Why We Sleep, and How', '{medicine}', -10, 19, 15.00),
    (12, 'aurora-talks', 'batteries', 'Inside a Battery', '{physics}', -1, 18, 12.00),
    (13, 'aurora-talks', 'fungi', 'The Quiet Work of Fungi', '{biology}', 3, 19, 12.00),
    (14, 'aurora-talks', 'black-holes', 'Black Holes for Dinner Guests', '{astronomy}', 8, 20, 15.00),
    (15, 'aurora-talks', 'vaccines', 'How a Vaccine Is Made', '{medicine}', 15, 19, 0.00),
    (16, 'aurora-talks', 'quantum', 'Quantum Without Mysticism', '{physics}', 30, 19, 15.00),
    (17, 'lantern-academy', 'first-budget', 'Your First Team Budget', '{management}', -33, 9, 49.00),
    (18, 'lantern-academy', 'feedback', 'Feedback That Helps', '{management}', -19, 9, 49.00),
    (19, 'lantern-academy', 'spreadsheets', 'Spreadsheets Beyond Sums', '{tools}', -12, 10, 39.00),
    (20, 'lantern-academy', 'interviews', 'Interviewing Fairly', '{management}', -1, 9, 49.00),
    (21, 'lantern-academy', 'plain-writing', 'Plain Writing at Work', '{writing}', 2, 9, 39.00),
    (22, 'lantern-academy', 'meetings', 'Fewer and Better Meetings', '{management}', 6, 10, 0.00),
    (23, 'lantern-academy', 'presenting', 'Presenting Without Slides', '{speaking}', 13, 9, 49.00),
    (24, 'lantern-academy', 'contracts', 'Reading a Contract', '{law}', 27, 9, 59.00),
    (25, 'harbour-sessions', 'fado', 'Fado and Its City', '{music}', -40, 21, 9.00),
    (26, 'harbour-sessions', 'film-scores', 'Listening to Film Scores', '{music,film}', -26, 20, 9.00),
    (27, 'harbour-sessions', 'jazz-1959', 'Jazz in 1959', '{music}', -8, 21, 12.00),
    (28, 'harbour-sessions', 'choir', 'Sing in a Choir From Home', '{music}', -1, 20, 0.00),
    (29, 'harbour-sessions', 'opera', 'A First Night at the Opera', '{music}', 4, 20, 12.00),
    (30, 'harbour-sessions', 'vinyl', 'The Care of Vinyl', '{music}', 7, 21, 9.00),
    (31, 'harbour-sessions', 'ukulele', 'Ukulele in an Evening', '{music}', 12, 20, 14.00),
    (32, 'harbour-sessions', 'folk', 'Folk Songs of the Coast', '{music}', 25, 21, 9.00),
    (33, 'fieldnote-live', 'owls', 'Owls After Dark', '{birds}', -37, 20, 8.00),
    (34, 'fieldnote-live', 'night-train', 'Europe by Night Train', '{travel}', -23, 19, 8.00),
    (35, 'fieldnote-live', 'tide-pools', 'An Hour at a Tide Pool', '{sea}', -11, 17, 0.00),
    (36, 'fieldnote-live', 'bird-song', 'Learning Bird Song', '{birds}', -1, 7, 8.00),
    (37, 'fieldnote-live', 'moss', 'Moss, Close Up', '{plants}', 5, 18, 8.00),
    (38, 'fieldnote-live', 'bicycle-tour', 'Your First Bicycle Tour', '{travel}', 10, 19, 11.00),
    (39, 'fieldnote-live', 'bats', 'Bats in Your Street', '{mammals}', 14, 20, 8.00),
    (40, 'fieldnote-live', 'maps', 'Drawing Your Own Maps', '{travel}', 28, 18, 11.00)
) AS w (position, organiser, slug, title, topics, day, hour, price)
JOIN organiser AS o ON o.slug = w.organiser
ORDER BY w.position;

WITH place AS (
  SELECT w.id AS webinar_id, w.starts_at, row_number() OVER (ORDER BY w.id, seat) AS n
  FROM webinar AS w
  CROSS JOIN LATERAL generate_series(1, 30 + (w.id * 17 % 31)::integer) AS seat
  WHERE w.status <> 'draft'
), guest AS (
  SELECT
    place.n, place.webinar_id, place.starts_at,
    (ARRAY['Anna', 'Ben', 'Chiara', 'David', 'Elena', 'Farid', 'Greta', 'Hugo', 'Ines', 'Jonas',
           'Kavya', 'Liam', 'Mira', 'Noah', 'Olga', 'Pedro', 'Quinn', 'Ruth', 'Sami', 'Tessa',
           'Umar', 'Vera', 'Wanda', 'Xavier', 'Yuki', 'Zoe', 'Aiko', 'Bruno', 'Clara', 'Dario',
           'Esther', 'Felix', 'Gina', 'Henrik', 'Isla', 'Jakub', 'Karin', 'Leon', 'Marta', 'Nils']
    )[1 + place.n * 7 % 40] AS first_name,
    (ARRAY['Adeyemi', 'Bauer', 'Costa', 'Dubois', 'Eriksen', 'Ferreira', 'Garcia', 'Haas', 'Ito',
           'Jansen', 'Kowalski', 'Larsen', 'Moreau', 'Novak', 'Okafor', 'Petrov', 'Quist', 'Rossi',
           'Silva', 'Tanaka', 'Ueda', 'Vogel', 'Weber', 'Xu', 'Yilmaz', 'Zeman', 'Almeida', 'Brandt',
           'Conti', 'Dahl', 'Engel', 'Fischer', 'Greco', 'Horvat', 'Ivanov', 'Jensen', 'Keller']
    )[1 + place.n * 11 % 37] AS last_name
  FROM place
)
INSERT INTO registrant (webinar_id, name, email, locale, answers, registered_at)
SELECT
  g.webinar_id, g.first_name || ' ' || g.last_name,
  -- The pairs of names repeat after 40 times 37 guests.
  lower(g.first_name || '.' || g.last_name)
    || CASE WHEN g.n > 1480 THEN (1 + g.n / 1480)::text ELSE '' END
    || (ARRAY['@example.org', '@example.com', '@example.net'])[1 + g.n % 3],
  (ARRAY['en', 'de', 'pt', 'fr'])[1 + g.n % 4],
  jsonb_build_object('newsletter', g.n % 3 = 0, 'heard_from', (ARRAY['a friend', 'search', 'newsletter'])[1 + g.n % 3]),
  least(g.starts_at, date_trunc('day', now())) - make_interval(hours => (6 + g.n * 13 % 400)::integer)
FROM guest AS g
ORDER BY g.n;

INSERT INTO payment (registrant_id, amount, currency, method, status, provider_reference, paid_at, updated_at)
SELECT
  r.id, w.price, w.currency, (ARRAY['card', 'card', 'sepa', 'invoice'])[1 + r.id % 4], s.status,
  CASE WHEN s.status IN ('paid', 'refunded') THEN 'ch_' || substr(md5('payment ' || r.id), 1, 12) END,
  CASE WHEN s.status IN ('paid', 'refunded') THEN r.registered_at + interval '4 minutes' END,
  r.registered_at + interval '4 minutes'
FROM registrant AS r
JOIN webinar AS w ON w.id = r.webinar_id
CROSS JOIN LATERAL (
  SELECT
    CASE
      WHEN r.id % 41 = 0 THEN 'refunded'
      WHEN r.id % 37 = 0 THEN 'failed'
      WHEN r.id % 6 = 0 THEN 'pending'
      ELSE 'paid'
    END::payment_status AS status
) AS s
WHERE w.price > 0
ORDER BY r.id;

-- Yesterday's webinars are missing: the nightly import brings them.
INSERT INTO attendance (registrant_id, joined_at, stayed_minutes, rating)
SELECT
  r.id, w.starts_at + make_interval(mins => (r.id % 9)::integer), w.duration_minutes - (r.id % 20)::integer,
  CASE WHEN r.id % 3 <> 0 THEN 3 + r.id % 3 END
FROM registrant AS r
JOIN webinar AS w ON w.id = r.webinar_id
WHERE w.starts_at < date_trunc('day', now()) - interval '1 day'
  AND r.id % 5 <> 0
ORDER BY r.id;

INSERT INTO prize (webinar_id, title, value, sponsor, quantity)
SELECT w.id, p.title, p.value, p.sponsor, p.quantity
FROM webinar AS w
CROSS JOIN generate_series(0, 2) AS place
JOIN (
  VALUES
    (0, 'Book voucher', 25.00, 'Papermill Books', 3),
    (1, 'Noise-cancelling headphones', 189.00, 'Clearwave Audio', 1),
    (2, 'One year of membership', 96.00, NULL, 2),
    (3, 'Signed hardcover', 32.00, 'Papermill Books', 3),
    (4, 'Coffee for a month', 38.50, 'Ridge Roasters', 2),
    (5, 'Seat in a small workshop', 120.00, NULL, 2),
    (6, 'Tote bag', 15.00, 'Loom & Thread', 5),
    (7, 'Desk lamp', 64.00, 'Clearwave Audio', 1),
    (8, 'Weekend train pass', 110.00, 'Coastline Rail', 1),
    (9, 'Hour with the speaker', 150.00, NULL, 2),
    (10, 'Notebook set', 21.00, 'Papermill Books', 4),
    (11, 'Tea tasting box', 29.00, 'Ridge Roasters', 3)
) AS p (position, title, value, sponsor, quantity) ON p.position = (w.id * 3 + place) % 12
WHERE w.status <> 'draft'
ORDER BY w.id, place;

INSERT INTO prize (webinar_id, title, value, sponsor, quantity)
SELECT w.id, t.title, t.value, 'nobody', 1
FROM (
  VALUES (1, 'Test prize, please ignore', 1.00), (2, 'Test prize 2', 1.00)
) AS t (position, title, value)
JOIN webinar AS w ON w.slug = 'preserving'
ORDER BY t.position;

INSERT INTO prize_winner (prize_id, registrant_id, drawn_at, ship_to)
SELECT
  p.id, r.id, w.starts_at + interval '50 minutes',
  jsonb_build_object('street', 'Mill Lane ' || (1 + r.id % 60), 'city', (ARRAY['Lisbon', 'Vienna', 'Leeds', 'Ghent'])[1 + r.id % 4])
FROM prize AS p
JOIN webinar AS w ON w.id = p.webinar_id
JOIN (
  SELECT g.id, g.webinar_id, row_number() OVER (PARTITION BY g.webinar_id ORDER BY g.id) AS seat
  FROM registrant AS g
) AS r ON r.webinar_id = w.id AND r.seat IN (1 + p.id % 13, 14 + p.id % 11)
WHERE w.status = 'finished'
  AND (p.quantity > 1 OR r.seat <= 13)
ORDER BY p.id, r.id;

INSERT INTO ticket (organiser_id, registrant_id, subject, status, opened_at, closed_at)
SELECT
  w.organiser_id, r.id,
  (ARRAY['The link in the reminder does not open', 'Invoice with the company''s address', 'Wrong e-mail address',
         'Can a colleague come instead', 'When is the recording ready'])[1 + n % 5],
  CASE WHEN n % 2 = 0 THEN 'closed' ELSE 'open' END,
  r.registered_at + interval '1 day',
  CASE WHEN n % 2 = 0 THEN r.registered_at + interval '2 days' END
FROM generate_series(1, 120) AS n
JOIN registrant AS r ON r.id = n * 13
JOIN webinar AS w ON w.id = r.webinar_id
ORDER BY n;

ANALYZE;
