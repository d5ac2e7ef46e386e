-- Requests and what is said to them (R-09, R-12, R-13, R-45).

-- name: request_insert
-- params: family uuid, id uuid, asker uuid, recipient uuid, about uuid[], ground text, now timestamptz, lapses timestamptz, valid_from timestamptz, valid_until timestamptz, fields text[], levels text[], entry uuid, owner uuid
WITH asked AS (
    INSERT INTO request (family_id, id, asker_id, recipient_id, about, basis, secrecy_ground, ordinal, recorded_at, lapses_at, valid_from, valid_until)
    VALUES ($1, $2, $3, $4, $5, 'consent', $6, (SELECT coalesce(max(ordinal), 0) + 1 FROM request WHERE family_id = $1), $7, $8, $9, $10)
), named AS (
    INSERT INTO request_field (family_id, request_id, field, level) SELECT $1, $2, f.field, f.level FROM unnest($11, $12) AS f(field, level)
), told AS (
    INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
    VALUES ($1, $13, 'request', '', $2, NULL, $5, $14, (SELECT coalesce(max(ordinal), 0) + 1 FROM entry WHERE family_id = $1))
)
INSERT INTO entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)
VALUES ($1, $13, 1, $3, '{}', '{}', $7, $7);

-- name: request_end_insert
-- params: family uuid, request uuid, by_id uuid, now timestamptz
INSERT INTO request_end (family_id, request_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4);

-- name: request_reply_insert
-- params: family uuid, id uuid, request uuid, person uuid, yes text[], no text[], released text[], ticks text[], level text, valid_until timestamptz, channel text, entered_by uuid, language text, version text, hash bytea, now timestamptz
INSERT INTO request_reply (family_id, id, request_id, person_id, yes, no, released, ticks, level, valid_until, channel, entered_by,
                           text_language, text_version, text_hash, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16);

-- name: reply_witness_insert
-- params: family uuid, reply uuid, by_id uuid, now timestamptz
INSERT INTO reply_witness (family_id, reply_id, by_id, recorded_at) VALUES ($1, $2, $3, $4)
    ON CONFLICT (family_id, reply_id, by_id) DO NOTHING;

-- R-31, R-32: from here on both must say yes.
-- name: conflicts_insert
-- params: family uuid, ids uuid[], children uuid[], fields text[], now timestamptz
INSERT INTO authority_conflict (family_id, id, child_id, topics, recorded_at, valid_from)
SELECT $1, c.id, c.child_id, ARRAY[c.field], $5, $5 FROM unnest($2, $3, $4) AS c(id, child_id, field);
