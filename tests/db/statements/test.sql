-- Statements that only the tests use.

-- name: test_echo
-- params: a uuid, b bytea, c text, d int4, e int8, f bool, g timestamptz, h date
-- returns: a uuid, b bytea, c text, d int4, e int8, f bool, g timestamptz, h date
SELECT $1, $2, $3, $4, $5, $6, $7, $8;

-- name: test_echo_arrays
-- params: a uuid[], b bytea[], c text[], d int4[], e int8[], f bool[], g timestamptz[]
-- returns: a uuid[], b bytea[], c text[], d int4[], e int8[], f bool[], g timestamptz[]
SELECT $1, $2, $3, $4, $5, $6, $7;

-- What the server itself makes of our bytes.
-- name: test_words
-- params: a uuid, b bytea, c text, d int4, e int8, f bool, g timestamptz, h date
-- returns: word text
SELECT concat_ws('|', $1, encode($2, 'hex'), $3, $4, $5, $6, $7, $8);

-- name: test_words_arrays
-- params: a uuid[], b bytea[], c text[], d int4[], e int8[], f bool[], g timestamptz[]
-- returns: word text
SELECT concat_ws('|', $1, $2, $3, $4, $5, $6, $7);

-- name: test_number
-- params: n int4
-- returns: n int4
SELECT $1;

-- name: test_numbers
-- params: n int4
-- returns: n int4, pad text
SELECT i, repeat('x', 100) FROM generate_series(1, $1) AS i;

-- name: test_sleep
-- params: ms int4
-- returns: slept text
SELECT pg_sleep($1 / 1000.0)::text;

-- name: test_pid
-- returns: pid int4
SELECT pg_backend_pid();

-- name: test_divide
-- params: by int4
-- returns: n int4
SELECT 1 / $1;

-- name: test_cast
-- params: word text
-- returns: n int4
SELECT $1::int4;

-- name: test_no_table
-- returns: n int4
SELECT 1 FROM there_is_no_such_table;

-- name: test_context
-- returns: families text
SELECT coalesce(current_setting('kring.families', true), '');

-- name: test_set_context
-- params: families uuid[]
-- returns: families text
SELECT set_config('kring.families', ($1::uuid[])::text, true);

-- name: test_people
-- returns: people int4
SELECT count(*)::int4 FROM person;

-- name: test_insert
-- params: bucket bytea
INSERT INTO throttle (bucket, failures, window_start, blocked_until) VALUES ($1, 0, '-infinity', '-infinity');

-- name: test_count
-- params: buckets bytea[]
-- returns: n int4
SELECT count(*)::int4 FROM throttle WHERE bucket = ANY ($1);

-- name: test_clear

DELETE FROM throttle;

-- name: test_length
-- params: what bytea
-- returns: n int4, back bytea
SELECT octet_length($1), $1;

-- name: test_settings
-- returns: words text
SELECT concat_ws(' ', current_setting('statement_timeout'), current_setting('jit'), current_setting('plan_cache_mode'),
                 current_setting('search_path'), current_setting('TimeZone'), current_setting('client_encoding'),
                 current_setting('application_name'), current_setting('transaction_isolation'));

-- Into a table that one test makes, whose key is looked at only when the transaction ends.
-- name: test_insert_deferred
-- params: n int4
INSERT INTO throttle (bucket, failures, window_start, blocked_until) VALUES (int4send($1) || '\x000000000000000000000000'::bytea, 0, '-infinity', '-infinity');
