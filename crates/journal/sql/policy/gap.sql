-- Where changes may be missing concerns everybody who reads.
CREATE POLICY everybody ON recall.gap FOR SELECT TO recall_viewer USING (true);
