"""Roles and the flags they carry."""

from django.db import models

from apps.core.flags import Flag


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    TEAM = "team", "Team"
    CREATOR = "creator", "Creator"
    MEMBER = "member", "Member"
    GUEST = "guest", "Guest"


# Owners may do everything. The team runs the site day by day; what goes out to everybody at once, and cannot be taken back,
# is for owners. Members and guests look and listen; what else they get follows from their tiers. docs/people.md tells more.
FLAGS_BY_ROLE: dict[str, frozenset[Flag]] = {
    Role.OWNER: frozenset(Flag),
    Role.TEAM: frozenset(Flag) - {Flag.BROADCAST},
    Role.CREATOR: frozenset({Flag.VIEW, Flag.CREATE, Flag.RENAME, Flag.DELETE}),
    Role.MEMBER: frozenset({Flag.VIEW}),
    Role.GUEST: frozenset({Flag.VIEW}),
}


class Audience(models.TextChoices):
    """Who may see somebody's profile."""

    EVERYONE = "everyone", "Everyone"
    MEMBERS = "members", "Whoever has an account here"
    NOBODY = "nobody", "Nobody but me and the staff"


class Service(models.TextChoices):
    """Where people may have an account that signs them in here."""

    GOOGLE = "google", "Google"
    GITHUB = "github", "GitHub"
    PATREON = "patreon", "Patreon"
    OIDC = "openid_connect", "OpenID Connect"


class TokenKind(models.TextChoices):
    """A personal token speaks for its owner to the API; an app password signs apps in that know passwords alone."""

    TOKEN = "token", "Access token"
    APP_PASSWORD = "app_password", "App password"


class Scope(models.TextChoices):
    """What a personal token may be used for."""

    READ = "read", "Read"
    UPLOAD = "upload", "Upload"
    WRITE = "write", "Write"
    PLAY = "play", "Play"
    ADMIN = "admin", "Administer"


# What a token gets when nobody says otherwise: everything but administering.
USUAL_SCOPES: tuple[str, ...] = (Scope.READ, Scope.UPLOAD, Scope.WRITE, Scope.PLAY)

# An app password plays and reads; whatever changes something asks for a token of its own.
APP_SCOPES: tuple[str, ...] = (Scope.READ, Scope.PLAY)
