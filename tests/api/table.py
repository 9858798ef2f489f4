"""Who may call what: every operation of the API, its scope, and what it says to a visitor, a member and staff.

A new operation that is not in here fails the tests: write down who may, and who must not.
"""

from dataclasses import dataclass

from tests.png import png


@dataclass(frozen=True)
class Row:
    """`scope` is what the document names; `also` is any other that will do. The statuses are of a well-formed call about something that is there; `{…}` is filled by the test.

    `visitor` is 401 or what a visitor gets, `member` somebody who owns nothing of it, `staff` who operates the site.
    """

    scope: str
    visitor: int
    member: int
    staff: int
    also: str = ""


ROWS: dict[str, Row] = {
    "me_read": Row("read", 401, 200, 200),
    "me_change": Row("write", 401, 200, 200),
    "people_list": Row("admin", 401, 403, 200),
    "people_read": Row("admin", 401, 403, 200),
    "people_change": Row("admin", 401, 403, 200),
    "people_disable": Row("admin", 401, 403, 200),
    "people_enable": Row("admin", 401, 403, 200),
    "tokens_list": Row("read", 401, 200, 200),
    "tokens_create": Row("write", 401, 201, 201),
    "tokens_revoke": Row("write", 401, 404, 404),
    "uploads_list": Row("read", 401, 200, 200, also="upload"),
    "uploads_create": Row("upload", 401, 403, 201),
    "uploads_read": Row("read", 401, 404, 404, also="upload"),
    "uploads_append": Row("upload", 401, 403, 404),
    "uploads_remove": Row("upload", 401, 404, 404),
    "items_list": Row("read", 200, 200, 200),
    "items_read": Row("read", 200, 200, 200),
    "items_change": Row("write", 401, 403, 200),
    "items_trash": Row("write", 401, 403, 204),
    "items_restore": Row("write", 401, 403, 200),
    "items_access": Row("read", 200, 200, 200),
    "items_keep": Row("write", 401, 403, 200),
    "items_cover": Row("write", 401, 403, 200),
    "items_cover_reset": Row("write", 401, 403, 204),
    "items_playback": Row("play", 200, 200, 200),
    "items_playback_position": Row("play", 204, 204, 204),
    "items_encode": Row("admin", 401, 403, 409),
    "items_renditions": Row("read", 401, 403, 200),
    "streams_backfill": Row("admin", 401, 403, 200),
    "encoders_list": Row("read", 401, 403, 200),
    "encoders_test": Row("admin", 401, 403, 202),
    "collections_list": Row("read", 200, 200, 200),
    "collections_create": Row("write", 401, 403, 201),
    "collections_read": Row("read", 200, 200, 200),
    "collections_change": Row("write", 401, 403, 200),
    "collections_trash": Row("write", 401, 403, 204),
    "collections_restore": Row("write", 401, 403, 200),
    "collections_items": Row("write", 401, 403, 200),
    "jobs_list": Row("read", 401, 200, 200),
    "jobs_read": Row("read", 401, 404, 200),
    "jobs_cancel": Row("write", 401, 404, 200),
    "jobs_retry": Row("write", 401, 404, 409),
    "notifications_list": Row("read", 401, 200, 200),
    "notifications_see": Row("read", 401, 404, 404),
    "notifications_mark_read": Row("write", 401, 404, 404),
    "notifications_mark_all_read": Row("write", 401, 200, 200),
    "notifications_unread": Row("read", 401, 200, 200),
    "notifications_choices": Row("read", 401, 200, 200),
    "notifications_choose": Row("write", 401, 200, 200),
    "tiers_list": Row("read", 200, 200, 200),
    "tiers_read": Row("read", 200, 200, 200),
    "tiers_create": Row("admin", 401, 403, 201),
    "tiers_change": Row("admin", 401, 403, 200),
    "tiers_delete": Row("admin", 401, 403, 409),
    "tiers_archive": Row("admin", 401, 403, 200),
    "tiers_restore": Row("admin", 401, 403, 200),
    "tiers_trial": Row("write", 401, 201, 201),
    "grants_list": Row("read", 401, 403, 200),
    "grants_read": Row("read", 401, 403, 200),
    "grants_create": Row("admin", 401, 403, 201),
    "grants_change": Row("admin", 401, 403, 200),
    "grants_revoke": Row("admin", 401, 403, 200),
    "grants_pause": Row("admin", 401, 403, 200),
    "grants_resume": Row("admin", 401, 403, 409),
    "gifts_list": Row("read", 401, 403, 200),
    "gifts_read": Row("read", 401, 403, 200),
    "gifts_create": Row("admin", 401, 403, 201),
    "gifts_withdraw": Row("admin", 401, 403, 200),
    "gifts_claim": Row("write", 401, 404, 404),
    "campaigns_list": Row("read", 401, 403, 200),
    "campaigns_read": Row("read", 401, 403, 200),
    "campaigns_sync": Row("admin", 401, 403, 202),
    "sync_runs_list": Row("read", 401, 403, 200),
    "webhook_deliveries_list": Row("read", 401, 403, 200),
    "webhook_deliveries_read": Row("read", 401, 403, 200),
    "webhook_deliveries_replay": Row("admin", 401, 403, 202),
    "supporters_list": Row("read", 401, 403, 200),
    "supporters_read": Row("read", 401, 403, 200),
    "supporters_assign": Row("admin", 401, 403, 200),
    "supporters_revoke": Row("admin", 401, 403, 200),
}

BODIES: dict[str, dict[str, object]] = {
    "me_change": {"display_name": "Somebody else"},
    "people_change": {"display_name": "Another name"},
    "people_disable": {"reason": "It was asked for"},
    "people_enable": {"reason": "It was asked for"},
    "tokens_create": {"name": "script", "scopes": ["write"]},
    "items_playback_position": {
        "position_ms": 1000,
        "at": "2026-11-20T10:00:00Z",
        "device": "laptop-1",
        "seq": 1,
    },
    "items_change": {"title": "Another title"},
    "streams_backfill": {"dry_run": True},
    "notifications_mark_all_read": {},
    "notifications_choose": {"kind": "grant.ended", "by_mail": False},
    "tiers_create": {"title": "Platinum", "benefits": ["A seat"]},
    "tiers_change": {"rank": 7},
    "grants_create": {"person": "olive", "tier": "gold", "reason": "Moderates"},
    "grants_change": {"ends_at": None},
    "grants_revoke": {"reason": "A mistake"},
    "grants_pause": {},
    "gifts_create": {"tier": "gold", "days": 30},
    "gifts_claim": {"token": "nothing-of-the-kind"},
    "supporters_assign": {"username": "olive"},
    "collections_create": {"kind": "album", "title": "Evenings", "policy": {"kind": "signed_in"}},
    "collections_change": {"title": "Mornings", "policy": {"kind": "rank", "rank": 20}},
    "collections_items": {"items": []},
}

# Bodies that are no JSON, and their types.
FILES: dict[str, tuple[bytes, str]] = {"items_cover": (png(), "image/png")}
