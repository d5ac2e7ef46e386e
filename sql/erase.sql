-- Erasing: what a person asks, what is decided, and what the eraser (server/flow/erase.c) then does.

-- name: erasure_request_insert
-- params: family uuid, id uuid, by_id uuid, entry uuid, now timestamptz
INSERT INTO erasure_request (family_id, id, by_id, entry_id, recorded_at) VALUES ($1, $2, $3, $4, $5);

-- name: erasure_decision_insert
-- params: family uuid, request uuid, entries uuid[], outcome text, by_id uuid, now timestamptz
INSERT INTO erasure_decision (family_id, request_id, entry_id, outcome, by_id, recorded_at)
SELECT $1, $2, e.id, $4, $5, $6 FROM unnest($3) AS e(id);

-- That request was made by this person, about this entry or about everything, and nobody has decided yet (KR002).
-- name: erasure_was_asked
-- params: family uuid, request uuid, by_id uuid, entry uuid
-- returns: one int8
SELECT kring_permitted((SELECT 1::int8 FROM erasure_request r WHERE r.family_id = $1 AND r.id = $2 AND r.by_id = $3
                           AND (r.entry_id IS NULL OR r.entry_id = $4)
                           AND NOT EXISTS (SELECT FROM erasure_decision d WHERE d.family_id = r.family_id AND d.request_id = r.id
                                              AND d.entry_id = $4)));

-- R-82: while a legal hold stands, nothing is erased.
-- name: erasure_is_free
-- params: family uuid, now timestamptz
-- returns: one int8
SELECT kring_permitted((SELECT 1::int8 WHERE NOT kring_held($1, $2)));

-- name: erasure_rows
-- params: family uuid
-- returns: id uuid, by_id uuid, entry_id uuid, recorded_at timestamptz, decided_entry uuid, outcome text, decided_at timestamptz, keys_gone_at timestamptz
SELECT r.id, r.by_id, r.entry_id, r.recorded_at, d.entry_id AS decided_entry, d.outcome, d.recorded_at AS decided_at, x.keys_gone_at
  FROM erasure_request r
  LEFT JOIN erasure_decision d ON d.family_id = r.family_id AND d.request_id = r.id
  LEFT JOIN erasure_done x ON x.family_id = d.family_id AND x.of_id = d.entry_id AND d.outcome = 'erased'
 WHERE r.family_id = $1 ORDER BY r.recorded_at, r.id, d.recorded_at, d.entry_id;

-- name: erase_soon
-- params: family uuid, due timestamptz
INSERT INTO family_due AS f (family_id, due_at) VALUES ($1, $2)
    ON CONFLICT (family_id) DO UPDATE SET due_at = LEAST(f.due_at, EXCLUDED.due_at);

-- ---- plans ----

-- name: plan_event_insert
-- params: family uuid, id uuid, kind text, by_id uuid, now timestamptz
INSERT INTO plan_event (family_id, id, kind, by_id, at, recorded_at) VALUES ($1, $2, $3, $4, $5, $5);

-- name: plan_kept_until
-- params: family uuid, now timestamptz, months int4, age int4, years int4
-- returns: kept_until timestamptz
SELECT kring_kept_until($1, $2, $3, $4, $5);

-- name: plan_closed_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz, months int4, age int4, years int4
WITH kept AS (SELECT kring_kept_until($1, $4, $5, $6, $7) AS until),
     due AS (INSERT INTO family_due AS f (family_id, due_at) SELECT $1, k.until FROM kept k
                 ON CONFLICT (family_id) DO UPDATE SET due_at = LEAST(f.due_at, EXCLUDED.due_at))
INSERT INTO plan_event (family_id, id, kind, by_id, at, retention_until, recorded_at)
SELECT $1, $2, 'closed', $3, $4, k.until, $4 FROM kept k;

-- name: plan_hold_insert
-- params: family uuid, id uuid, by_id uuid, reason text, note uuid, until timestamptz, now timestamptz
INSERT INTO plan_event (family_id, id, kind, by_id, at, retention_until, reason, note_id, recorded_at)
VALUES ($1, $2, 'hold_erasure', $3, $7, $6, $4, $5, $7);

-- name: death_insert
-- params: family uuid, person uuid, by_id uuid, died timestamptz, now timestamptz
INSERT INTO death (family_id, person_id, by_id, died_at, recorded_at) VALUES ($1, $2, $3, $4, $5);

-- ---- the eraser ----

-- Which families have something due, and which were worked on since: whoever holds their keys must forget them.
-- name: erase_queue
-- params: now timestamptz, since timestamptz
-- returns: family_id uuid, due bool, done_until timestamptz
SELECT family_id, due_at <= $1, done_until FROM family_due WHERE due_at <= $1 OR done_until > $2 ORDER BY due_at, family_id LIMIT 1000;

-- name: erase_pending
-- params: family uuid
-- returns: entry_id uuid, owner_id uuid, stands bool
SELECT d.entry_id, e.owner_id,
       EXISTS (SELECT FROM body b WHERE b.family_id = d.family_id AND b.entry_id = d.entry_id)
  FROM erasure_decision d JOIN entry e ON e.family_id = d.family_id AND e.id = d.entry_id
 WHERE d.family_id = $1 AND d.outcome = 'erased'
   AND NOT EXISTS (SELECT FROM erasure_done x WHERE x.family_id = d.family_id AND x.of_id = d.entry_id)
 ORDER BY e.owner_id, d.entry_id;

-- The plan's end, if it was recorded and not yet carried out.
-- name: erase_plan
-- params: family uuid
-- returns: id uuid, done bool
SELECT p.id, EXISTS (SELECT FROM erasure_done x WHERE x.family_id = p.family_id AND x.of_id = p.id)
  FROM plan_event p WHERE p.family_id = $1 AND p.kind = 'erased' ORDER BY p.recorded_at, p.id LIMIT 1;

-- name: erase_bodies
-- params: family uuid, owner uuid
-- returns: entry_id uuid, field text, version int4, envelope bytea, erased bool
SELECT b.entry_id, e.field, b.version, b.envelope,
       EXISTS (SELECT FROM erasure_decision d WHERE d.family_id = e.family_id AND d.entry_id = e.id AND d.outcome = 'erased')
  FROM entry e JOIN body b ON b.family_id = e.family_id AND b.entry_id = e.id
 WHERE e.family_id = $1 AND e.owner_id = $2 ORDER BY b.entry_id, b.version;

-- As commit_check, for what has no session: whoever sealed a text before must do it again under the newer key.
-- name: erase_check
-- params: family uuid, version int8
-- returns: version int8
WITH raised AS (UPDATE family SET version = version + 1 WHERE id = $1 AND version = $2 RETURNING version)
SELECT kring_one((SELECT version FROM raised));

-- name: owner_epoch_insert
-- params: family uuid, owner uuid, epoch int4, now timestamptz
INSERT INTO owner_epoch (family_id, owner_id, epoch, recorded_at) VALUES ($1, $2, $3, $4);

-- name: body_reseal
-- params: family uuid, entries uuid[], versions int4[], envelopes bytea[]
UPDATE body b SET envelope = w.envelope FROM unnest($2, $3, $4) AS w(entry, version, envelope)
 WHERE b.family_id = $1 AND b.entry_id = w.entry AND b.version = w.version;

-- name: body_erase
-- params: family uuid, entries uuid[]
DELETE FROM body b USING unnest($2) AS w(entry) WHERE b.family_id = $1 AND b.entry_id = w.entry;

-- name: body_erase_all
-- params: family uuid
DELETE FROM body WHERE family_id = $1;

-- name: erasure_done_insert
-- params: family uuid, of_ids uuid[], now timestamptz
INSERT INTO erasure_done (family_id, of_id, keys_gone_at, recorded_at) SELECT $1, w.id, $3, $3 FROM unnest($2) AS w(id)
    ON CONFLICT (family_id, of_id) DO NOTHING;

-- name: erase_settled
-- params: family uuid, due timestamptz, now timestamptz
UPDATE family_due SET due_at = $2, done_until = GREATEST(done_until, $3) WHERE family_id = $1;

-- name: keys_owners_end
-- db: keys
-- params: family uuid, owners uuid[], epochs int4[], now timestamptz
INSERT INTO key_end (family_id, owner_id, epoch, ended_at) SELECT $1, w.owner, w.epoch, $4 FROM unnest($2, $3) AS w(owner, epoch)
    ON CONFLICT (family_id, owner_id, epoch) DO NOTHING;

-- name: keys_owners_erase
-- db: keys
-- params: family uuid
DELETE FROM owner_key k USING key_end e
 WHERE k.family_id = $1 AND e.family_id = k.family_id AND e.owner_id = k.owner_id AND k.epoch <= e.epoch;

-- name: keys_family_owners_erase
-- db: keys
-- params: family uuid
DELETE FROM owner_key WHERE family_id = $1;

-- name: keys_family_erase
-- db: keys
-- params: family uuid
DELETE FROM family_key WHERE family_id = $1;
