-- What keys call a user: random, so that it tells nobody who that is (Web Authentication, 14.6.1), and
-- no two servers of one domain give the same to different users.
ALTER TABLE recall_control.user_account ADD COLUMN key_handle uuid NOT NULL DEFAULT pg_catalog.gen_random_uuid();

COMMENT ON COLUMN recall_control.user_account.key_handle IS 'What security keys and passkeys call the user.';
