-- All that the policy needs of one family, in one unit: the index of entries, never a body. $1 is the family everywhere.
--
-- An ending that is a row of its own counts from its moment, but no sooner than it was recorded: what was answered before stays
-- true.

-- name: context_set
-- params: families text
-- returns: set text
SELECT set_config('kring.families', $1, true);

-- Where the plan stands: the newest of each that nothing later has undone (C-21, R-80, R-82). From a pause or a closing on helpers have
-- no place. An erased family whose log is over too is not there (R-65).
-- name: facts_family
-- params: family uuid
-- returns: version int8, jurisdiction text, language text, erased_at timestamptz, intake_at timestamptz, closed_at timestamptz, paused_at timestamptz, closing_at timestamptz, closing_by uuid, pausing_at timestamptz, pausing_by uuid, kept_until timestamptz, held_until timestamptz
SELECT f.version, f.jurisdiction, f.language,
       LEAST(f.erased_at, (SELECT min(GREATEST(p.at, p.recorded_at)) FROM plan_event p WHERE p.family_id = f.id AND p.kind = 'erased')),
       f.intake_at, coalesce(closed.at, 'infinity'), coalesce(paused.at, 'infinity'), coalesce(closing.at, 'infinity'), closing.by_id,
       coalesce(pausing.at, 'infinity'), pausing.by_id, coalesce(closed.retention_until, 'infinity'),
       coalesce(held.retention_until, '-infinity')
  FROM family f
  LEFT JOIN LATERAL (SELECT GREATEST(p.at, p.recorded_at) AS at, p.retention_until FROM plan_event p
        WHERE p.family_id = f.id AND p.kind = 'closed' AND NOT EXISTS (
            SELECT FROM plan_event r WHERE r.family_id = p.family_id AND r.kind = 'reopened' AND GREATEST(r.at, r.recorded_at) >= GREATEST(p.at, p.recorded_at))
        ORDER BY 1 DESC LIMIT 1) closed ON true
  LEFT JOIN LATERAL (SELECT GREATEST(p.at, p.recorded_at) AS at FROM plan_event p
        WHERE p.family_id = f.id AND p.kind = 'paused' AND NOT EXISTS (
            SELECT FROM plan_event r WHERE r.family_id = p.family_id AND r.kind = 'resumed' AND GREATEST(r.at, r.recorded_at) >= GREATEST(p.at, p.recorded_at))
        ORDER BY 1 DESC LIMIT 1) paused ON true
  LEFT JOIN LATERAL (SELECT GREATEST(p.at, p.recorded_at) AS at, p.by_id FROM plan_event p
        WHERE p.family_id = f.id AND p.kind = 'closing' AND NOT EXISTS (
            SELECT FROM plan_event r WHERE r.family_id = p.family_id AND r.kind IN ('closed', 'reopened')
               AND GREATEST(r.at, r.recorded_at) >= GREATEST(p.at, p.recorded_at))
        ORDER BY 1, p.id LIMIT 1) closing ON true
  LEFT JOIN LATERAL (SELECT GREATEST(p.at, p.recorded_at) AS at, p.by_id FROM plan_event p
        WHERE p.family_id = f.id AND p.kind = 'pausing' AND NOT EXISTS (
            SELECT FROM plan_event r WHERE r.family_id = p.family_id AND r.kind IN ('paused', 'resumed')
               AND GREATEST(r.at, r.recorded_at) >= GREATEST(p.at, p.recorded_at))
        ORDER BY 1, p.id LIMIT 1) pausing ON true
  LEFT JOIN LATERAL (SELECT p.retention_until FROM plan_event p
        WHERE p.family_id = f.id AND p.kind = 'hold_erasure' AND NOT EXISTS (
            SELECT FROM plan_event r WHERE r.family_id = p.family_id AND r.kind = 'hold_lifted' AND r.at >= p.at)
        ORDER BY p.retention_until DESC, p.id LIMIT 1) held ON true
 WHERE f.id = $1 AND NOT EXISTS (SELECT FROM family_due d WHERE d.family_id = f.id AND d.log_ended_at <> 'infinity');

-- A child is born to the plan when the birth was recorded, if that is later: what was answered before stays true. His birthdays go
-- by the day itself.
-- name: facts_people
-- params: family uuid
-- returns: id uuid, recorded_at timestamptz, unborn bool, born_at timestamptz, turns_12 timestamptz, turns_16 timestamptz, turns_18 timestamptz, owner_id uuid, member bool, has_account bool, limits_at timestamptz, contact_at timestamptz, informed_at timestamptz, died_at timestamptz
SELECT p.id, p.recorded_at, p.unborn, coalesce(GREATEST(b.born_at, b.recorded_at), 'infinity'),
       coalesce(((d.born + interval '12 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       coalesce(((d.born + interval '16 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       coalesce(((d.born + interval '18 years') AT TIME ZONE f.time_zone), CASE WHEN p.unborn THEN 'infinity' ELSE '-infinity' END::timestamptz),
       p.owner_id, p.member,
       p.has_account OR EXISTS (SELECT FROM membership m WHERE m.family_id = p.family_id AND m.as_id = p.id),
       coalesce((SELECT min(GREATEST(l.shown_at, l.recorded_at)) FROM limits_shown l
                  WHERE l.family_id = p.family_id AND l.person_id = p.id), 'infinity'),
       coalesce((SELECT min(GREATEST(c.checked_at, k.checked_at)) FROM person_contact c
                   LEFT JOIN LATERAL (SELECT max(x.checked_at) AS checked_at FROM contact_check x
                                       WHERE x.family_id = c.family_id AND x.contact_index = c.contact_index) k ON true
                  WHERE c.family_id = p.family_id AND c.person_id = p.id), 'infinity'),
       coalesce((SELECT min(i.recorded_at) FROM person_informed i
                  WHERE i.family_id = p.family_id AND i.person_id = p.id), 'infinity'),
       coalesce(GREATEST(x.died_at, x.recorded_at), 'infinity')
  FROM person p
  JOIN family f ON f.id = p.family_id
  LEFT JOIN death x ON x.family_id = p.family_id AND x.person_id = p.id
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
SELECT r.kind, r.person_id, r.of_id, r.recorded_at, r.valid_from,
       LEAST(r.valid_until, (SELECT min(GREATEST(e.ended_at, e.recorded_at)) FROM relation_end e
                              WHERE e.family_id = r.family_id AND e.kind = r.kind AND e.person_id = r.person_id AND e.of_id = r.of_id
                                AND e.ended_at >= r.valid_from))
  FROM relation r WHERE r.family_id = $1 ORDER BY r.kind, r.person_id, r.of_id, r.valid_from;

-- name: facts_capacities
-- params: family uuid
-- returns: person_id uuid, able bool, topics text[], by_id uuid, review_at timestamptz, recorded_at timestamptz, valid_from timestamptz
SELECT person_id, able, topics, by_id, coalesce(review_at, 'infinity'), recorded_at, valid_from FROM capacity WHERE family_id = $1
 ORDER BY person_id, valid_from, recorded_at, id;

-- name: facts_conflicts
-- params: family uuid
-- returns: id uuid, child_id uuid, topics text[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT a.id, a.child_id, a.topics, a.recorded_at, a.valid_from, LEAST(a.valid_until, GREATEST(e.ended_at, e.recorded_at))
  FROM authority_conflict a LEFT JOIN conflict_end e ON e.family_id = a.family_id AND e.conflict_id = a.id
 WHERE a.family_id = $1 ORDER BY a.child_id, a.valid_from, a.id;

-- A court's ban works as a block, for each whom it protects until it is lifted for him (R-33).
-- name: facts_blocks
-- params: family uuid
-- returns: person_id uuid, protects uuid[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT b.person_id, b.protects, b.recorded_at, b.valid_from, b.valid_until FROM block b WHERE b.family_id = $1
 UNION ALL
SELECT d.person_id, ARRAY[p.id], d.recorded_at, d.valid_from,
       LEAST(d.valid_until, (SELECT min(GREATEST(l.valid_from, l.recorded_at)) FROM court_decision l
                              WHERE l.family_id = d.family_id AND l.person_id = d.person_id AND l.kind = 'lifted'
                                AND (l.protects = '{}' OR p.id = ANY (l.protects)) AND l.valid_from >= d.valid_from))
  FROM court_decision d CROSS JOIN LATERAL unnest(d.protects) AS p(id)
 WHERE d.family_id = $1 AND d.kind IN ('suspended_contact', 'contact_ban')
 ORDER BY 1, 4, 3, 2;

-- The lift of the second of two different people ends a lock.
-- name: facts_locks
-- params: family uuid
-- returns: id uuid, not_for uuid, about uuid[], fields text[], recorded_at timestamptz, valid_from timestamptz, lifted_at timestamptz
SELECT k.id, k.not_for, k.about, k.fields, k.recorded_at, k.valid_from,
       coalesce((SELECT GREATEST(l.lifted_at, l.recorded_at) AS at FROM lock_lift l WHERE l.family_id = k.family_id AND l.lock_id = k.id
                  ORDER BY at OFFSET 1 LIMIT 1), 'infinity')
  FROM safety_lock k WHERE k.family_id = $1 ORDER BY k.id;

-- name: facts_trusted
-- params: family uuid
-- returns: id uuid, trusted_id uuid, minor_id uuid, recorded_at timestamptz, valid_from timestamptz, ended_at timestamptz
SELECT t.id, t.trusted_id, t.minor_id, t.recorded_at, t.valid_from, coalesce(GREATEST(e.ended_at, e.recorded_at), 'infinity')
  FROM trusted_person t LEFT JOIN trusted_end e ON e.family_id = t.family_id AND e.trusted_id = t.id
 WHERE t.family_id = $1 ORDER BY t.id;

-- A place that waits for the working agreements begins with the yes to them (C-03).
-- name: facts_places
-- params: family uuid
-- returns: helper_id uuid, coordinator bool, authority_role bool, listed bool, safety bool, secrecy text, organisation uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT p.helper_id, p.coordinator, p.authority_role, p.listed, p.safety, p.secrecy, p.organisation, p.recorded_at,
       CASE WHEN p.waits THEN coalesce((SELECT min(GREATEST(a.accepted_at, a.recorded_at, p.valid_from)) FROM agreement_accepted a
                                         WHERE a.family_id = p.family_id AND a.helper_id = p.helper_id), 'infinity')
            ELSE p.valid_from END,
       LEAST(p.valid_until, (SELECT min(h.accepted_at) FROM handover h
                              WHERE h.family_id = p.family_id AND h.from_id = p.helper_id AND h.accepted_at >= p.valid_from),
             (SELECT min(GREATEST(t.at, t.recorded_at)) FROM handover h JOIN handover_step t ON t.family_id = h.family_id AND t.handover_id = h.id
               WHERE h.family_id = p.family_id AND h.from_id = p.helper_id AND t.step = 'accepted' AND t.at >= p.valid_from))
  FROM place p WHERE p.family_id = $1 ORDER BY p.helper_id, p.valid_from;

-- name: facts_emergency_roles
-- params: family uuid
-- returns: helper_id uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT helper_id, recorded_at, valid_from, valid_until FROM emergency_role WHERE family_id = $1 ORDER BY helper_id, valid_from;

-- name: facts_requests
-- params: family uuid
-- returns: id uuid, asker_id uuid, recipient_id uuid, about uuid[], fields text[], derived text[], exists_only text[], secrecy_ground text, recorded_at timestamptz, lapses_at timestamptz, valid_from timestamptz, valid_until timestamptz, ended_at timestamptz
SELECT q.id, q.asker_id, q.recipient_id, q.about,
       ARRAY(SELECT f.field FROM request_field f WHERE f.family_id = q.family_id AND f.request_id = q.id),
       ARRAY(SELECT f.field FROM request_field f WHERE f.family_id = q.family_id AND f.request_id = q.id AND f.level = 'derived'),
       ARRAY(SELECT f.field FROM request_field f WHERE f.family_id = q.family_id AND f.request_id = q.id AND f.level = 'exists'),
       coalesce(q.secrecy_ground, ''),
       q.recorded_at, q.lapses_at, q.valid_from, q.valid_until, coalesce(GREATEST(e.ended_at, e.recorded_at), 'infinity')
  FROM request q LEFT JOIN request_end e ON e.family_id = q.family_id AND e.request_id = q.id
 WHERE q.family_id = $1 ORDER BY q.ordinal, q.id;

-- A reply in the app counts as it stands. One that somebody wrote down counts from the giver's own word, or a witness's: neither who
-- entered it nor who receives (R-12, R-13).
-- name: facts_replies
-- params: family uuid
-- returns: id uuid, person_id uuid, entered_by uuid, yes text[], no text[], level text, valid_until timestamptz, recorded_at timestamptz, counts_at timestamptz, request_id uuid
SELECT r.id, r.person_id, r.entered_by, r.yes, r.no, coalesce(r.level, 'exact'), coalesce(r.valid_until, 'infinity'), r.recorded_at,
       CASE r.channel WHEN 'app' THEN r.recorded_at ELSE
           coalesce((SELECT min(GREATEST(w.recorded_at, r.recorded_at)) FROM reply_witness w
                      WHERE w.family_id = r.family_id AND w.reply_id = r.id
                        AND w.by_id IS DISTINCT FROM r.entered_by AND w.by_id <> q.recipient_id), 'infinity') END,
       r.request_id
  FROM request_reply r JOIN request q ON q.family_id = r.family_id AND q.id = r.request_id
 WHERE r.family_id = $1 ORDER BY q.ordinal, q.id, r.recorded_at, r.id;

-- name: facts_grants
-- params: family uuid
-- returns: id uuid, recipient_id uuid, about uuid[], givers uuid[], basis text, request_id uuid, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT id, recipient_id, about, givers, basis, request_id, recorded_at, valid_from, valid_until FROM consent_grant WHERE family_id = $1
 ORDER BY ordinal, id;

-- A field that was refused or withdrawn is never visible from the earliest of those moments (R-08, R-09).
-- name: facts_grant_fields
-- params: family uuid
-- returns: field text, level text, four_eyes_at timestamptz, ended_at timestamptz, grant_id uuid
SELECT g.field, g.level,
       LEAST(g.four_eyes_at, (SELECT min(GREATEST(s.approved_at, s.recorded_at)) FROM four_eyes s
                               WHERE s.family_id = g.family_id AND s.grant_id = g.grant_id AND s.field = g.field)),
       coalesce(min(e.ended_at), 'infinity'), g.grant_id
  FROM grant_field g
  JOIN consent_grant c ON c.family_id = g.family_id AND c.id = g.grant_id
  LEFT JOIN grant_end e ON e.family_id = g.family_id AND e.grant_id = g.grant_id AND e.field = g.field
 WHERE g.family_id = $1
 GROUP BY c.ordinal, g.family_id, g.grant_id, g.field ORDER BY c.ordinal, g.grant_id, g.field;

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

-- name: facts_stops
-- params: family uuid
-- returns: kind text, by_id uuid, recorded_at timestamptz, valid_from timestamptz, ended_at timestamptz, grant_id uuid
SELECT s.kind, s.by_id, s.recorded_at, s.valid_from, coalesce(GREATEST(e.ended_at, e.recorded_at), 'infinity'), s.grant_id
  FROM grant_stop s
  JOIN consent_grant c ON c.family_id = s.family_id AND c.id = s.grant_id
  LEFT JOIN grant_stop_end e ON e.family_id = s.family_id AND e.stop_id = s.id
 WHERE s.family_id = $1 ORDER BY c.ordinal, s.grant_id, s.valid_from, s.id;

-- name: facts_holds
-- params: family uuid
-- returns: id uuid, by_id uuid, about uuid[], from_whom uuid[], fields text[], review_at timestamptz, recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz
SELECT h.id, h.by_id, h.about, h.from_whom, h.fields, coalesce(h.review_at, 'infinity'), h.recorded_at, h.valid_from,
       LEAST(h.valid_until, GREATEST(e.ended_at, e.recorded_at))
  FROM hold h LEFT JOIN hold_end e ON e.family_id = h.family_id AND e.hold_id = h.id
 WHERE h.family_id = $1 ORDER BY h.id;

-- Told at once unless it was delayed (R-52). Reviewed with the word of the second of two reviewers, neither of them who opened it; the
-- working days for it come with the call (R-53).
-- name: facts_emergencies
-- params: family uuid, jurisdictions text[], days int4[]
-- returns: id uuid, helper_id uuid, about uuid[], fields text[], recorded_at timestamptz, valid_from timestamptz, valid_until timestamptz, told_at timestamptz, review_due_at timestamptz, reviewed_at timestamptz
SELECT e.id, e.helper_id, e.about, e.fields, e.recorded_at, e.valid_from,
       LEAST(e.valid_until, GREATEST(x.ended_at, x.recorded_at)),
       GREATEST(coalesce(e.told_at, e.valid_from),
                (SELECT max(d.told_at) FROM emergency_delay d WHERE d.family_id = e.family_id AND d.emergency_id = e.id)),
       coalesce(e.review_due_at, kring_working_days(e.valid_until, j.days, f.time_zone), 'infinity'),
       coalesce((SELECT r.recorded_at FROM emergency_review r
                  WHERE r.family_id = e.family_id AND r.emergency_id = e.id AND r.by_id <> e.helper_id
                  ORDER BY r.recorded_at OFFSET 1 LIMIT 1), 'infinity')
  FROM emergency e
  JOIN family f ON f.id = e.family_id
  LEFT JOIN unnest($2, $3) AS j(code, days) ON j.code = f.jurisdiction
  LEFT JOIN emergency_end x ON x.family_id = e.family_id AND x.emergency_id = e.id
 WHERE e.family_id = $1 ORDER BY e.valid_from, e.id;

-- What was erased has ended for everybody (R-73).
-- name: facts_entries
-- params: family uuid
-- returns: id uuid, kind text, field text, of_id uuid, assignee_id uuid, about uuid[], owner_id uuid, ended_at timestamptz, left_by uuid, left_at timestamptz
SELECT e.id, e.kind, e.field, e.of_id, e.assignee_id, e.about, e.owner_id, coalesce(LEAST(x.ended_at, d.recorded_at), 'infinity'),
       l.by_id, coalesce(l.left_at, 'infinity')
  FROM entry e
  LEFT JOIN entry_left l ON l.family_id = e.family_id AND l.entry_id = e.id
  LEFT JOIN entry_end x ON x.family_id = e.family_id AND x.entry_id = e.id
  LEFT JOIN erasure_decision d ON d.family_id = e.family_id AND d.entry_id = e.id AND d.outcome = 'erased'
 WHERE e.family_id = $1 AND e.kind <> 'note' ORDER BY e.ordinal, e.id;

-- name: facts_versions
-- params: family uuid
-- returns: version int4, recorded_at timestamptz, written_at timestamptz, agreed uuid[], wrote uuid[], author_id uuid, entry_id uuid
SELECT v.version, v.recorded_at, v.written_at, v.agreed, v.wrote, v.author_id, v.entry_id
  FROM entry_version v JOIN entry e ON e.family_id = v.family_id AND e.id = v.entry_id
 WHERE v.family_id = $1 AND e.kind <> 'note' ORDER BY e.ordinal, e.id, v.version;

-- name: facts_restrictions
-- params: family uuid
-- returns: recorded_at timestamptz, valid_from timestamptz, ended_at timestamptz, entry_id uuid
SELECT r.recorded_at, r.valid_from, coalesce(GREATEST(x.ended_at, x.recorded_at), 'infinity'), r.entry_id
  FROM restriction r
  JOIN entry e ON e.family_id = r.family_id AND e.id = r.entry_id
  LEFT JOIN restriction_end x ON x.family_id = r.family_id AND x.restriction_id = r.id
 WHERE r.family_id = $1 AND e.kind <> 'note' ORDER BY e.ordinal, e.id, r.valid_from, r.id;

-- Under which key of its owner a text is sealed now; without a row, under the first.
-- name: facts_epochs
-- params: family uuid
-- returns: owner_id uuid, epoch int4
SELECT owner_id, max(epoch) FROM owner_epoch WHERE family_id = $1 GROUP BY owner_id ORDER BY owner_id;
