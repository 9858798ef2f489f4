"""How much one request may bring. Files come in pieces; clients of ours send 8 to 16 MiB at once."""

from config.env import read_int

LARGEST_BODY_BYTES = read_int("BANDSTAND_LARGEST_BODY_MB", 32, minimum=8) << 20
UPLOAD_LIMITS: dict[str, object] = {"largest_piece_bytes": LARGEST_BODY_BYTES}
