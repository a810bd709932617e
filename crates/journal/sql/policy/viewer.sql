-- A viewer sees what it was granted; the other policies rest on it.
CREATE POLICY own_row ON recall.viewer FOR SELECT TO recall_viewer USING (role = current_user);
