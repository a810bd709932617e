SELECT recall._collect_refusals()
