import pytest


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    """Nobody else writes there, so that what is left behind can be counted."""
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
