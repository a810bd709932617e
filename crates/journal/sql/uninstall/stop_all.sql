UPDATE recall.relation SET tracked = false WHERE tracked
