-- Watching (R-66): what the log's own units leave behind, and the signs that are counted from it. Weeks begin on Monday at midnight UTC;
-- a window's row is raised once, whoever counts.

-- In the unit of a record, behind it: only what stands there is a look. In the order of the key, so that two groups never wait for each
-- other. An hour that has its row costs one probe of its key; what somebody does after he left is counted.
-- name: look_insert
-- params: record uuid[], recorded_in uuid[], account uuid[], family uuid[], standing text[], emergency bool[], organisation uuid[], aim bool[], now timestamptz
INSERT INTO look AS l (account_id, hour, family_id, standing, emergency, organisation_id, aim, night, at, looks)
SELECT w.account, date_trunc('hour', $9, 'UTC'), w.family, w.standing, w.emergency,
       NULLIF((array_agg(w.organisation))[1], '00000000-0000-0000-0000-000000000000'), bool_or(w.aim),
       min(CASE WHEN w.standing = 'helper' AND (extract(hour FROM local.at) >= 23 OR extract(hour FROM local.at) < 6)
                THEN (local.at - interval '6 hours')::date END), $9, count(*)::int4
  FROM unnest($1, $2, $3, $4, $5, $6, $7, $8) AS w(record, recorded_in, account, family, standing, emergency, organisation, aim)
  JOIN record r ON r.family_id = w.recorded_in AND r.at = $9 AND r.id = w.record
  LEFT JOIN family f ON f.id = w.family
  CROSS JOIN LATERAL (SELECT $9 AT TIME ZONE f.time_zone AS at) local
 GROUP BY w.account, w.family, w.standing, w.emergency
 ORDER BY w.account, w.family, w.standing, w.emergency
    ON CONFLICT (account_id, hour, family_id, standing, emergency)
    DO UPDATE SET looks = l.looks + excluded.looks, examined = false WHERE l.standing = 'left';

-- A browser that another account had used before.
-- name: tie_insert
-- params: device bytea, account uuid, now timestamptz
INSERT INTO account_tie (account_id, other_id, recorded_at)
SELECT LEAST(d.account_id, $2), GREATEST(d.account_id, $2), $3 FROM device d WHERE d.token_hash = $1 AND d.account_id <> $2
    ON CONFLICT (account_id, other_id) DO NOTHING;

-- ---- the watch ----

-- name: watch_new
-- params: most int4
-- returns: account_id uuid, family_id uuid, hour timestamptz, standing text, emergency bool, organisation_id uuid, at timestamptz, looks int4
SELECT account_id, family_id, hour, standing, emergency, organisation_id, at, looks FROM look WHERE NOT examined ORDER BY at LIMIT $1;

-- name: decoy_marks
-- params: most int4
-- returns: mark bytea
SELECT mark FROM decoy LIMIT $1;

-- name: decoy_insert
-- params: mark bytea, now timestamptz
INSERT INTO decoy (mark, recorded_at) VALUES ($1, $2) ON CONFLICT (mark) DO NOTHING;

-- One server counts at a time: for the second one nothing is left.
-- name: watch_lock
-- returns: one int8
SELECT kring_one(CASE WHEN pg_try_advisory_xact_lock(1263684935, 2) THEN 1::int8 END);

-- Exactly as it was taken: what came to it since is examined next.
-- name: watch_examined
-- params: account uuid[], hour timestamptz[], family uuid[], standing text[], emergency bool[], looks int4[]
UPDATE look l SET examined = true
  FROM unnest($1, $2, $3, $4, $5, $6) AS w(account, hour, family, standing, emergency, looks)
 WHERE l.account_id = w.account AND l.hour = w.hour AND l.family_id = w.family AND l.standing = w.standing AND l.emergency = w.emergency
   AND l.looks = w.looks;

-- The look itself is the sign. Once an hour for each account and family.
-- name: watch_decoy
-- params: sign text, account uuid[], family uuid[], organisation uuid[], at timestamptz[]
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, organisation_id, count, window_at, from_at, at)
SELECT DISTINCT ON (w.account, w.family) $1, true, w.account, w.family, CASE WHEN $1 = 'decoy_family' THEN ARRAY[w.family] ELSE '{}' END,
       NULLIF(w.organisation, '00000000-0000-0000-0000-000000000000'), 1, date_trunc('hour', w.at, 'UTC'), w.at, w.at
  FROM unnest($2, $3, $4, $5) AS w(account, family, organisation, at) ORDER BY w.account, w.family, w.at
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- Different families within the hour that ends with the look, by the first look of each clock hour; not again within that hour.
-- name: watch_families_hour
-- params: account uuid[], at timestamptz[], least int4
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, count, window_at, from_at, at)
SELECT 'families_hour', true, w.account, '00000000-0000-0000-0000-000000000000', f.families[1:100], cardinality(f.families),
       date_trunc('hour', w.at, 'UTC'), w.at - interval '1 hour', w.at
  FROM (SELECT account, max(at) AS at FROM unnest($1, $2) AS u(account, at) GROUP BY account, date_trunc('hour', at, 'UTC')) w
  CROSS JOIN LATERAL (SELECT array_agg(DISTINCT l.family_id) AS families FROM look l
                       WHERE l.account_id = w.account AND l.hour BETWEEN w.at - interval '2 hours' AND w.at
                         AND l.at > w.at - interval '1 hour' AND l.at <= w.at AND l.standing <> 'login') f
 WHERE cardinality(f.families) >= $3
   AND NOT EXISTS (SELECT FROM alarm a WHERE a.sign = 'families_hour' AND a.account_id = w.account AND a.at > w.at - interval '1 hour' AND a.at <= w.at)
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- name: watch_families_week
-- params: account uuid[], at timestamptz[], least int4
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, count, window_at, from_at, at)
SELECT 'families_week', false, w.account, '00000000-0000-0000-0000-000000000000', f.families[1:100], cardinality(f.families), w.week, w.week, w.at
  FROM (SELECT account, date_trunc('week', at, 'UTC') AS week, max(at) AS at FROM unnest($1, $2) AS u(account, at) GROUP BY 1, 2) w
  CROSS JOIN LATERAL (SELECT array_agg(DISTINCT l.family_id) AS families FROM look l
                       WHERE l.account_id = w.account AND l.hour BETWEEN w.week AND w.at AND l.standing <> 'login') f
 WHERE cardinality(f.families) >= $3
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- Different nights of a week, which the evening belongs to; nothing that an emergency opened.
-- name: watch_nights
-- params: account uuid[], at timestamptz[], least int4
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, count, window_at, from_at, at)
SELECT 'nights', false, n.account, '00000000-0000-0000-0000-000000000000', n.families[1:100], n.nights, n.week, n.from_at, n.at
  FROM (SELECT w.account, date_trunc('week', l.night::timestamp) AT TIME ZONE 'UTC' AS week, array_agg(DISTINCT l.family_id) AS families,
               count(DISTINCT l.night)::int4 AS nights, min(l.at) AS from_at, max(l.at) AS at
          FROM (SELECT DISTINCT account, date_trunc('day', at, 'UTC') AS day FROM unnest($1, $2) AS u(account, at)) w
          JOIN look l ON l.account_id = w.account AND l.hour BETWEEN w.day - interval '8 days' AND w.day + interval '1 day'
         WHERE l.night IS NOT NULL AND NOT l.emergency GROUP BY w.account, w.day, 2) n
 WHERE n.nights >= $3
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- After his place has ended: the first try of a week for the list; so many within a day at once, and not again within that day.
-- name: watch_left
-- params: account uuid[], family uuid[], at timestamptz[], least int4
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, count, window_at, from_at, at)
SELECT s.sign, s.severe, w.account, w.family, ARRAY[w.family], t.tries, s.window_at, t.from_at, t.at
  FROM (SELECT DISTINCT account, family, date_trunc('hour', at, 'UTC') AS hour FROM unnest($1, $2, $3) AS u(account, family, at)) w
  CROSS JOIN LATERAL (SELECT sum(l.looks)::int4 AS tries, min(l.at) AS from_at, max(l.at) AS at FROM look l
                       WHERE l.account_id = w.account AND l.family_id = w.family AND l.standing = 'left'
                         AND l.hour BETWEEN w.hour - interval '23 hours' AND w.hour) t
  CROSS JOIN LATERAL (VALUES ('left', false, 1, date_trunc('week', w.hour, 'UTC'), '-infinity'::timestamptz),
                             ('left_again', true, $4, w.hour, w.hour - interval '23 hours')) AS s(sign, severe, least, window_at, since)
 WHERE t.tries >= s.least
   AND NOT (s.severe AND EXISTS (SELECT FROM alarm a WHERE a.sign = s.sign AND a.account_id = w.account AND a.family_id = w.family
                                    AND a.window_at BETWEEN s.since AND w.hour))
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- A helper who looks at a family of which a person has logged in from the same browser as he.
-- name: watch_tie
-- params: account uuid[], family uuid[], organisation uuid[], at timestamptz[]
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, organisation_id, count, window_at, from_at, at)
SELECT 'tie', false, w.account, w.family, ARRAY[w.family], NULLIF(w.organisation, '00000000-0000-0000-0000-000000000000'), 1,
       date_trunc('week', w.at, 'UTC'), w.at, w.at
  FROM unnest($1, $2, $3, $4) AS w(account, family, organisation, at)
 WHERE EXISTS (SELECT FROM account_tie t JOIN membership m ON m.account_id = CASE WHEN t.account_id = w.account THEN t.other_id ELSE t.account_id END
                WHERE (t.account_id = w.account OR t.other_id = w.account) AND m.family_id = w.family AND m.as_kind = 'person')
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- On so many days of a week, at one family, and at no look of that week was there anything for him to do.
-- name: watch_no_aim
-- params: account uuid[], family uuid[], at timestamptz[], least int4
-- returns: id uuid, sign text, severe bool
INSERT INTO alarm (sign, severe, account_id, family_id, families, count, window_at, from_at, at)
SELECT 'no_aim', false, w.account, w.family, ARRAY[w.family], d.days, w.week, d.from_at, d.at
  FROM (SELECT DISTINCT account, family, date_trunc('week', at, 'UTC') AS week FROM unnest($1, $2, $3) AS u(account, family, at)) w
  CROSS JOIN LATERAL (SELECT count(DISTINCT date_trunc('day', l.at, 'UTC'))::int4 AS days, bool_or(l.aim) AS aim, min(l.at) AS from_at,
                             max(l.at) AS at
                        FROM look l WHERE l.account_id = w.account AND l.family_id = w.family AND l.standing = 'helper'
                         AND l.hour >= w.week AND l.hour < w.week + interval '7 days') d
 WHERE d.days >= $4 AND NOT d.aim
    ON CONFLICT (sign, account_id, family_id, window_at) DO NOTHING
RETURNING id, sign, severe;

-- What no sign can be counted from any more.
-- name: look_forget
-- params: before timestamptz
DELETE FROM look WHERE hour < $1 AND examined;

-- ---- the officer ----

-- name: signs_page
-- params: since timestamptz, until timestamptz, before_at timestamptz, before_id uuid, unreviewed bool, most int4
-- returns: id uuid, sign text, severe bool, account_id uuid, families uuid[], organisation_id uuid, count int4, from_at timestamptz, at timestamptz, outcome text, reviewed_at timestamptz, reviewed_by uuid
SELECT id, sign, severe, account_id, families, organisation_id, count, from_at, at, outcome, reviewed_at, reviewed_by FROM alarm
 WHERE at >= $1 AND at < $2 AND (at, id) < ($3, $4) AND (NOT $5 OR reviewed_at IS NULL)
 ORDER BY at DESC, id DESC LIMIT $6;

-- Once: a second word, or one about a sign that is not there, is refused. KR002 stands on the log as a refusal.
-- name: sign_review
-- params: id uuid, outcome text, by_id uuid, now timestamptz
-- returns: one int8
WITH done AS (UPDATE alarm SET outcome = $2, reviewed_at = $4, reviewed_by = $3 WHERE id = $1 AND reviewed_at IS NULL RETURNING 1::int8 AS one)
SELECT kring_permitted((SELECT one FROM done)) AS one;
