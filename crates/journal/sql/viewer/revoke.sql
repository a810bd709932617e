SELECT recall.revoke_viewer(($1::text)::name) AS revoked
