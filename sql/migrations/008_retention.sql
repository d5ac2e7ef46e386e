-- Retention of the log (R-65): records that are older than they are kept go, their leaves stay.
--
-- The one thing that lets a record go is time, and whose clock that is matters: the role that deletes must not be the one that says how
-- late it is. So the wall asks a moment that only kring_log can write, a process and a user of its own: five years before its clock.
-- In a demonstration that process reads the demonstration's clock.
ALTER TABLE log_head ADD COLUMN retire_before timestamptz NOT NULL DEFAULT '-infinity';
GRANT UPDATE (retire_before) ON log_head TO kring_log;

-- What says that records were retired is kept for ever: without it a leaf without a record is a record that somebody took away.
CREATE POLICY app_erases ON record AS PERMISSIVE FOR DELETE TO kring_app USING (
    at < (SELECT h.retire_before FROM log_head h) AND kind <> 'log.retire');
GRANT DELETE ON record TO kring_app;

-- From here on there is nothing at all of an erased family: its last record was retired, and its log's key goes. To everybody it is as
-- if it had never been.
ALTER TABLE family_due ADD COLUMN log_ended_at timestamptz NOT NULL DEFAULT 'infinity';
GRANT UPDATE (log_ended_at) ON family_due TO kring_app;

-- R-82: a legal hold keeps everything.
CREATE FUNCTION kring_held(family uuid, at timestamptz) RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog
    AS $$ SELECT EXISTS (
        SELECT FROM public.plan_event h WHERE h.family_id = family AND h.kind = 'hold_erasure' AND h.retention_until > kring_held.at
           AND NOT EXISTS (SELECT FROM public.plan_event l
                            WHERE l.family_id = h.family_id AND l.kind = 'hold_lifted' AND l.at >= h.at)) $$;
REVOKE ALL ON FUNCTION kring_held(uuid, timestamptz) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION kring_held(uuid, timestamptz) TO kring_app;
