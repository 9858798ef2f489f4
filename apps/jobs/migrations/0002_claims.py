"""The fair claim, and the counts it stands on. See docs/adr/0005-jobs.md for the order in which rows are locked."""

from django.db import migrations

# Keeps turns, express lanes and kind loads in step with the job rows, whoever changes them and however.
# Lock order: turns, then the lane, then the kind's slot.
COUNTS = """
CREATE FUNCTION jobs_count(p_queue text, p_owner uuid, p_express boolean, p_state text, p_sign int)
RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  IF p_state NOT IN ('queued', 'running') THEN
    RETURN;
  END IF;
  UPDATE jobs_turn SET
      queued = queued + CASE WHEN p_state = 'queued' AND NOT p_express THEN p_sign ELSE 0 END,
      queued_express = queued_express + CASE WHEN p_state = 'queued' AND p_express THEN p_sign ELSE 0 END,
      running = running + CASE WHEN p_state = 'running' THEN p_sign ELSE 0 END
    WHERE queue = p_queue AND owner_key = p_owner;
  IF NOT FOUND THEN
    INSERT INTO jobs_turn (queue, owner_key, queued, queued_express, running)
      VALUES (p_queue, p_owner,
              CASE WHEN p_state = 'queued' AND NOT p_express THEN p_sign ELSE 0 END,
              CASE WHEN p_state = 'queued' AND p_express THEN p_sign ELSE 0 END,
              CASE WHEN p_state = 'running' THEN p_sign ELSE 0 END)
      ON CONFLICT (queue, owner_key) DO UPDATE SET
        queued = jobs_turn.queued + excluded.queued,
        queued_express = jobs_turn.queued_express + excluded.queued_express,
        running = jobs_turn.running + excluded.running;
  END IF;
  IF p_state = 'running' AND p_express THEN
    UPDATE jobs_expresslane SET running = running + p_sign WHERE queue = p_queue;
  END IF;
END $$;

-- A job that runs no more frees its kind's slot. A slot above a cap that was lowered meanwhile is not needed again.
CREATE FUNCTION jobs_free_slot(p_job uuid, p_kind text) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM jobs_kindslot s USING jobs_kindload k
    WHERE s.job_id = p_job AND k.kind = s.kind AND (k.cap IS NULL OR s.number > k.cap);
  UPDATE jobs_kindslot SET job_id = NULL WHERE job_id = p_job;
END $$;

CREATE FUNCTION jobs_job_changed() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  IF (OLD.queue, OLD.owner_key, OLD.express, OLD.state)
      IS DISTINCT FROM (NEW.queue, NEW.owner_key, NEW.express, NEW.state) THEN
    PERFORM jobs_count(OLD.queue, OLD.owner_key, OLD.express, OLD.state, -1);
    PERFORM jobs_count(NEW.queue, NEW.owner_key, NEW.express, NEW.state, 1);
    IF OLD.state = 'running' AND NEW.state <> 'running' THEN
      PERFORM jobs_free_slot(NEW.id, NEW.kind);
    END IF;
  END IF;
  RETURN NULL;
END $$;

-- Many rows that come or go in one statement change each count once: thousands of versions of one row would be slow.
CREATE FUNCTION jobs_jobs_came_or_went() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
  v_group record;
BEGIN
  FOR v_group IN
    SELECT queue, owner_key, express, state, count(*)::int AS jobs FROM changed
     GROUP BY queue, owner_key, express, state ORDER BY queue, owner_key
  LOOP
    PERFORM jobs_count(v_group.queue, v_group.owner_key, v_group.express, v_group.state,
                       CASE TG_OP WHEN 'INSERT' THEN v_group.jobs ELSE -v_group.jobs END);
  END LOOP;
  IF TG_OP = 'DELETE' THEN
    PERFORM jobs_free_slot(id, kind) FROM changed WHERE state = 'running';
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER jobs_job_changed AFTER UPDATE OF state, owner_id, queue, express ON jobs_job
  FOR EACH ROW EXECUTE FUNCTION jobs_job_changed();
CREATE TRIGGER jobs_jobs_came AFTER INSERT ON jobs_job
  REFERENCING NEW TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION jobs_jobs_came_or_went();
CREATE TRIGGER jobs_jobs_went AFTER DELETE ON jobs_job
  REFERENCING OLD TABLE AS changed FOR EACH STATEMENT EXECUTE FUNCTION jobs_jobs_came_or_went();

-- A capped kind has as many slots as its cap. Jobs that run when a cap is set get one each, above the cap if need be.
CREATE FUNCTION jobs_kindload_cap() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  DELETE FROM jobs_kindslot WHERE kind = NEW.kind AND job_id IS NULL AND number > coalesce(NEW.cap, 0);
  IF NEW.cap IS NULL THEN
    DELETE FROM jobs_kindslot WHERE kind = NEW.kind;
    RETURN NULL;
  END IF;
  INSERT INTO jobs_kindslot (kind, number, job_id)
    SELECT NEW.kind, (SELECT coalesce(max(number), 0) FROM jobs_kindslot WHERE kind = NEW.kind) + row_number() OVER (), id
      FROM jobs_job j WHERE j.kind = NEW.kind AND j.state = 'running'
       AND NOT EXISTS (SELECT 1 FROM jobs_kindslot s WHERE s.job_id = j.id)
    ON CONFLICT DO NOTHING;
  INSERT INTO jobs_kindslot (kind, number) SELECT NEW.kind, n FROM generate_series(1, NEW.cap) n ON CONFLICT DO NOTHING;
  RETURN NULL;
END $$;

CREATE TRIGGER jobs_kindload_cap AFTER INSERT OR UPDATE OF cap ON jobs_kindload
  FOR EACH ROW EXECUTE FUNCTION jobs_kindload_cap();

ALTER TABLE jobs_turn SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 500, fillfactor = 50);
ALTER TABLE jobs_expresslane SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
ALTER TABLE jobs_kindslot SET (autovacuum_vacuum_scale_factor = 0, autovacuum_vacuum_threshold = 200);
CREATE SEQUENCE jobs_turn_number;
"""

DROP_COUNTS = """
DROP SEQUENCE jobs_turn_number;
DROP TRIGGER jobs_kindload_cap ON jobs_kindload;
DROP FUNCTION jobs_kindload_cap();
DROP TRIGGER jobs_jobs_went ON jobs_job;
DROP TRIGGER jobs_jobs_came ON jobs_job;
DROP TRIGGER jobs_job_changed ON jobs_job;
DROP FUNCTION jobs_jobs_came_or_went();
DROP FUNCTION jobs_job_changed();
DROP FUNCTION jobs_free_slot(uuid, text);
DROP FUNCTION jobs_count(text, uuid, boolean, text, int);
"""

# Two conditions that the functions share. They are written into each query: PostgreSQL plans them with the rest there,
# while a call of a function for every person would cost more than the claim. OFFSET 0 keeps the look-up a look-up: joined
# with the turns it would read every waiting job. The order makes it use the index: without one the planner reads the whole
# table in the belief that the first of a person's many jobs comes soon, and it comes after the thousands of somebody else.
READY = """EXISTS (SELECT 1 FROM jobs_job j
      WHERE j.queue = t.queue AND j.owner_key = t.owner_key AND j.state = 'queued' AND {express} j.express
        AND j.run_after <= clock_timestamp() AND j.kind <> ALL ({full}) ORDER BY {order} OFFSET 0)"""
# The site's own work has no cap unless staff set one.
CAP = """coalesce(t.cap, CASE WHEN t.owner_key = '00000000-0000-0000-0000-000000000000'
                           THEN 2147483647 ELSE p_cap END)"""

CLAIM = """
CREATE FUNCTION jobs_full_kinds() RETURNS text[] LANGUAGE sql STABLE AS $$
  SELECT coalesce(array_agg(k.kind::text), '{}') FROM jobs_kindload k
   WHERE k.cap IS NOT NULL
     AND (SELECT count(*) FROM jobs_kindslot s WHERE s.kind = k.kind AND s.job_id IS NOT NULL) >= k.cap
$$;

-- The oldest instant since which a claim on this queue could have succeeded; null if none could. Express jobs and the
-- others are asked for apart, because each has its own index: together they would be sorted, all that are queued.
CREATE FUNCTION jobs_claimable_since(p_queue text, p_cap int) RETURNS timestamptz LANGUAGE plpgsql STABLE AS $$
DECLARE
  v_full text[] := jobs_full_kinds();  -- a value, and not a call: the planner must see how few kinds are full
  v_since timestamptz;
BEGIN
  SELECT min(greatest(j.run_after, j.updated_at)) INTO v_since
    FROM jobs_turn t
    JOIN LATERAL (
      (SELECT run_after, updated_at FROM jobs_job j
        WHERE j.queue = t.queue AND j.owner_key = t.owner_key AND j.state = 'queued' AND j.express
          AND j.run_after <= clock_timestamp() AND j.kind <> ALL (v_full)
        ORDER BY j.id LIMIT 1)
      UNION ALL
      (SELECT run_after, updated_at FROM jobs_job j
        WHERE j.queue = t.queue AND j.owner_key = t.owner_key AND j.state = 'queued' AND NOT j.express
          AND j.run_after <= clock_timestamp() AND j.kind <> ALL (v_full)
        ORDER BY j.priority, j.id LIMIT 1)
      LIMIT 1) j ON true
   WHERE t.queue = p_queue AND (t.queued > 0 OR t.queued_express > 0) AND t.running < %(cap)s;
  RETURN v_since;
END $$;

-- Takes one of the kind's slots if it has a cap; false if all are taken. Slots that others hold at this moment are passed
-- over, so that claims and ends of one kind do not wait for each other's commits.
CREATE FUNCTION jobs_take_slot(p_kind text, p_job uuid) RETURNS boolean LANGUAGE plpgsql AS $$
BEGIN
  IF NOT EXISTS (SELECT 1 FROM jobs_kindload WHERE kind = p_kind AND cap IS NOT NULL) THEN
    RETURN true;
  END IF;
  IF (SELECT count(*) FROM jobs_kindslot WHERE kind = p_kind AND job_id IS NOT NULL)
      >= (SELECT cap FROM jobs_kindload WHERE kind = p_kind) THEN
    RETURN false;
  END IF;
  UPDATE jobs_kindslot SET job_id = p_job WHERE id = (
    SELECT s.id FROM jobs_kindslot s JOIN jobs_kindload k ON k.kind = s.kind
     WHERE s.kind = p_kind AND s.job_id IS NULL AND s.number <= k.cap LIMIT 1 FOR UPDATE OF s SKIP LOCKED);
  RETURN FOUND;
END $$;

CREATE FUNCTION jobs_start(p_job uuid, p_worker text, p_lease interval) RETURNS SETOF jobs_job LANGUAGE plpgsql AS $$
DECLARE
  v_now timestamptz := clock_timestamp();
BEGIN
  -- The claim's commit need not wait for the disk: if PostgreSQL dies before it is there, the job is queued as before, and
  -- whoever claims it then is another holder, though with the same epoch (see `endings.mine`).
  PERFORM set_config('synchronous_commit', 'off', true);
  INSERT INTO jobs_jobevent (job_id, at, type, epoch, detail)
    SELECT id, v_now, 'claimed', lease_epoch + 1, jsonb_build_object('worker', p_worker, 'attempt', attempt + 1)
      FROM jobs_job WHERE id = p_job;
  RETURN QUERY UPDATE jobs_job
    SET state = 'running', lease_epoch = lease_epoch + 1, attempt = attempt + 1, lease_until = v_now + p_lease,
        worker = p_worker, started_at = coalesce(started_at, v_now), updated_at = v_now
    WHERE id = p_job RETURNING *;
END $$;

-- The express turn: at most `cap` jobs at once, and not twice in a row while the ladder waits.
CREATE FUNCTION jobs_claim_express(p_queue text, p_worker text, p_lease interval, p_cap int)
RETURNS SETOF jobs_job LANGUAGE plpgsql AS $$
DECLARE
  v_full text[] := jobs_full_kinds();
  v_turn jobs_turn;
  v_job uuid;
  v_kind text;
BEGIN
  INSERT INTO jobs_expresslane (queue) VALUES (p_queue) ON CONFLICT DO NOTHING;
  PERFORM 1 FROM jobs_expresslane l
    WHERE l.queue = p_queue AND l.running < l.cap
      AND (NOT l.yields OR NOT EXISTS (
        SELECT 1 FROM jobs_turn t WHERE t.queue = p_queue AND t.queued > 0 AND t.running < %(cap)s
          AND %(ready_v_full)s))
    FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT t.* INTO v_turn FROM jobs_turn t
    WHERE t.queue = p_queue AND t.queued_express > 0 AND t.running < %(cap)s
      AND %(ready_express_v_full)s
    ORDER BY t.last_express_turn LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF NOT FOUND THEN
    RETURN;
  END IF;
  SELECT j.id, j.kind INTO v_job, v_kind FROM jobs_job j
    WHERE j.queue = p_queue AND j.owner_key = v_turn.owner_key AND j.state = 'queued' AND j.express
      AND j.run_after <= clock_timestamp() AND j.kind <> ALL (v_full)
    ORDER BY j.id LIMIT 1 FOR UPDATE SKIP LOCKED;
  IF v_job IS NULL OR NOT jobs_take_slot(v_kind, v_job) THEN
    RETURN;
  END IF;
  UPDATE jobs_expresslane SET yields = true WHERE queue = p_queue;
  UPDATE jobs_turn SET last_express_turn = nextval('jobs_turn_number') WHERE id = v_turn.id;
  RETURN QUERY SELECT * FROM jobs_start(v_job, p_worker, p_lease);
END $$;

-- One step on the ladder of turns. `p_wait` says whether to wait for a person's row that somebody else has locked; it
-- waits for that one row alone: a scan that waits would keep the rows that it then passes over locked.
CREATE FUNCTION jobs_next_turn(p_queue text, p_cap int, p_full text[], p_skip bigint[], p_wait boolean)
RETURNS SETOF jobs_turn LANGUAGE plpgsql AS $$
DECLARE
  v_id bigint;
BEGIN
  IF NOT p_wait THEN
    RETURN QUERY SELECT t.* FROM jobs_turn t
      WHERE t.queue = p_queue AND t.queued > 0 AND t.running < %(cap)s
        AND t.id <> ALL (p_skip) AND %(ready_p_full)s
      ORDER BY t.last_turn LIMIT 1 FOR UPDATE SKIP LOCKED;
    RETURN;
  END IF;
  SELECT t.id INTO v_id FROM jobs_turn t
    WHERE t.queue = p_queue AND t.queued > 0 AND t.running < %(cap)s
      AND t.id <> ALL (p_skip) AND %(ready_p_full)s
    ORDER BY t.last_turn LIMIT 1;
  RETURN QUERY SELECT t.* FROM jobs_turn t
    WHERE t.id = v_id AND t.queued > 0 AND t.running < %(cap)s FOR UPDATE;
END $$;

-- `p_may_wait` is false where the caller's transaction holds rows already: to wait then could end in a deadlock.
CREATE FUNCTION jobs_claim_turn(p_queue text, p_worker text, p_lease interval, p_cap int, p_may_wait boolean)
RETURNS SETOF jobs_job LANGUAGE plpgsql AS $$
DECLARE
  v_full text[] := jobs_full_kinds();
  v_skip bigint[] := '{}';
  v_wait boolean := false;
  v_may_wait boolean := p_may_wait;
  v_turn jobs_turn;
  v_job uuid;
  v_kind text;
BEGIN
  FOR v_round IN 1..100 LOOP
    SELECT * INTO v_turn FROM jobs_next_turn(p_queue, p_cap, v_full, v_skip, v_wait);
    IF v_turn.id IS NULL THEN
      -- Everybody is at their cap or has nothing, or others hold their rows: in that case wait for one of them.
      EXIT WHEN NOT v_may_wait OR NOT EXISTS (
        SELECT 1 FROM jobs_turn t
         WHERE t.queue = p_queue AND t.queued > 0 AND t.running < %(cap)s AND t.id <> ALL (v_skip)
           AND %(ready_v_full)s);
      v_wait := true;
      v_may_wait := false;
      CONTINUE;
    END IF;
    v_wait := false;
    v_may_wait := false;
    SELECT j.id, j.kind INTO v_job, v_kind FROM jobs_job j
      WHERE j.queue = p_queue AND j.owner_key = v_turn.owner_key AND j.state = 'queued' AND NOT j.express
        AND j.run_after <= clock_timestamp() AND j.kind <> ALL (v_full)
      ORDER BY j.priority, j.id LIMIT 1 FOR UPDATE SKIP LOCKED;
    IF v_job IS NULL THEN
      v_skip := v_skip || v_turn.id;
      CONTINUE;
    END IF;
    UPDATE jobs_expresslane SET yields = false WHERE queue = p_queue AND yields;
    IF NOT jobs_take_slot(v_kind, v_job) THEN
      v_full := v_full || v_kind;
      CONTINUE;
    END IF;
    UPDATE jobs_turn SET last_turn = nextval('jobs_turn_number') WHERE id = v_turn.id;
    RETURN QUERY SELECT * FROM jobs_start(v_job, p_worker, p_lease);
    RETURN;
  END LOOP;
END $$;

-- The next job of a queue, claimed. No row: nothing can be claimed now, or everything that could be is being claimed.
CREATE FUNCTION jobs_claim(p_queue text, p_worker text, p_lease interval, p_cap int)
RETURNS SETOF jobs_job LANGUAGE plpgsql AS $$
DECLARE
  v_tried_express boolean := false;
BEGIN
  IF EXISTS (SELECT 1 FROM jobs_turn WHERE queue = p_queue AND queued_express > 0) THEN
    RETURN QUERY SELECT * FROM jobs_claim_express(p_queue, p_worker, p_lease, p_cap);
    IF FOUND THEN
      RETURN;
    END IF;
    v_tried_express := true;
  END IF;
  RETURN QUERY SELECT * FROM jobs_claim_turn(p_queue, p_worker, p_lease, p_cap, NOT v_tried_express);
END $$;
"""

CLAIM %= {
    "cap": CAP,
    "ready_v_full": READY.format(express="NOT", full="v_full", order="j.priority, j.id"),
    "ready_p_full": READY.format(express="NOT", full="p_full", order="j.priority, j.id"),
    "ready_express_v_full": READY.format(express="", full="v_full", order="j.id"),
}

DROP_CLAIM = """
-- The site's own work has no cap unless staff set one.
CREATE FUNCTION jobs_cap(p_own int, p_owner uuid, p_default int) RETURNS int LANGUAGE sql IMMUTABLE AS $$
  SELECT coalesce(p_own, CASE WHEN p_owner = '00000000-0000-0000-0000-000000000000' THEN 2147483647 ELSE p_default END)
$$;

DROP FUNCTION jobs_claim(text, text, interval, int);
DROP FUNCTION jobs_claim_turn(text, text, interval, int, boolean);
DROP FUNCTION jobs_next_turn(text, int, text[], bigint[], boolean);
DROP FUNCTION jobs_claim_express(text, text, interval, int);
DROP FUNCTION jobs_start(uuid, text, interval);
DROP FUNCTION jobs_take_slot(text, uuid);
DROP FUNCTION jobs_claimable_since(text, int);
DROP FUNCTION jobs_full_kinds();
"""


class Migration(migrations.Migration):
    dependencies = [("jobs", "0001_jobs")]

    operations = [
        migrations.RunSQL(COUNTS, DROP_COUNTS),
        migrations.RunSQL(CLAIM, DROP_CLAIM),
    ]
