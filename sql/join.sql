-- Joining with a code: whoever bears it has no session and knows nothing yet. `invitation`, `membership` and `account` are read
-- before a family is known; the rest has the family in its context by then.

-- A code that was used, revoked or is over is not there. `mine`: who the account already is in that family. It must have been
-- handed over in person where the policy says so (R-38).
-- name: join_find
-- params: code_hash bytea, account uuid, now timestamptz
-- returns: family_id uuid, id uuid, for_kind text, for_id uuid, handed_over bool, taken bool, mine uuid
SELECT i.family_id, i.id, i.for_kind, i.for_id, coalesce(i.handed_over_at <= $3, false),
       EXISTS (SELECT FROM membership m WHERE m.family_id = i.family_id AND m.as_id = i.for_id),
       (SELECT m.as_id FROM membership m WHERE m.family_id = i.family_id AND m.account_id = $2)
  FROM invitation i
 WHERE i.code_hash = $1 AND i.used_at IS NULL AND i.revoked_at IS NULL AND i.expires_at > $3;

-- name: join_contacts
-- params: family uuid
-- returns: person_id uuid, contact_index bytea
SELECT person_id, contact_index FROM person_contact WHERE family_id = $1;

-- A log-in that is somebody's e-mail address is a contact that he uses.
-- name: join_logins
-- params: family uuid, but_account uuid
-- returns: as_id uuid, login_index bytea
SELECT m.as_id, a.login_index FROM membership m JOIN account a ON a.id = m.account_id WHERE m.family_id = $1 AND m.account_id <> $2;

-- name: join_check
-- params: family uuid, version int8
-- returns: version int8
WITH raised AS (UPDATE family SET version = version + 1 WHERE id = $1 AND version = $2 RETURNING version)
SELECT kring_one((SELECT version FROM raised));

-- name: join_use
-- params: family uuid, invitation uuid, now timestamptz
-- returns: one int8
WITH used AS (UPDATE invitation SET used_at = $3
               WHERE family_id = $1 AND id = $2 AND used_at IS NULL AND revoked_at IS NULL AND expires_at > $3
           RETURNING 1::int8 AS one)
SELECT kring_one((SELECT one FROM used));

-- name: join_account
-- params: id uuid, kind text, login_index bytea, login bytea, password text, now timestamptz
INSERT INTO account (id, kind, login_index, login, password, recorded_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: join_membership
-- params: account uuid, family uuid, as_kind text, as_id uuid
INSERT INTO membership (account_id, family_id, as_kind, as_id, ordinal)
VALUES ($1, $2, $3, $4, (SELECT coalesce(max(ordinal), 0) + 1 FROM membership WHERE account_id = $1));

-- name: join_contact
-- params: family uuid, person uuid, contact_index bytea, sealed bytea, now timestamptz
INSERT INTO person_contact (family_id, person_id, contact_index, sealed, checked_at, recorded_at) VALUES ($1, $2, $3, $4, $5, $5);

-- R-58: asked with every refusal, so that one that alerts takes no longer than another.
-- name: join_alert
-- params: family uuid, id uuid, of_id uuid, now timestamptz, alerts bool
INSERT INTO task (family_id, id, kind, of_id, about, due_at, recorded_at)
SELECT $1, $2, 'safety_alert', $3, '{}', $4, $4 WHERE $5;
