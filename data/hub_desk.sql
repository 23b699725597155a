-- Schema desk: what a county's (city's, province's) station shows, as ordinary tables for statistics and any SQL tool. The tables themselves, one for each
-- kind, are made from the kinds' descriptors by `dutydesk hub init`, which applies this file after them, each time.

-- always
REVOKE ALL ON SCHEMA desk FROM PUBLIC;
GRANT USAGE ON SCHEMA desk TO dutydesk_station;

-- How far the tables are; and by what node and what kinds, so that anything else is published anew.
CREATE TABLE IF NOT EXISTS desk.publication (area bigint PRIMARY KEY, basis text NOT NULL, vector jsonb NOT NULL, at timestamptz NOT NULL DEFAULT now());
DELETE FROM desk.publication;

-- A county's station, or one above it, writes; everybody reads what the journal would let him read.
CREATE OR REPLACE FUNCTION desk.publishes() RETURNS boolean LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce(hub.area_worth((hub.here())[1]) >= 1000000, false)
$$;
CREATE OR REPLACE FUNCTION desk.published() RETURNS SETOF record LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT basis, vector FROM desk.publication WHERE area = (hub.here())[1]
$$;
CREATE OR REPLACE FUNCTION desk.publish(p_basis text, p_vector text) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT desk.publishes() THEN
    PERFORM hub.refuse('DD002', format('%s does not publish', session_user));
  END IF;
  INSERT INTO desk.publication(area, basis, vector) VALUES ((hub.here())[1], p_basis, p_vector::jsonb)
    ON CONFLICT (area) DO UPDATE SET basis = excluded.basis, vector = excluded.vector, at = now();
END $$;

DO $$
DECLARE
  name text;
  rule text := 'hub.sees(scope, lane, (SELECT hub.here()), (SELECT hub.below()), (SELECT hub.above()))';
BEGIN
  ALTER TABLE desk.publication ENABLE ROW LEVEL SECURITY;
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'desk'::regnamespace AND relkind = 'r' AND relname <> 'publication' LOOP
    EXECUTE format('ALTER TABLE desk.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('REVOKE ALL ON desk.%I FROM PUBLIC, dutydesk_station', name);
    EXECUTE format('DROP POLICY IF EXISTS reads ON desk.%I', name);
    EXECUTE format('DROP POLICY IF EXISTS publishes ON desk.%I', name);
    EXECUTE format('CREATE POLICY reads ON desk.%I FOR SELECT USING (%s)', name, rule);
    EXECUTE format('CREATE POLICY publishes ON desk.%I USING ((SELECT desk.publishes()) AND %s)', name, rule);
    EXECUTE format('GRANT SELECT, INSERT, UPDATE, DELETE ON desk.%I TO dutydesk_station', name);
  END LOOP;
  FOR name IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'desk'::regnamespace LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC', name);
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dutydesk_station', name);
  END LOOP;
END $$;

-- --- views: what a county asks first. Each obeys the rules of the tables below it, so everybody may ask. -----------------------------------------------------

DROP VIEW IF EXISTS desk.warning_answers, desk.unreached, desk.rounds, desk.open_dangers, desk.transfers, desk.last_contact;

CREATE OR REPLACE FUNCTION desk.area(scope bigint) RETURNS text LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$ SELECT lpad(scope::text, 12, '0') $$;

-- Each warning and each station below its issuer: when it was received and answered, how many minutes that took, whether its lists are finished. A station that
-- has said nothing stands there with nothing.
CREATE VIEW desk.warning_answers WITH (security_invoker = true) AS
  SELECT w.key AS warning, w.headline, w.colour, w.sent, s.area, a.received_at, a.answered_at,
         round(extract(epoch FROM a.answered_at - a.received_at) / 60, 1) AS minutes, a.finished_at, r.expected, r.reached
  FROM desk.warning w
  CROSS JOIN (SELECT area FROM desk.node WHERE state = 'trusted' AND voided IS NULL
              UNION SELECT desk.area(scope) FROM desk.answer WHERE voided IS NULL) AS s -- a village reads no record of its own node, which those above keep
  LEFT JOIN desk.answer a ON a.warning = w.key AND a.area = s.area AND a.voided IS NULL
  LEFT JOIN (SELECT warning, area, sum(expected) AS expected, sum(reached) AS reached
             FROM (SELECT *, rank() OVER (PARTITION BY warning ORDER BY array_position('{red,orange,yellow,blue}', colour), colour = 'clear') AS nth
                   FROM desk.relay WHERE voided IS NULL) AS l
             WHERE nth = 1 GROUP BY warning, area) AS r -- when the colour rises, everybody is told anew: the highest counts
    ON r.warning = w.key AND r.area = s.area
  WHERE w.voided IS NULL AND w.replaced_by IS NULL AND s.area::bigint <@ hub.area_below(ARRAY[w.scope]) AND (w.lane % 3 = 2 OR s.area = desk.area(w.scope));

-- Lists on which somebody was not reached: those that are still open, the oldest first (expected is empty until somebody counts), then those that were closed
-- all the same, with the names that were left.
CREATE VIEW desk.unreached WITH (security_invoker = true) AS
  SELECT warning, area, audience, due, expected, coalesce(reached, 0) AS reached, expected - coalesce(reached, 0) AS missing, unreached AS names, state
  FROM desk.relay WHERE voided IS NULL AND (state IN ('waiting', 'partly') OR (state = 'dropped' AND expected > coalesce(reached, 0)))
  ORDER BY state = 'dropped', due;

-- Each hazard point that is under care: when somebody was there last, how often lately, and when the next round is due, by the desk's own rule
-- (overview_watch.c): watched ones daily, others weekly in the flood season, slopes monthly; one that nobody has visited yet counts from its last change.
CREATE VIEW desk.rounds WITH (security_invoker = true) AS
  SELECT p.id AS point, p.name, desk.area(p.scope) AS area, coalesce(p.watch, false) AS watch, v.last_visit, coalesce(v.day, 0) AS day,
         coalesce(v.week, 0) AS week, d.due < now() AS missed, d.due
  FROM desk.point p
  LEFT JOIN (SELECT point, max(at) AS last_visit, count(*) FILTER (WHERE at > now() - interval '1 day') AS day,
                    count(*) FILTER (WHERE at > now() - interval '7 days') AS week
             FROM desk.visit WHERE voided IS NULL GROUP BY point) AS v ON v.point = p.id
  CROSS JOIN LATERAL (SELECT coalesce(v.last_visit, p.changed_at, p.made_at) + interval '24 hours' * CASE WHEN p.watch THEN 1
      WHEN p.class = 'hazard' AND extract(month FROM now() AT TIME ZONE 'Asia/Shanghai') BETWEEN 5 AND 9 THEN 7 ELSE 30 END AS due) AS d
  WHERE p.voided IS NULL AND p.state = 'active';

-- Dangers that are neither written off nor none, by area, level and age.
CREATE VIEW desk.open_dangers WITH (security_invoker = true) AS
  SELECT desk.area(scope) AS area, level, count(*) AS open, count(*) FILTER (WHERE found_at > now() - interval '1 day') AS day,
         count(*) FILTER (WHERE found_at <= now() - interval '1 day' AND found_at > now() - interval '7 days') AS week,
         count(*) FILTER (WHERE found_at <= now() - interval '7 days' AND found_at > now() - interval '30 days') AS month,
         count(*) FILTER (WHERE found_at <= now() - interval '30 days') AS older, count(*) FILTER (WHERE deadline < now()) AS overdue
  FROM desk.danger WHERE voided IS NULL AND replaced_by IS NULL AND coalesce(state, 'found') NOT IN ('written_off', 'rejected') GROUP BY scope, level;

CREATE VIEW desk.transfers WITH (security_invoker = true) AS
  SELECT desk.area(scope) AS area, coalesce(state, 'unnotified') AS state, count(*) AS households, coalesce(sum(people), 0) AS people
  FROM desk.transfer WHERE voided IS NULL AND replaced_by IS NULL GROUP BY scope, coalesce(state, 'unnotified');

CREATE VIEW desk.last_contact WITH (security_invoker = true) AS
  SELECT desk.area(areas[1]) AS area, count(*) AS machines, max(seen) AS seen, max(abs(skew)) AS greatest_skew FROM hub.node GROUP BY areas[1];

DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class WHERE relnamespace = 'desk'::regnamespace AND relkind = 'v' LOOP
    EXECUTE format('REVOKE ALL ON desk.%I FROM PUBLIC, dutydesk_station', name);
    EXECUTE format('GRANT SELECT ON desk.%I TO dutydesk_station', name);
  END LOOP;
END $$;
REVOKE ALL ON FUNCTION desk.area(bigint) FROM PUBLIC;
GRANT EXECUTE ON FUNCTION desk.area(bigint) TO dutydesk_station;
