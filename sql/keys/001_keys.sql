-- Wrapped keys, in a database of their own with short-lived backups: destroying a row here is what erasing means (design.md 6).
-- Nothing here opens without the KEK, which is never in any database.

CREATE TABLE family_key (
    family_id uuid NOT NULL,
    epoch     integer NOT NULL,
    wrapped   bytea NOT NULL,
    made_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, epoch)
);

-- owner_id: a person, a household, or the family itself (several subjects).
CREATE TABLE owner_key (
    family_id    uuid NOT NULL,
    owner_id     uuid NOT NULL,
    epoch        integer NOT NULL,
    family_epoch integer NOT NULL,
    wrapped      bytea NOT NULL,
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (family_id, owner_id, epoch),
    FOREIGN KEY (family_id, family_epoch) REFERENCES family_key (family_id, epoch)
);

-- Under the KEK directly, so that erasing a person or a family leaves the log whole.
CREATE TABLE audit_key (
    family_id uuid PRIMARY KEY,
    wrapped   bytea NOT NULL,
    made_at   timestamptz NOT NULL
);

CREATE TABLE service_key (
    purpose text PRIMARY KEY,
    wrapped bytea NOT NULL,
    made_at timestamptz NOT NULL
);

CREATE TABLE schema_version (
    version    integer PRIMARY KEY,
    sha256     bytea NOT NULL,
    applied_at timestamptz NOT NULL
);

DO $$
DECLARE t text;
BEGIN
    FOREACH t IN ARRAY ARRAY['family_key', 'owner_key', 'audit_key'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY app_reads ON %I AS PERMISSIVE FOR SELECT TO kring_app USING (true)', t);
        EXECUTE format('CREATE POLICY app_adds ON %I AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true)', t);
        EXECUTE format('CREATE POLICY one_family ON %I AS RESTRICTIVE FOR ALL TO PUBLIC '
            'USING ((family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE) '
            'WITH CHECK ((family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE)', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO kring_app', t);
    END LOOP;
END $$;
GRANT SELECT, INSERT ON service_key TO kring_app;
GRANT SELECT ON schema_version TO kring_app;
