-- What every statement wrote: one row per statement in core_writeset, and in core_rowchange what the
-- rows held before. Statement-level triggers, because a roster of 170,000 rows is one statement.
-- The functions run as their owner: who may write a table need not be able to write the trail.
-- The digest of an insert is over the rows, of an update or delete over its row changes.
CREATE FUNCTION core_track_writes() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp SET bytea_output = 'hex' SET timezone = 'UTC' AS $$
DECLARE
  written bigint;
  left_out text[] := coalesce(TG_ARGV, '{}');
BEGIN
  IF TG_OP = 'INSERT' THEN
    INSERT INTO core_writeset (table_name, op, rows, ids, first_id, last_id, digest)
    SELECT TG_TABLE_NAME, 'I', count(*), array_agg(n.id ORDER BY n.id), min(n.id), max(n.id),
           sha256(string_agg(sha256(convert_to(n::text, 'UTF8')), '' ORDER BY n.id))
      FROM new_rows n HAVING count(*) > 0;
    RETURN NULL;
  END IF;
  written := nextval(pg_get_serial_sequence('core_writeset', 'id'));
  IF TG_OP = 'UPDATE' THEN
    INSERT INTO core_rowchange (writeset_id, table_name, row_id, before)
    SELECT written, TG_TABLE_NAME, o.id, b.before
      FROM old_rows o JOIN new_rows n USING (id)
      CROSS JOIN LATERAL (SELECT to_jsonb(o) - left_out AS was, to_jsonb(n) AS becomes) j
      CROSS JOIN LATERAL (SELECT jsonb_object_agg(key, value) AS before FROM jsonb_each(j.was)
                           WHERE value IS DISTINCT FROM j.becomes -> key) b
     WHERE o *<> n AND b.before IS NOT NULL;
  ELSE
    INSERT INTO core_rowchange (writeset_id, table_name, row_id, before)
    SELECT written, TG_TABLE_NAME, o.id, to_jsonb(o) - left_out FROM old_rows o;
  END IF;
  INSERT INTO core_writeset (id, table_name, op, rows, digest)
  SELECT written, TG_TABLE_NAME, left(TG_OP, 1), d.rows, d.digest
    FROM core_digest_of_changes(written) d WHERE d.rows > 0;
  RETURN NULL;
END $$;

-- How many row changes a write has, and their digest.
CREATE FUNCTION core_digest_of_changes(written bigint, OUT rows bigint, OUT digest bytea)
LANGUAGE sql STABLE SET search_path = public, pg_temp AS $$
  SELECT count(*), sha256(string_agg(
           sha256(convert_to(row_id || ':' || before::text, 'UTF8')), '' ORDER BY row_id, id))
    FROM core_rowchange WHERE writeset_id = written
$$;

-- Track a table from now on; the columns named are left out of its images (a password's hash, say).
CREATE FUNCTION core_track(tracked text, VARIADIC left_out text[] DEFAULT '{}') RETURNS void
LANGUAGE plpgsql AS $$
DECLARE
  arguments text := coalesce((SELECT string_agg(quote_literal(c), ', ') FROM unnest(left_out) c), '');
BEGIN
  EXECUTE format('CREATE TRIGGER writes_inserts AFTER INSERT ON %I REFERENCING NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION core_track_writes(%s)', tracked, arguments);
  EXECUTE format('CREATE TRIGGER writes_updates AFTER UPDATE ON %I REFERENCING OLD TABLE AS old_rows NEW TABLE AS new_rows
    FOR EACH STATEMENT EXECUTE FUNCTION core_track_writes(%s)', tracked, arguments);
  EXECUTE format('CREATE TRIGGER writes_deletes AFTER DELETE ON %I REFERENCING OLD TABLE AS old_rows
    FOR EACH STATEMENT EXECUTE FUNCTION core_track_writes(%s)', tracked, arguments);
END $$;
CREATE FUNCTION core_untrack(tracked text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  EXECUTE format('DROP TRIGGER writes_inserts ON %I', tracked);
  EXECUTE format('DROP TRIGGER writes_updates ON %I', tracked);
  EXECUTE format('DROP TRIGGER writes_deletes ON %I', tracked);
END $$;

CREATE TRIGGER writeset_append_only BEFORE UPDATE OR DELETE ON core_writeset
  FOR EACH ROW EXECUTE FUNCTION core_append_only();
CREATE TRIGGER rowchange_append_only BEFORE UPDATE OR DELETE ON core_rowchange
  FOR EACH ROW EXECUTE FUNCTION core_append_only();
