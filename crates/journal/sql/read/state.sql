-- Whether the journal is here, and in which version. Asked before anything else, so it must not
-- fail on a database without a journal.
SELECT
  to_regnamespace('recall') IS NOT NULL AS schema_present,
  to_regclass('recall.setting') IS NOT NULL AS journal_present
