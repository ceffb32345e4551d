-- Does every row that was inserted stand as it was, but for what the trail says of it since? A row's
-- first state is what the table holds now, with the values before each later change put back, the oldest
-- last. What was changed without the triggers, or removed, gives another digest than the insert's own.
-- `width`: so many of the table's first columns, because a column may have been added since.
CREATE FUNCTION core_unlike_inserted(tracked regclass, width integer, candidates bigint[]) RETURNS bigint[]
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp SET bytea_output = 'hex' SET timezone = 'UTC' AS $$
DECLARE
  listed text;
  found bigint[];
BEGIN
  SELECT string_agg('r.' || quote_ident(attname), ', ' ORDER BY attnum) INTO listed
    FROM (SELECT attname, attnum FROM pg_attribute
           WHERE attrelid = tracked AND attnum > 0 AND NOT attisdropped ORDER BY attnum LIMIT width) a;
  EXECUTE format($q$
    WITH lives AS (  -- a row that was put back was inserted twice: its first life ends before the second
      SELECT w.id AS writeset, u.id AS row_id, lead(w.id) OVER (PARTITION BY u.id ORDER BY w.id) AS next
        FROM core_writeset w CROSS JOIN LATERAL unnest(w.ids) u(id)
       WHERE w.table_name = $1 AND w.op = 'I'
    ), was AS (
      SELECT l.writeset, l.row_id, jsonb_object_agg(b.key, b.value ORDER BY c.writeset_id DESC) AS before
        FROM lives l
        JOIN core_rowchange c ON c.table_name = $1 AND c.row_id = l.row_id
         AND c.writeset_id > l.writeset AND (l.next IS NULL OR c.writeset_id < l.next)
        CROSS JOIN LATERAL jsonb_each(c.before) b GROUP BY l.writeset, l.row_id
    ), digests AS (
      SELECT l.writeset,
             sha256(string_agg(sha256(convert_to(ROW(%1$s)::text, 'UTF8')), '' ORDER BY l.row_id)) AS digest
        FROM lives l
        LEFT JOIN was ON was.writeset = l.writeset AND was.row_id = l.row_id
        LEFT JOIN %2$s t ON t.id = l.row_id
        CROSS JOIN LATERAL jsonb_populate_record(t, coalesce(was.before, '{}')) r
       WHERE $2 IS NULL OR l.writeset = ANY($2) GROUP BY l.writeset
    )
    SELECT coalesce(array_agg(w.id), '{}') FROM core_writeset w LEFT JOIN digests d ON d.writeset = w.id
     WHERE w.table_name = $1 AND w.op = 'I' AND ($2 IS NULL OR w.id = ANY($2))
       AND d.digest IS DISTINCT FROM w.digest
  $q$, listed, tracked) INTO found USING tracked::text, candidates;
  RETURN found;
END $$;

-- Every insert whose rows do not stand as they were. Left out: tables whose images leave out columns (an
-- account's password), and such as have lost a column, where the first state cannot be told any more.
CREATE FUNCTION core_insert_faults() RETURNS TABLE ("row" text, fault text)
LANGUAGE plpgsql STABLE SET search_path = public, pg_temp AS $$
DECLARE
  tracked record;
  unlike bigint[];
  width integer;
BEGIN
  FOR tracked IN
    SELECT t.tgrelid::regclass AS name, count(*)::integer AS columns FROM pg_trigger t
      JOIN pg_attribute a ON a.attrelid = t.tgrelid AND a.attnum > 0
     WHERE t.tgname = 'writes_inserts' AND t.tgnargs = 0
     GROUP BY t.tgrelid HAVING NOT bool_or(a.attisdropped) ORDER BY 1
  LOOP
    width := tracked.columns;
    unlike := core_unlike_inserted(tracked.name, width, NULL);
    WHILE unlike <> '{}' AND width > 1 LOOP
      width := width - 1;
      unlike := core_unlike_inserted(tracked.name, width, unlike);
    END LOOP;
    RETURN QUERY SELECT 'writeset:' || w.id,
      CASE w.rows WHEN 1 THEN 'row ' || w.ids[1] ELSE w.rows || ' rows' END || ' of ' || w.table_name
        || ' not as inserted'
      FROM core_writeset w WHERE w.id = ANY(unlike) ORDER BY w.id;
  END LOOP;
END $$;
