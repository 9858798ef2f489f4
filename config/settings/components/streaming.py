"""How streams are cut; what is not named here has its default in apps/streaming/conf.py."""

from config.env import read_int

STREAMING: dict[str, object] = {"chunk_s": read_int("BANDSTAND_CHUNK_S", 60, minimum=4)}
