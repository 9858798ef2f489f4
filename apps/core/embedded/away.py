"""What a command says that found no database."""

from django.conf import settings

from apps.core.embedded.postgres import SOCKET_NAME


def explain(error: Exception) -> str:
    """Why the database gave no answer: one sentence for whoever typed the command."""
    if settings.EMBEDDED_DATABASE and not (settings.RUN_DIR / SOCKET_NAME).exists():
        return "The site is not running: start it with `make run`, then try again."
    return f"The database does not answer: {str(error).strip().splitlines()[0]}"
