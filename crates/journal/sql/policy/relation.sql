-- Which tables are recorded is no secret: the names of tables and columns stand in pg_class.
CREATE POLICY everybody ON recall.relation FOR SELECT TO recall_viewer USING (true);
