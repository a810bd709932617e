-- Whether the connected user reads the whole journal, and not one tenant's part only.
SELECT recall._reads_everything()
