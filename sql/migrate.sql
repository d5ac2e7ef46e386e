-- What the migration runner asks (server/db/migrate.c), as the owner role, in both databases.

-- One runner at a time; the number is ours and means nothing.
-- name: migrate_lock
-- db: both
-- returns: locked text
SELECT pg_advisory_lock(4720161906)::text;

-- name: migrate_begun
-- db: both
-- returns: begun bool
SELECT to_regclass('public.schema_version') IS NOT NULL;

-- name: migrate_applied
-- db: both
-- returns: version int4, sha256 bytea
SELECT version, sha256 FROM schema_version ORDER BY version;

-- name: migrate_record
-- db: both
-- params: version int4, sha256 bytea, applied_at timestamptz
INSERT INTO schema_version (version, sha256, applied_at) VALUES ($1, $2, $3);
