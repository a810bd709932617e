-- What the journal knows about itself. One row a setting, so that a new one needs no migration.
CREATE TABLE IF NOT EXISTS recall.setting (
  name  text  NOT NULL,
  value jsonb NOT NULL,
  CONSTRAINT setting_pkey PRIMARY KEY (name)
);

COMMENT ON TABLE recall.setting IS 'Settings of the journal, among them the version of its own schema.';
COMMENT ON COLUMN recall.setting.name IS 'The name of the setting.';
COMMENT ON COLUMN recall.setting.value IS 'Its value.';
