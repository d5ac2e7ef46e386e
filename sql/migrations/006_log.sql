-- The log that nobody can bend: what of a record may be searched, and the tree over all records.
--
-- A record is durable with the unit that made it; log_pending holds its commitment until the sequencer (kringd log run, as kring_log)
-- has given it a place in the tree: whole runs of counters, the tiles that they fill and the new root, in one transaction. These
-- tables belong to no family and hold hashes, counters and sizes only: the volume of the log is public. Real time, not the service's
-- clock, stands in them.

ALTER TABLE record
    ADD COLUMN organisation_id uuid,                     -- as in place: says nothing else
    ADD COLUMN class           integer CHECK (class BETWEEN 0 AND 5),
    ADD COLUMN rule            text CHECK (rule ~ '^R-[0-9]+[a-z]?$');

-- One row per start of a server; a number of its counter that no record bears is closed by a void record.
CREATE TABLE boot (
    id       uuid PRIMARY KEY,
    build    text NOT NULL,
    began_at timestamptz NOT NULL,
    seen_at  timestamptz NOT NULL,                       -- written once a minute
    ended_at timestamptz NOT NULL DEFAULT 'infinity'
);

CREATE TABLE log_pending (
    boot_id uuid NOT NULL,
    counter bigint NOT NULL CHECK (counter >= 0),
    leaf    bytea NOT NULL CHECK (octet_length(leaf) = 32),
    PRIMARY KEY (boot_id, counter)
);

-- The records that stand at first_index and the following places.
CREATE TABLE log_run (
    first_index   bigint PRIMARY KEY CHECK (first_index >= 0),
    boot_id       uuid NOT NULL,
    first_counter bigint NOT NULL CHECK (first_counter >= 0),
    count         integer NOT NULL CHECK (count > 0),
    UNIQUE (boot_id, first_counter)
);

-- As they are served; level -1 holds the entries. A tile at the right edge is partial and grows.
CREATE TABLE log_tile (
    level  integer NOT NULL CHECK (level BETWEEN -1 AND 7),
    number bigint NOT NULL CHECK (number >= 0),
    hashes bytea NOT NULL CHECK (octet_length(hashes) BETWEEN 32 AND 9216),
    PRIMARY KEY (level, number)
);
ALTER TABLE log_tile ALTER COLUMN hashes SET STORAGE EXTERNAL;

-- The tree as it is, and the newest checkpoint that was published (NULL before the first). `refused` says why the signer will not
-- sign: then no family's data is served.
CREATE TABLE log_head (
    one           boolean PRIMARY KEY DEFAULT true CHECK (one),
    size          bigint NOT NULL CHECK (size >= 0),
    root          bytea NOT NULL CHECK (octet_length(root) = 32),
    integrated_at timestamptz NOT NULL,
    seen_at       timestamptz NOT NULL,                  -- the sequencer looked
    witnessed_at  timestamptz NOT NULL,                  -- the policy of witnesses was last met
    refused       text,
    note_size     bigint,
    note          text,
    published_at  timestamptz
);
INSERT INTO log_head (size, root, integrated_at, seen_at, witnessed_at)
VALUES (0, '\xe3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855', '-infinity', '-infinity', '-infinity');

-- Sizes that were published in the last minutes: partial tiles of these are served.
CREATE TABLE log_published (
    size bigint PRIMARY KEY,
    at   timestamptz NOT NULL
);

GRANT SELECT ON log_head, log_tile, log_run, log_published, boot TO kring_app;
GRANT INSERT ON log_pending, boot TO kring_app;
GRANT SELECT (boot_id, counter) ON log_pending TO kring_app;
GRANT UPDATE (seen_at, ended_at) ON boot TO kring_app;

GRANT SELECT, DELETE ON log_pending TO kring_log;
GRANT SELECT, INSERT ON log_run TO kring_log;
GRANT SELECT, INSERT ON log_tile TO kring_log;
GRANT UPDATE (hashes) ON log_tile TO kring_log;
GRANT SELECT ON log_head TO kring_log;
GRANT UPDATE (size, root, integrated_at, seen_at, witnessed_at, refused, note_size, note, published_at) ON log_head TO kring_log;
GRANT SELECT, INSERT, DELETE, UPDATE (at) ON log_published TO kring_log;
GRANT SELECT ON schema_version, boot TO kring_log;
GRANT EXECUTE ON FUNCTION kring_one(bigint) TO kring_log;
