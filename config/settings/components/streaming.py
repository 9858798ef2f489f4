"""How streams are cut; what is not named here has its default in apps/streaming/conf.py."""

from config.env import read_bool, read_int

# Whether a new site makes its demo when it starts for the first time.
DEMO = read_bool("BANDSTAND_DEMO", default=True)

STREAMING: dict[str, object] = {"chunk_s": read_int("BANDSTAND_CHUNK_S", 60, minimum=4)}
