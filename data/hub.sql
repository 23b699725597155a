-- The hub: an ordinary PostgreSQL (15 or newer) that keeps journals for stations to fetch. doc/SYNC.md says how and why.
-- `dutydesk hub init URL` applies this file in one transaction: each "-- migration N" once, in order; the rest each time.
-- Operations, heads and areas are those of doc/JOURNAL.md: a log is node, scope (area code), lane (0 here, 1 up, 2 down; 3 to 5 the same, urgent).

-- migration 1
CREATE SCHEMA hub;
REVOKE ALL ON SCHEMA hub FROM PUBLIC;

CREATE TABLE hub.version (number int PRIMARY KEY, applied timestamptz NOT NULL DEFAULT now(), program text NOT NULL);

-- Areas: levels of 2-2-2-3-3 digits. The tables below are made with them.
CREATE FUNCTION hub.area_worth(area bigint) RETURNS bigint LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE WHEN area % 10000000000 = 0 THEN 10000000000 WHEN area % 100000000 = 0 THEN 100000000 WHEN area % 1000000 = 0 THEN 1000000
              WHEN area % 1000 = 0 THEN 1000 ELSE 1 END
$$;

CREATE FUNCTION hub.area_below(areas bigint[]) RETURNS int8multirange LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(range_agg(int8range(area, area + hub.area_worth(area))), '{}') FROM unnest(areas) AS area
$$;

CREATE FUNCTION hub.area_above(areas bigint[]) RETURNS bigint[] LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT coalesce(array_agg(DISTINCT area - area % worth), '{}')
  FROM unnest(areas) AS area, unnest('{10000000000,100000000,1000000,1000,1}'::bigint[]) AS worth
$$;

-- An exercise's operations hash differently and must not mix with real ones: a hub is for one or the other.
CREATE TABLE hub.about (is_exercise boolean NOT NULL, secret uuid NOT NULL DEFAULT gen_random_uuid());
CREATE UNIQUE INDEX about_is_one_row ON hub.about ((true));

-- A station's role and what it may see and write: its area, then further scopes that it was granted.
CREATE TABLE hub.station (
  role name PRIMARY KEY,
  areas bigint[] NOT NULL CHECK (cardinality(areas) BETWEEN 1 AND 16),
  below int8multirange NOT NULL GENERATED ALWAYS AS (hub.area_below(areas)) STORED,
  above bigint[] NOT NULL GENERATED ALWAYS AS (hub.area_above(areas)) STORED,
  added timestamptz NOT NULL DEFAULT now()
);

-- Which areas a node may write for, and which role said so.
CREATE TABLE hub.node (
  node bigint PRIMARY KEY,
  public_key bytea NOT NULL CHECK (length(public_key) = 32),
  areas bigint[] NOT NULL CHECK (cardinality(areas) BETWEEN 1 AND 16),
  below int8multirange NOT NULL GENERATED ALWAYS AS (hub.area_below(areas)) STORED,
  letter "char" NOT NULL,
  succession text CHECK (length(succession) <= 16384), -- by what older keys it is who it is; for others to check
  role name NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  seen timestamptz,                -- when it last asked here
  skew bigint                      -- its clock minus ours then, ms
);

-- How far each log is here. Operations are given out up to the head that their origin signed; a long push may be ahead of it.
CREATE TABLE hub.head (
  node bigint NOT NULL,
  scope bigint NOT NULL,
  lane smallint NOT NULL CHECK (lane BETWEEN 0 AND 5),
  seq bigint NOT NULL,
  hash bytea NOT NULL CHECK (length(hash) = 32),
  parent_node bigint, -- of a child log: it goes on from that node's log of the same scope and lane
  parent_seq bigint NOT NULL DEFAULT 0,
  parent_hash bytea,
  signed_seq bigint NOT NULL DEFAULT 0,
  signed_hash bytea,
  signature bytea,
  public_key bytea NOT NULL,
  at timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (node, scope, lane)
) WITH (fillfactor = 50); -- moved in place again and again

-- The logs' operations. A query for a log touches one partition. Each has a primary key of its own, and the whole has none: so a partition may be a foreign
-- table on another machine (doc/SYNC.md).
CREATE TABLE hub.op (
  node bigint NOT NULL,
  scope bigint NOT NULL,
  lane smallint NOT NULL,
  seq bigint NOT NULL,
  at bigint NOT NULL,
  stamp bigint NOT NULL,
  actor text NOT NULL,
  action text NOT NULL,
  body bytea NOT NULL CHECK (length(body) <= 1048576),
  has_private boolean NOT NULL
) PARTITION BY HASH (node);
DO $$
BEGIN
  FOR number IN 0 .. 7 LOOP
    EXECUTE format('CREATE TABLE hub.op_%s PARTITION OF hub.op FOR VALUES WITH (MODULUS 8, REMAINDER %s)', number, number);
    EXECUTE format('ALTER TABLE hub.op_%s ADD PRIMARY KEY (node, scope, lane, seq)', number);
  END LOOP;
END $$;

-- Personal values, apart, so that they can be erased; the digest stays and keeps the chain whole.
CREATE TABLE hub.private (
  node bigint NOT NULL,
  scope bigint NOT NULL,
  lane smallint NOT NULL,
  seq bigint NOT NULL,
  place int NOT NULL,
  digest bytea NOT NULL CHECK (length(digest) = 32),
  salt bytea,
  part text,
  PRIMARY KEY (node, scope, lane, seq, place)
);
CREATE INDEX private_not_erased ON hub.private (scope, lane) WHERE salt IS NOT NULL;

-- Records whose personal values are gone for ever, up to a stamp: what comes late is erased as it comes.
CREATE TABLE hub.erasure (scope bigint, lane smallint, record text, stamp bigint NOT NULL, PRIMARY KEY (scope, lane, record));

-- What a node says, signed, that it holds of what it shares with its audience. Only the newest counts.
CREATE TABLE hub.receipt (
  node bigint NOT NULL,
  audience bigint[] NOT NULL,
  number bigint NOT NULL,
  at bigint NOT NULL,
  vector_hash bytea NOT NULL,
  signature bytea NOT NULL,
  public_key bytea NOT NULL,
  nodes bigint[] NOT NULL, -- the vector, log by log
  scopes bigint[] NOT NULL,
  lanes smallint[] NOT NULL,
  seqs bigint[] NOT NULL,
  hashes bytea[] NOT NULL,
  came timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (audience, node)
);

-- Who listens where, and the bells that are to be rung. Hints only: a crash may lose them.
CREATE UNLOGGED TABLE hub.listener (channel text, role name, at timestamptz NOT NULL, PRIMARY KEY (channel, role));
CREATE UNLOGGED TABLE hub.bell (channel text PRIMARY KEY);

-- migration 2
-- Erasures belong to the operation that makes them; at the end of this file they are noted anew from the operations.
DROP TABLE hub.erasure;
CREATE TABLE hub.erasure (
  node bigint,
  scope bigint,
  lane smallint,
  seq bigint,
  record text,
  stamp bigint NOT NULL, -- up to this: what comes late is erased as it comes
  PRIMARY KEY (node, scope, lane, seq, record)
);
CREATE INDEX erasure_of_scope ON hub.erasure (scope, lane);

-- Personal values that another node's operation erased. Whether it may, only those can tell who check signatures: so nobody sees them any more, and
-- hub.drop_log of what erased them brings them back.
CREATE TABLE hub.hidden (
  node bigint,
  scope bigint,
  lane smallint,
  seq bigint,
  place int,
  salt bytea NOT NULL,
  part text,
  by_node bigint NOT NULL,
  since timestamptz NOT NULL DEFAULT now(),
  PRIMARY KEY (node, scope, lane, seq, place)
);

-- These answer otherwise than they did.
DROP FUNCTION IF EXISTS hub.given(bigint);
DROP FUNCTION IF EXISTS hub.erasures_note(bigint, bigint, smallint, bigint, bigint, bytea);

-- always
-- Roles belong to the whole cluster, so another hub may have made this one.
DO $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = 'dutydesk_station') THEN
    CREATE ROLE dutydesk_station NOLOGIN;
  END IF;
END $$;

-- Who asks is who logged in: neither SET ROLE nor a function of the owner's changes that.
CREATE OR REPLACE FUNCTION hub.here() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT areas FROM hub.station WHERE role = session_user), '{}')
$$;
CREATE OR REPLACE FUNCTION hub.below() RETURNS int8multirange LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT below FROM hub.station WHERE role = session_user), '{}')
$$;
CREATE OR REPLACE FUNCTION hub.above() RETURNS bigint[] LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT coalesce((SELECT above FROM hub.station WHERE role = session_user), '{}')
$$;

-- The one rule of who reads what. Inlined, with the three areas read once for each query.
CREATE OR REPLACE FUNCTION hub.sees(scope bigint, lane smallint, here bigint[], below int8multirange, above bigint[]) RETURNS boolean
LANGUAGE sql IMMUTABLE PARALLEL SAFE AS $$
  SELECT CASE lane % 3 WHEN 0 THEN scope = ANY (here) WHEN 1 THEN scope <@ below ELSE scope = ANY (above) END
$$;

DO $$
DECLARE
  name text;
  kind "char";
BEGIN
  FOREACH name IN ARRAY '{version,about,station,node,head,op,private,erasure,hidden,receipt,listener,bell}'::text[] LOOP
    EXECUTE format('ALTER TABLE hub.%I ENABLE ROW LEVEL SECURITY', name);
    EXECUTE format('REVOKE ALL ON hub.%I FROM PUBLIC, dutydesk_station', name);
    EXECUTE format('DROP POLICY IF EXISTS station ON hub.%I', name);
  END LOOP;
  FOREACH name IN ARRAY '{head,op,private}'::text[] LOOP
    EXECUTE format('CREATE POLICY station ON hub.%I FOR SELECT USING
      (hub.sees(scope, lane, (SELECT hub.here()), (SELECT hub.below()), (SELECT hub.above())))', name);
    EXECUTE format('GRANT SELECT ON hub.%I TO dutydesk_station', name);
  END LOOP;
  -- Nobody may ask for a partition by its own name. Foreign tables know no policies, and need none: a query of the whole applies those of the whole.
  FOR name, kind IN SELECT relid::regclass::text, relkind FROM pg_partition_tree('hub.op') JOIN pg_class ON oid = relid WHERE level > 0 LOOP
    EXECUTE format('REVOKE ALL ON %s FROM PUBLIC, dutydesk_station', name);
    IF kind <> 'f' THEN
      EXECUTE format('ALTER TABLE %s ENABLE ROW LEVEL SECURITY', name);
    END IF;
  END LOOP;
END $$;
CREATE POLICY station ON hub.station FOR SELECT USING (role = session_user);
CREATE POLICY station ON hub.node FOR SELECT USING (areas[1] <@ (SELECT hub.below()) OR areas[1] = ANY ((SELECT hub.above())::bigint[]));
CREATE POLICY station ON hub.receipt FOR SELECT USING (audience && (SELECT hub.here()));
GRANT SELECT ON hub.station, hub.node, hub.receipt TO dutydesk_station;

-- Refusals have a code of their own, so that the program can say them in its user's language: DD001 no station, DD002 not allowed, DD003 gap,
-- DD004 fork, DD005 malformed, DD006 another has taken a node's name.
CREATE OR REPLACE FUNCTION hub.refuse(code text, message text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RAISE EXCEPTION USING ERRCODE = code, MESSAGE = message;
END $$;

CREATE OR REPLACE FUNCTION hub.log_name(node bigint, scope bigint, lane smallint) RETURNS text LANGUAGE sql IMMUTABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT format('%s/%s/%s', lpad(to_hex(node), 16, '0'), lpad(scope::text, 12, '0'),
                ('{here,up,down,here-urgent,up-urgent,down-urgent}'::text[])[lane + 1])
$$;

-- Who asks, and with what clock. Answers what hub this is and what the role may see.
CREATE OR REPLACE FUNCTION hub.hello(p_node bigint, p_clock bigint, OUT version int, OUT is_exercise boolean, OUT areas bigint[], OUT clock bigint) LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  SELECT max(v.number) INTO version FROM hub.version v;
  SELECT a.is_exercise INTO is_exercise FROM hub.about a;
  areas := hub.here();
  clock := extract(epoch FROM clock_timestamp()) * 1000;
  IF areas = '{}' THEN
    PERFORM hub.refuse('DD001', format('%s is no station of this hub', session_user));
  END IF;
  SET LOCAL synchronous_commit = off;
  UPDATE hub.node SET seen = clock_timestamp(), skew = p_clock - clock WHERE node = p_node AND node.areas[1] = (hub.here())[1];
END $$;

-- Says which areas nodes write for. A station does so for its own nodes and those below it. Its number is made of its key, which the key's owner can check and
-- we cannot: so once said, a key stands, and areas are only added, until somebody strictly above the node says otherwise. Then what its logs hold under another
-- key, or for areas that are not its own, goes: so nobody can block another's name for good, nor remove what lies here with its own password.
CREATE OR REPLACE FUNCTION hub.claim(p_node bigint, p_public_key bytea, p_areas bigint[], p_letter text, p_succession text DEFAULT NULL) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  own int8multirange := hub.below();
  is_above boolean;
  old hub.node%ROWTYPE;
BEGIN
  p_areas := ARRAY(SELECT unnest(p_areas)); -- the first is the first, whatever bounds it came with
  IF NOT (SELECT coalesce(bool_and(coalesce(area <@ own, false)), false) FROM unnest(p_areas) AS area) THEN
    PERFORM hub.refuse('DD002', format('%s may not speak for node %s', session_user, lpad(to_hex(p_node), 16, '0')));
  END IF;
  INSERT INTO hub.node(node, public_key, areas, letter, succession, role) VALUES (p_node, p_public_key, p_areas, p_letter::"char", p_succession, session_user)
    ON CONFLICT DO NOTHING;
  SELECT * INTO old FROM hub.node WHERE node = p_node FOR UPDATE;
  IF NOT (SELECT bool_and(area <@ own) FROM unnest(old.areas) AS area) THEN
    PERFORM hub.refuse('DD006', format('node %s belongs to another area here; the station above both, or the hub''s owner, must correct it',
                                       lpad(to_hex(p_node), 16, '0')));
  END IF;
  is_above := old.areas[1] <> ALL (hub.here());
  IF NOT is_above AND old.public_key IS DISTINCT FROM p_public_key THEN
    PERFORM hub.refuse('DD006', format('node %s stands here with another key; the station above it, or the hub''s owner, must correct it',
                                       lpad(to_hex(p_node), 16, '0')));
  END IF;
  IF NOT is_above THEN
    p_areas := old.areas || ARRAY(SELECT area FROM unnest(p_areas) AS area WHERE area <> ALL (old.areas));
  END IF;
  IF old.public_key = p_public_key AND old.areas = p_areas AND old.letter = p_letter::"char" AND (p_succession IS NULL OR old.succession = p_succession) THEN
    RETURN;
  END IF;
  UPDATE hub.node SET public_key = p_public_key, areas = p_areas, letter = p_letter::"char", role = session_user, at = now(),
    succession = CASE WHEN public_key = p_public_key THEN coalesce(p_succession, succession) ELSE p_succession END WHERE node = p_node;
  IF old.public_key <> p_public_key THEN
    DELETE FROM hub.receipt WHERE node = p_node;
  END IF;
  PERFORM hub.drop_log(node, scope, lane) FROM hub.head
    WHERE node = p_node AND (public_key <> p_public_key OR NOT scope <@ hub.area_below(p_areas));
END $$;

-- A record's name as erasures compare it. What a child log says of its parent's part means the parent's operation.
CREATE OR REPLACE FUNCTION hub.record_key(p_node bigint, p_scope bigint, p_lane smallint, p_seq bigint, reference jsonb) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  words text[] := string_to_array(reference #>> '{}', '/');
  at_node bigint := p_node;
  at_seq bigint := p_seq;
  up record;
BEGIN
  IF jsonb_typeof(reference) = 'string' AND cardinality(words) = 1 THEN
    RETURN words[1]; -- keyed
  END IF;
  IF cardinality(words) = 5 THEN
    at_node := ('x' || words[1])::bit(64)::bigint;
  END IF;
  IF cardinality(words) > 1 THEN
    at_seq := words[cardinality(words) - 1]::bigint;
  END IF;
  FOR hop IN 1 .. 100 LOOP
    SELECT parent_node, parent_seq INTO up FROM hub.head WHERE node = at_node AND scope = p_scope AND lane = p_lane;
    EXIT WHEN up.parent_node IS NULL OR at_seq > up.parent_seq;
    at_node := up.parent_node;
  END LOOP;
  RETURN format('%s/%s/%s', at_node, at_seq, words[cardinality(words)]);
END $$;

-- The record that change `place` of an operation is about, NULL if that cannot be understood: such an operation is not folded either.
CREATE OR REPLACE FUNCTION hub.record_changed(p_node bigint, p_scope bigint, p_lane smallint, p_seq bigint, p_body bytea, p_place int) RETURNS text
LANGUAGE plpgsql STABLE SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  RETURN hub.record_key(p_node, p_scope, p_lane, p_seq, convert_from(p_body, 'UTF8')::jsonb -> p_place -> 'record');
EXCEPTION WHEN OTHERS THEN
  RETURN NULL;
END $$;

-- Notes what an operation erases.
CREATE OR REPLACE FUNCTION hub.erasures_note(p_node bigint, p_scope bigint, p_lane smallint, p_seq bigint, p_stamp bigint, p_body bytea) RETURNS void
LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  INSERT INTO hub.erasure(node, scope, lane, seq, record, stamp)
    SELECT DISTINCT p_node, p_scope, p_lane, p_seq, hub.record_key(p_node, p_scope, p_lane, p_seq, change -> 'record'), p_stamp
    FROM jsonb_array_elements(convert_from(p_body, 'UTF8')::jsonb) AS change WHERE change -> 'erase' = 'true'
    ON CONFLICT DO NOTHING;
EXCEPTION WHEN data_exception OR not_null_violation THEN
  NULL; -- nobody can understand it: it stays in the journal and does nothing
END $$;

-- Of a scope's and lane's pushes, those that erase go alone, and those that bring personal values beside each other: else neither of two at once would see
-- what the other brings. To be held until the end, from before either looks.
CREATE OR REPLACE FUNCTION hub.erase_in_turn(p_scopes bigint[], p_lanes smallint[], erases boolean) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  key bigint;
BEGIN
  FOR key IN SELECT DISTINCT hashtextextended(format('hub.erase %s/%s', scope, lane), 0) FROM unnest(p_scopes, p_lanes) AS l(scope, lane) ORDER BY 1 LOOP
    IF erases THEN
      PERFORM pg_advisory_xact_lock(key);
    ELSE
      PERFORM pg_advisory_xact_lock_shared(key);
    END IF;
  END LOOP;
END $$;

-- Erases what the noted erasures cover that are given out (up to the signed head): everywhere in that scope and lane, or only in what a log got behind
-- `p_after`. Of the erasing node's own it is gone, also where another had hidden it; of others' it is hidden.
CREATE OR REPLACE FUNCTION hub.erase(p_node bigint, p_scope bigint, p_lane smallint, p_after bigint) RETURNS void LANGUAGE sql
SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO hub.hidden(node, scope, lane, seq, place, salt, part, by_node)
    SELECT DISTINCT ON (p.node, p.seq, p.place) p.node, p.scope, p.lane, p.seq, p.place, p.salt, p.part, e.node
    FROM hub.private p JOIN hub.op o ON o.node = p.node AND o.scope = p.scope AND o.lane = p.lane AND o.seq = p.seq
    JOIN hub.erasure e ON e.scope = p_scope AND e.lane = p_lane AND e.stamp >= o.stamp
      AND e.record = hub.record_changed(o.node, o.scope, o.lane, o.seq, o.body, p.place)
    JOIN hub.head h ON h.node = e.node AND h.scope = p_scope AND h.lane = p_lane AND h.signed_seq >= e.seq
    WHERE p.scope = p_scope AND p.lane = p_lane AND p.salt IS NOT NULL AND (p_node IS NULL OR p.node = p_node AND p.seq > p_after)
    ORDER BY p.node, p.seq, p.place, e.node <> p.node
    ON CONFLICT DO NOTHING;
  UPDATE hub.private p SET salt = NULL, part = NULL FROM hub.hidden h
    WHERE h.scope = p_scope AND h.lane = p_lane AND p.salt IS NOT NULL
      AND p.node = h.node AND p.scope = h.scope AND p.lane = h.lane AND p.seq = h.seq AND p.place = h.place;
  DELETE FROM hub.hidden h USING hub.op o, hub.erasure e, hub.head t
    WHERE h.scope = p_scope AND h.lane = p_lane AND o.node = h.node AND o.scope = h.scope AND o.lane = h.lane AND o.seq = h.seq
      AND e.node = h.node AND e.scope = h.scope AND e.lane = h.lane AND e.stamp >= o.stamp
      AND e.record = hub.record_changed(o.node, o.scope, o.lane, o.seq, o.body, h.place)
      AND t.node = e.node AND t.scope = e.scope AND t.lane = e.lane AND t.signed_seq >= e.seq;
$$;

-- For the owner: a log that somebody with a stolen password and no key has spoilt. Its stations push it again, and give their receipts again; what it erased of
-- others is seen again.
CREATE OR REPLACE FUNCTION hub.drop_log(p_node bigint, p_scope bigint, p_lane smallint) RETURNS void LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  DELETE FROM hub.head WHERE node = p_node AND scope = p_scope AND lane = p_lane;
  DELETE FROM hub.private WHERE node = p_node AND scope = p_scope AND lane = p_lane;
  DELETE FROM hub.hidden WHERE node = p_node AND scope = p_scope AND lane = p_lane;
  DELETE FROM hub.op WHERE node = p_node AND scope = p_scope AND lane = p_lane;
  DELETE FROM hub.receipt WHERE node = p_node;
  DELETE FROM hub.erasure WHERE node = p_node AND scope = p_scope AND lane = p_lane;
  UPDATE hub.private p SET salt = h.salt, part = h.part FROM hub.hidden h WHERE h.by_node = p_node AND h.scope = p_scope AND h.lane = p_lane
    AND p.node = h.node AND p.scope = h.scope AND p.lane = h.lane AND p.seq = h.seq AND p.place = h.place;
  DELETE FROM hub.hidden WHERE by_node = p_node AND scope = p_scope AND lane = p_lane;
  SELECT hub.erase(NULL, p_scope, p_lane, 0); -- what others erase as well
$$;

-- For the owner: a node that somebody with a stolen password has put here, or whose name he has taken, with all that it brought. Whose it is says so again at
-- its next exchange.
CREATE OR REPLACE FUNCTION hub.drop_node(p_number text) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  gone bigint := ('x' || lpad(p_number, 16, '0'))::bit(64)::bigint;
BEGIN
  PERFORM hub.drop_log(node, scope, lane) FROM hub.head WHERE node = gone;
  DELETE FROM hub.receipt WHERE node = gone;
  DELETE FROM hub.node WHERE node = gone;
  IF NOT FOUND THEN
    RAISE EXCEPTION 'no node % is known here', p_number;
  END IF;
END $$;

-- For the owner: personal values that have been hidden for so long are deleted. Answers how many.
CREATE OR REPLACE FUNCTION hub.forget_hidden(p_since interval DEFAULT '30 days') RETURNS bigint LANGUAGE sql SET search_path = pg_catalog, pg_temp AS $$
  WITH gone AS (DELETE FROM hub.hidden WHERE since < now() - p_since RETURNING 1) SELECT count(*) FROM gone
$$;

-- Takes operations. (Its statements are planned once for each connection, not five times: many connections push once and go.) First arrays: the logs, each once; `froms` and `befores` say where each push begins (seq and hash of what stands before its first
-- operation), `lasts` and `hashes` where it ends; a signature signs that end, or is NULL in the middle of a long push. Then the operations, each with its
-- log's place in the first arrays, in order; then the private parts, each with its operation's place.
-- All or nothing. What is here already is compared: the same again does nothing, something else is a fork and refused.
CREATE OR REPLACE FUNCTION hub.push(
  nodes bigint[], scopes bigint[], lanes smallint[], froms bigint[], befores bytea[], lasts bigint[], hashes bytea[], signatures bytea[],
  parents bigint[], parent_seqs bigint[], parent_hashes bytea[],
  op_logs int[], op_seqs bigint[], op_ats bigint[], op_stamps bigint[], op_actors text[], op_actions text[], op_bodies bytea[],
  op_privates boolean[], part_ops int[], part_places int[], part_digests bytea[], part_salts bytea[], part_sets text[]
) RETURNS bigint LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  own int8multirange;
  held bigint[] := array_fill(0::bigint, ARRAY[cardinality(nodes)]);
  given bigint[] := held; -- up to where each was signed
  erases boolean;
  erased int[] := '{}'; -- the logs of which an erasure is given out with this
  erasing int;
  log record;
  top hub.head%ROWTYPE;
  writer hub.node%ROWTYPE;
  name text;
  again boolean := false; -- something of it is here already
  wanted bigint := 0;
  taken bigint;
BEGIN
  SELECT below INTO own FROM hub.station WHERE role = session_user;
  IF own IS NULL THEN
    PERFORM hub.refuse('DD001', format('%s is no station of this hub', session_user));
  END IF;
  -- Always in the same order, so that two who push the same logs wait for each other and never in a circle.
  FOR log IN SELECT * FROM unnest(nodes, scopes, lanes, froms, befores, lasts, hashes, signatures, parents, parent_seqs, parent_hashes)
             WITH ORDINALITY AS l(node, scope, lane, from_seq, before, last, hash, signature, parent, parent_seq, parent_hash, n)
             ORDER BY node, scope, lane LOOP
    name := hub.log_name(log.node, log.scope, log.lane);
    SELECT * INTO writer FROM hub.node WHERE node = log.node;
    IF writer.node IS NULL OR NOT writer.areas[1] <@ own OR NOT log.scope <@ writer.below THEN
      PERFORM hub.refuse('DD002', format('%s may not push %s', session_user, name));
    END IF;
    SELECT * INTO top FROM hub.head WHERE node = log.node AND scope = log.scope AND lane = log.lane FOR UPDATE;
    IF NOT FOUND THEN
      INSERT INTO hub.head(node, scope, lane, seq, hash, parent_node, parent_seq, parent_hash, public_key)
        VALUES (log.node, log.scope, log.lane, coalesce(log.parent_seq, 0), coalesce(log.parent_hash, decode(repeat('00', 32), 'hex')),
                log.parent, coalesce(log.parent_seq, 0), log.parent_hash, writer.public_key)
        ON CONFLICT DO NOTHING;
      SELECT * INTO top FROM hub.head WHERE node = log.node AND scope = log.scope AND lane = log.lane FOR UPDATE;
    END IF;
    IF top.parent_node IS DISTINCT FROM log.parent OR top.parent_hash IS DISTINCT FROM log.parent_hash
       OR top.seq = log.from_seq AND top.hash <> log.before OR top.seq = log.last AND top.hash <> log.hash THEN
      PERFORM hub.refuse('DD004', format('%s has forked at or before %s', name, top.seq));
    END IF;
    IF top.seq < log.from_seq THEN
      PERFORM hub.refuse('DD003', format('%s is here up to %s: what follows must come first', name, top.seq));
    END IF;
    held[log.n] := top.seq;
    given[log.n] := top.signed_seq;
    again := again OR top.seq > log.from_seq;
    IF log.last > top.seq THEN
      wanted := wanted + log.last - top.seq;
      top.seq := log.last;
      top.hash := log.hash;
    END IF;
    IF log.signature IS NOT NULL AND log.last > top.signed_seq THEN
      top.signed_seq := log.last;
      top.signed_hash := log.hash;
      top.signature := log.signature;
    END IF;
    UPDATE hub.head SET seq = top.seq, hash = top.hash, signed_seq = top.signed_seq, signed_hash = top.signed_hash, signature = top.signature, at = now()
      WHERE node = log.node AND scope = log.scope AND lane = log.lane AND (seq < top.seq OR signed_seq < top.signed_seq);
  END LOOP;

  IF again THEN
    IF EXISTS (SELECT FROM unnest(op_logs, op_seqs, op_ats, op_stamps, op_actors, op_actions, op_bodies) AS o(log, seq, at, stamp, actor, action, body)
               JOIN hub.op h ON h.node = nodes[o.log] AND h.scope = scopes[o.log] AND h.lane = lanes[o.log] AND h.seq = o.seq
               WHERE o.seq <= held[o.log] AND (h.at, h.stamp, h.actor, h.action, h.body) IS DISTINCT FROM (o.at, o.stamp, o.actor, o.action, o.body)) THEN
      PERFORM hub.refuse('DD004', 'another operation is held in the place of one that was pushed: a log has forked');
    END IF;
  END IF;

  INSERT INTO hub.op(node, scope, lane, seq, at, stamp, actor, action, body, has_private)
    SELECT nodes[o.log], scopes[o.log], lanes[o.log], o.seq, o.at, o.stamp, o.actor, o.action, o.body, o.has_private
    FROM unnest(op_logs, op_seqs, op_ats, op_stamps, op_actors, op_actions, op_bodies, op_privates)
      AS o(log, seq, at, stamp, actor, action, body, has_private)
    WHERE o.seq > held[o.log] AND o.seq <= lasts[o.log] ON CONFLICT DO NOTHING;
  GET DIAGNOSTICS taken = ROW_COUNT;
  -- Within those bounds and none twice: if the number is right none is missing. Rows without a head can only be a foreign partition's, whose machine had
  -- committed when ours failed.
  IF taken <> wanted AND wanted <> (
      SELECT count(*) FROM unnest(op_logs, op_seqs, op_ats, op_stamps, op_actors, op_actions, op_bodies) AS o(log, seq, at, stamp, actor, action, body)
      JOIN hub.op h ON h.node = nodes[o.log] AND h.scope = scopes[o.log] AND h.lane = lanes[o.log] AND h.seq = o.seq
      WHERE o.seq > held[o.log] AND o.seq <= lasts[o.log]
        AND (h.at, h.stamp, h.actor, h.action, h.body) IS NOT DISTINCT FROM (o.at, o.stamp, o.actor, o.action, o.body)) THEN
    PERFORM hub.refuse('DD003', 'operations are missing in what was pushed');
  END IF;

  IF cardinality(part_ops) > 0 THEN
    INSERT INTO hub.private(node, scope, lane, seq, place, digest, salt, part)
      SELECT nodes[l.n], scopes[l.n], lanes[l.n], op_seqs[p.op], p.place, p.digest, p.salt, p.part
      FROM unnest(part_ops, part_places, part_digests, part_salts, part_sets) AS p(op, place, digest, salt, part), LATERAL (SELECT op_logs[p.op] AS n) AS l
      WHERE op_seqs[p.op] > held[l.n] AND op_seqs[p.op] <= lasts[l.n];
  END IF;

  erases := EXISTS (SELECT FROM unnest(op_bodies) AS body WHERE position('"erase"'::bytea IN body) > 0);
  IF erases THEN
    PERFORM hub.erasures_note(nodes[o.log], scopes[o.log], lanes[o.log], o.seq, o.stamp, o.body)
      FROM (SELECT * FROM unnest(op_logs, op_seqs, op_stamps, op_bodies) AS o(log, seq, stamp, body) WHERE position('"erase"'::bytea IN body) > 0) AS o
      WHERE o.seq > held[o.log] AND o.seq <= lasts[o.log];
  END IF;
  IF erases OR held <> given THEN -- what waited for its signature may be an erasure, too
    erased := ARRAY(SELECT n FROM unnest(nodes, scopes, lanes, lasts, signatures) WITH ORDINALITY AS l(node, scope, lane, last, signature, n)
                    WHERE signature IS NOT NULL AND last > given[n] AND EXISTS (SELECT FROM hub.erasure e
                      WHERE e.node = l.node AND e.scope = l.scope AND e.lane = l.lane AND e.seq > given[n] AND e.seq <= last));
  END IF;
  IF cardinality(erased) > 0 OR cardinality(part_ops) > 0 THEN
    PERFORM hub.erase_in_turn(scopes, lanes, cardinality(erased) > 0);
  END IF;
  FOREACH erasing IN ARRAY erased LOOP
    PERFORM hub.erase(NULL, scopes[erasing], lanes[erasing], 0);
  END LOOP;
  IF cardinality(part_ops) > 0 THEN -- what was erased before may come late
    FOR log IN SELECT * FROM unnest(nodes, scopes, lanes) WITH ORDINALITY AS l(node, scope, lane, n)
               WHERE EXISTS (SELECT FROM hub.erasure e WHERE e.scope = l.scope AND e.lane = l.lane) LOOP
      PERFORM hub.erase(log.node, log.scope, log.lane, held[log.n]);
    END LOOP;
  END IF;
  RETURN taken;
END $$;

-- Takes a receipt of a node that the station may speak for. Which is true and which is newest, its readers can tell by signature and number, and we cannot: so
-- whatever comes replaces what stands here, no number keeps a later one out, and who gave it looks each time whether his own still stands (hub.given).
CREATE OR REPLACE FUNCTION hub.push_receipt(p_node bigint, p_audience bigint[], p_number bigint, p_at bigint, p_vector_hash bytea, p_signature bytea,
  p_nodes bigint[], p_scopes bigint[], p_lanes smallint[], p_seqs bigint[], p_hashes bytea[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER
SET search_path = pg_catalog, pg_temp AS $$
DECLARE
  giver hub.node%ROWTYPE;
BEGIN
  SELECT * INTO giver FROM hub.node WHERE node = p_node;
  IF giver.node IS NULL OR NOT giver.areas[1] <@ hub.below() THEN
    PERFORM hub.refuse('DD002', format('%s may not give receipts of node %s', session_user, lpad(to_hex(p_node), 16, '0')));
  END IF;
  INSERT INTO hub.receipt(node, audience, number, at, vector_hash, signature, public_key, nodes, scopes, lanes, seqs, hashes)
    VALUES (p_node, p_audience, p_number, p_at, p_vector_hash, p_signature, giver.public_key, p_nodes, p_scopes, p_lanes, p_seqs, p_hashes)
    ON CONFLICT (audience, node) DO UPDATE SET number = excluded.number, at = excluded.at, vector_hash = excluded.vector_hash,
      signature = excluded.signature, public_key = excluded.public_key, nodes = excluded.nodes, scopes = excluded.scopes, lanes = excluded.lanes,
      seqs = excluded.seqs, hashes = excluded.hashes, came = now();
END $$;

-- What the asker may see and, by the vector that it gives, lacks. Run with its own rights, so that the policies hold; this and hub.ops are inlined.
CREATE OR REPLACE FUNCTION hub.news(nodes bigint[], scopes bigint[], lanes smallint[], seqs bigint[])
RETURNS TABLE (node bigint, scope bigint, lane smallint, seq bigint, hash bytea, signature bytea, public_key bytea,
               parent_node bigint, parent_seq bigint, parent_hash bytea)
LANGUAGE sql STABLE AS $$
  SELECT h.node, h.scope, h.lane, h.signed_seq, h.signed_hash, h.signature, h.public_key, h.parent_node, h.parent_seq, h.parent_hash
  FROM hub.head h LEFT JOIN unnest(nodes, scopes, lanes, seqs) AS v(node, scope, lane, seq) ON v.node = h.node AND v.scope = h.scope AND v.lane = h.lane
  WHERE h.signed_seq > coalesce(v.seq, h.parent_seq)
$$;

-- How far the asker's own logs, and others that it may push, are here: by that it knows what to push, and what is "at the hub".
CREATE OR REPLACE FUNCTION hub.held(p_nodes bigint[]) RETURNS TABLE (node bigint, scope bigint, lane smallint, seq bigint, hash bytea,
                                                                         signed_seq bigint, signed_hash bytea, signature bytea)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT h.node, h.scope, h.lane, h.seq, h.hash, h.signed_seq, h.signed_hash, h.signature FROM hub.head h JOIN hub.node n USING (node)
  WHERE h.node = ANY (p_nodes) AND n.areas[1] <@ hub.below()
$$;

-- Operations of logs, each behind `froms` up to `lasts`, in the order in which the logs are given. Rows come as they
-- are read.
CREATE OR REPLACE FUNCTION hub.ops(nodes bigint[], scopes bigint[], lanes smallint[], froms bigint[], lasts bigint[])
RETURNS TABLE (log bigint, seq bigint, at bigint, stamp bigint, actor text, action text, body bytea, private text)
LANGUAGE sql STABLE AS $$
  SELECT v.n, o.seq, o.at, o.stamp, o.actor, o.action, o.body,
         CASE WHEN o.has_private THEN (SELECT json_agg(CASE WHEN p.salt IS NULL THEN json_build_object('place', p.place, 'digest', encode(p.digest, 'hex'))
                               ELSE json_build_object('place', p.place, 'salt', encode(p.salt, 'hex'), 'set', p.part) END ORDER BY p.place)::text
          FROM hub.private p WHERE p.node = o.node AND p.scope = o.scope AND p.lane = o.lane AND p.seq = o.seq) END
  FROM unnest(nodes, scopes, lanes, froms, lasts) WITH ORDINALITY AS v(node, scope, lane, from_seq, last, n),
       LATERAL (SELECT * FROM hub.op o WHERE o.node = v.node AND o.scope = v.scope AND o.lane = v.lane AND o.seq > v.from_seq AND o.seq <= v.last ORDER BY o.seq) o
$$;

-- Receipts for the asker that are newer than the numbers it has.
CREATE OR REPLACE FUNCTION hub.receipts(p_nodes bigint[], p_numbers bigint[])
RETURNS TABLE (node bigint, public_key bytea, audience bigint[], number bigint, at bigint, vector_hash bytea, signature bytea,
               nodes bigint[], scopes bigint[], lanes smallint[], seqs bigint[], hashes bytea[])
LANGUAGE sql STABLE AS $$
  SELECT r.node, r.public_key, r.audience, r.number, r.at, r.vector_hash, r.signature, r.nodes, r.scopes, r.lanes, r.seqs, r.hashes
  FROM hub.receipt r LEFT JOIN unnest(p_nodes, p_numbers) AS v(node, number) ON v.node = r.node
  WHERE r.number > coalesce(v.number, 0)
$$;

-- What stands here as given by a node that the asker may speak for: is it its own, and is there anything new to say? Columns as hub.receipts gives them.
CREATE OR REPLACE FUNCTION hub.given(p_node bigint)
RETURNS TABLE (node bigint, public_key bytea, audience bigint[], number bigint, at bigint, vector_hash bytea, signature bytea,
               nodes bigint[], scopes bigint[], lanes smallint[], seqs bigint[], hashes bytea[])
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT r.node, r.public_key, r.audience, r.number, r.at, r.vector_hash, r.signature, r.nodes, r.scopes, r.lanes, r.seqs, r.hashes
  FROM hub.receipt r JOIN hub.node n USING (node) WHERE r.node = p_node AND n.areas[1] <@ hub.below()
$$;

-- The bell for those who read lane and scope. Names that nobody can guess: who wakes when is nobody else's business either.
CREATE OR REPLACE FUNCTION hub.channel(lane int, scope bigint) RETURNS text LANGUAGE sql STABLE SET search_path = pg_catalog, pg_temp AS $$
  SELECT 'dutydesk_' || md5(format('%s %s %s', secret, lane % 3, scope)) FROM hub.about
$$;

-- Where the asker listens from now on, for a quarter of an hour: here and up at its own areas, down at its own and those above.
CREATE OR REPLACE FUNCTION hub.channels() RETURNS SETOF text LANGUAGE sql SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  INSERT INTO hub.listener(channel, role, at)
    SELECT hub.channel(lane, area), session_user, now() FROM unnest(hub.here()) AS area, generate_series(0, 1) AS lane
    UNION SELECT hub.channel(2, area), session_user, now() FROM unnest(hub.above()) AS area
    ON CONFLICT (channel, role) DO UPDATE SET at = now()
    RETURNING channel
$$;

-- Says that there is something new in such logs, for others who listen. After what there is to see was committed. Then hub.toll wakes them.
CREATE OR REPLACE FUNCTION hub.ring(scopes bigint[], lanes smallint[]) RETURNS void LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
BEGIN
  SET LOCAL synchronous_commit = off;
  INSERT INTO hub.bell(channel)
    SELECT DISTINCT l.channel FROM unnest(scopes, lanes) AS b(scope, lane),
      LATERAL unnest(CASE WHEN lane % 3 = 1 THEN hub.area_above(ARRAY[scope]) ELSE ARRAY[scope] END) AS area,
      LATERAL hub.channel(lane, area) AS c(channel) JOIN hub.listener l USING (channel)
    WHERE l.role <> session_user AND l.at > now() - interval '15 minutes' AND hub.here() <> '{}'
    ORDER BY 1 ON CONFLICT DO NOTHING;
END $$;

-- In a transaction of its own, so that one rings for many: commits with notifications wait for each other in PostgreSQL, and where five hundred stations wait
-- for one lock, each that waits makes it slower for all. False: somebody else is at the rope and may have looked before we asked; try again a little later.
CREATE OR REPLACE FUNCTION hub.toll() RETURNS boolean LANGUAGE plpgsql SECURITY DEFINER SET search_path = pg_catalog, pg_temp SET plan_cache_mode = force_generic_plan AS $$
DECLARE
  bell text;
BEGIN
  IF NOT EXISTS (SELECT FROM hub.bell) THEN
    RETURN true;
  END IF;
  IF NOT pg_try_advisory_xact_lock(hashtext('dutydesk hub tolls')) THEN
    RETURN false;
  END IF;
  SET LOCAL synchronous_commit = off;
  FOR bell IN DELETE FROM hub.bell RETURNING channel LOOP
    PERFORM pg_notify(bell, '');
  END LOOP;
  RETURN true;
END $$;

-- Areas of the other stations whose logs the asker may share: for whom it gives receipts.
CREATE OR REPLACE FUNCTION hub.audiences() RETURNS TABLE (areas bigint[]) LANGUAGE sql STABLE SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
  SELECT DISTINCT s.areas FROM hub.station s
  WHERE s.role <> session_user AND hub.here() <> '{}' AND (s.areas && hub.above() OR s.areas[1] <@ hub.below())
$$;

-- For the owner: makes a station of a role, and the role if there is none (without a password: it cannot log in by one until it is given).
CREATE OR REPLACE FUNCTION hub.add_station(p_role name, p_area bigint, p_further bigint[] DEFAULT '{}') RETURNS void LANGUAGE plpgsql
SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  IF NOT EXISTS (SELECT FROM pg_roles WHERE rolname = p_role) THEN
    EXECUTE format('CREATE ROLE %I LOGIN', p_role);
  END IF;
  EXECUTE format('GRANT dutydesk_station TO %I', p_role);
  INSERT INTO hub.station(role, areas) VALUES (p_role, p_area || p_further) ON CONFLICT (role) DO UPDATE SET areas = excluded.areas;
END $$;

-- For the owner: the role may log in no more and sees nothing. What it pushed stays.
CREATE OR REPLACE FUNCTION hub.drop_station(p_role name) RETURNS void LANGUAGE plpgsql SET search_path = pg_catalog, pg_temp AS $$
BEGIN
  DELETE FROM hub.station WHERE role = p_role;
  EXECUTE format('ALTER ROLE %I NOLOGIN', p_role);
  EXECUTE format('REVOKE dutydesk_station FROM %I', p_role);
END $$;

GRANT USAGE ON SCHEMA hub TO dutydesk_station;
DO $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'hub'::regnamespace LOOP
    EXECUTE format('REVOKE ALL ON FUNCTION %s FROM PUBLIC, dutydesk_station', name);
  END LOOP;
  FOR name IN SELECT oid::regprocedure::text FROM pg_proc WHERE pronamespace = 'hub'::regnamespace
      AND proname = ANY ('{here,below,above,sees,area_worth,area_below,area_above,hello,claim,push,push_receipt,news,held,ops,receipts,given,ring,toll,channels,audiences}') LOOP
    EXECUTE format('GRANT EXECUTE ON FUNCTION %s TO dutydesk_station', name);
  END LOOP;
END $$;

-- Behind migration 2.
DO $$
BEGIN
  IF (SELECT max(number) FROM hub.version) < 2 THEN
    PERFORM hub.erasures_note(node, scope, lane, seq, stamp, body) FROM hub.op WHERE position('"erase"'::bytea IN body) > 0;
  END IF;
END $$;
