-- Grants: given, and what becomes of them. Rows are never changed; what ends has a row of its own.

-- The giving itself is the first confirmation (R-02); its words are an entry like any other. reply: the word that completed what was
-- asked, which says how and on which text; null when it was given directly.
-- name: grant_insert
-- params: family uuid, id uuid, request uuid, recipient uuid, about uuid[], givers uuid[], basis text, article_nine text, ground text, family_view text, told_on timestamptz, channel text, language text, version text, hash bytea, now timestamptz, valid_from timestamptz, valid_until timestamptz, fields text[], levels text[], entry uuid, owner uuid, author uuid, wrote uuid[], reply uuid
WITH given AS (
    INSERT INTO consent_grant (family_id, id, request_id, recipient_id, about, givers, basis, art9_basis, secrecy_ground, family_view, told_on,
                               channel, text_language, text_version, text_hash, ordinal, recorded_at, valid_from, valid_until)
    SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12, r.channel), coalesce($13, r.text_language),
           coalesce($14, r.text_version), coalesce($15, r.text_hash),
           (SELECT coalesce(max(ordinal), 0) + 1 FROM consent_grant WHERE family_id = $1), $16, $17, $18
      FROM (SELECT 1) AS one LEFT JOIN request_reply r ON r.family_id = $1 AND r.id = $25
), shared AS (
    INSERT INTO grant_field (family_id, grant_id, field, level) SELECT $1, $2, f.field, f.level FROM unnest($19, $20) AS f(field, level)
), confirmed AS (
    INSERT INTO grant_confirm (family_id, grant_id, recorded_at) VALUES ($1, $2, $16)
), told AS (
    INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
    VALUES ($1, $21, 'grant', '', $2, NULL, $5, $22, (SELECT coalesce(max(ordinal), 0) + 1 FROM entry WHERE family_id = $1))
)
INSERT INTO entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)
VALUES ($1, $21, 1, $23, $24, '{}', $16, $16);

-- The same with less: its grounds, confirmations and second pairs of eyes go with it, and so do its givers and its beginning, so that
-- nothing that stops the old one begins anew.
-- name: grant_narrow_insert
-- params: family uuid, id uuid, of_grant uuid, now timestamptz, valid_until timestamptz, fields text[], levels text[], entry uuid, owner uuid, author uuid
WITH given AS (
    INSERT INTO consent_grant (family_id, id, request_id, recipient_id, about, givers, basis, protective, art9_basis, secrecy_ground,
                               family_view, told_on, channel, text_language, text_version, text_hash, ordinal, recorded_at, valid_from, valid_until)
    SELECT g.family_id, $2, g.request_id, g.recipient_id, g.about, g.givers, g.basis, g.protective, g.art9_basis, g.secrecy_ground,
           g.family_view, g.told_on, g.channel, g.text_language, g.text_version, g.text_hash,
           (SELECT coalesce(max(ordinal), 0) + 1 FROM consent_grant WHERE family_id = $1), $4, g.valid_from, $5
      FROM consent_grant g WHERE g.family_id = $1 AND g.id = $3
), shared AS (
    INSERT INTO grant_field (family_id, grant_id, field, level, four_eyes_at)
    SELECT $1, $2, f.field, n.level, f.four_eyes_at
      FROM unnest($6, $7) AS n(field, level) JOIN grant_field f ON f.family_id = $1 AND f.grant_id = $3 AND f.field = n.field
), seen AS (
    INSERT INTO four_eyes (family_id, grant_id, field, by_id, approved_at, recorded_at)
    SELECT $1, $2, e.field, e.by_id, e.approved_at, e.recorded_at FROM four_eyes e
     WHERE e.family_id = $1 AND e.grant_id = $3 AND e.field = ANY ($6)
), confirmed AS (
    INSERT INTO grant_confirm (family_id, grant_id, recorded_at)
    SELECT $1, $2, c.recorded_at FROM grant_confirm c WHERE c.family_id = $1 AND c.grant_id = $3
), told AS (
    INSERT INTO entry (family_id, id, kind, field, of_id, assignee_id, about, owner_id, ordinal)
    SELECT $1, $8, 'grant', '', $2, NULL, g.about, $9, (SELECT coalesce(max(ordinal), 0) + 1 FROM entry WHERE family_id = $1)
      FROM consent_grant g WHERE g.family_id = $1 AND g.id = $3
)
INSERT INTO entry_version (family_id, entry_id, version, author_id, wrote, agreed, written_at, recorded_at)
VALUES ($1, $8, 1, $10, ARRAY[$10], '{}', $4, $4);

-- name: grant_end_insert
-- params: family uuid, grant_id uuid, fields text[], by_id uuid, now timestamptz
INSERT INTO grant_end (family_id, grant_id, field, kind, by_id, ended_at, recorded_at)
SELECT $1, $2, f, 'withdrawn', $4, $5, $5 FROM unnest($3) AS f
    ON CONFLICT (family_id, grant_id, field, kind) DO NOTHING;

-- name: grant_confirm_insert
-- params: family uuid, grant_id uuid, now timestamptz
INSERT INTO grant_confirm (family_id, grant_id, recorded_at) VALUES ($1, $2, $3)
    ON CONFLICT (family_id, grant_id, recorded_at) DO NOTHING;

-- name: grant_stop_insert
-- params: family uuid, id uuid, grant_id uuid, kind text, by_id uuid, at timestamptz, now timestamptz
INSERT INTO grant_stop (family_id, id, grant_id, kind, by_id, valid_from, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: grants_supersede
-- params: family uuid, ids uuid[], grants uuid[], by_id uuid, by_grant uuid, at timestamptz, now timestamptz
INSERT INTO grant_stop (family_id, id, grant_id, kind, by_id, by_grant_id, valid_from, recorded_at)
SELECT $1, s.id, s.grant_id, 'superseded', $4, $5, $6, $7 FROM unnest($2, $3) AS s(id, grant_id);

-- A pause is ended by who set it: another giver's stays.
-- name: grant_resume
-- params: family uuid, grant_id uuid, by_id uuid, now timestamptz
INSERT INTO grant_stop_end (family_id, stop_id, by_id, ended_at, recorded_at)
SELECT s.family_id, s.id, $3, $4, $4 FROM grant_stop s
 WHERE s.family_id = $1 AND s.grant_id = $2 AND s.kind = 'paused' AND s.by_id = $3
   AND NOT EXISTS (SELECT FROM grant_stop_end e WHERE e.family_id = s.family_id AND e.stop_id = s.id);

-- name: four_eyes_insert
-- params: family uuid, grant_id uuid, fields text[], by_id uuid, now timestamptz
INSERT INTO four_eyes (family_id, grant_id, field, by_id, approved_at, recorded_at)
SELECT $1, $2, f, $4, $5, $5 FROM unnest($3) AS f ON CONFLICT (family_id, grant_id, field, by_id) DO NOTHING;

-- name: objection_insert
-- params: family uuid, id uuid, grant_id uuid, by_id uuid, now timestamptz
INSERT INTO objection (family_id, id, grant_id, by_id, recorded_at) VALUES ($1, $2, $3, $4, $5);

-- name: grant_task_insert
-- params: family uuid, id uuid, kind text, for_id uuid, of_id uuid, about uuid[], due_at timestamptz, now timestamptz
INSERT INTO task (family_id, id, kind, for_id, of_id, about, due_at, recorded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: child_views_insert
-- params: family uuid, of_id uuid, children uuid[], asked bool, reason uuid, now timestamptz
INSERT INTO child_view_asked (family_id, grant_or_request_id, child_id, asked, reason_entry, recorded_at)
SELECT $1, $2, c, $4, $5, $6 FROM unnest($3) AS c;

-- What was written down of it, for its givers.
-- name: grant_detail
-- params: family uuid, id uuid
-- returns: article_nine text, ground text, family_view text, told_on timestamptz, channel text, language text, version text, hash bytea
SELECT art9_basis, secrecy_ground, family_view, told_on, channel, text_language, text_version, text_hash
  FROM consent_grant WHERE family_id = $1 AND id = $2;
