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

-- An import says when, not which words: they were another house's, and their hash is that of nothing.
-- name: load_limits
-- params: family uuid, rows text, zone text
INSERT INTO limits_shown (family_id, person_id, text_version, text_hash, shown_at, recorded_at)
SELECT $1, r.person, 'imported', sha256(''), r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(person uuid, at text);

-- name: load_households
-- params: family uuid, rows text, zone text, intake text
INSERT INTO household (family_id, id, shielded, ordinal, recorded_at)
SELECT $1, r.id, r.shielded, r.ordinal, $4::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, shielded bool, ordinal int);

-- name: load_helpers
-- params: family uuid, rows text, zone text, intake text
INSERT INTO helper (family_id, id, ordinal, recorded_at)
SELECT $1, r.id, r.ordinal, $4::timestamp AT TIME ZONE $3 FROM json_to_recordset($2::json) AS r(id uuid, ordinal int);

-- name: load_relations
-- params: family uuid, rows text, zone text, intake text
INSERT INTO relation (family_id, kind, person_id, of_id, recorded_at, valid_from)
SELECT $1, r.kind, r.person, r.of, $4::timestamp AT TIME ZONE $3, $4::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(kind text, person uuid, "of" uuid);

-- name: load_capacities
-- params: family uuid, rows text, zone text
INSERT INTO capacity (family_id, id, person_id, able, topics, by_id, review_at, recorded_at, valid_from)
SELECT $1, r.id, r.person, r.able, r.topics, r.by_id, r.review::timestamp AT TIME ZONE $3,
       r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, person uuid, able bool, topics text[], by_id uuid, review text, at text);

-- name: load_conflicts
-- params: family uuid, rows text, zone text, intake text
INSERT INTO authority_conflict (family_id, id, child_id, topics, recorded_at, valid_from)
SELECT $1, r.id, r.child, r.topics, coalesce(r.since, $4)::timestamp AT TIME ZONE $3, coalesce(r.since, $4)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, child uuid, topics text[], since text);

-- name: load_blocks
-- params: family uuid, rows text, zone text, intake text
INSERT INTO block (family_id, id, person_id, protects, recorded_at, valid_from, valid_until)
SELECT $1, r.id, r.person, r.protects, $4::timestamp AT TIME ZONE $3, $4::timestamp AT TIME ZONE $3,
       coalesce((r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(id uuid, person uuid, protects uuid[], until text);

-- name: load_locks
-- params: family uuid, rows text, zone text
INSERT INTO safety_lock (family_id, id, not_for, about, fields, set_by, valid_from, recorded_at)
SELECT $1, r.id, r.not_for, r.about, r.fields, r.set_by, r.from::timestamp AT TIME ZONE $3, r.from::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, not_for uuid, about uuid[], fields text[], set_by uuid, "from" text);

-- name: load_lock_lifts
-- params: family uuid, rows text, zone text
INSERT INTO lock_lift (family_id, lock_id, by_id, lifted_at, recorded_at)
SELECT $1, r.lock, r.by_id, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(lock uuid, by_id uuid, at text);

-- name: load_trusted
-- params: family uuid, rows text, zone text, intake text
INSERT INTO trusted_person (family_id, id, minor_id, trusted_id, named_by, register_seen_on, valid_from, recorded_at)
SELECT $1, r.id, r.minor, r.trusted, r.minor, r.seen::date,
       coalesce(r.seen, $4)::timestamp AT TIME ZONE $3, coalesce(r.seen, $4)::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, minor uuid, trusted uuid, seen text);

-- name: load_places
-- params: family uuid, rows text, zone text, intake text
INSERT INTO place (family_id, helper_id, coordinator, authority_role, listed, safety, secrecy, organisation, recorded_at, valid_from,
                   valid_until)
SELECT $1, r.helper, r.coordinator, r.authority_role, r.listed, r.safety, r.secrecy, r.organisation,
       coalesce(r.from, $4)::timestamp AT TIME ZONE $3, coalesce(r.from, $4)::timestamp AT TIME ZONE $3,
       coalesce((r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3, 'infinity')
  FROM json_to_recordset($2::json) AS r(helper uuid, coordinator bool, authority_role bool, listed bool, safety bool, secrecy text,
                                           organisation uuid, "from" text, until text);

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

-- Asked, and lapsed after a fortnight without an answer (R-45).
-- name: load_requests
-- params: family uuid, rows text, zone text
INSERT INTO request (family_id, id, asker_id, recipient_id, about, basis, ordinal, recorded_at, lapses_at, valid_from, valid_until)
SELECT $1, r.id, r.asker, r.recipient, r.about, r.basis, r.ordinal, r.at::timestamp AT TIME ZONE $3,
       (r.at::timestamp + interval '14 days') AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3,
       (r.until::timestamp + CASE WHEN length(r.until) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3
  FROM json_to_recordset($2::json)
       AS r(id uuid, asker uuid, recipient uuid, about uuid[], basis text, ordinal int, at text, until text);

-- name: load_request_fields
-- params: family uuid, rows text
INSERT INTO request_field (family_id, request_id, field)
SELECT $1, r.request, r.field FROM json_to_recordset($2::json) AS r(request uuid, field text);

-- name: load_replies
-- params: family uuid, rows text, zone text
INSERT INTO request_reply (family_id, id, request_id, person_id, yes, no, channel, recorded_at)
SELECT $1, r.id, r.request, r.person, r.yes, r.no, 'app', r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(id uuid, request uuid, person uuid, yes text[], no text[], at text);

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
INSERT INTO emergency (family_id, id, helper_id, about, fields, reason_code, recorded_at, valid_from, valid_until, told_at, review_due_at)
SELECT $1, r.id, r.helper, r.about, r.fields, r.reason_code, r.at::timestamp AT TIME ZONE $3, r.at::timestamp AT TIME ZONE $3,
       e.until, r.told::timestamp AT TIME ZONE $3, kring_working_days(e.until, r.review_days, $3)
  FROM json_to_recordset($2::json)
       AS r(id uuid, helper uuid, about uuid[], fields text[], reason_code text, at text, ended text, minutes int, told text, review_days int)
 CROSS JOIN LATERAL (SELECT LEAST((r.at::timestamp AT TIME ZONE $3) + make_interval(mins => r.minutes),
             (r.ended::timestamp + CASE WHEN length(r.ended) = 10 THEN interval '1 day' ELSE interval '0' END) AT TIME ZONE $3)) AS e(until);

-- name: load_reviews
-- params: family uuid, rows text, zone text
INSERT INTO emergency_review (family_id, emergency_id, by_id, by_kind, outcome, recorded_at)
SELECT $1, r.emergency, r.by_id, r.by_kind, r.outcome, r.at::timestamp AT TIME ZONE $3
  FROM json_to_recordset($2::json) AS r(emergency uuid, by_id uuid, by_kind text, outcome text, at text);

-- name: load_due
-- params: family uuid, zone text, demo_at text
INSERT INTO family_due (family_id, due_at, done_until)
VALUES ($1, $3::timestamp AT TIME ZONE $2, $3::timestamp AT TIME ZONE $2);

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

-- name: load_emergency_tally
-- params: family uuid
INSERT INTO emergency_tally (account_id, family_id, emergency_id, opened_at, review_due_at, reviewed_at)
SELECT m.account_id, e.family_id, e.id, e.valid_from, e.review_due_at,
       (SELECT r.recorded_at FROM emergency_review r WHERE r.family_id = e.family_id AND r.emergency_id = e.id
         ORDER BY r.recorded_at OFFSET 1 LIMIT 1)
  FROM emergency e JOIN membership m ON m.family_id = e.family_id AND m.as_id = e.helper_id WHERE e.family_id = $1;

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
