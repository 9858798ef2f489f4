"""The admin: where it is, what it looks like, and how its models are grouped."""

from typing import Any

from django.templatetags.static import static
from django.urls import reverse_lazy

from config.env import read_str

# Another path keeps those away who try `/admin/` everywhere; who may enter is asked in any case.
ADMIN_PATH = (read_str("BANDSTAND_ADMIN_PATH") or "admin").strip("/") + "/"


def _mark(_request: object) -> str:
    return str(static("web/mark.svg"))


def _mark_in_the_dark(_request: object) -> str:
    return str(static("web/mark-dark.svg"))


def _models(title: str, icon: str, *models: tuple[str, str, str]) -> dict[str, Any]:
    """One group: (name, icon, model as app_model)."""
    return {
        "title": title,
        "collapsible": True,
        "items": [
            {"title": name, "icon": symbol, "link": reverse_lazy(f"admin:{model}_changelist")}
            for name, symbol, model in models
        ],
        "icon": icon,
    }


UNFOLD = {
    "SITE_TITLE": "Bandstand",
    "SITE_HEADER": "Bandstand",
    "SITE_SUBHEADER": "Behind the stage",
    "SITE_ICON": {"light": _mark, "dark": _mark_in_the_dark},
    "SITE_FAVICONS": [{"rel": "icon", "type": "image/svg+xml", "href": _mark}],
    "SHOW_BACK_BUTTON": True,
    "DASHBOARD_CALLBACK": "apps.web.dashboard.add_dashboard",
    "BORDER_RADIUS": "8px",
    # Ink and paper with one brass accent, as static/web/css/themes.css.
    "COLORS": {
        "base": {
            "50": "#fbf8f2",
            "100": "#f3eee3",
            "200": "#e3dac8",
            "300": "#cfc8ba",
            "400": "#a7abb8",
            "500": "#666c7e",
            "600": "#545b70",
            "700": "#394155",
            "800": "#2b3140",
            "900": "#1c212d",
            "950": "#151922",
        },
        "primary": {
            "50": "#fbf4e4",
            "100": "#f5e6c4",
            "200": "#ecd196",
            "300": "#dfb768",
            "400": "#d6ab58",
            "500": "#c8983b",
            "600": "#8a6013",
            "700": "#7f570d",
            "800": "#5f410b",
            "900": "#45300b",
            "950": "#2a1d06",
        },
    },
    "COMMAND": {"search_models": False},
    "SIDEBAR": {
        "show_search": False,
        "show_all_applications": False,
        "navigation": [
            {
                "items": [
                    {"title": "Overview", "icon": "dashboard", "link": reverse_lazy("admin:index")},
                    {
                        "title": "Site settings",
                        "icon": "tune",
                        "link": reverse_lazy("admin:core_sitesetting_changelist"),
                    },
                ]
            },
            _models(
                "Catalogue",
                "album",
                ("Items", "album", "catalog_item"),
                ("Collections", "library_music", "catalog_collection"),
                ("Places in playlists", "playlist_play", "catalog_playlistentry"),
                ("Policies", "lock", "catalog_accesspolicy"),
                ("Steps of early access", "lock_clock", "catalog_policystep"),
                ("Files", "draft", "media_asset"),
                ("Uploads", "upload", "media_upload"),
                ("Loudness", "graphic_eq", "media_loudness"),
            ),
            _models(
                "Streams",
                "movie",
                ("Generations", "layers", "streaming_generation"),
                ("Rungs", "stairs", "streaming_rendition"),
                ("Pieces", "grid_view", "streaming_chunkoutput"),
                ("Playback", "play_circle", "streaming_playbacksession"),
                ("Positions", "bookmark", "streaming_playbackposition"),
                ("Encoders", "memory", "streaming_encodertest"),
            ),
            _models(
                "Work",
                "work",
                ("Jobs", "checklist", "jobs_job"),
                ("Workers", "engineering", "jobs_worker"),
                ("Alerts", "notifications", "jobs_alert"),
                ("Turns and caps", "swap_vert", "jobs_turn"),
                ("Express lanes", "bolt", "jobs_expresslane"),
                ("Limits by kind", "speed", "jobs_kindload"),
                ("Places of kinds", "grid_on", "jobs_kindslot"),
                ("Scarce places", "key", "jobs_slotlease"),
                ("Steps", "footprint", "jobs_jobstep"),
                ("History", "history", "jobs_jobevent"),
            ),
            _models(
                "Clock",
                "schedule",
                ("Periodic work", "event_repeat", "django_celery_beat_periodictask"),
                ("Intervals", "timer", "django_celery_beat_intervalschedule"),
                ("Times", "calendar_clock", "django_celery_beat_crontabschedule"),
                ("Sun", "wb_sunny", "django_celery_beat_solarschedule"),
                ("Instants", "alarm", "django_celery_beat_clockedschedule"),
            ),
            _models(
                "People",
                "group",
                ("People", "person", "accounts_user"),
                ("Addresses", "mail", "account_emailaddress"),
                ("Access tokens", "vpn_key", "accounts_personaltoken"),
                ("Groups", "groups", "auth_group"),
                ("Copies of data", "folder_zip", "accounts_dataexport"),
                ("Seen as others", "visibility", "accounts_impersonation"),
                ("Sign-in services", "login", "accounts_signinprovider"),
                ("Linked accounts", "link", "socialaccount_socialaccount"),
                ("Told", "notifications_active", "notifications_notification"),
                ("How they are told", "notification_settings", "notifications_choice"),
            ),
            _models(
                "Memberships",
                "card_membership",
                ("Tiers", "stairs", "memberships_tier"),
                ("Grants", "redeem", "memberships_grant"),
                ("Gifts", "featured_seasonal_and_gifts", "memberships_gift"),
                ("Trials", "hourglass", "memberships_trialclaim"),
                ("Standings", "verified_user", "memberships_standing"),
                ("Comings and goings", "swap_horiz", "memberships_memberchange"),
            ),
            _models(
                "Patreon and Ko-fi",
                "handshake",
                ("Campaigns", "campaign", "memberships_patreoncampaign"),
                ("Tiers there", "stairs", "memberships_patreontier"),
                ("Members there", "groups", "memberships_patreonmember"),
                ("Readings", "sync", "memberships_syncrun"),
                ("Messages", "webhook", "memberships_webhookdelivery"),
                ("Ko-fi accounts", "local_cafe", "memberships_kofiaccount"),
                ("Tiers' names", "sell", "memberships_kofitiername"),
                ("Supporters", "volunteer_activism", "memberships_kofisupporter"),
                ("Payments", "payments", "memberships_kofipayment"),
                ("Files looked over", "table_view", "memberships_kofiimport"),
            ),
            _models(
                "Records",
                "menu_book",
                ("Changed settings", "manage_history", "core_sitesettingchange"),
                ("Activity", "policy", "accounts_activity"),
                ("Done in the admin", "fact_check", "admin_logentry"),
                ("Live events", "cell_tower", "core_event"),
                ("Live topics", "tag", "core_topic"),
                ("Rates", "speed", "core_ratewindow"),
            ),
        ],
    },
}
