"""What the lines of the activity are called where people read them. An app above names its own in `AppConfig.ready()`."""

_TITLES: dict[str, str] = {
    "sign_in.done": "Signed in",
    "sign_in.failed": "A sign-in failed",
    "sign_out": "Signed out",
    "account.made": "Account made",
    "account.reclaimed": "Account taken back by its address",
    "password.changed": "Password changed",
    "email.proved": "E-mail confirmed",
    "email.primary": "Primary e-mail changed",
    "profile.changed": "Profile changed",
    "person.renamed": "User name changed",
    "person.display_name_changed": "Name changed by staff",
    "person.role_changed": "Role changed",
    "person.disabled": "Account disabled",
    "person.enabled": "Account enabled",
    "person.leaving": "Deletion asked for",
    "person.stays": "Deletion taken back",
    "person.deleted": "Account deleted",
    "person.made_in_admin": "Account made by staff",
    "person.changed_in_admin": "Account changed in the admin",
    "token.made": "Token made",
    "token.shown": "App password shown",
    "token.revoked": "Token revoked",
    "export.asked": "Copy of the data asked for",
    "export.ready": "Copy of the data made",
    "export.fetched": "Copy of the data fetched",
    "impersonation.begun": "Seen as somebody else: begun",
    "impersonation.request": "Done in somebody else's name",
    "impersonation.ended": "Seen as somebody else: ended",
    "activity.exported": "Activity exported",
    "activity.purged": "Old activity removed",
    "activity.forgotten": "Somebody deleted taken out of the activity",
}


def name_actions(**titles: str) -> None:
    """`name_actions(**{"grant.given": "Membership given"})`."""
    _TITLES.update(titles)


def title_of(action: str) -> str:
    """Its words; for what nobody has named, its code made readable."""
    return _TITLES.get(action) or action.replace(".", ": ").replace("_", " ").capitalize()


def known_actions() -> dict[str, str]:
    return dict(sorted(_TITLES.items(), key=lambda pair: pair[1]))
