-- Schema desk: what a county's (city's, province's) station shows, as ordinary tables for statistics and any SQL tool. The tables themselves, one for each
-- kind, are made from the kinds' descriptors by `dutydesk hub init`, which applies this file after them, each time.

-- always
REVOKE ALL ON SCHEMA desk FROM PUBLIC;
GRANT USAGE ON SCHEMA desk TO dutydesk_station;
ALTER DEFAULT PRIVILEGES IN SCHEMA desk REVOKE ALL ON FUNCTIONS FROM PUBLIC;

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
