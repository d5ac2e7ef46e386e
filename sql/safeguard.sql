-- What is noted to protect somebody. Nothing is changed: what ends has a row of its own (sql/facts.sql folds it in).

-- name: lock_insert
-- params: family uuid, id uuid, not_for uuid, about uuid[], fields text[], by_id uuid, now timestamptz
INSERT INTO safety_lock (family_id, id, not_for, about, fields, set_by, valid_from, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $7);

-- name: lock_lift_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz
INSERT INTO lock_lift (family_id, lock_id, by_id, lifted_at, recorded_at) VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (family_id, lock_id, by_id) DO NOTHING;

-- name: hold_insert
-- params: family uuid, id uuid, about uuid[], from_whom uuid[], fields text[], by_id uuid, review_at timestamptz, ground text, now timestamptz
INSERT INTO hold (family_id, id, about, from_whom, fields, by_id, review_at, ground, recorded_at, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9);

-- name: hold_end_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz
INSERT INTO hold_end (family_id, hold_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4);

-- name: capacity_insert
-- params: family uuid, id uuid, person uuid, able bool, topics text[], by_id uuid, review_at timestamptz, now timestamptz
INSERT INTO capacity (family_id, id, person_id, able, topics, by_id, review_at, recorded_at, valid_from)
VALUES ($1, $2, $3, $4, $5, $6, nullif($7, 'infinity'), $8, $8);

-- name: conflict_flag_insert
-- params: family uuid, id uuid, child uuid, topics text[], now timestamptz
INSERT INTO authority_conflict (family_id, id, child_id, topics, recorded_at, valid_from) VALUES ($1, $2, $3, $4, $5, $5);

-- name: conflict_end_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz
INSERT INTO conflict_end (family_id, conflict_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4);

-- name: trusted_insert
-- params: family uuid, id uuid, minor uuid, trusted uuid, by_id uuid, register_seen_on text, now timestamptz
INSERT INTO trusted_person (family_id, id, minor_id, trusted_id, named_by, register_seen_on, valid_from, recorded_at)
VALUES ($1, $2, $3, $4, $5, nullif($6, '')::date, $7, $7);

-- name: trusted_end_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz
INSERT INTO trusted_end (family_id, trusted_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4);

-- name: court_decision_insert
-- params: family uuid, id uuid, kind text, person uuid, protects uuid[], evidence text, by_id uuid, now timestamptz, until timestamptz
INSERT INTO court_decision (family_id, id, kind, person_id, protects, evidence, by_id, valid_from, valid_until, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $8);

-- Sole authority of one ends that of the others over the same children; authority that is ended is his own (R-33).
-- name: authority_ends_insert
-- params: family uuid, kind text, person uuid, children uuid[], now timestamptz
INSERT INTO relation_end (family_id, kind, person_id, of_id, ended_at, recorded_at)
SELECT DISTINCT r.family_id, r.kind, r.person_id, r.of_id, $5::timestamptz, $5::timestamptz FROM relation r
 WHERE r.family_id = $1 AND r.kind = 'holds_authority' AND r.of_id = ANY ($4)
   AND (($2 = 'sole_authority' AND r.person_id <> $3) OR ($2 = 'authority_ended' AND r.person_id = $3));
