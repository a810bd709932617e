SELECT d.dropped, d.waiting FROM recall._drop_empty_months() AS d
