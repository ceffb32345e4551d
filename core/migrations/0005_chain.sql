-- The chain over events and writesets: each link's hash covers the link before it. Why it is made
-- outside the transactions that wrote them: docs/adr/0007.

-- What is sealed of an event or a writeset; times as seconds, so that no setting changes the text.
CREATE FUNCTION core_content_of(e core_auditevent) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_array('event', e.id, e.xact, extract(epoch FROM e.at)::text, e.action, e.subject,
                           e.by_id, e.path, e.details)::text
$$;
CREATE FUNCTION core_content_of(w core_writeset) RETURNS text LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
  SELECT jsonb_build_array('writeset', w.id, w.xact, extract(epoch FROM w.at)::text, w.table_name, w.op,
                           w.rows, encode(sha256(convert_to(coalesce(w.ids::text, ''), 'UTF8')), 'hex'),
                           encode(w.digest, 'hex'))::text
$$;
CREATE FUNCTION core_link_hash(previous bytea, seq bigint, at timestamptz, content text) RETURNS bytea
LANGUAGE sql IMMUTABLE AS $$
  SELECT sha256(previous || convert_to(seq || ' ' || extract(epoch FROM at)::text || ' ' || content, 'UTF8'))
$$;

-- Seal what is not sealed yet, in the order of its time; returns the number of new links.
-- Transactions below `horizon` had all ended at the last sealing, so what they wrote is sealed and need
-- not be looked at again. In a cluster made from a dump the numbers begin anew: then all is looked at.
CREATE FUNCTION core_seal(everything boolean DEFAULT false) RETURNS bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public, pg_temp AS $$
DECLARE
  head record;
  item record;
  since bigint := 0;
  now_horizon bigint;
  sealed bigint := 0;
  last_seq bigint := 0;
  last_hash bytea := '\x';
  sealed_at timestamptz;
BEGIN
  PERFORM pg_advisory_xact_lock(hashtext('core_seal'));
  sealed_at := clock_timestamp();
  now_horizon := (pg_snapshot_xmin(pg_current_snapshot())::text)::bigint;
  SELECT seq, hash, horizon INTO head FROM core_auditlink ORDER BY seq DESC LIMIT 1;
  IF FOUND THEN
    last_seq := head.seq; last_hash := head.hash;
    IF NOT everything AND head.horizon <= now_horizon THEN since := head.horizon; END IF;
  END IF;
  FOR item IN
    SELECT * FROM (
      SELECT 'event' AS what, e.id, e.at, core_content_of(e) AS content FROM core_auditevent e
       WHERE e.xact >= since
         AND NOT EXISTS (SELECT 1 FROM core_auditlink l WHERE l.what = 'event' AND l.ref = e.id)
      UNION ALL
      SELECT 'writeset', w.id, w.at, core_content_of(w) FROM core_writeset w
       WHERE w.xact >= since
         AND NOT EXISTS (SELECT 1 FROM core_auditlink l WHERE l.what = 'writeset' AND l.ref = w.id)
    ) AS open ORDER BY at, what, id
  LOOP
    last_seq := last_seq + 1;
    last_hash := core_link_hash(last_hash, last_seq, sealed_at, item.content);
    INSERT INTO core_auditlink (seq, what, ref, at, horizon, hash)
    VALUES (last_seq, item.what, item.id, sealed_at, now_horizon, last_hash);
    sealed := sealed + 1;
  END LOOP;
  RETURN sealed;
END $$;

-- Everything that does not stand as it was sealed: the row, and what is wrong with it.
CREATE FUNCTION core_trail_faults() RETURNS TABLE ("row" text, fault text) LANGUAGE sql STABLE
SET search_path = public, pg_temp AS $$
WITH sealed AS (
  SELECT l.seq, l.what, l.ref, l.at, l.hash,
         lag(l.seq, 1, 0::bigint) OVER w AS seq_before,
         lag(l.hash, 1, '\x'::bytea) OVER w AS hash_before,
         coalesce(e.at, s.at) AS happened,
         CASE l.what WHEN 'event' THEN core_content_of(e) ELSE core_content_of(s) END AS content,
         e.id IS NULL AND s.id IS NULL AS gone,
         max(coalesce(e.at, s.at)) OVER (ORDER BY l.seq ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) AS latest_before
    FROM core_auditlink l
    LEFT JOIN core_auditevent e ON l.what = 'event' AND e.id = l.ref
    LEFT JOIN core_writeset s ON l.what = 'writeset' AND s.id = l.ref
  WINDOW w AS (ORDER BY l.seq)
)
-- Every link that does not hold, with what it seals: the row is gone, altered, or stands out of its time
SELECT what || ':' || ref, fault FROM sealed CROSS JOIN LATERAL (
  SELECT CASE
    WHEN seq <> seq_before + 1 THEN 'links missing before'
    WHEN gone THEN 'missing'
    WHEN core_link_hash(hash_before, seq, at, content) IS DISTINCT FROM hash THEN 'altered'
    WHEN happened < latest_before - interval '1 hour' THEN 'back-dated'
  END
) AS found(fault) WHERE fault IS NOT NULL
UNION ALL
-- Every write whose row changes are not what its digest says, and row changes of no write
SELECT 'writeset:' || w.id, 'row changes altered'
  FROM core_writeset w
  LEFT JOIN (
    SELECT writeset_id, count(*) AS rows, sha256(string_agg(
             sha256(convert_to(row_id || ':' || before::text, 'UTF8')), '' ORDER BY row_id, id)) AS digest
      FROM core_rowchange GROUP BY writeset_id
  ) c ON c.writeset_id = w.id
 WHERE w.op <> 'I' AND (c.rows IS DISTINCT FROM w.rows OR c.digest IS DISTINCT FROM w.digest)
UNION ALL
SELECT 'rowchange:' || c.id, 'belongs to no write'
  FROM core_rowchange c LEFT JOIN core_writeset w ON w.id = c.writeset_id AND w.op <> 'I'
 WHERE w.id IS NULL
UNION ALL
-- Every head that an earlier proof wrote down and that is no longer in the chain: links were made anew
SELECT 'event:' || e.id, 'head no longer in the chain'
  FROM core_auditevent e
 WHERE e.action = 'audit.verify' AND e.details ->> 'head' <> ''
   AND NOT EXISTS (SELECT 1 FROM core_auditlink l WHERE l.seq = (e.details ->> 'links')::bigint
                      AND encode(l.hash, 'hex') = e.details ->> 'head')
$$;

CREATE TRIGGER link_append_only BEFORE UPDATE OR DELETE ON core_auditlink
  FOR EACH ROW EXECUTE FUNCTION core_append_only();
