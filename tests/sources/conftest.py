import pytest

pytest.register_assert_rewrite("tests.sources.checks", "tests.sources.showing", "tests.sources.stranger")


@pytest.fixture(autouse=True)
def _own_media_folder(settings, tmp_path_factory):
    settings.MEDIA_ROOT = tmp_path_factory.mktemp("media")
