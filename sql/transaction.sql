-- The edges of an open transaction (server/db/transaction.c). Read committed, like every unit.

-- name: transaction_begin
-- db: both
BEGIN;

-- name: transaction_commit
-- db: both
COMMIT;

-- name: transaction_rollback
-- db: both
ROLLBACK;
