-- The law of sharing: requests and their answers, levels, stops, locks, trusted persons, restrictions, the rest of an emergency,
-- rights, court decisions, what the scheduler has to do, and contacts and invitations.
--
-- As in 001: every key begins with the family, moments are parameters, and nothing is overwritten. What ends has a row of its own
-- (`*_end`, `*_stop`, `lock_lift`), which sql/facts.sql folds into the fact's `until`: no sooner than it was recorded, so that the
-- answer for a past moment stays what it was then. Words stay sealed in `body`; a text column here holds a word of ours, and its CHECK
-- says so. An empty list of fields or topics means all of them.

ALTER TABLE capacity
    ADD COLUMN id        uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN topics    text[] NOT NULL DEFAULT '{}',       -- R-23: what it speaks of
    ADD COLUMN by_id     uuid,                               -- the helper who judged
    ADD COLUMN review_at timestamptz,
    DROP CONSTRAINT capacity_pkey,
    ADD PRIMARY KEY (family_id, id);
ALTER TABLE capacity ALTER COLUMN id DROP DEFAULT;

ALTER TABLE authority_conflict
    ADD COLUMN id     uuid NOT NULL DEFAULT gen_random_uuid(),
    ADD COLUMN topics text[] NOT NULL DEFAULT '{}',          -- R-32
    DROP CONSTRAINT authority_conflict_pkey,
    ADD PRIMARY KEY (family_id, id);
ALTER TABLE authority_conflict ALTER COLUMN id DROP DEFAULT;

CREATE TABLE conflict_end (
    family_id   uuid NOT NULL,
    conflict_id uuid NOT NULL,
    by_id       uuid NOT NULL,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, conflict_id),
    FOREIGN KEY (family_id, conflict_id) REFERENCES authority_conflict
);

-- `organisation` is the same for two places of one organisation in one family and says nothing else: a MAC of family and name.
ALTER TABLE place
    ADD COLUMN safety       boolean NOT NULL DEFAULT false,
    ADD COLUMN organisation uuid;

-- What was shown and how it was said (R-10, R-12), and the grounds beside the basis (domain.md 2.6). An older row has none.
ALTER TABLE consent_grant
    ADD COLUMN request_id     uuid,
    ADD COLUMN art9_basis     text CHECK (art9_basis ~ '^[0-9a-z_.]{1,20}$'),
    ADD COLUMN secrecy_ground text CHECK (secrecy_ground IN ('subject_release', 'shared_secret_BE', 'joint_secret_same_team',
                                          'nl_direct_involvement', 'legal_duty', 'right_to_report', 'state_of_necessity',
                                          'not_under_secrecy')),
    ADD COLUMN family_view    text CHECK (family_view IN ('agreed', 'informed', 'objects')),
    ADD COLUMN told_on        timestamptz,
    ADD COLUMN channel        text CHECK (channel IN ('app', 'in_person', 'paper')),
    ADD COLUMN text_language  text CHECK (text_language IN ('nl', 'fr', 'en')),
    ADD COLUMN text_version   text,
    ADD COLUMN text_hash      bytea CHECK (octet_length(text_hash) = 32);

ALTER TABLE grant_field ADD COLUMN level text NOT NULL DEFAULT 'exact' CHECK (level IN ('exact', 'derived', 'exists'));

ALTER TABLE hold ADD COLUMN ground text CHECK (ground ~ '^[a-z0-9_.]{1,40}$');

-- told_at: null, at once (R-52). review_due_at: three working days after its end (R-53); null, then facts.sql counts them.
ALTER TABLE emergency
    ADD COLUMN told_at       timestamptz,
    ADD COLUMN review_due_at timestamptz;

-- `of_id` of a summary or statement is an entry, of a request's text the request, of a reason the emergency.
ALTER TABLE entry
    DROP CONSTRAINT entry_kind_check,
    ADD CONSTRAINT entry_kind_check CHECK (kind IN ('plan', 'register', 'name', 'label', 'helper', 'listed', 'grant', 'note', 'summary',
                                                    'statement', 'request', 'reason'));

-- A hand-over goes step by step (C-20): agreed by the family, talked, accepted. The last one ends the old helper's place (R-19).
CREATE TABLE handover_step (
    family_id   uuid NOT NULL,
    handover_id uuid NOT NULL,
    step        text NOT NULL CHECK (step IN ('agreed', 'talked', 'accepted')),
    by_id       uuid NOT NULL,
    at          timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, handover_id, step),
    FOREIGN KEY (family_id, handover_id) REFERENCES handover
);

-- kind as in relation. It ends what had begun by then; a relation may begin again.
CREATE TABLE relation_end (
    family_id   uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('lives_in', 'manages', 'holds_authority')),
    person_id   uuid NOT NULL,
    of_id       uuid NOT NULL,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, kind, person_id, of_id, ended_at),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

-- R-33: enforced without being shown. Contact that is suspended or forbidden works as a block of that person for those it protects,
-- until a `lifted` row of the same person for them (for all, when it names none).
CREATE TABLE court_decision (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('sole_authority', 'suspended_contact', 'contact_ban', 'authority_ended', 'lifted')),
    person_id   uuid NOT NULL,
    protects    uuid[] NOT NULL,
    evidence    text NOT NULL CHECK (evidence ~ '^[a-z_]{1,40}$'), -- the kind of paper that was seen
    by_id       uuid,
    valid_from  timestamptz NOT NULL,
    valid_until timestamptz NOT NULL DEFAULT 'infinity',
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

-- SS2: the second professional's yes.
CREATE TABLE four_eyes (
    family_id   uuid NOT NULL,
    grant_id    uuid NOT NULL,
    field       text NOT NULL,
    by_id       uuid NOT NULL,
    approved_at timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, grant_id, field, by_id),
    FOREIGN KEY (family_id, grant_id, field) REFERENCES grant_field
);

CREATE TABLE grant_stop (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    grant_id    uuid NOT NULL,
    kind        text NOT NULL CHECK (kind IN ('paused', 'shortened', 'superseded', 'objection')),
    by_id       uuid,
    by_grant_id uuid,                            -- the grant that supersedes it
    valid_from  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, grant_id) REFERENCES consent_grant,
    FOREIGN KEY (family_id, by_grant_id) REFERENCES consent_grant
);

CREATE TABLE grant_stop_end (
    family_id   uuid NOT NULL,
    stop_id     uuid NOT NULL,
    by_id       uuid,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, stop_id),
    FOREIGN KEY (family_id, stop_id) REFERENCES grant_stop
);

-- R-45. asker and recipient: a helper or a person.
CREATE TABLE request (
    family_id      uuid NOT NULL REFERENCES family,
    id             uuid NOT NULL,
    asker_id       uuid NOT NULL,
    recipient_id   uuid NOT NULL,
    about          uuid[] NOT NULL,
    basis          text NOT NULL CHECK (basis IN ('consent', 'contract', 'legal_duty', 'vital_interest', 'public_task',
                                                  'legitimate_interest', 'unknown')),
    secrecy_ground text CHECK (secrecy_ground IN ('subject_release', 'shared_secret_BE', 'joint_secret_same_team',
                               'nl_direct_involvement', 'legal_duty', 'right_to_report', 'state_of_necessity', 'not_under_secrecy')),
    ordinal        integer NOT NULL,
    recorded_at    timestamptz NOT NULL,
    lapses_at      timestamptz NOT NULL,
    valid_from     timestamptz NOT NULL,         -- of the grant that it becomes
    valid_until    timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

ALTER TABLE consent_grant ADD FOREIGN KEY (family_id, request_id) REFERENCES request;

CREATE TABLE request_field (
    family_id  uuid NOT NULL,
    request_id uuid NOT NULL,
    field      text NOT NULL,
    level      text NOT NULL DEFAULT 'exact' CHECK (level IN ('exact', 'derived', 'exists')),
    PRIMARY KEY (family_id, request_id, field),
    FOREIGN KEY (family_id, request_id) REFERENCES request
);

-- Taken back by the asker.
CREATE TABLE request_end (
    family_id   uuid NOT NULL,
    request_id  uuid NOT NULL,
    by_id       uuid NOT NULL,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, request_id),
    FOREIGN KEY (family_id, request_id) REFERENCES request
);

-- Field names but for `ticks` (R-41). entered_by: the helper who wrote it down for the giver (R-12).
CREATE TABLE request_reply (
    family_id     uuid NOT NULL,
    id            uuid NOT NULL,
    request_id    uuid NOT NULL,
    person_id     uuid NOT NULL,
    yes           text[] NOT NULL,
    no            text[] NOT NULL,
    released      text[] NOT NULL DEFAULT '{}',  -- R-43: the warning was shown
    ticks         text[] NOT NULL DEFAULT '{}',
    channel       text NOT NULL CHECK (channel IN ('app', 'in_person', 'paper')),
    level         text CHECK (level IN ('exact', 'derived', 'exists')), -- no yes of it gives more, nor longer than valid_until
    valid_until   timestamptz,
    entered_by    uuid CHECK (channel <> 'app' OR entered_by IS NULL),
    text_language text CHECK (text_language IN ('nl', 'fr', 'en')),
    text_version  text,
    text_hash     bytea CHECK (octet_length(text_hash) = 32),
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, request_id) REFERENCES request,
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

-- A reply that was not given in the app counts from the first word of a witness or of the giver himself (R-12, R-13).
CREATE TABLE reply_witness (
    family_id   uuid NOT NULL,
    reply_id    uuid NOT NULL,
    by_id       uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, reply_id, by_id),
    FOREIGN KEY (family_id, reply_id) REFERENCES request_reply
);

-- R-22. grant_or_request_id: what the child was asked about; `reason_entry` says in sealed words why it was not.
CREATE TABLE child_view_asked (
    family_id           uuid NOT NULL,
    grant_or_request_id uuid NOT NULL,
    child_id            uuid NOT NULL,
    asked               boolean NOT NULL,
    reason_entry        uuid,
    recorded_at         timestamptz NOT NULL,
    PRIMARY KEY (family_id, grant_or_request_id, child_id, recorded_at),
    FOREIGN KEY (family_id, child_id) REFERENCES person,
    FOREIGN KEY (family_id, reason_entry) REFERENCES entry
);

-- not_for: a helper or a person. It ends with the lift of the second of two different people.
CREATE TABLE safety_lock (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    not_for     uuid NOT NULL,
    about       uuid[] NOT NULL,
    fields      text[] NOT NULL DEFAULT '{}',
    set_by      uuid NOT NULL,
    valid_from  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE lock_lift (
    family_id   uuid NOT NULL,
    lock_id     uuid NOT NULL,
    by_id       uuid NOT NULL,
    lifted_at   timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, lock_id, by_id),
    FOREIGN KEY (family_id, lock_id) REFERENCES safety_lock
);

-- trusted_id: a helper or a person.
CREATE TABLE trusted_person (
    family_id        uuid NOT NULL,
    id               uuid NOT NULL,
    minor_id         uuid NOT NULL,
    trusted_id       uuid NOT NULL,
    named_by         uuid NOT NULL,
    register_seen_on date,
    valid_from       timestamptz NOT NULL,
    recorded_at      timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, minor_id) REFERENCES person
);

CREATE TABLE trusted_end (
    family_id   uuid NOT NULL,
    trusted_id  uuid NOT NULL,                   -- the row of trusted_person
    by_id       uuid,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, trusted_id),
    FOREIGN KEY (family_id, trusted_id) REFERENCES trusted_person
);

CREATE TABLE hold_end (
    family_id   uuid NOT NULL,
    hold_id     uuid NOT NULL,
    by_id       uuid,
    ended_at    timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, hold_id),
    FOREIGN KEY (family_id, hold_id) REFERENCES hold
);

-- R-74
CREATE TABLE restriction (
    family_id   uuid NOT NULL,
    id          uuid NOT NULL,
    entry_id    uuid NOT NULL,
    by_id       uuid NOT NULL,
    valid_from  timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);

CREATE TABLE restriction_end (
    family_id      uuid NOT NULL,
    restriction_id uuid NOT NULL,
    by_id          uuid,
    ended_at       timestamptz NOT NULL,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (family_id, restriction_id),
    FOREIGN KEY (family_id, restriction_id) REFERENCES restriction
);

-- R-52: the safety role lets the subjects learn later; why is sealed.
CREATE TABLE emergency_delay (
    family_id    uuid NOT NULL,
    emergency_id uuid NOT NULL,
    by_id        uuid NOT NULL,
    told_at      timestamptz NOT NULL,
    reason_entry uuid,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, emergency_id, told_at),
    FOREIGN KEY (family_id, emergency_id) REFERENCES emergency,
    FOREIGN KEY (family_id, reason_entry) REFERENCES entry
);

CREATE TABLE emergency_end (
    family_id    uuid NOT NULL,
    emergency_id uuid NOT NULL,
    by_id        uuid,
    ended_at     timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, emergency_id),
    FOREIGN KEY (family_id, emergency_id) REFERENCES emergency
);

-- R-53: two reviewers, each once. by_kind: a helper or person of the family, or somebody from outside who was noted.
CREATE TABLE emergency_review (
    family_id    uuid NOT NULL,
    emergency_id uuid NOT NULL,
    by_id        uuid NOT NULL,
    by_kind      text NOT NULL CHECK (by_kind IN ('helper', 'person', 'account', 'outside')),
    outcome      text NOT NULL CHECK (outcome IN ('justified', 'not_justified', 'misuse')),
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, emergency_id, by_id),
    FOREIGN KEY (family_id, emergency_id) REFERENCES emergency
);

-- `erased` is the end of everything (R-81); `hold_erasure` keeps it off (R-82) until `retention_until`.
CREATE TABLE plan_event (
    family_id       uuid NOT NULL REFERENCES family,
    id              uuid NOT NULL,
    kind            text NOT NULL CHECK (kind IN ('paused', 'resumed', 'closing', 'closed', 'reopened', 'hold_erasure', 'erased')),
    by_id           uuid,
    at              timestamptz NOT NULL,
    retention_until timestamptz,
    recorded_at     timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE objection (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    grant_id    uuid,
    entry_id    uuid,
    by_id       uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, grant_id) REFERENCES consent_grant,
    FOREIGN KEY (family_id, entry_id) REFERENCES entry,
    CHECK (num_nonnulls(grant_id, entry_id) = 1)
);

-- R-72. statement_id: the entry with the words of who asks; its answer is a row of its own, and a new version where it was followed.
CREATE TABLE correction_request (
    family_id    uuid NOT NULL,
    id           uuid NOT NULL,
    entry_id     uuid NOT NULL,
    by_id        uuid NOT NULL,
    statement_id uuid,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry,
    FOREIGN KEY (family_id, statement_id) REFERENCES entry
);

CREATE TABLE correction_answer (
    family_id   uuid NOT NULL,
    request_id  uuid NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('corrected', 'refused', 'taken_back')),
    version     integer,                         -- of the entry, where it was corrected
    by_id       uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, request_id),
    FOREIGN KEY (family_id, request_id) REFERENCES correction_request
);

-- R-73. entry_id: null, everything about who asks.
CREATE TABLE erasure_request (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    by_id       uuid NOT NULL,
    entry_id    uuid,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id),
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);

CREATE TABLE erasure_decision (
    family_id   uuid NOT NULL,
    request_id  uuid NOT NULL,
    entry_id    uuid NOT NULL,
    outcome     text NOT NULL CHECK (outcome IN ('erased', 'kept_law', 'kept_subject', 'kept_claim')),
    by_id       uuid NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, request_id, entry_id),
    FOREIGN KEY (family_id, request_id) REFERENCES erasure_request,
    FOREIGN KEY (family_id, entry_id) REFERENCES entry
);
-- An entry is erased once.
CREATE UNIQUE INDEX erasure_once ON erasure_decision (family_id, entry_id) WHERE outcome = 'erased';

-- What somebody has to do: for_id null is the coordinator, whoever he is then. of_id: the grant, request, hold, ... that it is about.
CREATE TABLE task (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    kind        text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    for_id      uuid,
    of_id       uuid,
    about       uuid[] NOT NULL,
    due_at      timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE task_done (
    family_id   uuid NOT NULL,
    task_id     uuid NOT NULL,
    by_id       uuid,
    done_at     timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, task_id),
    FOREIGN KEY (family_id, task_id) REFERENCES task
);

CREATE TABLE notice (
    family_id   uuid NOT NULL REFERENCES family,
    id          uuid NOT NULL,
    for_id      uuid NOT NULL,
    kind        text NOT NULL CHECK (kind ~ '^[a-z_]{1,40}$'),
    of_id       uuid,
    at          timestamptz NOT NULL,            -- shown from here on
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

CREATE TABLE notice_seen (
    family_id uuid NOT NULL,
    notice_id uuid NOT NULL,
    seen_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, notice_id),
    FOREIGN KEY (family_id, notice_id) REFERENCES notice
);

-- R-38: a contact that nobody else of the plan uses; found by its blind index, kept sealed, checked again every half year.
CREATE TABLE person_contact (
    family_id     uuid NOT NULL,
    person_id     uuid NOT NULL,
    contact_index bytea NOT NULL CHECK (octet_length(contact_index) = 16),
    sealed        bytea NOT NULL,                -- envelope
    checked_at    timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, contact_index),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE TABLE contact_check (
    family_id     uuid NOT NULL,
    contact_index bytea NOT NULL,
    checked_at    timestamptz NOT NULL,
    recorded_at   timestamptz NOT NULL,
    PRIMARY KEY (family_id, contact_index, checked_at),
    FOREIGN KEY (family_id, contact_index) REFERENCES person_contact
);

-- R-39
CREATE TABLE limits_shown (
    family_id    uuid NOT NULL,
    person_id    uuid NOT NULL,
    text_version text NOT NULL,
    text_hash    bytea NOT NULL CHECK (octet_length(text_hash) = 32),
    shown_at     timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, person_id, shown_at),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

-- Three tables that are read before a family is known, or across families. Like membership they hold ids, hashes and moments only,
-- and have no row security.

-- R-38: who bears the code knows nothing else yet. The code itself was handed over in person and is nowhere.
CREATE TABLE invitation (
    family_id      uuid NOT NULL REFERENCES family,
    id             uuid NOT NULL,
    for_kind       text NOT NULL CHECK (for_kind IN ('person', 'helper')),
    for_id         uuid NOT NULL,
    code_hash      bytea NOT NULL UNIQUE CHECK (octet_length(code_hash) = 32),
    by_id          uuid NOT NULL,
    handed_over_at timestamptz,
    expires_at     timestamptz NOT NULL,
    used_at        timestamptz,
    recorded_at    timestamptz NOT NULL,
    PRIMARY KEY (family_id, id)
);

-- R-53, R-55: the emergencies of one account in all its families.
CREATE TABLE emergency_tally (
    account_id    uuid NOT NULL REFERENCES account,
    family_id     uuid NOT NULL REFERENCES family,
    emergency_id  uuid NOT NULL,
    opened_at     timestamptz NOT NULL,
    review_due_at timestamptz NOT NULL,
    reviewed_at   timestamptz,
    PRIMARY KEY (family_id, emergency_id)
);
CREATE INDEX emergency_tally_account ON emergency_tally (account_id, opened_at);

-- When the scheduler must look at a family again, and up to when everything is done.
CREATE TABLE family_due (
    family_id  uuid PRIMARY KEY REFERENCES family,
    due_at     timestamptz NOT NULL,
    done_until timestamptz NOT NULL DEFAULT '-infinity'
);
CREATE INDEX family_due_at ON family_due (due_at);

-- Local midnight after the last of `days` working days (Monday to Friday) that follow `after` (R-53).
CREATE FUNCTION kring_working_days(after timestamptz, days integer, zone text) RETURNS timestamptz LANGUAGE sql IMMUTABLE
    SET search_path = pg_catalog
    AS $$ SELECT (d.day + 1)::timestamp AT TIME ZONE zone
            FROM (SELECT (after AT TIME ZONE zone)::date + n AS day FROM generate_series(1, 7 * days) AS n) AS d
           WHERE extract(isodow FROM d.day) <= 5 ORDER BY d.day OFFSET days - 1 LIMIT 1 $$;
REVOKE ALL ON FUNCTION kring_working_days(timestamptz, integer, text) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kring_working_days(timestamptz, integer, text) TO kring_app;

-- What the policy can't know because it lies outside the family (R-53): KR002 refuses the whole unit.
CREATE FUNCTION kring_permitted(one bigint) RETURNS bigint LANGUAGE plpgsql VOLATILE
    SET search_path = pg_catalog
    AS $$ BEGIN IF one IS NULL THEN RAISE EXCEPTION USING ERRCODE = 'KR002', MESSAGE = 'not permitted'; END IF; RETURN one; END $$;
REVOKE ALL ON FUNCTION kring_permitted(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kring_permitted(bigint) TO kring_app;

-- The second wall, as in 001.
DO $$
DECLARE
    t text;
    wall text := '(family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE';
BEGIN
    FOREACH t IN ARRAY ARRAY['conflict_end', 'handover_step', 'relation_end', 'court_decision', 'four_eyes', 'grant_stop', 'grant_stop_end', 'request',
        'request_field', 'request_end', 'request_reply', 'reply_witness', 'child_view_asked', 'safety_lock', 'lock_lift',
        'trusted_person', 'trusted_end', 'hold_end', 'restriction', 'restriction_end', 'emergency_delay', 'emergency_end',
        'emergency_review', 'plan_event', 'objection', 'correction_request', 'correction_answer', 'erasure_request', 'erasure_decision',
        'task', 'task_done', 'notice', 'notice_seen', 'person_contact', 'contact_check', 'limits_shown'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY one_family ON %I AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', t, wall, wall);
        EXECUTE format('CREATE POLICY app_reads ON %I AS PERMISSIVE FOR SELECT TO kring_app USING (true)', t);
        EXECUTE format('CREATE POLICY app_adds ON %I AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO kring_app', t);
    END LOOP;
END $$;

-- The one row that goes: a body of which it was decided that it is erased, or of a plan that is. Its index row stays and has ended.
CREATE POLICY app_erases ON body AS PERMISSIVE FOR DELETE TO kring_app USING (
    EXISTS (SELECT FROM erasure_decision d WHERE d.family_id = body.family_id AND d.entry_id = body.entry_id AND d.outcome = 'erased')
    OR EXISTS (SELECT FROM plan_event p WHERE p.family_id = body.family_id AND p.kind = 'erased'));
GRANT DELETE ON body TO kring_app;

GRANT SELECT, INSERT ON invitation, emergency_tally, family_due TO kring_app;
GRANT UPDATE (used_at) ON invitation TO kring_app;
GRANT UPDATE (reviewed_at) ON emergency_tally TO kring_app;
GRANT UPDATE (due_at, done_until) ON family_due TO kring_app;
