-- What the journal adds to the server's numbers of transactions in this cluster.
SELECT i.tx_offset FROM recall.incarnation AS i ORDER BY i.id DESC LIMIT 1
