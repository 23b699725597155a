-- Pushes made out of numbers, for tests and benches: operation S of a log has the hash sha256(S).
CREATE SCHEMA test;
GRANT USAGE ON SCHEMA test TO PUBLIC;
CREATE FUNCTION test.key(node bigint) RETURNS bytea LANGUAGE sql AS $$ SELECT sha256(node::text::bytea) $$;
CREATE FUNCTION test.hash(seq bigint) RETURNS bytea LANGUAGE sql AS $$
  SELECT CASE WHEN seq = 0 THEN decode(repeat('00', 32), 'hex') ELSE sha256(seq::text::bytea) END
$$;
CREATE FUNCTION test.body(seq bigint) RETURNS bytea LANGUAGE sql AS $$
  SELECT convert_to(format('[{"kind":"entry","record":0,"set":{"at":%s,"what":"%s"}}]', 1760000000000 + seq, repeat(md5(seq::text), 6)), 'UTF8')
$$;
-- `other`: not NULL makes another line of the same log. `bodies`: of the last operations, instead of the usual ones.
CREATE FUNCTION test.push(node bigint, scope bigint, lane int, after bigint, count bigint, other text DEFAULT NULL, bodies text[] DEFAULT NULL,
                          is_signed boolean DEFAULT true) RETURNS bigint LANGUAGE sql AS $$
  WITH made AS (SELECT s, coalesce(convert_to(bodies[s - after - count + cardinality(bodies)], 'UTF8'), test.body(s)) || convert_to(coalesce(other, ''), 'UTF8') AS body
                FROM generate_series(after + 1, after + count) AS s)
  SELECT hub.push(ARRAY[node], ARRAY[scope], ARRAY[lane]::smallint[], ARRAY[after], ARRAY[test.hash(after)], ARRAY[after + count],
    ARRAY[CASE WHEN other IS NULL THEN test.hash(after + count) ELSE sha256(convert_to(other, 'UTF8')) END],
    ARRAY[CASE WHEN is_signed THEN decode(repeat('ab', 64), 'hex') END], ARRAY[NULL]::bigint[], ARRAY[0]::bigint[], ARRAY[NULL]::bytea[],
    coalesce(array_agg(1 ORDER BY s) FILTER (WHERE s IS NOT NULL), '{}'), coalesce(array_agg(s ORDER BY s), '{}'), coalesce(array_agg(1760000000000 + s ORDER BY s), '{}'),
    coalesce(array_agg(1760000000000 + s ORDER BY s), '{}'), coalesce(array_agg('715c2986e630176c/510722103000/up/2/0'::text ORDER BY s), '{}'),
    coalesce(array_agg('entry.add'::text ORDER BY s), '{}'), coalesce(array_agg(body ORDER BY s), '{}'),
    coalesce(array_agg(bodies IS NOT NULL ORDER BY s), '{}'),
    -- a private part for each operation with a body of its own
    coalesce(array_agg((s - after)::int ORDER BY s) FILTER (WHERE bodies IS NOT NULL), '{}'), coalesce(array_agg(0 ORDER BY s) FILTER (WHERE bodies IS NOT NULL), '{}'),
    coalesce(array_agg(test.hash(s) ORDER BY s) FILTER (WHERE bodies IS NOT NULL), '{}'),
    coalesce(array_agg(decode(repeat('cd', 16), 'hex') ORDER BY s) FILTER (WHERE bodies IS NOT NULL), '{}'),
    coalesce(array_agg('{"person":"01号户"}'::text ORDER BY s) FILTER (WHERE bodies IS NOT NULL), '{}'))
  FROM made
$$;
-- All that is new to the asker, as it would be pulled: how many operations, and whether each log comes without a gap.
CREATE FUNCTION test.pull(OUT logs bigint, OUT operations bigint, OUT whole boolean) LANGUAGE sql AS $$
  WITH news AS MATERIALIZED (SELECT row_number() OVER () AS n, * FROM hub.news('{}', '{}', '{}', '{}')),
       given AS (SELECT array_agg(node ORDER BY n) AS nodes, array_agg(scope ORDER BY n) AS scopes, array_agg(lane ORDER BY n) AS lanes,
                        array_agg(parent_seq ORDER BY n) AS froms, array_agg(seq ORDER BY n) AS lasts FROM news),
       come AS (SELECT o.log, count(*) AS count, max(o.seq) AS last FROM given, hub.ops(nodes, scopes, lanes, froms, lasts) AS o GROUP BY o.log)
  SELECT count(*), coalesce(sum(come.count), 0)::bigint, coalesce(bool_and(come.count = news.seq - news.parent_seq AND come.last = news.seq), true) FROM news LEFT JOIN come ON come.log = news.n
$$;
-- One row in every table of schema desk for each log's first operation.
CREATE FUNCTION test.fill_desk() RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  name text;
BEGIN
  FOR name IN SELECT relname FROM pg_class c WHERE relnamespace = 'desk'::regnamespace AND relkind = 'r'
      AND 2 = (SELECT count(*) FROM pg_attribute WHERE attrelid = c.oid AND attname IN ('scope', 'lane')) LOOP
    EXECUTE format('INSERT INTO desk.%I (id, scope, lane) SELECT node || ''/'' || scope || ''/'' || lane, scope, lane FROM hub.head', name);
  END LOOP;
  -- what makes each view say something of each area
  UPDATE desk.node SET area = lpad(scope::text, 12, '0'), state = 'trusted' WHERE lane = 1;
  UPDATE desk.warning SET key = id;
  UPDATE desk.relay SET area = lpad(scope::text, 12, '0'), state = 'waiting', expected = 3;
  UPDATE desk.point SET state = 'active';
END $$;
