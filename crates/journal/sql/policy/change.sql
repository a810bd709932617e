-- A change is seen by those who see its transaction: the policy of recall.transaction applies here.
CREATE POLICY own_tenant ON recall.change FOR SELECT TO recall_viewer USING (
  EXISTS (SELECT FROM recall.transaction AS t WHERE t.id = tx)
);
