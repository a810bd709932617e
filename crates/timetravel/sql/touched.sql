SELECT {key_of_change} FROM recall.change AS c WHERE c.relation = {relation} AND {change_is_later}
