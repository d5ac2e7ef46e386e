-- Wrapped keys of one family (the keys database).

-- name: keys_context_set
-- db: keys
-- params: families text
-- returns: set text
SELECT set_config('kring.families', $1, true);

-- name: keys_family
-- db: keys
-- params: family uuid
-- returns: epoch int4, wrapped bytea
SELECT epoch, wrapped FROM family_key WHERE family_id = $1 ORDER BY epoch;

-- name: keys_owners
-- db: keys
-- params: family uuid
-- returns: owner_id uuid, epoch int4, family_epoch int4, wrapped bytea
SELECT owner_id, epoch, family_epoch, wrapped FROM owner_key WHERE family_id = $1 ORDER BY owner_id, epoch;

-- name: keys_audit
-- db: keys
-- params: family uuid
-- returns: wrapped bytea
SELECT wrapped FROM audit_key WHERE family_id = $1;

-- name: keys_service
-- db: keys
-- params: none int4
-- returns: purpose text, wrapped bytea
SELECT purpose, wrapped FROM service_key WHERE $1 = 0 ORDER BY purpose;

-- name: keys_ready
-- db: keys
-- params: none int4
-- returns: version int4
SELECT coalesce(max(version), 0)::int4 FROM schema_version WHERE $1 = 0;
