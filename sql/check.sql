-- Are the walls as they must be? Asked at start-up and by /readyz, as the role that serves; server/db/check.h says what each means.
-- true is a fault. Catalogue functions are told of session_user, which SET ROLE cannot change.

-- name: check_walls
-- db: both
-- returns: superuser bool, bypass bool, owner bool, creates bool, row_security bool, policy bool, verbs bool, history bool, function bool, system_identifier int8
WITH ours AS MATERIALIZED (
    SELECT n.oid, n.nspname, n.nspowner FROM pg_namespace n
     WHERE n.nspname NOT IN ('pg_catalog', 'information_schema') AND n.nspname !~ '^pg_(toast|temp_|toast_temp_)'
), tables AS MATERIALIZED (
    SELECT c.oid, c.relname, c.relowner, c.relrowsecurity AND c.relforcerowsecurity AS walled, c.relispartition,
           c.relname IN ('account', 'session', 'device', 'throttle', 'idempotency', 'service_key', 'schema_version',
                         'boot', 'log_pending', 'log_run', 'log_tile', 'log_head', 'log_published', 'account_tie', 'decoy') AS open,
           c.relname IN ('membership', 'invitation', 'emergency_tally', 'family_due', 'look', 'alarm') AS across
      FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p')
), reviewed(relname, polcmd, expression) AS (VALUES
    -- What goes, and what is sealed anew: each only with the row that says why.
    ('body', 'd', '((EXISTS ( SELECT FROM erasure_decision d WHERE ((d.family_id = body.family_id) AND (d.entry_id = body.entry_id)'
                  ' AND (d.outcome = ''erased''::text)))) OR (EXISTS ( SELECT FROM plan_event p WHERE ((p.family_id = body.family_id)'
                  ' AND (p.kind = ''erased''::text)))))'),
    ('body', 'w', '(EXISTS ( SELECT FROM (entry e JOIN owner_epoch o ON (((o.family_id = e.family_id) AND (o.owner_id = e.owner_id))))'
                  ' WHERE ((e.family_id = body.family_id) AND (e.id = body.entry_id))))'),
    ('record', 'd', '((at < ( SELECT h.retire_before FROM log_head h)) AND (kind <> ''log.retire''::text))'),
    ('audit_key', 'd', '((family_id <> ''00000000-0000-0000-0000-000000000000''::uuid) AND (EXISTS ( SELECT FROM log_end e'
                       ' WHERE ((e.family_id = audit_key.family_id) AND (e.noted_at < (now'
                       '() - ''5 years''::interval))))))'), -- the wall's own clock; no statement of ours calls it
    ('owner_key', 'd', '(EXISTS ( SELECT FROM key_end e WHERE ((e.family_id = owner_key.family_id) AND (((e.owner_id = owner_key.owner_id)'
                       ' AND (owner_key.epoch <= e.epoch)) OR (e.owner_id = ''00000000-0000-0000-0000-000000000000''::uuid)))))'),
    ('family_key', 'd', '(EXISTS ( SELECT FROM key_end e WHERE ((e.family_id = family_key.family_id)'
                        ' AND (e.owner_id = ''00000000-0000-0000-0000-000000000000''::uuid))))')
)
SELECT
    EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER')
               AND (r.rolsuper OR r.rolname IN ('pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files',
                                                'pg_read_all_data', 'pg_write_all_data'))),
    EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER') AND (r.rolbypassrls OR r.rolreplication)),
    EXISTS (SELECT FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE pg_has_role(session_user, c.relowner, 'MEMBER'))
        OR EXISTS (SELECT FROM ours n WHERE pg_has_role(session_user, n.nspowner, 'MEMBER'))
        OR EXISTS (SELECT FROM pg_database d WHERE d.datname = current_database() AND pg_has_role(session_user, d.datdba, 'MEMBER')),
    EXISTS (SELECT FROM pg_roles r WHERE pg_has_role(session_user, r.oid, 'MEMBER') AND (r.rolcreaterole OR r.rolcreatedb))
        OR has_database_privilege(session_user, current_database(), 'CREATE')
        OR has_database_privilege(session_user, current_database(), 'TEMP')
        OR EXISTS (SELECT FROM ours n WHERE has_schema_privilege(session_user, n.oid, 'CREATE')),
    EXISTS (SELECT FROM tables t WHERE NOT t.walled AND NOT t.across AND (NOT t.open OR EXISTS (
                SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attname = 'family_id' AND NOT a.attisdropped))),
    EXISTS (SELECT FROM tables t WHERE t.walled AND (
                (SELECT count(*) <> 1 FROM pg_policy p WHERE p.polrelid = t.oid AND NOT p.polpermissive)
                OR NOT EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND NOT p.polpermissive AND p.polname = 'one_family'
                        AND p.polcmd = '*' AND p.polroles = ARRAY[0::oid]
                        AND pg_get_expr(p.polqual, p.polrelid) = pg_get_expr(p.polwithcheck, p.polrelid)
                        AND pg_get_expr(p.polqual, p.polrelid) = format(
                            '((%s = ANY (( SELECT (NULLIF(current_setting(''kring.families''::text, true), ''''::text))::uuid[] AS "nullif")::uuid[])) IS TRUE)',
                            CASE t.relname WHEN 'family' THEN 'id' ELSE 'family_id' END))
                OR EXISTS (SELECT FROM pg_policy p WHERE p.polrelid = t.oid AND p.polpermissive
                        AND (0 = ANY (p.polroles) OR p.polcmd = '*'
                             OR p.polname NOT IN ('app_reads', 'app_adds', 'app_changes', 'app_erases')
                             OR (p.polcmd IN ('d', 'w') AND t.relname <> 'family' AND NOT EXISTS (SELECT FROM reviewed v
                                 WHERE v.relname = t.relname AND v.polcmd = p.polcmd::text
                                   AND v.expression = regexp_replace(pg_get_expr(p.polqual, p.polrelid), '\s+', ' ', 'g'))))))),
    EXISTS (SELECT FROM tables t WHERE has_table_privilege(session_user, t.oid, 'TRUNCATE')
               OR has_any_column_privilege(session_user, t.oid, 'REFERENCES') OR has_table_privilege(session_user, t.oid, 'TRIGGER')
               OR (t.relispartition AND has_any_column_privilege(session_user, t.oid, 'SELECT, INSERT, UPDATE'))
               OR (t.relispartition AND has_table_privilege(session_user, t.oid, 'DELETE'))),
    EXISTS (SELECT FROM tables t WHERE t.walled AND ((t.relname NOT IN ('body', 'record', 'owner_key', 'family_key', 'audit_key') AND has_table_privilege(session_user, t.oid, 'DELETE'))
               OR EXISTS (SELECT FROM pg_attribute a WHERE a.attrelid = t.oid AND a.attnum > 0 AND NOT a.attisdropped
                             AND (t.relname, a.attname) NOT IN (('family', 'version'), ('body', 'envelope'))
                             AND has_column_privilege(session_user, t.oid, a.attnum, 'UPDATE')))),
    EXISTS (SELECT FROM pg_proc f JOIN ours n ON n.oid = f.pronamespace
             WHERE f.prosecdef OR f.proleakproof OR f.proacl IS NULL
                OR EXISTS (SELECT FROM aclexplode(f.proacl) x WHERE x.grantee = 0))
        OR EXISTS (SELECT FROM pg_class c JOIN ours n ON n.oid = c.relnamespace WHERE c.relkind IN ('m', 'f')
                OR (c.relkind = 'v' AND NOT coalesce('security_invoker=true' = ANY (c.reloptions), false))),
    (SELECT system_identifier FROM pg_control_system());

-- name: check_version
-- db: both
-- returns: version int4
SELECT coalesce(max(version), 0)::int4 FROM schema_version;
