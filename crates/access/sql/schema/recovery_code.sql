-- Codes that stand in for a second factor that was lost; each counts once.
CREATE TABLE recall_control.recovery_code (
  user_id   bigint NOT NULL,
  code_hash bytea  NOT NULL,
  used_at   timestamptz,
  CONSTRAINT recovery_code_pkey PRIMARY KEY (user_id, code_hash),
  CONSTRAINT recovery_code_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE
);

COMMENT ON TABLE recall_control.recovery_code IS 'Codes in place of a second factor.';
COMMENT ON COLUMN recall_control.recovery_code.code_hash IS 'SHA-256 of the code.';
