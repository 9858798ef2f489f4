"""How asking Patreon can end. The texts are for staff and logs."""


class PatreonError(Exception):
    """No usable answer."""


class Away(PatreonError):
    """Patreon, or the way there, does not work now: later it may. Nothing may be concluded from it.

    `wait_s` is how long Patreon wants to be left alone.
    """

    def __init__(self, text: str, *, wait_s: float = 0) -> None:
        super().__init__(text)
        self.wait_s = wait_s


class Unauthorized(PatreonError):
    """The token is not good (any more)."""


class BadGrant(PatreonError):
    """A code or refresh token is not good (any more), or the client's secret is wrong."""


class Missing(PatreonError):
    """There is no such thing at Patreon."""


class Refused(PatreonError):
    """Patreon does not do that for this token: a scope is missing, or what was asked for makes no sense to it."""
