-- What a start found: the program, the schema and every setting, one a line (no setting is a secret). The next start says on the log
-- what differs; each start's own record holds all of it, sealed and committed to.

ALTER TABLE boot ADD COLUMN found text NOT NULL DEFAULT '';
CREATE INDEX boot_began ON boot (began_at);
