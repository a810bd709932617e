-- An undo is seen by those who see its transaction; of its columns, `tx` and `reverses` only.
CREATE POLICY own_tenant ON recall.undo FOR SELECT TO recall_viewer USING (
  EXISTS (SELECT FROM recall.transaction AS t WHERE t.id = tx)
);
