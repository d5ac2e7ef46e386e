-- Sessions, accounts and log-in. These tables belong to no family and hold ids, hashes and envelopes only.

-- name: session_find
-- params: token_hash bytea
-- returns: id uuid, account_id uuid, kind text, last_seen_at timestamptz, expires_at timestamptz, ended_at timestamptz, disabled_at timestamptz
SELECT s.id, s.account_id, a.kind, s.last_seen_at, s.expires_at, s.ended_at, a.disabled_at
  FROM session s JOIN account a ON a.id = s.account_id WHERE s.token_hash = $1;

-- name: session_memberships
-- params: token_hash bytea
-- returns: family_id uuid, as_kind text, as_id uuid
SELECT m.family_id, m.as_kind, m.as_id FROM membership m JOIN session s ON s.account_id = m.account_id
 WHERE s.token_hash = $1 AND NOT EXISTS (SELECT FROM family_due d WHERE d.family_id = m.family_id AND d.log_ended_at <> 'infinity')
 ORDER BY m.ordinal, m.family_id LIMIT 1000;

-- At most once a minute per session, in a unit of its own (design.md 3).
-- name: session_seen
-- params: token_hash bytea, now timestamptz
UPDATE session SET last_seen_at = $2 WHERE token_hash = $1 AND last_seen_at < $2 AND ended_at > $2;

-- name: session_insert
-- params: token_hash bytea, id uuid, account_id uuid, now timestamptz, expires_at timestamptz
INSERT INTO session (token_hash, id, account_id, created_at, last_seen_at, expires_at) VALUES ($1, $2, $3, $4, $4, $5);

-- name: session_end
-- params: token_hash bytea, now timestamptz
UPDATE session SET ended_at = $2 WHERE token_hash = $1 AND ended_at > $2;

-- name: session_end_all
-- params: account_id uuid, now timestamptz
UPDATE session SET ended_at = $2 WHERE account_id = $1 AND ended_at > $2;

-- name: session_list
-- params: account_id uuid, now timestamptz
-- returns: id uuid, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz
SELECT id, created_at, last_seen_at, expires_at FROM session WHERE account_id = $1 AND ended_at > $2 AND expires_at > $2
 ORDER BY created_at, id LIMIT 200;

-- name: account_login_text
-- params: account_id uuid
-- returns: login bytea
SELECT login FROM account WHERE id = $1;

-- name: account_find
-- params: login_index bytea
-- returns: id uuid, kind text, password text, disabled_at timestamptz
SELECT id, kind, password, disabled_at FROM account WHERE login_index = $1;

-- name: device_find
-- params: token_hash bytea
-- returns: account_id uuid
SELECT account_id FROM device WHERE token_hash = $1;

-- name: device_insert
-- params: token_hash bytea, account_id uuid, now timestamptz
INSERT INTO device (token_hash, account_id, last_used_at) VALUES ($1, $2, $3)
    ON CONFLICT (token_hash) DO UPDATE SET last_used_at = excluded.last_used_at WHERE device.account_id = excluded.account_id;

-- name: throttle_find
-- params: buckets bytea[]
-- returns: bucket bytea, failures int4, window_start timestamptz, blocked_until timestamptz
SELECT bucket, failures, window_start, blocked_until FROM throttle WHERE bucket = ANY ($1);

-- One more failure in each bucket. A window starts anew when the old one is over; past its limit a bucket is closed until `blocked_until`,
-- which doubles with each further failure up to an hour, and is never for ever.
-- name: throttle_fail
-- params: buckets bytea[], limits int4[], window_from timestamptz, now timestamptz
INSERT INTO throttle (bucket, failures, window_start, blocked_until)
SELECT b.bucket, 1, $4, '-infinity' FROM unnest($1, $2) AS b(bucket, most)
    ON CONFLICT (bucket) DO UPDATE SET
       failures = CASE WHEN throttle.window_start < $3 AND throttle.blocked_until < $4 THEN 1 ELSE throttle.failures + 1 END,
       window_start = CASE WHEN throttle.window_start < $3 AND throttle.blocked_until < $4 THEN $4 ELSE throttle.window_start END,
       blocked_until = (SELECT CASE WHEN throttle.window_start < $3 AND throttle.blocked_until < $4 THEN '-infinity'::timestamptz
                                    WHEN throttle.failures + 1 < b.most THEN '-infinity'::timestamptz
                                    ELSE $4 + LEAST(interval '1 minute' * power(2, LEAST(throttle.failures + 1 - b.most, 10)), interval '1 hour') END
                          FROM unnest($1, $2) AS b(bucket, most) WHERE b.bucket = throttle.bucket);

-- name: throttle_clear
-- params: buckets bytea[]
DELETE FROM throttle WHERE bucket = ANY ($1);

-- name: idempotency_find
-- params: account_id uuid, key_hash bytea, since timestamptz
-- returns: request_hash bytea, status int4, result_id uuid
SELECT request_hash, status, result_id FROM idempotency WHERE account_id = $1 AND key_hash = $2 AND made_at > $3;

-- name: idempotency_insert
-- params: account_id uuid, key_hash bytea, request_hash bytea, status int4, result_id uuid, now timestamptz
INSERT INTO idempotency (account_id, key_hash, request_hash, status, result_id, made_at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: idempotency_expire
-- params: account_id uuid, since timestamptz
DELETE FROM idempotency WHERE account_id = $1 AND made_at <= $2;

-- name: service_ready
-- params: none int4
-- returns: version int4
SELECT coalesce(max(version), 0)::int4 FROM schema_version WHERE $1 = 0;

-- name: account_password
-- params: account_id uuid, password text
UPDATE account SET password = $2 WHERE id = $1;
