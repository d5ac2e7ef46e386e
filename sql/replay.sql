-- For kringd replay: everything that was ever disclosed, once more before the policy.

-- name: replay_families
-- params: none int4
-- returns: family_id uuid
SELECT DISTINCT family_id FROM membership WHERE $1 = 0 ORDER BY family_id;

-- In the order in which it happened.
-- name: replay_records
-- params: family uuid, after_at timestamptz, after_id uuid, most int4
-- returns: id uuid, at timestamptz, kind text, outcome text, sealed bytea
SELECT id, at, kind, outcome, sealed FROM record WHERE family_id = $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4;
