-- Retention of the log (R-65): what server/flow/retire.c takes away, and what it leaves.

-- Families of which something may be old enough. The cut is the first of a month, so that a family has one sweep a month and not one
-- with every look; the years are the setting's, or the law's for a plan that is a statutory file. The zero family is the service.
-- name: retire_due
-- params: families uuid[], now timestamptz, years int4, laws text[], law_years int4[]
-- returns: family_id uuid, cut timestamptz
SELECT d.id, d.cut
  FROM (SELECT w.id, LEAST(date_trunc('month', $2 AT TIME ZONE 'UTC' - make_interval(years => w.years)) AT TIME ZONE 'UTC', h.retire_before) AS cut
          FROM (SELECT f.id, l.years FROM unnest($1) AS a(id) JOIN family f ON f.id = a.id
                  JOIN unnest($4, $5) AS l(law, years) ON l.law = f.jurisdiction
                UNION ALL
                SELECT a.id, $3 FROM unnest($1) AS a(id) WHERE a.id = '00000000-0000-0000-0000-000000000000') w, log_head h) d
 WHERE NOT kring_held(d.id, $2)
   AND EXISTS (SELECT FROM record r WHERE r.family_id = d.id AND r.at < d.cut AND r.kind <> 'log.retire')
 ORDER BY d.id;

-- The oldest before the cut, behind a place in the log, with the place that each has in the tree. One that still waits for its place is
-- left for another time.
-- name: retire_records
-- params: family uuid, cut timestamptz, after_at timestamptz, after_id uuid, most int4
-- returns: id uuid, at timestamptz, boot_id uuid, counter int8, kind text, outcome text, emergency bool, actor_id uuid, organisation_id uuid, class int4, rule text, sealed bytea, index int8
SELECT r.id, r.at, r.boot_id, r.counter, r.kind, r.outcome, r.emergency, r.actor_id, r.organisation_id, r.class, r.rule, r.sealed,
       CASE WHEN r.counter < p.first_counter + p.count THEN p.first_index + r.counter - p.first_counter END
  FROM (SELECT * FROM record WHERE family_id = $1 AND at < $2 AND (at, id) > ($3, $4) AND kind <> 'log.retire'
           AND NOT EXISTS (SELECT FROM log_pending w WHERE w.boot_id = record.boot_id AND w.counter = record.counter)
         ORDER BY at, id LIMIT $5) r
  LEFT JOIN LATERAL (SELECT first_index, first_counter, count FROM log_run l
                      WHERE l.boot_id = r.boot_id AND l.first_counter <= r.counter ORDER BY l.first_counter DESC LIMIT 1) p ON true
 ORDER BY r.at, r.id;

-- All of them or nothing: another server may have been faster, a hold may have come, the wall may not be that far.
-- name: retire_delete
-- params: family uuid, at timestamptz[], id uuid[], count int8, now timestamptz
-- returns: one int8
WITH gone AS (
    DELETE FROM record r USING unnest($2, $3) AS w(at, id)
     WHERE r.family_id = $1 AND r.at = w.at AND r.id = w.id AND NOT kring_held($1, $5)
    RETURNING 1
)
SELECT kring_one(CASE WHEN (SELECT count(*) FROM gone) = $4 THEN 1::int8 END);

-- ---- the log of a family that is over ----

-- Erased families without a record; those of which that was noted long enough ago that nobody writes under their key any more.
-- name: retire_logs
-- params: families uuid[], since timestamptz
-- returns: family_id uuid, noted bool, over bool
SELECT d.family_id, d.log_ended_at <> 'infinity', d.log_ended_at <= $2
  FROM unnest($1) AS w(id) JOIN family_due d ON d.family_id = w.id
 WHERE EXISTS (SELECT FROM plan_event p WHERE p.family_id = w.id AND p.kind = 'erased')
   AND EXISTS (SELECT FROM erasure_done x JOIN plan_event p ON p.family_id = x.family_id AND p.id = x.of_id
                WHERE x.family_id = w.id AND p.kind = 'erased')
   AND NOT EXISTS (SELECT FROM record r WHERE r.family_id = w.id)
 ORDER BY d.family_id;

-- With its version, so that no server goes on with facts that it has read before.
-- name: retire_log_end
-- params: family uuid, now timestamptz
-- returns: version int8
WITH over AS (UPDATE family_due SET log_ended_at = $2 WHERE family_id = $1 AND log_ended_at = 'infinity'
                 AND NOT EXISTS (SELECT FROM record r WHERE r.family_id = $1) RETURNING family_id),
     raised AS (UPDATE family f SET version = version + 1 FROM over WHERE f.id = over.family_id RETURNING f.version)
SELECT kring_one((SELECT version FROM raised));

-- name: keys_log_end
-- db: keys
-- params: families uuid[]
INSERT INTO log_end (family_id) SELECT w.id FROM unnest($1) AS w(id) ON CONFLICT (family_id) DO NOTHING;

-- name: keys_log_erase
-- db: keys
-- params: families uuid[]
DELETE FROM audit_key k USING unnest($1) AS w(id) WHERE k.family_id = w.id;
