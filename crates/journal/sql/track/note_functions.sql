-- What tells whether somebody else wrote the functions anew.
UPDATE recall.relation SET functions = recall._functions_of(id) WHERE id = $1
