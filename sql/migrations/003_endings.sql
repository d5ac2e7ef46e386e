-- Endings: erasing entries and whole plans (R-73, R-81), pausing and closing (C-21, R-80), legal holds (R-82), a death (R-77).
--
-- As in 001 and 002. What is new is that bodies go and are sealed anew, so each verb for it is tied to a row that says why.

-- `closing` and `pausing` are asked for; the second word makes them `closed` and `paused`. A hold has a reason of the law, and a note
-- with the officer's own words.
ALTER TABLE plan_event
    DROP CONSTRAINT plan_event_kind_check,
    ADD CONSTRAINT plan_event_kind_check CHECK (kind IN ('pausing', 'paused', 'resumed', 'closing', 'closed', 'reopened', 'hold_erasure',
                                                         'hold_lifted', 'erased')),
    ADD COLUMN reason  text CHECK (reason IS NULL OR (reason IN ('court_case', 'complaint', 'inspection', 'claim') AND kind = 'hold_erasure')),
    ADD COLUMN note_id uuid,
    ADD FOREIGN KEY (family_id, note_id) REFERENCES entry;

-- The newest epoch of an owner's key; without a row it is the first. A rotation bears the moment of the bodies that it sealed anew.
CREATE TABLE owner_epoch (
    family_id   uuid NOT NULL REFERENCES family,
    owner_id    uuid NOT NULL,
    epoch       integer NOT NULL CHECK (epoch > 1),
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, owner_id, epoch)
);

-- of_id: an entry that was to be erased, or the plan's `erased` event. Its keys are gone: from here on only a backup of them is left.
CREATE TABLE erasure_done (
    family_id    uuid NOT NULL REFERENCES family,
    of_id        uuid NOT NULL,
    keys_gone_at timestamptz NOT NULL,
    recorded_at  timestamptz NOT NULL,
    PRIMARY KEY (family_id, of_id)
);

CREATE TABLE death (
    family_id   uuid NOT NULL,
    person_id   uuid NOT NULL,
    by_id       uuid NOT NULL,
    died_at     timestamptz NOT NULL,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (family_id, person_id),
    FOREIGN KEY (family_id, person_id) REFERENCES person
);

CREATE INDEX family_due_done ON family_due (done_until);

DO $$
DECLARE
    t text;
    wall text := '(family_id = ANY ((SELECT NULLIF(current_setting(''kring.families'', true), '''')::uuid[])::uuid[])) IS TRUE';
BEGIN
    FOREACH t IN ARRAY ARRAY['owner_epoch', 'erasure_done', 'death'] LOOP
        EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', t);
        EXECUTE format('ALTER TABLE %I FORCE ROW LEVEL SECURITY', t);
        EXECUTE format('CREATE POLICY one_family ON %I AS RESTRICTIVE FOR ALL TO PUBLIC USING (%s) WITH CHECK (%s)', t, wall, wall);
        EXECUTE format('CREATE POLICY app_reads ON %I AS PERMISSIVE FOR SELECT TO kring_app USING (true)', t);
        EXECUTE format('CREATE POLICY app_adds ON %I AS PERMISSIVE FOR INSERT TO kring_app WITH CHECK (true)', t);
        EXECUTE format('GRANT SELECT, INSERT ON %I TO kring_app', t);
    END LOOP;
END $$;

-- The other verb on a body: sealed anew under a newer key of the same owner, once there is one. Its words stay; whether they do is the
-- envelope's business, since nobody without the keys can make one that opens.
CREATE POLICY app_changes ON body AS PERMISSIVE FOR UPDATE TO kring_app USING (
    EXISTS (SELECT FROM entry e JOIN owner_epoch o ON o.family_id = e.family_id AND o.owner_id = e.owner_id
             WHERE e.family_id = body.family_id AND e.id = body.entry_id));
GRANT UPDATE (envelope) ON body TO kring_app;

-- R-80. The months count from the closing; where the file is kept by age, until the youngest who is a minor by then is that old; where
-- it is kept by years, from the closing, which is the last change. A zero is no such rule. At the local midnight that follows.
CREATE FUNCTION kring_kept_until(family uuid, closed timestamptz, months integer, age integer, years integer) RETURNS timestamptz
    LANGUAGE sql STABLE SET search_path = pg_catalog
    AS $$ SELECT (date_trunc('day', GREATEST(closed + make_interval(months => months), closed + make_interval(years => years),
                     (SELECT max((d.born + make_interval(years => age)) AT TIME ZONE f.time_zone)
                        FROM public.person p LEFT JOIN public.birth b ON b.family_id = p.family_id AND b.person_id = p.id
                       CROSS JOIN LATERAL (SELECT coalesce(p.born, (b.born_at AT TIME ZONE f.time_zone)::date, p.due) AS born) d
                       WHERE p.family_id = f.id AND p.member AND age > 0 AND d.born + interval '18 years' > closed AT TIME ZONE f.time_zone)) AT TIME ZONE f.time_zone) + interval '1 day') AT TIME ZONE f.time_zone
            FROM public.family f WHERE f.id = family $$;
REVOKE ALL ON FUNCTION kring_kept_until(uuid, timestamptz, integer, integer, integer) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kring_kept_until(uuid, timestamptz, integer, integer, integer) TO kring_app;
