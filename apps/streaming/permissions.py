"""Who may look behind the streams."""

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag


def check_see_encoders(person: object) -> None:
    """What machines can do, and why an encoder was chosen, is for whoever operates the site."""
    if not has_flag(person, Flag.OPERATE):
        raise NotAllowed("This is for those who operate the site.")
