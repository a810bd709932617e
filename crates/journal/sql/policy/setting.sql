-- Whoever opens the journal asks for its version.
CREATE POLICY version_only ON recall.setting FOR SELECT TO recall_viewer USING (name = 'schema_version');
