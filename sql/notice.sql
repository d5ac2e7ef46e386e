-- Notices: that something happened, for one person or helper; never what (R-103). Shown from `at` on, and only as long as the policy
-- still lets him know of what it is about.

-- name: notices_insert
-- params: family uuid, ids uuid[], for_ids uuid[], kinds text[], of_id uuid, at timestamptz, now timestamptz
INSERT INTO notice (family_id, id, for_id, kind, of_id, at, recorded_at)
SELECT $1, n.id, n.for_id, n.kind, $5, $6, $7 FROM unnest($2, $3, $4) AS n(id, for_id, kind);
