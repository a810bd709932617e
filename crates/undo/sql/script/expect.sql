SELECT recall.set_context({context});
CREATE OR REPLACE FUNCTION pg_temp.recall_expect(rows bigint, which text) RETURNS void LANGUAGE plpgsql AS $function$
BEGIN
  IF rows <> 1 THEN
    RAISE EXCEPTION '% is not as it was when this script was made', which
      USING HINT = 'Nothing was changed. Make the script anew.';
  END IF;
END
$function$;
