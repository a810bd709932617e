-- An event is seen by those who see its transaction.
CREATE POLICY own_tenant ON recall.event FOR SELECT TO recall_viewer USING (
  EXISTS (SELECT FROM recall.transaction AS t WHERE t.id = tx)
);
