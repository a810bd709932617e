-- What users want to be told, where it is not what they would be told anyway.
CREATE TABLE recall_control.subscription (
  user_id bigint  NOT NULL,
  topic   text    NOT NULL,
  wanted  boolean NOT NULL,
  CONSTRAINT subscription_pkey PRIMARY KEY (user_id, topic),
  CONSTRAINT subscription_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE,
  CONSTRAINT subscription_topic_fkey FOREIGN KEY (topic) REFERENCES recall_control.topic
);

COMMENT ON TABLE recall_control.subscription IS 'What users want to be told, and what not.';
COMMENT ON COLUMN recall_control.subscription.wanted IS 'Everything of this topic that the user may know, or nothing of it.';
