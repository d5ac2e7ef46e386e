-- All that the policy needs of one family, in one unit: the index of entries, never a body. $1 is the family everywhere.

-- name: context_set
-- params: families text
-- returns: set text
SELECT set_config('kring.families', $1, true);

-- name: facts_family
-- params: family uuid
-- returns: version int8, jurisdiction text, language text, erased_at timestamptz, intake_at timestamptz
SELECT version, jurisdiction, language, erased_at, intake_at FROM family WHERE id = $1;

-- name: facts_people
-- params: family uuid
-- returns: id uuid, recorded_at timestamptz, unborn bool, born_at timestamptz, turns_12 timestamptz, turns_16 timestamptz, turns_18 timestamptz, owner_id uuid, member bool, has_account bool
SELECT p.id, p.recorded_at, p.unborn, coalesce(b.born_at, 'infinity'),
       coalesce(((d.born + interval '12 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       coalesce(((d.born + interval '16 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       coalesce(((d.born + interval '18 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       p.owner_id, p.member, p.has_account
  FROM person p
  JOIN family f ON f.id = p.family_id
  LEFT JOIN birth b ON b.family_id = p.family_id AND b.person_id = p.id
  CROSS JOIN LATERAL (SELECT coalesce(p.born, (b.born_at AT TIME ZONE f.time_zone)::date) AS born) d
 WHERE p.family_id = $1 ORDER BY p.ordinal, p.id;

-- name: facts_households
-- params: family uuid
-- returns: id uuid, recorded_at timestamptz, shielded bool
SELECT id, recorded_at, shielded FROM household WHERE family_id = $1 ORDER BY ordinal, id;

-- name: facts_helpers
-- params: family uuid
-- returns: id uuid
SELECT id FROM helper WHERE family_id = $1 ORDER BY ordinal, id;

-- name: facts_relations
-- params: family uuid
-- returns: kind text, person_id uuid, of_id uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT kind, person_id, of_id, recorded_at, valid_from, valid_until FROM relation WHERE family_id = $1
 ORDER BY kind, person_id, of_id, valid_from;

-- name: facts_capacities
-- params: family uuid
-- returns: person_id uuid, able bool, recorded_at timestamptz, valid_from timestamptz
SELECT person_id, able, recorded_at, valid_from FROM capacity WHERE family_id = $1 ORDER BY person_id, valid_from;

-- name: facts_conflicts
-- params: family uuid
-- returns: child_id uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT child_id, recorded_at, valid_from, valid_until FROM authority_conflict WHERE family_id = $1 ORDER BY child_id, valid_from;

-- name: facts_blocks
-- params: family uuid
-- returns: person_id uuid, protects uuid[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT person_id, protects, recorded_at, valid_from, valid_until FROM block WHERE family_id = $1 ORDER BY id;

-- name: facts_places
-- params: family uuid
-- returns: helper_id uuid, coordinator bool, authority_role bool, listed bool, secrecy text, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT p.helper_id, p.coordinator, p.authority_role, p.listed, p.secrecy, p.recorded_at, p.valid_from,
       LEAST(p.valid_until, (SELECT min(h.accepted_at) FROM handover h
                              WHERE h.family_id = p.family_id AND h.from_id = p.helper_id AND h.accepted_at >= p.valid_from))
  FROM place p WHERE p.family_id = $1 ORDER BY p.helper_id, p.valid_from;

-- name: facts_emergency_roles
-- params: family uuid
-- returns: helper_id uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT helper_id, recorded_at, valid_from, valid_until FROM emergency_role WHERE family_id = $1 ORDER BY helper_id, valid_from;

-- name: facts_grants
-- params: family uuid
-- returns: id uuid, recipient_id uuid, about uuid[], givers uuid[], basis text, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT id, recipient_id, about, givers, basis, recorded_at, valid_from, valid_until FROM consent_grant WHERE family_id = $1
 ORDER BY ordinal, id;

-- A field that was refused or withdrawn is never visible from the earliest of those moments (R-08, R-09).
-- name: facts_grant_fields
-- params: family uuid
-- returns: field text, four_eyes_at timestamptz, ended_at timestamptz, grant_id uuid
SELECT g.field, g.four_eyes_at, coalesce(min(e.ended_at), 'infinity'), g.grant_id
  FROM grant_field g
  JOIN consent_grant c ON c.family_id = g.family_id AND c.id = g.grant_id
  LEFT JOIN grant_end e ON e.family_id = g.family_id AND e.grant_id = g.grant_id AND e.field = g.field
 WHERE g.family_id = $1
 GROUP BY c.ordinal, g.grant_id, g.field, g.four_eyes_at ORDER BY c.ordinal, g.grant_id, g.field;

-- A confirmation lapses at local midnight after the last day on which SS1 and C4 fields still work (R-02: 90 + 14 days). The days come
-- with the call, per jurisdiction, since the law is a table of the program.
-- name: facts_confirms
-- params: family uuid, jurisdictions text[], days int4[]
-- returns: recorded_at timestamptz, lapses_at timestamptz, grant_id uuid
SELECT k.recorded_at,
       ((date_trunc('day', k.recorded_at AT TIME ZONE f.time_zone)
         + make_interval(days => (SELECT j.days FROM unnest($2, $3) AS j(code, days) WHERE j.code = f.jurisdiction)))
        AT TIME ZONE f.time_zone),
       k.grant_id
  FROM grant_confirm k
  JOIN consent_grant c ON c.family_id = k.family_id AND c.id = k.grant_id
  JOIN family f ON f.id = k.family_id
 WHERE k.family_id = $1 ORDER BY c.ordinal, k.grant_id, k.recorded_at;

-- name: facts_holds
-- params: family uuid
-- returns: about uuid[], from_whom uuid[], fields text[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT about, from_whom, fields, recorded_at, valid_from, valid_until FROM hold WHERE family_id = $1 ORDER BY id;

-- name: facts_emergencies
-- params: family uuid
-- returns: id uuid, helper_id uuid, about uuid[], fields text[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT id, helper_id, about, fields, recorded_at, valid_from, valid_until FROM emergency WHERE family_id = $1 ORDER BY valid_from, id;

-- name: facts_entries
-- params: family uuid
-- returns: id uuid, kind text, field text, of_id uuid, assignee_id uuid, about uuid[], owner_id uuid, ended_at timestamptz
SELECT e.id, e.kind, e.field, e.of_id, e.assignee_id, e.about, e.owner_id, coalesce(x.ended_at, 'infinity')
  FROM entry e LEFT JOIN entry_end x ON x.family_id = e.family_id AND x.entry_id = e.id
 WHERE e.family_id = $1 AND e.kind <> 'note' ORDER BY e.ordinal, e.id;

-- name: facts_versions
-- params: family uuid
-- returns: version int4, recorded_at timestamptz, written_at timestamptz, agreed uuid[], wrote uuid[], author_id uuid, entry_id uuid
SELECT v.version, v.recorded_at, v.written_at, v.agreed, v.wrote, v.author_id, v.entry_id
  FROM entry_version v JOIN entry e ON e.family_id = v.family_id AND e.id = v.entry_id
 WHERE v.family_id = $1 AND e.kind <> 'note' ORDER BY e.ordinal, e.id, v.version;
