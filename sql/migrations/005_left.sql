-- T7, T9: whoever is kept out of a text by a lock takes back what he wrote of it; what others made of it since stays theirs. For him it is
-- gone, for everybody else nothing happened.

CREATE TABLE entry_left (
    family_id   uuid NOT NULL,
    entry_id    uuid NOT NULL,
    by_id       uuid NOT NULL,
    left_at     timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, entry_id),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);

-- The second wall, as in 001.
DO $$
DECLARE
    wall text := '(family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE';
BEGIN
    ALTER TABLE entry_left ENABLE ROW LEVEL SECURITY;
    ALTER TABLE entry_left FORCE ROW LEVEL SECURITY;
    EXECUTE format('CREATE POLICY one_family ON entry_left AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', wall, wall);
    CREATE POLICY app_reads ON entry_left AS PERMISSIVE FOR SELECT TO kring_app USING (true);
    CREATE POLICY app_adds ON entry_left AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true);
    GRANT SELECT, INSERT ON entry_left TO kring_app;
END $$;
