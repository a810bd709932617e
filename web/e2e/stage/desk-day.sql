-- What happens at the desk: a correction that somebody else corrects again, so that taking the
-- first one back is a conflict; a customer who goes with all invoices; hostile values.

BEGIN;
SELECT recall.set_context('{"actor": "import", "session": "import-1", "reason": "new price list", "application": "importer"}');
UPDATE invoice SET total = total * 100 WHERE id BETWEEN 1 AND 12;
COMMIT;

BEGIN;
SELECT recall.set_context('{"actor": "kim", "session": "kim-1", "reason": "called by the customer", "application": "desk"}');
UPDATE invoice SET total = 19.00, status = 'paid' WHERE id = 4;
COMMIT;

BEGIN;
SELECT recall.set_context('{"actor": "kim", "session": "kim-2", "reason": "a duplicate", "application": "desk"}');
DELETE FROM customer WHERE id = 7;
COMMIT;

BEGIN;
SELECT recall.set_context(jsonb_build_object('actor', '<img src=x onerror=alert(1)>', 'session', 'hostile-1', 'reason', '"><script>alert(document.domain)</script>'));
INSERT INTO hostile (id, value) VALUES
  (1, '<script>document.title = ''taken over''</script>'),
  (2, '<img src=x onerror="document.title=''taken over''">'),
  (3, 'javascript:alert(1)'),
  (4, E'line one\nline two\ttabbed'),
  (5, U&'right to left \202E drawkcab \202C'),
  (6, '=HYPERLINK("http://attacker.example")'),
  (7, repeat('long ', 2000)),
  (8, ''),
  (9, NULL),
  (10, '{{constructor.constructor("return 1")()}} ${7*7}'),
  (11, 'Zalgo: Z̷̢̧̛̗͎̯͈̹̼̭͎̣̒̌́́͊̕͜͝ä̸́l̷g̸o̵ 👩‍👩‍👧‍👦 漢字 עברית');
UPDATE hostile SET value = value || '<b>bold?</b>' WHERE id <= 3;
COMMIT;

BEGIN;
SELECT recall.set_context('{"actor": "import", "session": "import-2", "reason": "a wide row"}');
INSERT INTO wide (id, column_001, column_150, column_299) VALUES (1, 'first', 'middle', 'last');
UPDATE wide SET column_002 = 'second', column_299 = 'changed' WHERE id = 1;
COMMIT;
