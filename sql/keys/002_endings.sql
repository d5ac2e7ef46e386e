-- Which keys are over: up to that epoch of an owner's key, or (the zero owner) all of a family's but the one of its log. A key goes only
-- with such a row, which stays.
CREATE TABLE key_end (
    family_id uuid NOT NULL,
    owner_id  uuid NOT NULL,
    epoch     integer NOT NULL,
    ended_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, owner_id, epoch)
);
ALTER TABLE key_end ENABLE ROW LEVEL SECURITY;
ALTER TABLE key_end FORCE ROW LEVEL SECURITY;
CREATE POLICY app_reads ON key_end AS PERMISSIVE FOR SELECT TO kring_app USING (true);
CREATE POLICY app_adds ON key_end AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true);
CREATE POLICY one_family ON key_end AS RESTRICTIVE FOR ALL TO PUBLIC
    USING ((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE)
    WITH CHECK ((family_id = ANY ((SELECT NULLIF(current_setting('kring.families', true), '')::uuid[])::uuid[])) IS TRUE);
GRANT SELECT, INSERT ON key_end TO kring_app;

CREATE POLICY app_erases ON owner_key AS PERMISSIVE FOR DELETE TO kring_app USING (
    EXISTS (SELECT FROM key_end e WHERE e.family_id = owner_key.family_id
               AND ((e.owner_id = owner_key.owner_id AND owner_key.epoch <= e.epoch)
                    OR e.owner_id = '00000000-0000-0000-0000-000000000000'::uuid)));
CREATE POLICY app_erases ON family_key AS PERMISSIVE FOR DELETE TO kring_app USING (
    EXISTS (SELECT FROM key_end e WHERE e.family_id = family_key.family_id
               AND e.owner_id = '00000000-0000-0000-0000-000000000000'::uuid));
GRANT DELETE ON owner_key, family_key TO kring_app;
