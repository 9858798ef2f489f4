"""PostgreSQL and Redis for one run of the tests: started in a temporary folder, ended with the run."""

from contextlib import AbstractContextManager
from pathlib import Path

from apps.core.embedded import temporary


def running() -> AbstractContextManager[Path]:
    """Fast and unsafe on purpose: nothing here outlives the run."""
    return temporary.servers(
        durable=False, fsync="off", synchronous_commit="off", full_page_writes="off", max_connections="300"
    )
