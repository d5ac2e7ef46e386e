-- For kringd replay: everything that was ever disclosed, once more before the policy.

-- A family whose log is over has nothing to judge.
-- name: replay_families
-- params: none int4
-- returns: family_id uuid
SELECT DISTINCT m.family_id FROM membership m
 WHERE $1 = 0 AND NOT EXISTS (SELECT FROM family_due d WHERE d.family_id = m.family_id AND d.log_ended_at <> 'infinity') ORDER BY m.family_id;

-- A log whose beginning was not retired has its import, wherever somebody put it.
-- name: replay_import
-- params: family uuid
-- returns: id uuid
SELECT id FROM record WHERE family_id = $1 AND kind = 'family.import' LIMIT 1;

-- In the order in which it happened.
-- name: replay_records
-- params: family uuid, after_at timestamptz, after_id uuid, most int4
-- returns: id uuid, at timestamptz, kind text, outcome text, sealed bytea
SELECT id, at, kind, outcome, sealed FROM record WHERE family_id = $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4;
