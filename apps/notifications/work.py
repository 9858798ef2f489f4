"""The kinds of work of notifications, and what they are given."""

from apps.jobs.contract import Params

MAIL = "notifications.mail"
FORGET = "notifications.forget"


class MailParams(Params):
    """Nothing: whatever is due goes out."""


class ForgetParams(Params):
    """Nothing: whatever is old enough goes."""
