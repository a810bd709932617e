SELECT pg_catalog.to_regclass('recall_control.migration') IS NOT NULL AS present
