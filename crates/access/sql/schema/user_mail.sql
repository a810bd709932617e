-- Where a user is told what concerns it. It is the administrator who says so, and not the user: who
-- takes a session over must not be able to lead away the news of it.
ALTER TABLE recall_control.user_account
  ADD COLUMN mail text,
  ADD CONSTRAINT user_account_mail_form CHECK (mail ~ '^[^[:space:][:cntrl:]<>()"\\,;:@]{1,64}@[A-Za-z0-9.-]{1,255}$');

COMMENT ON COLUMN recall_control.user_account.mail IS 'The address to which notices for the user go.';
