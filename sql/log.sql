-- The tree over all records. tree_* are the sequencer's, as kring_log; log_* are the server's. None is of a family.

-- name: tree_head
-- returns: size int8, root bytea, note_size int8, witnessed_at timestamptz, refused text
SELECT size, root, note_size, witnessed_at, refused FROM log_head;

-- What stands and has no place yet. A unit that commits later comes in a later run, whatever its counter.
-- name: tree_pending
-- params: most int4
-- returns: boot_id uuid, counter int8, leaf bytea
SELECT boot_id, counter, leaf FROM log_pending ORDER BY boot_id, counter LIMIT $1;

-- name: tree_tiles
-- params: level int4[], number int8[]
-- returns: level int4, number int8, hashes bytea
SELECT t.level, t.number, t.hashes FROM unnest($1, $2) AS w(level, number)
  JOIN log_tile t ON t.level = w.level AND t.number = w.number;

-- One sequencer at a time: the second one finds the lock taken, and a stale one another size. Both raise, and the unit is as if it
-- had never been.
-- name: tree_lock
-- returns: one int8
SELECT kring_one(CASE WHEN pg_try_advisory_xact_lock(1263684935, 1) THEN 1::int8 END);

-- name: tree_advance
-- params: from_size int8, size int8, root bytea, now timestamptz
-- returns: size int8
WITH moved AS (UPDATE log_head SET size = $2, root = $3, integrated_at = $4, seen_at = $4 WHERE size = $1 RETURNING size)
SELECT kring_one((SELECT size FROM moved));

-- name: tree_runs_insert
-- params: first_index int8[], boot uuid[], first_counter int8[], count int4[]
INSERT INTO log_run (first_index, boot_id, first_counter, count)
SELECT w.first_index, w.boot, w.first_counter, w.count FROM unnest($1, $2, $3, $4) AS w(first_index, boot, first_counter, count);

-- name: tree_tiles_put
-- params: level int4[], number int8[], hashes bytea[]
INSERT INTO log_tile (level, number, hashes)
SELECT w.level, w.number, w.hashes FROM unnest($1, $2, $3) AS w(level, number, hashes)
    ON CONFLICT (level, number) DO UPDATE SET hashes = excluded.hashes;

-- Exactly what was given a place.
-- name: tree_pending_delete
-- params: boot uuid[], first_counter int8[], count int4[], taken int8
-- returns: one int8
WITH gone AS (
    DELETE FROM log_pending p USING unnest($1, $2, $3) AS w(boot, first_counter, count)
     WHERE p.boot_id = w.boot AND p.counter >= w.first_counter AND p.counter < w.first_counter + w.count
    RETURNING 1
)
SELECT kring_one(CASE WHEN (SELECT count(*) FROM gone) = $4 THEN 1::int8 END);

-- name: tree_publish
-- params: size int8, note text, now timestamptz
UPDATE log_head SET note_size = $1, note = $2, published_at = $3, witnessed_at = $3, seen_at = $3, refused = NULL;

-- The wall around records (R-65): five years before this clock, whatever those who delete are told to keep.
-- name: tree_retire_before
-- params: now timestamptz
UPDATE log_head SET retire_before = ($1 AT TIME ZONE 'UTC' - interval '5 years') AT TIME ZONE 'UTC';

-- name: tree_publish_size
-- params: size int8, now timestamptz, since timestamptz
WITH old AS (DELETE FROM log_published WHERE at < $3 AND size <> $1)
INSERT INTO log_published (size, at) VALUES ($1, $2) ON CONFLICT (size) DO UPDATE SET at = excluded.at;

-- name: tree_seen
-- params: now timestamptz, met bool, refused text
UPDATE log_head SET seen_at = $1, witnessed_at = CASE WHEN $2 THEN $1 ELSE witnessed_at END, refused = NULLIF($3, '');

-- ---- what the server tells ----

-- name: log_state
-- returns: seen_at timestamptz, witnessed_at timestamptz, refused text
SELECT seen_at, witnessed_at, refused FROM log_head;

-- name: log_checkpoint
-- returns: size int8, note text
SELECT note_size AS size, note FROM log_head WHERE note IS NOT NULL;

-- A tile, with the sizes of the trees that were published of late: only these have partial tiles.
-- name: log_tile_find
-- params: level int4, number int8
-- returns: hashes bytea, newest int8, sizes int8[]
SELECT t.hashes, h.note_size AS newest, ARRAY(SELECT size FROM log_published ORDER BY size DESC LIMIT 600) AS sizes
  FROM log_tile t, log_head h WHERE t.level = $1 AND t.number = $2 AND h.note IS NOT NULL;

-- Where records stand: the run that begins at or before each. `n` tells which was asked for.
-- name: log_places
-- params: n int4[], boot uuid[], counter int8[]
-- returns: n int4, index int8
SELECT w.n, r.first_index + w.counter - r.first_counter AS index
  FROM unnest($1, $2, $3) AS w(n, boot, counter)
  CROSS JOIN LATERAL (SELECT first_index, first_counter, count FROM log_run r
                       WHERE r.boot_id = w.boot AND r.first_counter <= w.counter ORDER BY r.first_counter DESC LIMIT 1) r
 WHERE w.counter < r.first_counter + r.count;

-- name: log_tiles
-- params: level int4[], number int8[]
-- returns: level int4, number int8, hashes bytea
SELECT t.level, t.number, t.hashes FROM unnest($1, $2) AS w(level, number)
  JOIN log_tile t ON t.level = w.level AND t.number = w.number;

-- ---- the life of a server ----

-- name: boot_before
-- returns: schema int4, found text
SELECT (SELECT coalesce(max(version), 0) FROM schema_version)::int4 AS schema,
       coalesce((SELECT found FROM boot ORDER BY began_at DESC LIMIT 1), '') AS found;

-- name: boot_begin
-- params: id uuid, build text, now timestamptz, found text
INSERT INTO boot (id, build, began_at, seen_at, found) VALUES ($1, $2, $3, $3, $4);

-- name: boot_seen
-- params: id uuid, now timestamptz
UPDATE boot SET seen_at = $2 WHERE id = $1;

-- name: boot_end
-- params: ids uuid[], now timestamptz
UPDATE boot SET ended_at = $2 WHERE id = ANY ($1) AND ended_at = 'infinity';

-- Servers that did not stop, beside the one that asks.
-- name: boot_others
-- params: own uuid, most int4
-- returns: id uuid, seen_at timestamptz
SELECT id, seen_at FROM boot WHERE ended_at = 'infinity' AND id <> $1 ORDER BY began_at, id LIMIT $2;

-- Of servers that are gone, once all that they left has its place: the first numbers that no record bears, or a row without any.
-- name: boot_gaps
-- params: gone uuid[], most int4
-- returns: boot_id uuid, from_counter int8, until_counter int8
SELECT b.id AS boot_id, g.from_counter, g.until_counter
  FROM boot b
  LEFT JOIN LATERAL (
      SELECT w.from_counter, w.until_counter
        FROM (SELECT lag(r.first_counter + r.count, 1, 0::bigint) OVER (ORDER BY r.first_counter) AS from_counter, r.first_counter AS until_counter
                FROM log_run r WHERE r.boot_id = b.id) w
       WHERE w.until_counter > w.from_counter LIMIT $2) g ON true
 WHERE b.id = ANY ($1) AND b.ended_at = 'infinity' AND NOT EXISTS (SELECT FROM log_pending p WHERE p.boot_id = b.id)
 LIMIT $2;

-- ---- kringd log check: every record against its place ----

-- name: check_log_head
-- returns: size int8
SELECT size FROM log_head;

-- name: check_log_runs
-- params: after int8, most int4
-- returns: first_index int8, boot_id uuid, first_counter int8, count int4
SELECT first_index, boot_id, first_counter, count FROM log_run WHERE first_index > $1 ORDER BY first_index LIMIT $2;

-- name: check_log_entries
-- params: number int8, most int4
-- returns: number int8, hashes bytea
SELECT number, hashes FROM log_tile WHERE level = -1 AND number >= $1 ORDER BY number LIMIT $2;

-- name: check_log_records
-- params: family uuid, after_at timestamptz, after_id uuid, most int4
-- returns: id uuid, at timestamptz, boot_id uuid, counter int8, kind text, outcome text, emergency bool, actor_id uuid, organisation_id uuid, class int4, rule text, sealed bytea
SELECT id, at, boot_id, counter, kind, outcome, emergency, actor_id, organisation_id, class, rule, sealed FROM record
 WHERE family_id = $1 AND (at, id) > ($2, $3) ORDER BY at, id LIMIT $4;

-- name: check_log_pending
-- params: boot uuid, counter int8
-- returns: one int4
SELECT 1 FROM log_pending WHERE boot_id = $1 AND counter = $2;

-- ---- the auditor's search over all families ----

-- Families of which there are records, beginning behind one. It names ids, and belongs to no family itself.
-- name: log_families
-- params: after uuid, most int4
-- returns: family_id uuid
SELECT family_id FROM family_due WHERE family_id > $1 ORDER BY family_id LIMIT $2;

-- What stands in clear of the newest records of these families that fit; of what is sealed only how the service itself was changed. Row security shows only the families of
-- the context, as anywhere. Nothing asked for: a zero id, a class of -1, false, an empty word.
-- name: log_search
-- params: families uuid[], since timestamptz, until timestamptz, before_at timestamptz, before_id uuid, account uuid, organisation uuid, class int4, rule text, emergency bool, outcome text, kind text, most int4
-- returns: id uuid, family_id uuid, at timestamptz, kind text, outcome text, emergency bool, actor_id uuid, organisation_id uuid, class int4, rule text, sealed bytea
SELECT r.id, w.family_id, r.at, r.kind, r.outcome, r.emergency, r.actor_id, r.organisation_id, r.class, r.rule, r.sealed
  FROM unnest($1) AS w(family_id)
  CROSS JOIN LATERAL (
      SELECT id, at, kind, outcome, emergency, actor_id, organisation_id, class, rule,
             CASE WHEN kind IN ('settings.change', 'schema.migrate') THEN sealed END AS sealed FROM record
       WHERE family_id = w.family_id AND at >= $2 AND at < $3 AND (at, id) < ($4, $5)
         AND ($6 = '00000000-0000-0000-0000-000000000000' OR actor_id = $6)
         AND ($7 = '00000000-0000-0000-0000-000000000000' OR organisation_id = $7)
         AND ($8 < 0 OR class >= $8) AND ($9 = '' OR rule = $9) AND (NOT $10 OR emergency)
         AND ($11 = '' OR outcome = $11) AND ($12 = '' OR kind = $12)
       ORDER BY at DESC, id DESC LIMIT $13) r
 ORDER BY r.at DESC, r.id DESC LIMIT $13;
