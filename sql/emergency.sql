-- Emergency access (R-50 to R-56): opened, ended, delayed, reviewed. What follows from it (cover, telling, review due) is in facts.sql and
-- the policy.

-- R-53, over all families of the account: KR002 refuses the whole unit when one of its emergencies was not reviewed in time.
-- name: emergency_check
-- params: account uuid, now timestamptz
-- returns: one int8
SELECT kring_permitted((SELECT 1::int8 WHERE NOT EXISTS (SELECT FROM emergency_tally t
    WHERE t.account_id = $1 AND t.review_due_at <= $2 AND t.reviewed_at IS NULL)));

-- name: emergency_insert
-- params: family uuid, id uuid, helper uuid, about uuid[], fields text[], reason text, now timestamptz, until timestamptz
INSERT INTO emergency (family_id, id, helper_id, about, fields, reason_code, recorded_at, valid_from, valid_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $7, $8);

-- name: emergency_tally_insert
-- params: account uuid, family uuid, id uuid, now timestamptz, until timestamptz, days int4
INSERT INTO emergency_tally (account_id, family_id, emergency_id, opened_at, review_due_at)
SELECT $1, $2, $3, $4, kring_working_days($5, $6, f.time_zone) FROM family f WHERE f.id = $2;

-- R-55: more than two by one account in thirty days, or a second one in this family in seven.
-- name: emergency_alert_insert
-- params: family uuid, id uuid, emergency uuid, about uuid[], account uuid, now timestamptz, user_since timestamptz, family_since timestamptz
INSERT INTO task (family_id, id, kind, of_id, about, due_at, recorded_at)
SELECT $1, $2, 'emergency_alert', $3, $4, $6, $6
 WHERE (SELECT count(*) FROM emergency_tally t WHERE t.account_id = $5 AND t.opened_at > $7) > 2
    OR (SELECT count(*) FROM emergency e WHERE e.family_id = $1 AND e.valid_from > $8 AND e.valid_from <= $6) > 1;

-- name: emergency_end_insert
-- params: family uuid, emergency uuid, by_id uuid, now timestamptz
INSERT INTO emergency_end (family_id, emergency_id, by_id, ended_at, recorded_at) VALUES ($1, $2, $3, $4, $4)
    ON CONFLICT (family_id, emergency_id) DO NOTHING;

-- name: emergency_delay_insert
-- params: family uuid, emergency uuid, by_id uuid, told_at timestamptz, reason uuid, now timestamptz
INSERT INTO emergency_delay (family_id, emergency_id, by_id, told_at, reason_entry, recorded_at) VALUES ($1, $2, $3, $4, $5, $6)
    ON CONFLICT (family_id, emergency_id, told_at) DO NOTHING;

-- The first word of each kind counts: the privacy officer's, and that of a professional from elsewhere.
-- name: emergency_review_insert
-- params: family uuid, emergency uuid, by_id uuid, by_kind text, outcome text, now timestamptz
INSERT INTO emergency_review (family_id, emergency_id, by_id, by_kind, outcome, recorded_at)
SELECT $1, $2, $3, $4, $5, $6
 WHERE NOT EXISTS (SELECT FROM emergency_review r WHERE r.family_id = $1 AND r.emergency_id = $2 AND r.by_kind = $4);

-- name: emergency_tally_reviewed
-- params: family uuid, emergency uuid, now timestamptz
UPDATE emergency_tally SET reviewed_at = $3
 WHERE family_id = $1 AND emergency_id = $2 AND reviewed_at IS NULL
   AND (SELECT count(*) FROM emergency_review r WHERE r.family_id = $1 AND r.emergency_id = $2) >= 2;

-- Alerts are done with once somebody reviews what raised them.
-- name: emergency_rows
-- params: family uuid
-- returns: id uuid, reason text, alert bool, by_kinds text[], outcomes text[]
SELECT e.id, e.reason_code,
       EXISTS (SELECT FROM task t WHERE t.family_id = e.family_id AND t.kind = 'emergency_alert' AND t.of_id = e.id),
       ARRAY(SELECT r.by_kind FROM emergency_review r WHERE r.family_id = e.family_id AND r.emergency_id = e.id ORDER BY r.recorded_at, r.by_id),
       ARRAY(SELECT r.outcome FROM emergency_review r WHERE r.family_id = e.family_id AND r.emergency_id = e.id ORDER BY r.recorded_at, r.by_id)
  FROM emergency e WHERE e.family_id = $1 ORDER BY e.valid_from, e.id;
