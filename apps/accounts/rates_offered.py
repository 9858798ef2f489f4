"""How often the API may be asked, and how often somebody may try to sign in or to make an account."""

from apps.core.rates import Action, register

MINUTE, HOUR = 60, 3600


def offer() -> None:
    register(
        Action("read", "Reading requests", MINUTE, people=600, visitors=240),
        Action("write", "Changing requests", MINUTE, people=240, visitors=60),
        Action("sign_in", "Sign-ins tried", MINUTE, people=30, visitors=30),
        Action("sign_up", "Accounts made", HOUR, people=20, visitors=20),
        Action("rename", "User names changed", HOUR, people=3, visitors=None),
        Action("avatar", "Pictures of oneself sent", HOUR, people=30, visitors=None),
        Action("prove", "Passwords asked for again", HOUR, people=10, visitors=None),
        Action("reset", "Passwords forgotten", HOUR, people=20, visitors=20),
        Action("code", "Sign-in codes asked for", HOUR, people=30, visitors=30),
        Action("code_to", "Sign-in codes sent", HOUR, people=None, visitors=6, whom="to one address"),
        Action("password", "Passwords tried", HOUR, people=None, visitors=60, whom="for one account"),
        Action("account", "Changes to one's own account", MINUTE, people=60, visitors=60),
    )
