"""Where memberships are paid for."""

from config.env import read_secret, read_str

# Sign-in, API and webhooks of Patreon; another address is for tests and for a stand-in (`manage.py stub patreon`).
PATREON_URL = (read_str("BANDSTAND_PATREON_URL") or "https://www.patreon.com").rstrip("/")
# The site's app at Patreon, for signing in and for connecting campaigns; else what staff have set (site settings).
PATREON_CLIENT_ID = read_str("BANDSTAND_PATREON_CLIENT_ID")
PATREON_CLIENT_SECRET = read_secret("BANDSTAND_PATREON_CLIENT_SECRET")
