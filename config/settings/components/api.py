"""The REST API: session cookie or personal token, snake_case JSON, cursor pages, one error shape."""

from config.env import read_bool, read_int

# Limits of requests, as the site settings say; 0 switches all of them off (for load tests).
RATES_ON = read_bool("BANDSTAND_RATES", default=True)
# How many proxies of ours stand in front and write X-Forwarded-For. None: it is not believed at all.
PROXIES = read_int("BANDSTAND_PROXIES", 0)

REST_FRAMEWORK = {
    "DEFAULT_AUTHENTICATION_CLASSES": [
        "apps.accounts.api.authentication.PersonalTokenAuthentication",
        "apps.accounts.api.authentication.AppTokenAuthentication",
        "apps.accounts.api.authentication.AppSessionAuthentication",
        "rest_framework.authentication.SessionAuthentication",
    ],
    "DEFAULT_PERMISSION_CLASSES": [
        "rest_framework.permissions.IsAuthenticated",
        "apps.accounts.api.authentication.HasScope",
    ],
    "DEFAULT_THROTTLE_CLASSES": ["apps.accounts.api.throttling.ActionThrottle"],
    "DEFAULT_RENDERER_CLASSES": ["rest_framework.renderers.JSONRenderer"],
    "DEFAULT_PARSER_CLASSES": ["apps.core.api_parsers.JSONParser"],
    "DEFAULT_PAGINATION_CLASS": "apps.core.pagination.CursorPagination",
    "DEFAULT_SCHEMA_CLASS": "apps.core.api_schema.Schema",
    "EXCEPTION_HANDLER": "apps.core.api_errors.exception_handler",
    "PAGE_SIZE": 50,
}

SPECTACULAR_SETTINGS = {
    "TITLE": "Bandstand",
    "DESCRIPTION": (
        "What the site's own pages do, for scripts and apps. Names are in snake_case, instants in ISO 8601 (UTC), lengths in"
        " milliseconds (`duration_ms`), sizes in bytes (`size_bytes`). Lists come in pages: follow `next` until it is null."
        " Filters may be repeated; an unknown value finds nothing. Every failure has the same shape: an `error` with a"
        " `code` for programs and a `message` for people."
    ),
    "VERSION": "1",
    "OAS_VERSION": "3.1.0",
    "LICENSE": {"name": "AGPL-3.0-or-later", "identifier": "AGPL-3.0-or-later"},
    "SERVE_INCLUDE_SCHEMA": False,
    "SERVE_PERMISSIONS": ["rest_framework.permissions.AllowAny"],
    "SERVE_AUTHENTICATION": [],
    "SCHEMA_PATH_PREFIX": "/api/v1/",
    "COMPONENT_SPLIT_REQUEST": True,
    "ENUM_NAME_OVERRIDES": {
        "UploadState": "apps.media.enums.UploadState.choices",
        "ItemKind": "apps.catalog.enums.Kind.choices",
        "ItemOrigin": "apps.catalog.enums.Origin.choices",
        "ItemState": "apps.catalog.enums.State.choices",
        "PolicyKind": "apps.catalog.enums.AudienceKind.choices",
        "CollectionKind": "apps.catalog.enums.CollectionKind.choices",
        "Verdict": ["allow", "preview", "deny"],
        "PolicyFrom": ["own", "collection", "site"],
        "CoverOrigin": "apps.catalog.enums.CoverOrigin.choices",
        "JobState": "apps.jobs.enums.State.choices",
        "JobQueue": "apps.jobs.enums.Queue.choices",
        "JobPriority": "apps.jobs.enums.Priority.choices",
        "RenditionKind": "apps.streaming.enums.RenditionKind.choices",
        "Scope": "apps.accounts.enums.Scope.choices",
        "Role": "apps.accounts.enums.Role.choices",
        "Audience": "apps.accounts.enums.Audience.choices",
        "TokenKind": "apps.accounts.enums.TokenKind.choices",
        "GrantSource": "apps.memberships.enums.Source.choices",
        "GrantState": "apps.memberships.enums.State.choices",
        "GiftState": "apps.memberships.enums.GiftState.choices",
    },
    "TAGS": [
        {"name": "Me", "description": "The caller's own account and its tokens."},
        {"name": "People", "description": "Everyone who has an account here, for those who manage members."},
        {"name": "Items", "description": "What the catalogue holds."},
        {"name": "Collections", "description": "Albums, books, series, seasons, playlists and boards."},
        {"name": "Streams", "description": "Playing items, and what was made of them by which encoder."},
        {"name": "Uploads", "description": "Bringing files, resumable (tus 1.0)."},
        {"name": "Tiers", "description": "Rungs of membership: what they cost, what they bring, and trying one."},
        {
            "name": "Grants",
            "description": "Who has which tier, from where and until when; for those who look after members.",
        },
        {"name": "Gifts", "description": "So many days of a tier, for whoever has the link."},
        {
            "name": "Sources of members",
            "description": "Patreon and Ko-fi: campaigns, how reading them goes, messages, and supporters.",
        },
        {"name": "Notifications", "description": "What the caller was told, and how they want to be told."},
        {"name": "Jobs", "description": "Background work: to look at, to cancel, to try again."},
    ],
}
