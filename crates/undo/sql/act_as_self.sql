-- The connected user's own rights hold again.
RESET ROLE
