-- From one coordinator to the next: draft, agreed, talked, accepted; a step without the one before it refuses the whole unit (KR002).

-- name: handover_insert
-- params: family uuid, id uuid, from_id uuid, to_id uuid, now timestamptz
INSERT INTO handover (family_id, id, from_id, to_id, recorded_at) VALUES ($1, $2, $3, $4, $5);

-- `before` is the step that must have been taken; none for the first.
-- name: handover_step_insert
-- params: family uuid, handover uuid, step text, before text, by_id uuid, now timestamptz
WITH may AS (SELECT kring_permitted((SELECT 1::int8 FROM handover h
               WHERE h.family_id = $1 AND h.id = $2
                 AND ($4 = '' OR EXISTS (SELECT FROM handover_step s WHERE s.family_id = $1 AND s.handover_id = $2 AND s.step = $4)))) AS one)
INSERT INTO handover_step (family_id, handover_id, step, by_id, at, recorded_at) SELECT $1, $2, $3, $5, $6, $6 FROM may WHERE one = 1
    ON CONFLICT (family_id, handover_id, step) DO NOTHING;

-- The place of the one who takes over: as the other's, but for the coordination while that is not accepted. Who has not said yes
-- to the working agreements has none yet (C-03).
-- name: handover_place_insert
-- params: family uuid, handover uuid, coordinator bool, now timestamptz
INSERT INTO place (family_id, helper_id, coordinator, authority_role, listed, safety, secrecy, organisation, recorded_at, valid_from,
                   waits)
SELECT h.family_id, h.to_id, $3, p.authority_role, p.listed, p.safety AND $3, p.secrecy, p.organisation, $4, $4,
       EXISTS (SELECT FROM place w WHERE w.family_id = h.family_id AND w.helper_id = h.to_id AND w.waits)
  FROM handover h JOIN place p ON p.family_id = h.family_id AND p.helper_id = h.from_id
 WHERE h.family_id = $1 AND h.id = $2 AND p.valid_from <= $4
 ORDER BY p.valid_from DESC LIMIT 1
    ON CONFLICT (family_id, helper_id, valid_from) DO NOTHING;

-- name: handover_rows
-- params: family uuid
-- returns: id uuid, from_id uuid, to_id uuid, state text, at timestamptz
SELECT h.id, h.from_id, h.to_id, coalesce(s.step, CASE WHEN h.accepted_at < 'infinity' THEN 'accepted' ELSE 'draft' END),
       coalesce(s.at, CASE WHEN h.accepted_at < 'infinity' THEN h.accepted_at ELSE h.recorded_at END)
  FROM handover h
  LEFT JOIN LATERAL (SELECT t.step, t.at FROM handover_step t WHERE t.family_id = h.family_id AND t.handover_id = h.id
                      ORDER BY array_position(ARRAY['agreed', 'talked', 'accepted'], t.step) DESC LIMIT 1) s ON true
 WHERE h.family_id = $1 ORDER BY h.recorded_at, h.id;

-- name: handover_of_either
-- params: family uuid, handover uuid, helper uuid
-- returns: one int8
SELECT kring_permitted((SELECT 1::int8 FROM handover h WHERE h.family_id = $1 AND h.id = $2 AND $3 IN (h.from_id, h.to_id)));

-- name: handover_of_next
-- params: family uuid, handover uuid, helper uuid
-- returns: one int8
SELECT kring_permitted((SELECT 1::int8 FROM handover h WHERE h.family_id = $1 AND h.id = $2 AND $3 = h.to_id));
