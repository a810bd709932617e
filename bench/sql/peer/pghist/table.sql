-- As its README says.
CALL pghist.hist_enable({schema_text}, {name_text});
