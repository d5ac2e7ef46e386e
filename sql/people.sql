-- How people come into a plan: persons and helpers, invitations, births, and what was shown and told.

-- name: person_insert
-- params: family uuid, id uuid, born text, due text, unborn bool, owner uuid, now timestamptz
INSERT INTO person (family_id, id, born, due, unborn, owner_id, member, ordinal, recorded_at)
VALUES ($1, $2, NULLIF($3, '')::date, NULLIF($4, '')::date, $5, $6, true,
        (SELECT coalesce(max(ordinal), 0) + 1 FROM person WHERE family_id = $1), $7);

-- `kind` as in relation; from the moment on.
-- name: relations_insert
-- params: family uuid, kind text, people uuid[], of_ids uuid[], valid_from timestamptz, now timestamptz
INSERT INTO relation (family_id, kind, person_id, of_id, recorded_at, valid_from)
SELECT $1, $2, p.id, o.id, $6, $5 FROM unnest($3) AS p(id) CROSS JOIN unnest($4) AS o(id)
    ON CONFLICT (family_id, kind, person_id, of_id, valid_from) DO NOTHING;

-- name: helper_insert
-- params: family uuid, id uuid, now timestamptz
INSERT INTO helper (family_id, id, ordinal, recorded_at)
VALUES ($1, $2, (SELECT coalesce(max(ordinal), 0) + 1 FROM helper WHERE family_id = $1), $3);

-- It begins with his yes to the working agreements (C-03), and has an end (C-17).
-- name: place_insert
-- params: family uuid, helper uuid, authority_role bool, listed bool, secrecy text, organisation uuid, until timestamptz, now timestamptz
INSERT INTO place (family_id, helper_id, coordinator, authority_role, listed, secrecy, organisation, recorded_at, valid_from,
                   valid_until, waits)
VALUES ($1, $2, false, $3, $4, $5, $6, $8, $8, $7, true);

-- One code at a time for one person: an older one stops working.
-- name: invitation_replace
-- params: family uuid, for_id uuid, now timestamptz
UPDATE invitation SET revoked_at = $3 WHERE family_id = $1 AND for_id = $2 AND used_at IS NULL AND revoked_at IS NULL;

-- name: invitation_insert
-- params: family uuid, id uuid, for_kind text, for_id uuid, code_hash bytea, by_id uuid, expires timestamptz, now timestamptz
INSERT INTO invitation (family_id, id, for_kind, for_id, code_hash, by_id, expires_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: invitation_rows
-- params: family uuid
-- returns: id uuid, for_id uuid, by_id uuid, handed_over_at timestamptz, expires_at timestamptz, used_at timestamptz, revoked_at timestamptz, recorded_at timestamptz
SELECT id, for_id, by_id, handed_over_at, expires_at, used_at, revoked_at, recorded_at FROM invitation
 WHERE family_id = $1 ORDER BY recorded_at, id;

-- Whose invitation it is comes from the policy: `people` and `helpers` whom he may name. What is not there for him, stays as it is.
-- name: invitation_hand_over
-- params: family uuid, id uuid, for_ids uuid[], now timestamptz
UPDATE invitation SET handed_over_at = $4
 WHERE family_id = $1 AND id = $2 AND for_id = ANY ($3) AND handed_over_at IS NULL AND used_at IS NULL AND revoked_at IS NULL;

-- name: invitation_revoke
-- params: family uuid, id uuid, for_ids uuid[], now timestamptz
UPDATE invitation SET revoked_at = $4
 WHERE family_id = $1 AND id = $2 AND for_id = ANY ($3) AND used_at IS NULL AND revoked_at IS NULL;

-- name: birth_insert
-- params: family uuid, person uuid, born_at timestamptz, now timestamptz
INSERT INTO birth (family_id, person_id, born_at, recorded_at) VALUES ($1, $2, $3, $4);

-- name: limits_insert
-- params: family uuid, person uuid, version text, language text, hash bytea, now timestamptz
INSERT INTO limits_shown (family_id, person_id, text_version, text_language, text_hash, shown_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (family_id, person_id, shown_at) DO NOTHING;

-- name: agreement_insert
-- params: family uuid, helper uuid, version text, language text, hash bytea, now timestamptz
INSERT INTO agreement_accepted (family_id, helper_id, text_version, text_language, text_hash, accepted_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $6) ON CONFLICT (family_id, helper_id, accepted_at) DO NOTHING;

-- name: contact_check_insert
-- params: family uuid, person uuid, now timestamptz
INSERT INTO contact_check (family_id, contact_index, checked_at, recorded_at)
SELECT c.family_id, c.contact_index, $3, $3 FROM person_contact c WHERE c.family_id = $1 AND c.person_id = $2
    ON CONFLICT (family_id, contact_index, checked_at) DO NOTHING;

-- name: informed_insert
-- params: family uuid, person uuid, outcome text, reason uuid, by_id uuid, now timestamptz
INSERT INTO person_informed (family_id, person_id, outcome, reason_entry, by_id, at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $6)
    ON CONFLICT (family_id, person_id, recorded_at) DO NOTHING;
