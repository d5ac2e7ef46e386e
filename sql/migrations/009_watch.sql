-- Watching (R-66): signs of unusual reading, for the privacy officer. Ids, moments and counts; never what was read.
--
-- A look of a person or a helper at a family leaves at most one row an hour, in the unit of its record and only if that stands. Signs are
-- counted from these rows, across families, so they have no wall; they hold less than the clear columns of `record`. Whoever watches
-- takes the rows that nobody has examined, so two servers and one that was killed miss none and raise none twice.

-- standing: as whom he looked. left: his place there has ended. stranger: it is no family of his, or none at all; then nothing but his own
-- question led to this row. login: somebody tried to log in as that account, which nobody is ever to do; of no family. `night`: the evening on which that night began, where the family lives; null by day.
CREATE TABLE look (
    account_id      uuid NOT NULL,
    hour            timestamptz NOT NULL,
    family_id       uuid NOT NULL,
    standing        text NOT NULL CHECK (standing IN ('person', 'helper', 'left', 'stranger', 'login')),
    emergency       boolean NOT NULL,
    organisation_id uuid,
    aim             boolean NOT NULL,            -- there was something for him to do there
    night           date,
    at              timestamptz NOT NULL,        -- of the first look of that hour
    looks           integer NOT NULL,            -- counted for `left` alone; else 1
    examined        boolean NOT NULL DEFAULT false,
    PRIMARY KEY (account_id, hour, family_id, standing, emergency)
);
CREATE INDEX look_new ON look (at) WHERE NOT examined;
CREATE INDEX look_hour ON look USING brin (hour); -- rows come in its order: next to nothing to keep

-- Two accounts that logged in from one browser: the only tie between a helper and a person that Kring comes to know.
CREATE TABLE account_tie (
    account_id  uuid NOT NULL REFERENCES account,
    other_id    uuid NOT NULL REFERENCES account,
    recorded_at timestamptz NOT NULL,
    PRIMARY KEY (account_id, other_id)
);

-- Families and accounts that are there to be touched by nobody. A mark is a MAC of the id, so that a stolen dump does not tell which.
CREATE TABLE decoy (
    mark        bytea PRIMARY KEY CHECK (octet_length(mark) = 32),
    recorded_at timestamptz NOT NULL
);

-- A sign, raised once in its window. `families`: those that were counted, a hundred at most.
CREATE TABLE alarm (
    id              uuid PRIMARY KEY DEFAULT gen_random_uuid(),
    sign            text NOT NULL CHECK (sign IN ('families_hour', 'families_week', 'nights', 'left', 'left_again', 'tie', 'no_aim',
                                                  'decoy_family', 'decoy_account')),
    severe          boolean NOT NULL,
    account_id      uuid NOT NULL,
    family_id       uuid NOT NULL,               -- zero: of no one family
    families        uuid[] NOT NULL CHECK (cardinality(families) <= 100),
    organisation_id uuid,
    count           integer NOT NULL,
    window_at       timestamptz NOT NULL,
    from_at         timestamptz NOT NULL,
    at              timestamptz NOT NULL,        -- of the look with which it was reached
    outcome         text CHECK (outcome IN ('explained', 'talked', 'measures', 'mistaken')),
    reviewed_at     timestamptz,
    reviewed_by     uuid,
    UNIQUE (sign, account_id, family_id, window_at),
    CHECK ((outcome IS NULL) = (reviewed_at IS NULL) AND (outcome IS NULL) = (reviewed_by IS NULL))
);
CREATE INDEX alarm_at ON alarm (at, id);

GRANT SELECT, INSERT, DELETE, UPDATE (looks, examined) ON look TO kring_app;
GRANT SELECT, INSERT ON account_tie, decoy, alarm TO kring_app;
GRANT UPDATE (outcome, reviewed_at, reviewed_by) ON alarm TO kring_app;
