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

-- His part of it (T7); a second one who is kept out finds it taken back as well.
-- name: entry_left_insert
-- params: family uuid, entry uuid, by_id uuid, now timestamptz
INSERT INTO entry_left (family_id, entry_id, by_id, left_at, recorded_at) VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (family_id, entry_id) DO NOTHING;

-- After two misses: the version can no longer move while this transaction judges and acts.
-- name: family_lock_read
-- params: family uuid
-- returns: one int4
SELECT 1 FROM family WHERE id = $1 FOR SHARE;

-- name: family_lock_write
-- params: family uuid
-- returns: one int4
SELECT 1 FROM family WHERE id = $1 FOR UPDATE;
