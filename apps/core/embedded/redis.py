"""The Redis server on a unix socket, in a folder of its own (mode 0700)."""

from pathlib import Path

from apps.core.embedded import binaries

SOCKET_NAME = "redis.sock"


def server_command(data: Path, socket: Path) -> list[str]:
    return [
        str(binaries.redis_server()),
        *("--port", "0"),
        *("--unixsocket", str(socket)),
        *("--unixsocketperm", "700"),
        *("--dir", str(data)),
        *("--save", ""),
        *("--appendonly", "no"),
        *("--daemonize", "no"),
        *("--maxmemory-policy", "noeviction"),
    ]
