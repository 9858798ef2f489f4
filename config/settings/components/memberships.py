"""Where memberships are paid for."""

from config.env import read_str

# Sign-in, API and webhooks of Patreon; another address is for tests and for a stand-in (`manage.py stub patreon`).
PATREON_URL = (read_str("BANDSTAND_PATREON_URL") or "https://www.patreon.com").rstrip("/")
