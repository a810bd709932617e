-- Which data a table holds is no secret beside the names of its columns, which stand in pg_catalog too.
CREATE POLICY everybody ON recall.classification FOR SELECT TO recall_viewer USING (true);
