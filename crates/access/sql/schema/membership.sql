-- What users may do, and where. A viewer sees one tenant of a target, and nobody else is bound to
-- one: row-level security of the journal holds viewers only.
CREATE TABLE recall_control.membership (
  user_id bigint NOT NULL,
  role    text   NOT NULL,
  target  text   NOT NULL DEFAULT '*',
  tenant  text,
  CONSTRAINT membership_pkey PRIMARY KEY (user_id, role, target),
  CONSTRAINT membership_user_fkey FOREIGN KEY (user_id) REFERENCES recall_control.user_account ON DELETE CASCADE,
  CONSTRAINT membership_role_known CHECK (role IN ('viewer', 'auditor', 'operator', 'approver', 'administrator')),
  CONSTRAINT membership_tenant_of_viewers CHECK ((role = 'viewer') = (tenant IS NOT NULL) AND tenant <> '')
);

COMMENT ON TABLE recall_control.membership IS 'The roles of users.';
COMMENT ON COLUMN recall_control.membership.target IS 'The target for which it holds; * for all of them.';
COMMENT ON COLUMN recall_control.membership.tenant IS 'The tenant that a viewer sees.';
