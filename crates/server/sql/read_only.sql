SET default_transaction_read_only = on;
SET idle_in_transaction_session_timeout = '1min';
