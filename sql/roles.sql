-- The cluster's roles and databases, made once by its superuser: psql -v ON_ERROR_STOP=1 -f sql/roles.sql
-- May be run again: it brings everything back to what it should be. How each role may log in (peer, password, certificate) is
-- pg_hba.conf's business; the server refuses to start where it could become the owner.
--
--   kring_owner  owns both databases and all in them; migrations only. Being the owner it would see every row, so FORCE is on.
--   kring_app    serves: has the verbs that its statements need, and no row without a family in its context.
--   kring_log    integrates the log (kringd log run): commitments and tiles, no row of a family.

SELECT format('CREATE ROLE %I', r) FROM unnest(ARRAY['kring_owner', 'kring_app', 'kring_log']) AS r
 WHERE NOT EXISTS (SELECT FROM pg_roles WHERE rolname = r) \gexec
ALTER ROLE kring_owner LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE kring_app   LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION;
ALTER ROLE kring_log   LOGIN NOSUPERUSER NOBYPASSRLS NOINHERIT NOCREATEDB NOCREATEROLE NOREPLICATION;

-- Neither role may become another one.
SELECT format('REVOKE %I FROM %I', g.rolname, m.rolname)
  FROM pg_auth_members a JOIN pg_roles g ON g.oid = a.roleid JOIN pg_roles m ON m.oid = a.member
 WHERE m.rolname IN ('kring_owner', 'kring_app', 'kring_log') \gexec

SELECT format('CREATE DATABASE %I OWNER kring_owner TEMPLATE template0 ENCODING ''UTF8''', d)
  FROM unnest(ARRAY['kring', 'kring_keys']) AS d
 WHERE NOT EXISTS (SELECT FROM pg_database WHERE datname = d) \gexec
SELECT format('ALTER DATABASE %I OWNER TO kring_owner', d) FROM unnest(ARRAY['kring', 'kring_keys']) AS d \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM PUBLIC', d) FROM unnest(ARRAY['kring', 'kring_keys']) AS d \gexec
SELECT format('REVOKE ALL ON DATABASE %I FROM kring_app, kring_log', d) FROM unnest(ARRAY['kring', 'kring_keys']) AS d \gexec
SELECT format('GRANT CONNECT ON DATABASE %I TO kring_app', d) FROM unnest(ARRAY['kring', 'kring_keys']) AS d \gexec
GRANT CONNECT ON DATABASE kring TO kring_log;

\connect kring
ALTER SCHEMA public OWNER TO kring_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, kring_app, kring_log;
GRANT USAGE ON SCHEMA public TO kring_app, kring_log;
\connect kring_keys
ALTER SCHEMA public OWNER TO kring_owner;
REVOKE ALL ON SCHEMA public FROM PUBLIC, kring_app, kring_log;
GRANT USAGE ON SCHEMA public TO kring_app;
