"""Who may look behind the streams, and have things encoded anew."""

from apps.core.errors import NotAllowed
from apps.core.flags import Flag, has_flag


def check_operate_streams(person: object) -> None:
    """Raises NotAllowed for everyone who does not operate the site."""
    if not has_flag(person, Flag.OPERATE):
        raise NotAllowed("Only those who run this site may do that.")
