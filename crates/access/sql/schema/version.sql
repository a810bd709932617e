-- The last step that was taken; none where there is no such schema.
SELECT max(m.version) AS version FROM recall_control.migration AS m
