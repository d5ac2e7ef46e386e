-- The key of a log goes too, once the family is erased and the last record of its log was retired.
--
-- Whoever has the serving role could otherwise make every record unreadable at once. So a key goes five years after it was said here
-- that the family is over, by the clock of this cluster: the role names the family, and neither the moment nor the floor.
CREATE TABLE log_end (
    family_id uuid PRIMARY KEY,
    noted_at  timestamptz NOT NULL DEFAULT now() -- not a parameter: the wall below trusts it against the role that inserts
);
ALTER TABLE log_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE log_end FORCE ROW LEVEL SECURITY;
CREATE POLICY app_reads ON log_end AS PERMISSIVE FOR SELECT TO kring_app USING (true);
CREATE POLICY app_adds ON log_end AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true);
CREATE POLICY one_family ON log_end AS RESTRICTIVE FOR ALL TO PUBLIC
    USING ((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE)
    WITH CHECK ((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE);
GRANT SELECT ON log_end TO kring_app;
GRANT INSERT (family_id) ON log_end TO kring_app;

-- The service's own log has no end.
CREATE POLICY app_erases ON audit_key AS PERMISSIVE FOR DELETE TO kring_app USING (
    family_id <> '00000000-0000-0000-0000-000000000000'::uuid
    AND EXISTS (SELECT FROM log_end e WHERE e.family_id = audit_key.family_id
                   AND e.noted_at < now() -- the clock of this cluster, not of who asks
                       - interval '5 years'));
GRANT DELETE ON audit_key TO kring_app;
