-- What is left to do for somebody. for_id null: the coordinator, whoever he is then; an emergency's alert is the privacy officer's,
-- and one about a person who is kept out the safety role's (R-58).

-- name: task_rows
-- params: family uuid
-- returns: id uuid, kind text, for_id uuid, of_id uuid, about uuid[], due_at timestamptz, recorded_at timestamptz
SELECT t.id, t.kind, t.for_id, t.of_id, t.about, t.due_at, t.recorded_at FROM task t
 WHERE t.family_id = $1 AND NOT EXISTS (SELECT FROM task_done d WHERE d.family_id = t.family_id AND d.task_id = t.id)
 ORDER BY t.due_at, t.id;

-- Only a task of his own: for_ids holds who he is, and the null of the coordinator when he is that.
-- name: task_done_insert
-- params: family uuid, task uuid, by_id uuid, coordinator bool, officer bool, safety bool, now timestamptz
INSERT INTO task_done (family_id, task_id, by_id, done_at, recorded_at)
SELECT t.family_id, t.id, $3, $7, $7 FROM task t
 WHERE t.family_id = $1 AND t.id = $2
   AND CASE WHEN t.kind = 'emergency_alert' THEN $5
            WHEN t.kind = 'safety_alert' THEN $6 AND t.of_id <> $3
            WHEN t.for_id IS NULL THEN $4 ELSE t.for_id = $3 END
    ON CONFLICT (family_id, task_id) DO NOTHING;

-- name: notice_rows
-- params: family uuid, for_id uuid, now timestamptz
-- returns: id uuid, kind text, of_id uuid, at timestamptz, seen bool
SELECT n.id, n.kind, n.of_id, n.at,
       EXISTS (SELECT FROM notice_seen s WHERE s.family_id = n.family_id AND s.notice_id = n.id)
  FROM notice n WHERE n.family_id = $1 AND n.for_id = $2 AND n.at <= $3
 ORDER BY n.at DESC, n.id LIMIT 500;

-- name: notice_seen_insert
-- params: family uuid, notice uuid, for_id uuid, now timestamptz
INSERT INTO notice_seen (family_id, notice_id, seen_at)
SELECT n.family_id, n.id, $4 FROM notice n WHERE n.family_id = $1 AND n.id = $2 AND n.for_id = $3
    ON CONFLICT (family_id, notice_id) DO NOTHING;
