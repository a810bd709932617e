  -- As in recall._noted_transaction(), written out because a call costs more than the test.
  IF noted LIKE own_xid::text || ':%' THEN
    BEGIN
      IF currval('recall.noted_xid')::text = own_xid::text
        AND noted = own_xid::text || ':' || currval('recall.noted_tx')::text
      THEN
        tx := currval('recall.noted_tx');
      END IF;
    EXCEPTION WHEN object_not_in_prerequisite_state THEN
      NULL;
    END;
  END IF;
  IF tx IS NULL THEN
    tx := recall._begin_transaction();
  END IF;
