-- Rights of persons: statements (entries of their own), corrections, restrictions.

-- The words stand in a statement; whoever wrote the text has a task, or the coordinator when nobody is known to have.
-- name: correction_insert
-- params: family uuid, id uuid, entry uuid, by_id uuid, statement uuid, now timestamptz
INSERT INTO correction_request (family_id, id, entry_id, by_id, statement_id, recorded_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: task_insert
-- params: family uuid, id uuid, kind text, for_id uuid, of_id uuid, about uuid[], due timestamptz, now timestamptz
INSERT INTO task (family_id, id, kind, for_id, of_id, about, due_at, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: restriction_insert
-- params: family uuid, id uuid, entry uuid, by_id uuid, now timestamptz
INSERT INTO restriction (family_id, id, entry_id, by_id, valid_from, recorded_at) VALUES ($1, $2, $3, $4, $5, $5);

-- Only by whom it was asked; what has ended stays as it is.
-- name: restriction_end_insert
-- params: family uuid, id uuid, by_id uuid, now timestamptz
INSERT INTO restriction_end (family_id, restriction_id, by_id, ended_at, recorded_at)
SELECT r.family_id, r.id, $3, $4, $4 FROM restriction r WHERE r.family_id = $1 AND r.id = $2 AND r.by_id = $3
    ON CONFLICT (family_id, restriction_id) DO NOTHING;

-- name: restriction_rows
-- params: family uuid, by_id uuid
-- returns: id uuid, entry_id uuid, recorded_at timestamptz
SELECT r.id, r.entry_id, r.recorded_at FROM restriction r
 WHERE r.family_id = $1 AND r.by_id = $2
   AND NOT EXISTS (SELECT FROM restriction_end e WHERE e.family_id = r.family_id AND e.restriction_id = r.id)
 ORDER BY r.recorded_at, r.id;
