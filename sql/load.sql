-- Storing a whole family (kringd load). One unit holds all of it, so it is there or it is not. Rows come as JSON lists of ids, field
-- names, moments and flags; every text is in an envelope. Times are the scenario's local texts: only here they meet the zone. `until`
-- texts that are a day include that whole day. $1 is the family, $2 the rows, $3 the zone, $4 the intake.

-- name: load_check
-- params: family uuid, zone text, demo_at text
-- returns: exists bool, zone_known bool, demo_at timestamptz
SELECT EXISTS (SELECT 1 FROM family WHERE id = $1), z.name IS NOT NULL, $3::timestamp AT TIME ZONE z.name
  FROM (VALUES (1)) one LEFT JOIN pg_timezone_names z ON z.name = $2;

-- name: load_logins_taken
-- params: indexes bytea[]
-- returns: login_index bytea
SELECT login_index FROM account WHERE login_index = ANY ($1);

-- name: load_account_kinds
-- params: none int4
-- returns: kind text
SELECT DISTINCT kind FROM account WHERE kind IN ('auditor', 'operator') AND $1 = 0;

-- name: load_family
-- params: family uuid, jurisdiction text, zone text, language text, intake text
INSERT INTO family (id, jurisdiction, time_zone, language, intake_at, recorded_at)
VALUES ($1, $2, $3, $4, $5::timestamp AT TIME ZONE $3, $5::timestamp AT TIME ZONE $3);

-- name: load_people
-- params: family uuid, rows text, zone text, intake text
INSERT INTO person (family_id, id, born, due, unborn, owner_id, member, has_account, ordinal, recorded_at)
SELECT $1, r.id, r.born, r.due, r.unborn, r.owner, r.member, r.account, r.ordinal, $4::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, born date, due date, unborn bool, owner uuid, member bool, account bool, ordinal int);

-- name: load_births
-- params: family uuid, rows text, zone text
INSERT INTO birth (family_id, person_id, born_at, recorded_at)
SELECT $1, r.person, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(person uuid, at text);

-- name: load_households
-- params: family uuid, rows text, zone text, intake text
INSERT INTO household (family_id, id, shielded, ordinal, recorded_at)
SELECT $1, r.id, r.shielded, r.ordinal, $4::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, shielded bool, ordinal int);

-- name: load_helpers
-- params: family uuid, rows text, zone text, intake text
INSERT INTO helper (family_id, id, ordinal, recorded_at)
SELECT $1, r.id, r.ordinal, coalesce(r.from, $4)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, ordinal int, "from" text);

-- name: load_relations
-- params: family uuid, rows text, zone text, intake text
INSERT INTO relation (family_id, kind, person_id, of_id, recorded_at, valid_from)
SELECT $1, r.kind, r.person, r.of, $4::timestamp AT TIME ZONE $3, $4::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(kind text, person uuid, "of" uuid);

-- name: load_capacities
-- params: family uuid, rows text, zone text
INSERT INTO capacity (family_id, person_id, able, recorded_at, valid_from)
SELECT $1, r.person, r.able, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(person uuid, able bool, at text);

-- name: load_conflicts
-- params: family uuid, rows text, zone text, intake text
INSERT INTO authority_conflict (family_id, child_id, recorded_at, valid_from)
SELECT DISTINCT ON (r.child) $1, r.child, coalesce(r.since, $4)::timestamp AT TIME ZONE $3, coalesce(r.since, $4)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(child uuid, since text)
 ORDER BY r.child, coalesce(r.since, $4)::timestamp;

-- name: load_blocks
-- params: family uuid, rows text, zone text, intake text
INSERT INTO block (family_id, id, person_id, protects, recorded_at, valid_from, valid_until)
SELECT $1, r.id, r.person, r.protects, $4::timestamp AT TIME ZONE $3, $4::timestamp AT TIME ZONE $3,
       coalesce((r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(id uuid, person uuid, protects uuid[], until text);

-- name: load_places
-- params: family uuid, rows text, zone text, intake text
INSERT INTO place (family_id, helper_id, coordinator, authority_role, listed, secrecy, recorded_at, valid_from, valid_until)
SELECT $1, r.helper, r.coordinator, r.authority_role, r.listed, r.secrecy,
       coalesce(r.from, $4)::timestamp AT TIME ZONE $3, coalesce(r.from, $4)::timestamp AT TIME ZONE $3,
       coalesce((r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(helper uuid, coordinator bool, authority_role bool, listed bool, secrecy text, "from" text, until text);

-- name: load_emergency_roles
-- params: family uuid, rows text, zone text, intake text
INSERT INTO emergency_role (family_id, helper_id, recorded_at, valid_from, valid_until)
SELECT $1, r.helper, coalesce(r.from, $4)::timestamp AT TIME ZONE $3, coalesce(r.from, $4)::timestamp AT TIME ZONE $3,
       coalesce((r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(helper uuid, "from" text, until text);

-- name: load_handovers
-- params: family uuid, rows text, zone text
INSERT INTO handover (family_id, id, from_id, to_id, accepted_at, recorded_at)
SELECT $1, r.id, r.from_id, r.to_id, coalesce(r.accepted::timestamp AT TIME ZONE $3, 'infinity'),
       coalesce(r.accepted, r.at)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, from_id uuid, to_id uuid, at text, accepted text);

-- name: load_grants
-- params: family uuid, rows text, zone text
INSERT INTO consent_grant (family_id, id, recipient_id, about, givers, basis, protective, ordinal, recorded_at, valid_from, valid_until)
SELECT $1, r.id, r.recipient, r.about, r.givers, r.basis, r.protective, r.ordinal,
       r.from::timestamp AT TIME ZONE $3, r.from::timestamp AT TIME ZONE $3,
       (r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3
  FROM json_to_recordset($2::json)
       AS r(id uuid, recipient uuid, about uuid[], givers uuid[], basis text, protective bool, ordinal int, "from" text, until text);

-- name: load_grant_fields
-- params: family uuid, rows text, zone text
INSERT INTO grant_field (family_id, grant_id, field, four_eyes_at)
SELECT $1, r.grant_id, r.field, coalesce(r.four_eyes::timestamp AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(grant_id uuid, field text, four_eyes text);

-- name: load_grant_ends
-- params: family uuid, rows text, zone text
INSERT INTO grant_end (family_id, grant_id, field, kind, by_id, ended_at, recorded_at)
SELECT $1, r.grant_id, r.field, r.kind, r.by_id, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(grant_id uuid, field text, kind text, by_id uuid, at text);

-- name: load_grant_confirms
-- params: family uuid, rows text, zone text
INSERT INTO grant_confirm (family_id, grant_id, recorded_at)
SELECT DISTINCT $1, r.grant_id, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(grant_id uuid, at text);

-- name: load_holds
-- params: family uuid, rows text, zone text
INSERT INTO hold (family_id, id, about, from_whom, fields, by_id, review_at, recorded_at, valid_from)
SELECT $1, r.id, r.about, r.from_whom, r.fields, r.by_id, r.review::timestamp AT TIME ZONE $3,
       r.from::timestamp AT TIME ZONE $3, r.from::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, about uuid[], from_whom uuid[], fields text[], by_id uuid, review text, "from" text);

-- name: load_emergencies
-- params: family uuid, rows text, zone text
INSERT INTO emergency (family_id, id, helper_id, about, fields, reason_code, recorded_at, valid_from, valid_until)
SELECT $1, r.id, r.helper, r.about, r.fields, r.reason_code, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3,
       LEAST((r.at::timestamp AT TIME ZONE $3) + make_interval(mins => r.minutes),
             coalesce((r.ended::timestamp + CASE WHEN length(r.ended) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity'))
  FROM json_to_recordset($2::json)
       AS r(id uuid, helper uuid, about uuid[], fields text[], reason_code text, at text, ended text, minutes int);

-- name: load_entries
-- params: family uuid, rows text
INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
SELECT $1, r.id, r.kind, r.field, r.of_id, r.assignee, r.about, r.owner, r.ordinal
  FROM json_to_recordset($2::json) AS r(id uuid, kind text, field text, of_id uuid, assignee uuid, about uuid[], owner uuid, ordinal bigint);

-- name: load_versions
-- params: family uuid, rows text, zone text, intake text
INSERT INTO entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)
SELECT $1, r.entry, r.version, r.author, r.wrote, r.agreed, coalesce(r.at, $4)::timestamp AT TIME ZONE $3, coalesce(r.at, $4)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(entry uuid, version int, author uuid, wrote uuid[], agreed uuid[], at text);

-- name: load_bodies
-- params: family uuid, entries uuid[], versions int4[], envelopes bytea[]
INSERT INTO body (family_id, entry_id, version, envelope)
SELECT $1, b.entry, b.version, b.envelope FROM unnest($2, $3, $4) AS b(entry, version, envelope);

-- name: load_accounts
-- params: ids uuid[], kinds text[], indexes bytea[], logins bytea[], passwords text[], zone text, at text
INSERT INTO account (id, kind, login_index, login, password, recorded_at)
SELECT a.id, a.kind, a.login_index, a.login, a.password, $7::timestamp AT TIME ZONE $6
  FROM unnest($1, $2, $3, $4, $5) AS a(id, kind, login_index, login, password);

-- name: load_memberships
-- params: family uuid, accounts uuid[], kinds text[], ids uuid[]
INSERT INTO membership (account_id, family_id, as_kind, as_id, ordinal)
SELECT m.account, $1, m.kind, m.id, 1 FROM unnest($2, $3, $4) AS m(account, kind, id);

-- Keys before data: what was made is stored if nothing is there yet, and what is there is what seals.

-- name: load_service_keys
-- db: keys
-- params: purposes text[], wrapped bytea[], at timestamptz
INSERT INTO service_key (purpose, wrapped, made_at) SELECT k.purpose, k.wrapped, $3 FROM unnest($1, $2) AS k(purpose, wrapped)
    ON CONFLICT (purpose) DO NOTHING;

-- name: load_audit_key
-- db: keys
-- params: family uuid, wrapped bytea, at timestamptz
INSERT INTO audit_key (family_id, wrapped, made_at) VALUES ($1, $2, $3) ON CONFLICT (family_id) DO NOTHING;

-- name: load_family_key
-- db: keys
-- params: family uuid, epoch int4, wrapped bytea, at timestamptz
INSERT INTO family_key (family_id, epoch, wrapped, made_at) VALUES ($1, $2, $3, $4) ON CONFLICT (family_id, epoch) DO NOTHING;

-- name: load_owner_keys
-- db: keys
-- params: family uuid, owners uuid[], wrapped bytea[], epoch int4, family_epoch int4, at timestamptz
INSERT INTO owner_key (family_id, owner_id, epoch, family_epoch, wrapped, made_at)
SELECT $1, k.owner, $4, $5, k.wrapped, $6 FROM unnest($2, $3) AS k(owner, wrapped)
    ON CONFLICT (family_id, owner_id, epoch) DO NOTHING;
