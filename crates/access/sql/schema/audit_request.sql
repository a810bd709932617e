-- Finds who asked for an approval, when it is decided.
CREATE INDEX audit_request ON recall_control.audit (subject) WHERE action = 'approval.request';
