"""Further ways out of a program, beside its standard output: decoded sound, say, for whoever measures it."""

import fcntl
import os
from collections.abc import Callable
from contextlib import suppress
from types import TracebackType
from typing import Self

# A writer that is ahead of us may fill this before it waits.
_ROOM = 1 << 20
_NONE = -1


class SidePipe:
    """What the program writes to `address` is handed to `read` as it comes, in order, in parts of any length.

        with SidePipe(meter.add) as pipe:
            run(line(output([sound], pipe.address, format="s16le")), wall_s=60, pipes=[pipe])

    Whatever `read` raises stops the program. The time that it takes is never held against the program.
    """

    def __init__(self, read: Callable[[bytes], object]) -> None:
        self.read = read
        self.outlet = self.inlet = _NONE

    def __enter__(self) -> Self:
        self.outlet, self.inlet = os.pipe()
        with suppress(OSError):  # the system may grant less to one user; then it stays as it is
            fcntl.fcntl(self.inlet, fcntl.F_SETPIPE_SZ, _ROOM)
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close_inlet()
        os.close(self.outlet)

    @property
    def address(self) -> str:
        """What FFmpeg is told to write to. The number is the same in the program as it is here."""
        return f"pipe:{self.inlet}"

    def close_inlet(self) -> None:
        """Leaves the writing end to the program alone, so that its end is the end of the pipe."""
        if self.inlet != _NONE:
            os.close(self.inlet)
            self.inlet = _NONE
