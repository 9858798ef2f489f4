"""Roles and the flags they carry."""

from django.db import models

from apps.core.flags import Flag


class Role(models.TextChoices):
    OWNER = "owner", "Owner"
    TEAM = "team", "Team"
    CREATOR = "creator", "Creator"
    MEMBER = "member", "Member"


FLAGS_BY_ROLE: dict[str, frozenset[Flag]] = {
    Role.OWNER: frozenset(Flag),
    Role.TEAM: frozenset(Flag),
    Role.CREATOR: frozenset({Flag.VIEW, Flag.CREATE, Flag.RENAME, Flag.DELETE}),
    Role.MEMBER: frozenset({Flag.VIEW}),
}


class Scope(models.TextChoices):
    """What a personal token may be used for."""

    READ = "read", "Read"
    UPLOAD = "upload", "Upload"
    WRITE = "write", "Write"
    PLAY = "play", "Play"
    ADMIN = "admin", "Administer"


# What a token gets when nobody says otherwise: everything but administering.
USUAL_SCOPES: tuple[str, ...] = (Scope.READ, Scope.UPLOAD, Scope.WRITE, Scope.PLAY)
