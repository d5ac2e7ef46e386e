-- What the receipts of one person need beyond the facts of a grant: what he withdrew, a row a field, where what he did at once has one
-- moment; and the texts that he was shown before a yes (R-10), of the grant itself or of his answers. A refusal is no withdrawal (R-09).

-- name: receipt_rows
-- params: family uuid, grant_id uuid, by_id uuid, now timestamptz
-- returns: kind text, field text, at timestamptz, reply uuid, language text, version text, hash bytea
SELECT 'withdrawn' AS kind, field, ended_at AS at, NULL::uuid AS reply, NULL AS language, NULL AS version, NULL::bytea AS hash
  FROM grant_end
 WHERE family_id = $1 AND grant_id = $2 AND by_id = $3 AND kind = 'withdrawn' AND ended_at <= $4
UNION ALL
SELECT 'shown', NULL, recorded_at, NULL, text_language, text_version, text_hash FROM consent_grant
 WHERE family_id = $1 AND id = $2 AND text_hash IS NOT NULL
UNION ALL
SELECT 'shown', NULL, r.recorded_at, r.id, r.text_language, r.text_version, r.text_hash
  FROM consent_grant g JOIN request_reply r ON r.family_id = g.family_id AND r.request_id = g.request_id
 WHERE g.family_id = $1 AND g.id = $2 AND r.person_id = $3 AND r.text_hash IS NOT NULL AND r.recorded_at <= $4
 ORDER BY 3, 2;
