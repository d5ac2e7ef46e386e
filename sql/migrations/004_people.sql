-- How people come into a plan: what an invitation still needs, a place that waits for the working agreements, and who was told that
-- he is in it.
--
-- As in 001 and 002: every key begins with the family, moments are parameters, and nothing is overwritten. `invitation` is read
-- before a family is known (002); what happens to its code is noted on its row, once, as `used_at` is.

ALTER TABLE invitation ADD COLUMN revoked_at timestamptz;
GRANT UPDATE (handed_over_at, revoked_at) ON invitation TO kring_app;

-- C-03: whoever was brought in by hand begins with his yes to the working agreements; an imported place has had it.
ALTER TABLE place ADD COLUMN waits boolean NOT NULL DEFAULT false;

CREATE TABLE agreement_accepted (
    family_id     uuid NOT NULL,
    helper_id     uuid NOT NULL,
    text_version  text NOT NULL,
    text_language text NOT NULL CHECK (text_language IN ('nl', 'fr', 'en')),
    text_hash     bytea NOT NULL CHECK (octet_length(text_hash) = 32),
    accepted_at   timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, helper_id, accepted_at),
    FOREIGN KEY (family_id, helper_id) REFERENCES helper
);

ALTER TABLE limits_shown ADD COLUMN text_language text CHECK (text_language IN ('nl', 'fr', 'en'));

-- R-75: told within a month that he is in the plan, or the exception; its words are sealed in an entry (reason_entry).
CREATE TABLE person_informed (
    family_id    uuid NOT NULL,
    person_id    uuid NOT NULL,
    outcome      text NOT NULL CHECK (outcome IN ('informed', 'exception')),
    reason_entry uuid,
    by_id        uuid NOT NULL,
    at           timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, person_id, recorded_at),
    FOREIGN KEY (family_id, person_id) REFERENCES person,
    FOREIGN KEY (family_id, reason_entry) REFERENCES entry,
    CHECK ((outcome = 'exception') = (reason_entry IS NOT NULL))
);

-- The second wall, as in 001.
DO $$
DECLARE
    t text;
    wall text := '(family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE';
BEGIN
    FOREACH t IN ARRAY ARRAY['agreement_accepted', 'person_informed'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY one_family ON %I AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', t, wall, wall);
        EXECUTE format('CREATE POLICY app_reads ON %I AS PERMISSIVE FOR SELECT TO kring_app USING (true)', t);
        EXECUTE format('CREATE POLICY app_adds ON %I AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO kring_app', t);
    END LOOP;
END $$;
