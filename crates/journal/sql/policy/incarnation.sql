-- Needed to compare transaction numbers; it tells nothing about anybody.
CREATE POLICY everybody ON recall.incarnation FOR SELECT TO recall_viewer USING (true);
