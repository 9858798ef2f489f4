import pytest
from django.core.files.storage import storages

from apps.streaming import gate
from tests.stubs import strict_s3


@pytest.fixture(scope="session")
def _s3_service():
    with strict_s3.serving() as running:
        yield running


@pytest.fixture
def s3(_s3_service):
    """A strict S3 that nothing lives in yet."""
    _s3_service.reset()
    return _s3_service


@pytest.fixture
def media(settings, tmp_path):
    """A media folder of this test's own, and a gate that remembers nothing."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_DIR = tmp_path / "work"
    settings.STREAMING = {"gate_cache_s": 0}
    settings.MEDIA_ROOT.mkdir()
    gate.forget_all()
    return settings.MEDIA_ROOT


@pytest.fixture
def s3_known(s3, settings, media):
    """There is a bucket, but new things live on the disk."""
    settings.STORAGES = {**settings.STORAGES, "s3": s3.storage()}
    return s3


@pytest.fixture
def s3_home(s3, settings, media):
    """Everything that is finished goes to S3."""
    settings.STORAGES = {**settings.STORAGES, "s3": s3.storage(), "media": s3.storage()}
    return s3


@pytest.fixture
def bucket(s3_known):
    return storages["s3"]


@pytest.fixture
def s3_variables(s3_known, tmp_path):
    """The same for another process, as an operator would say it, with the secret in a file."""
    secret = tmp_path / "secret"
    secret.write_text(f"{strict_s3.SECRET}\n")
    return {
        "BANDSTAND_DATA": str(tmp_path),
        "BANDSTAND_STORAGE": "local",
        "S3_BUCKET": strict_s3.BUCKET,
        "S3_ENDPOINT_URL": s3_known.url,
        "S3_REGION": strict_s3.REGION,
        "S3_ACCESS_KEY": strict_s3.KEY,
        "S3_SECRET_KEY_FILE": str(secret),
    }
