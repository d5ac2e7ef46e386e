-- The heart: no receipt, no plaintext. One statement checks a whole batch of sessions and versions and inserts the records; what it
-- returns are the counters of those that hold. Each row is joined to its own session and its own family at its own version, so a
-- batch over two families is no way from one to the other. The zero family is the service itself and has no version.

-- name: disclose
-- params: token_hash bytea[], idle_since timestamptz[], family uuid[], version int8[], id uuid[], counter int8[], kind text[], outcome text[], emergency bool[], actor uuid[], sealed bytea[], boot uuid, now timestamptz, organisation uuid[], class int4[], rule text[], leaf bytea[]
-- returns: counter int8
WITH kept AS (
    INSERT INTO record (id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed, organisation_id, class, rule)
    SELECT w.id, w.family, $13, $12, w.counter, w.kind, w.outcome, w.emergency, w.actor, w.sealed,
           NULLIF(w.organisation, '00000000-0000-0000-0000-000000000000'), NULLIF(w.class, 255), NULLIF(w.rule, '')
      FROM unnest($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $14, $15, $16)
           AS w(token_hash, idle_since, family, version, id, counter, kind, outcome, emergency, actor, sealed, organisation, class, rule)
      JOIN session s ON s.token_hash = w.token_hash AND s.ended_at > $13 AND s.expires_at > $13 AND s.last_seen_at > w.idle_since
      LEFT JOIN family f ON f.id = w.family
     WHERE w.version = -1 OR f.version = w.version
    RETURNING counter
)
INSERT INTO log_pending (boot_id, counter, leaf) SELECT $12, kept.counter, ($17)[array_position($6, kept.counter)] FROM kept
RETURNING counter;

-- The sealed bodies that the receipts of the same unit allow; `n` tells the asking exchange and its place in that exchange's list.
-- name: bodies
-- params: n int4[], family uuid[], entry uuid[], version int4[]
-- returns: n int4, envelope bytea
SELECT w.n, b.envelope FROM unnest($1, $2, $3, $4) AS w(n, family, entry, version)
  JOIN body b ON b.family_id = w.family AND b.entry_id = w.entry AND b.version = w.version;

-- A record without a session: log-ins, and what the service does itself.
-- name: record_insert
-- params: id uuid, family uuid, at timestamptz, boot uuid, counter int8, kind text, outcome text, emergency bool, actor uuid, sealed bytea, organisation uuid, class int4, rule text, leaf bytea
WITH kept AS (
    INSERT INTO record (id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed, organisation_id, class, rule)
    VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULLIF($11, '00000000-0000-0000-0000-000000000000'), NULLIF($12, 255), NULLIF($13, ''))
)
INSERT INTO log_pending (boot_id, counter, leaf) VALUES ($4, $5, $14);

-- The same for a number of which is not known whether something bears it: what came first stays.
-- name: record_insert_if_free
-- params: id uuid, family uuid, at timestamptz, boot uuid, counter int8, kind text, outcome text, emergency bool, actor uuid, sealed bytea, organisation uuid, class int4, rule text, leaf bytea
WITH place AS (
    INSERT INTO log_pending (boot_id, counter, leaf)
    SELECT $4, $5, $14 WHERE NOT EXISTS (
        SELECT FROM (SELECT first_counter + count AS until FROM log_run r
                      WHERE r.boot_id = $4 AND r.first_counter <= $5 ORDER BY r.first_counter DESC LIMIT 1) r WHERE r.until > $5)
        ON CONFLICT (boot_id, counter) DO NOTHING
    RETURNING counter
)
INSERT INTO record (id, family_id, at, boot_id, counter, kind, outcome, emergency, actor_id, sealed, organisation_id, class, rule)
SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, NULLIF($11, '00000000-0000-0000-0000-000000000000'), NULLIF($12, 255), NULLIF($13, '')
  FROM place;

-- The newest records of a family before a place in the log, newest first.
--
-- The rows of a family lie as far apart as its looks did. So the index alone says which span holds the page, and a bitmap fetches it:
-- PostgreSQL reads that ahead (effective_io_concurrency), where an index scan waits for the disk row by row. The OR is what makes it a
-- bitmap, whatever the planner thinks of two bounds that it can't know.
-- name: records_page
-- params: family uuid, since timestamptz, until timestamptz, before_at timestamptz, before_id uuid, most int4
-- returns: id uuid, at timestamptz, boot_id uuid, counter int8, kind text, outcome text, emergency bool, actor_id uuid, organisation_id uuid, class int4, rule text, sealed bytea
WITH keys AS MATERIALIZED (
    SELECT at FROM record
     WHERE family_id = $1 AND at >= $2 AND at < $3 AND (at, id) < ($4, $5)
     ORDER BY at DESC, id DESC LIMIT $6
), found AS MATERIALIZED (
    SELECT id, at, boot_id, counter, kind, outcome, emergency, actor_id, organisation_id, class, rule, sealed FROM record
     WHERE family_id = $1 AND (at >= (SELECT min(at) FROM keys) AND at < (SELECT max(at) FROM keys) OR at = (SELECT max(at) FROM keys))
)
SELECT * FROM found WHERE (at, id) < ($4, $5) ORDER BY at DESC, id DESC LIMIT $6;
