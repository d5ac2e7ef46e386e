-- The data of families: facts that are never overwritten, sealed bodies, accounts, and the log's records.
--
-- Written by kring_owner, who owns everything and serves nobody. kring_app gets exactly the verbs that its statements need, at the
-- end of this file. Every key and every foreign key starts with the family's id (security.md 2d, pitfall 5), and every table with
-- rows of a family has forced row security. No statement and no default calls now(): moments come from the server's clock.
--
-- Facts carry `recorded_at` and, where they hold for a time, `valid_from` and `valid_until` ('infinity' when open). They are
-- inserted and never changed; a withdrawal is a row of its own. Texts, names and notes are sealed in `body`; what stays in clear
-- (ids, field names, moments, relations) is listed in SECURITY.md.

CREATE TABLE family (
    id           uuid PRIMARY KEY,
    version      bigint NOT NULL DEFAULT 1,      -- raised by every write: a ruling is good for one version
    jurisdiction text NOT NULL,
    time_zone    text NOT NULL,
    language     text NOT NULL CHECK (language IN ('nl', 'fr', 'en')),
    intake_at    timestamptz NOT NULL,
    erased_at    timestamptz NOT NULL DEFAULT 'infinity',
    recorded_at  timestamptz NOT NULL
);

CREATE TABLE person (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    born        date,                            -- null: unborn, or an adult who did not say
    due         date,
    unborn      boolean NOT NULL DEFAULT false,  -- when it came into the plan; a `birth` row ends it
    owner_id    uuid,                            -- of an unborn child (R-27)
    member      boolean NOT NULL,                -- false: only somebody blocked
    has_account boolean NOT NULL DEFAULT false,
    ordinal     integer NOT NULL,                -- the order in which the family names them
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE birth (
    family_id   uuid NOT NULL,
    person_id   uuid NOT NULL,
    born_at     timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, person_id),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE TABLE household (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    shielded    boolean NOT NULL DEFAULT false,
    ordinal     integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE helper (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    ordinal     integer NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

-- kind: lives_in, manages (of = household), holds_authority (of = child)
CREATE TABLE relation (
    family_id   uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('lives_in', 'manages', 'holds_authority')),
    person_id   uuid NOT NULL,
    of_id       uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, kind, person_id, of_id, valid_from),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE TABLE capacity (
    family_id   uuid NOT NULL,
    person_id   uuid NOT NULL,
    able        boolean NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    PRIMARY KEY (family_id, person_id, valid_from),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE TABLE authority_conflict (
    family_id   uuid NOT NULL,
    child_id    uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, child_id, valid_from),
    FOREIGN KEY (family_id, child_id) REFERENCES person
);

CREATE TABLE block (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    person_id   uuid NOT NULL,
    protects    uuid[] NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE TABLE place (
    family_id      uuid NOT NULL,
    helper_id      uuid NOT NULL,
    coordinator    boolean NOT NULL,
    authority_role boolean NOT NULL,
    listed         boolean NOT NULL,
    secrecy        text NOT NULL CHECK (secrecy IN ('none', 'discretion', 'professional')),
    recorded_at    timestamptz NOT NULL,
    valid_from     timestamptz NOT NULL,
    valid_until    timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, helper_id, valid_from),
    FOREIGN KEY (family_id, helper_id) REFERENCES helper
);

-- R-19: a hand-over ends the old helper's place at the moment of acceptance, if that comes before its `valid_until`.
CREATE TABLE handover (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    from_id     uuid NOT NULL,
    to_id       uuid NOT NULL,
    accepted_at timestamptz NOT NULL DEFAULT 'infinity',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, from_id) REFERENCES helper,
    FOREIGN KEY (family_id, to_id) REFERENCES helper
);

CREATE TABLE emergency_role (
    family_id   uuid NOT NULL,
    helper_id   uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, helper_id, valid_from),
    FOREIGN KEY (family_id, helper_id) REFERENCES helper
);

CREATE TABLE consent_grant (
    family_id    uuid NOT NULL REFERENCES family,
    id           uuid NOT NULL,
    recipient_id uuid NOT NULL,                  -- a helper or a person
    about        uuid[] NOT NULL,
    givers       uuid[] NOT NULL,
    basis        text NOT NULL CHECK (basis IN ('consent', 'contract', 'legal_duty', 'vital_interest', 'public_task',
                                                'legitimate_interest', 'unknown')),
    protective   boolean NOT NULL DEFAULT false, -- R-57b: the other parent was not asked; the reason is in the sealed body
    ordinal      integer NOT NULL,
    recorded_at  timestamptz NOT NULL,
    valid_from   timestamptz NOT NULL,
    valid_until  timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE grant_field (
    family_id  uuid NOT NULL,
    grant_id   uuid NOT NULL,
    field      text NOT NULL,
    four_eyes_at timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, grant_id, field),
    FOREIGN KEY (family_id, grant_id) REFERENCES consent_grant
);

-- kind: withdrawn (R-06) or refused (R-09). The recipient never learns which.
CREATE TABLE grant_end (
    family_id   uuid NOT NULL,
    grant_id    uuid NOT NULL,
    field       text NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('withdrawn', 'refused')),
    by_id       uuid,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, grant_id, field, kind),
    FOREIGN KEY (family_id, grant_id) REFERENCES consent_grant
);

-- The giving itself and each re-confirmation (R-02).
CREATE TABLE grant_confirm (
    family_id   uuid NOT NULL,
    grant_id    uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, grant_id, recorded_at),
    FOREIGN KEY (family_id, grant_id) REFERENCES consent_grant
);

CREATE TABLE hold (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    about       uuid[] NOT NULL,
    from_whom   uuid[] NOT NULL,
    fields      text[] NOT NULL,
    by_id       uuid,
    review_at   timestamptz,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    PRIMARY KEY (family_id, id)
);

CREATE TABLE emergency (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    helper_id   uuid NOT NULL,
    about       uuid[] NOT NULL,
    fields      text[] NOT NULL,
    reason_code text NOT NULL,
    recorded_at timestamptz NOT NULL,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, helper_id) REFERENCES helper
);

-- The index of everything that is sealed. kind as in server/policy/facts.h; `of_id` is the person, home, helper or grant that a
-- name, label, team line or grant text belongs to.
CREATE TABLE entry (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('plan', 'register', 'name', 'label', 'helper', 'listed', 'grant', 'note')),
    field       text NOT NULL DEFAULT '',
    of_id       uuid,
    assignee_id uuid,
    about       uuid[] NOT NULL,
    owner_id    uuid NOT NULL,                   -- whose key seals it
    ordinal     bigint NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE entry_version (
    family_id   uuid NOT NULL,
    entry_id    uuid NOT NULL,
    version     integer NOT NULL CHECK (version > 0),
    author_id   uuid,                            -- null: the author is only text, in the sealed body
    wrote       uuid[] NOT NULL,                 -- people who wrote it (R-15)
    agreed      uuid[] NOT NULL,                 -- people who said yes to exactly it (R-15)
    written_at  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, entry_id, version),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);

CREATE TABLE entry_end (
    family_id   uuid NOT NULL,
    entry_id    uuid NOT NULL,
    by_id       uuid,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, entry_id),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);

-- Apart from the index, so that loading facts never touches a page with a body.
CREATE TABLE body (
    family_id uuid NOT NULL,
    entry_id  uuid NOT NULL,
    version   integer NOT NULL,
    envelope  bytea NOT NULL,
    PRIMARY KEY (family_id, entry_id, version),
    FOREIGN KEY (family_id, entry_id, version) REFERENCES entry_version
);
ALTER TABLE body ALTER COLUMN envelope SET STORAGE EXTERNAL;

-- Accounts belong to no family. The login is found by its blind index and kept sealed.
CREATE TABLE account (
    id           uuid PRIMARY KEY,
    kind         text NOT NULL CHECK (kind IN ('person', 'helper', 'auditor', 'operator')),
    login_index  bytea NOT NULL UNIQUE CHECK (octet_length(login_index) = 16),
    login        bytea NOT NULL,                 -- envelope
    password     text NOT NULL,                  -- PHC string
    disabled_at  timestamptz NOT NULL DEFAULT 'infinity',
    recorded_at  timestamptz NOT NULL
);

-- Which person or helper of which family an account is. Read with the session, before any family is known, so it has no row security;
-- it holds ids only.
CREATE TABLE membership (
    account_id uuid NOT NULL REFERENCES account,
    family_id  uuid NOT NULL,
    as_kind    text NOT NULL CHECK (as_kind IN ('person', 'helper')),
    as_id      uuid NOT NULL,
    ordinal    integer NOT NULL,
    PRIMARY KEY (account_id, family_id),
    UNIQUE (family_id, as_id)
);

CREATE TABLE session (
    token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    id           uuid NOT NULL UNIQUE,
    account_id   uuid NOT NULL REFERENCES account,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL,           -- written at most once a minute
    expires_at   timestamptz NOT NULL,
    ended_at     timestamptz NOT NULL DEFAULT 'infinity'
);
CREATE INDEX session_account ON session (account_id);

-- A browser or program that logged in before keeps a throttle bucket of its own, so that nobody else's guesses lock it out.
CREATE TABLE device (
    token_hash   bytea PRIMARY KEY CHECK (octet_length(token_hash) = 32),
    account_id   uuid NOT NULL REFERENCES account,
    last_used_at timestamptz NOT NULL
);

-- Failed log-ins per bucket; the bucket is a MAC, so the table names nobody.
CREATE TABLE throttle (
    bucket       bytea PRIMARY KEY CHECK (octet_length(bucket) = 16),
    failures     integer NOT NULL,
    window_start timestamptz NOT NULL,
    blocked_until timestamptz NOT NULL
);

-- Hashes of an Idempotency-Key and its request, the status and the resulting id; never a body. Kept for 24 hours.
CREATE TABLE idempotency (
    account_id   uuid NOT NULL REFERENCES account,
    key_hash     bytea NOT NULL CHECK (octet_length(key_hash) = 32),
    request_hash bytea NOT NULL CHECK (octet_length(request_hash) = 32),
    status       integer NOT NULL,
    result_id    uuid NOT NULL,
    made_at      timestamptz NOT NULL,
    PRIMARY KEY (account_id, key_hash)
);

-- The log. One row per look, write, refusal or event; family zero is the service itself. No foreign key to families: asking for what
-- is not there must leave the same trace as asking for what is not yours.
CREATE TABLE record (
    id          uuid NOT NULL,
    family_id   uuid NOT NULL,
    at          timestamptz NOT NULL,
    boot_id     uuid NOT NULL,
    counter     bigint NOT NULL,                 -- contiguous per boot
    kind        text NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('done', 'refused', 'failed')),
    emergency   boolean NOT NULL,
    actor_id    uuid NOT NULL,                   -- account
    sealed      bytea NOT NULL,                  -- envelope under the family's audit key
    PRIMARY KEY (family_id, at, id)
);
ALTER TABLE record ALTER COLUMN sealed SET STORAGE EXTERNAL;

CREATE TABLE schema_version (
    version    integer PRIMARY KEY,
    sha256     bytea NOT NULL,
    applied_at timestamptz NOT NULL
);

-- The second wall: a unit sets the set of its families with set_config('kring.families', ..., true); an unset or emptied setting
-- (pitfall 2: '' after a transaction-local set_config) means no family at all. The expression stands in the policy itself, as a
-- sub-select that depends on no row: an InitPlan, evaluated once a statement (a function of our own with a SET clause could not be
-- inlined and cost more than the look-up). IS TRUE keeps it a filter: as an index condition it cost a batch of 16 families 40 %, and
-- on tables that were empty when a plan was made it drew the planner into reading those families whole. So every statement names its
-- family itself. Which verbs a role has is said twice, by its grants and by permissive policies per command (pitfall 10): a verb that
-- is granted by mistake still finds no row.
DO $$
DECLARE
    t text;
    wall text;
BEGIN
    FOREACH t IN ARRAY ARRAY['family', 'person', 'birth', 'household', 'helper', 'relation', 'capacity', 'authority_conflict', 'block',
        'place', 'handover', 'emergency_role', 'consent_grant', 'grant_field', 'grant_end', 'grant_confirm', 'hold', 'emergency',
        'entry', 'entry_version', 'entry_end', 'body', 'record'] LOOP
        wall := format('(%I = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE',
            CASE t WHEN 'family' THEN 'id' ELSE 'family_id' END);
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY one_family ON %I AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', t, wall, wall);
        EXECUTE format('CREATE POLICY app_reads ON %I AS PERMISSIVE FOR SELECT TO kring_app USING (true)', t);
        EXECUTE format('CREATE POLICY app_adds ON %I AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO kring_app', t);
    END LOOP;
END $$;
CREATE POLICY app_changes ON family AS PERMISSIVE FOR UPDATE TO kring_app USING (true) WITH CHECK (true);
GRANT UPDATE (version) ON family TO kring_app;

GRANT SELECT, INSERT ON account, membership, session, device, throttle, idempotency TO kring_app;
GRANT UPDATE (password) ON account TO kring_app;
GRANT UPDATE (last_seen_at, ended_at) ON session TO kring_app;
GRANT UPDATE (last_used_at) ON device TO kring_app;
GRANT UPDATE (failures, window_start, blocked_until) ON throttle TO kring_app;
GRANT DELETE ON idempotency, throttle TO kring_app;
GRANT SELECT ON schema_version TO kring_app;
-- A write whose check found nothing must leave nothing: KR001 fails the whole unit.
CREATE FUNCTION kring_one(one bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog
    AS $$ BEGIN IF one IS NULL THEN RAISE EXCEPTION USING ERRCODE = 'KR001', MESSAGE = 'stale'; END IF; RETURN one; END $$;

REVOKE ALL ON FUNCTION kring_one(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kring_one(bigint) TO kring_app;
