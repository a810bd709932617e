SELECT recall.maintain() AS report
