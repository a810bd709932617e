-- Needed to read images; the names and types of columns stand in pg_catalog too.
CREATE POLICY everybody ON recall.shape FOR SELECT TO recall_viewer USING (true);
