WITH done AS ({deed} RETURNING 1) SELECT pg_temp.recall_expect(pg_catalog.count(*), {which}) FROM done;
