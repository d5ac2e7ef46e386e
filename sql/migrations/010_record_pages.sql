-- Rows of `record` never change, so their pages are marked as visible to all soon after they are full: then a page of a family's log
-- is found in the index alone (sql/disclose.sql). PostgreSQL's own threshold grows with the table.

ALTER TABLE record SET (autovacuum_vacuum_insert_threshold = 10000, autovacuum_vacuum_insert_scale_factor = 0);
