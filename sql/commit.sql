-- Writes. The version check comes first in every unit: it raises KR001 when the session is no longer live or the family's version is
-- not the ruling's, and with it the whole unit is as if it had never been.

-- name: commit_check
-- params: family uuid, version int8, token_hash bytea, idle_since timestamptz, now timestamptz
-- returns: version int8
WITH live AS (SELECT 1 FROM session s WHERE s.token_hash = $3 AND s.ended_at > $5 AND s.expires_at > $5 AND s.last_seen_at > $4),
     raised AS (UPDATE family SET version = version + 1 WHERE id = $1 AND version = $2 AND EXISTS (SELECT 1 FROM live) RETURNING version)
SELECT kring_one((SELECT version FROM raised));

-- For writes of the account itself (log-out): only the session must live.
-- name: commit_check_session
-- params: token_hash bytea, idle_since timestamptz, now timestamptz
-- returns: one int8
SELECT kring_one((SELECT 1::int8 FROM session s WHERE s.token_hash = $1 AND s.ended_at > $3 AND s.expires_at > $3 AND s.last_seen_at > $2));

-- name: entry_insert
-- params: family uuid, id uuid, kind text, field text, of_id uuid, assignee uuid, about uuid[], owner uuid
INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, (SELECT coalesce(max(ordinal), 0) + 1 FROM entry WHERE family_id = $1));

-- name: version_insert
-- params: family uuid, entry uuid, version int4, author uuid, wrote uuid[], agreed uuid[], now timestamptz
INSERT INTO entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- name: body_insert
-- params: family uuid, entry uuid, version int4, envelope bytea
INSERT INTO body (family_id, entry_id, version, envelope) VALUES ($1, $2, $3, $4);

-- name: entry_end
-- params: family uuid, entry uuid, by_id uuid, now timestamptz
INSERT INTO entry_end (family_id, entry_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4);

-- name: grant_insert
-- params: family uuid, id uuid, recipient uuid, about uuid[], givers uuid[], basis text, now timestamptz, valid_from timestamptz, valid_until timestamptz
INSERT INTO consent_grant (family_id, id, recipient_id, about, givers, basis, ordinal, recorded_at, valid_from, valid_until)
VALUES ($1, $2, $3, $4, $5, $6, (SELECT coalesce(max(ordinal), 0) + 1 FROM consent_grant WHERE family_id = $1), $7, $8, $9);

-- name: grant_fields_insert
-- params: family uuid, grant_id uuid, fields text[]
INSERT INTO grant_field (family_id, grant_id, field) SELECT $1, $2, f FROM unnest($3) AS f;

-- name: grant_confirm_insert
-- params: family uuid, grant_id uuid, now timestamptz
INSERT INTO grant_confirm (family_id, grant_id, recorded_at) VALUES ($1, $2, $3);

-- name: grant_end_insert
-- params: family uuid, grant_id uuid, fields text[], by_id uuid, now timestamptz
INSERT INTO grant_end (family_id, grant_id, field, kind, by_id, ended_at, recorded_at)
SELECT $1, $2, f, 'withdrawn', $4, $5, $5 FROM unnest($3) AS f
    ON CONFLICT (family_id, grant_id, field, kind) DO NOTHING;

-- After two misses: the version can no longer move while this transaction judges and acts.
-- name: family_lock_read
-- params: family uuid
-- returns: one int4
SELECT 1 FROM family WHERE id = $1 FOR SHARE;

-- name: family_lock_write
-- params: family uuid
-- returns: one int4
SELECT 1 FROM family WHERE id = $1 FOR UPDATE;
