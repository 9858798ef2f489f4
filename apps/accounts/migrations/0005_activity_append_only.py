"""What happened is only added to. The database refuses the rest, but for two functions that note themselves: one removes
what is old, one forgets who was deleted.
"""

from django.db import migrations

FORWARDS = """
CREATE FUNCTION accounts_activity_guard() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF coalesce(current_setting('bandstand.activity', true), '') <> TG_OP THEN
        RAISE EXCEPTION 'activity is only added to' USING ERRCODE = 'restrict_violation';
    END IF;
    RETURN CASE TG_OP WHEN 'DELETE' THEN OLD ELSE NEW END;
END $$;

CREATE TRIGGER accounts_activity_guard BEFORE UPDATE OR DELETE ON accounts_activity
    FOR EACH ROW EXECUTE FUNCTION accounts_activity_guard();

CREATE FUNCTION accounts_activity_note(what text, about jsonb) RETURNS void LANGUAGE sql AS $$
    INSERT INTO accounts_activity
        (at, action, actor_name, through_name, subject_name, agent, request_id, details)
    VALUES (clock_timestamp(), what, '', '', '', '', '', about);
$$;

CREATE FUNCTION accounts_activity_purge(before timestamptz) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE removed bigint;
BEGIN
    PERFORM set_config('bandstand.activity', 'DELETE', true);
    DELETE FROM accounts_activity WHERE at < before;
    GET DIAGNOSTICS removed = ROW_COUNT;
    PERFORM set_config('bandstand.activity', '', true);
    IF removed > 0 THEN
        PERFORM accounts_activity_note(
            'activity.purged', jsonb_build_object('lines', removed, 'before', before)
        );
    END IF;
    RETURN removed;
END $$;

-- Addresses and programs are the person's own where they acted, and where nobody did (a sign-in that failed).
CREATE FUNCTION accounts_activity_forget(person uuid) RETURNS bigint LANGUAGE plpgsql AS $$
DECLARE changed bigint;
BEGIN
    PERFORM set_config('bandstand.activity', 'UPDATE', true);
    UPDATE accounts_activity SET
        actor_name = CASE WHEN actor_id = person THEN 'somebody deleted' ELSE actor_name END,
        through_name = CASE WHEN through_id = person THEN 'somebody deleted' ELSE through_name END,
        subject_name = CASE WHEN subject_id = person THEN 'somebody deleted' ELSE subject_name END,
        address = CASE WHEN coalesce(through_id, actor_id, person) = person THEN NULL ELSE address END,
        agent = CASE WHEN coalesce(through_id, actor_id, person) = person THEN '' ELSE agent END,
        details = details - ARRAY['username', 'email', 'login', 'name', 'display_name', 'old', 'new', 'path']
    WHERE actor_id = person OR subject_id = person OR through_id = person;
    GET DIAGNOSTICS changed = ROW_COUNT;
    PERFORM set_config('bandstand.activity', '', true);
    PERFORM accounts_activity_note(
        'activity.forgotten', jsonb_build_object('lines', changed, 'person', person)
    );
    RETURN changed;
END $$;
"""
BACKWARDS = """
DROP TRIGGER accounts_activity_guard ON accounts_activity;
DROP FUNCTION accounts_activity_forget(uuid);
DROP FUNCTION accounts_activity_purge(timestamptz);
DROP FUNCTION accounts_activity_note(text, jsonb);
DROP FUNCTION accounts_activity_guard();
"""


class Migration(migrations.Migration):
    dependencies = [("accounts", "0004_leaving_and_impersonation")]
    operations = [migrations.RunSQL(FORWARDS, BACKWARDS)]
