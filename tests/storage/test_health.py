"""What doctor and /readyz say about S3."""

from datetime import timedelta

import pytest

from apps.core.health import Unwell
from apps.media.vitals import BucketCheck


def said(s3, settings, **options) -> str:
    settings.STORAGES = {**settings.STORAGES, "s3": s3.storage(**options)}
    with pytest.raises(Unwell) as caught:
        BucketCheck()()
    return str(caught.value)


def test_it_writes_reads_and_deletes_and_leaves_nothing(s3_known):
    check = BucketCheck()
    assert check() == "S3 keeps what is put into the bucket bandstand."
    assert s3_known.names() == []
    asked = len(s3_known.requests)
    check()
    assert len(s3_known.requests) == asked, "readyz may be asked every second"


def test_each_usual_mistake_has_its_sentence(s3_known, settings):
    assert "S3_ACCESS_KEY" in said(s3_known, settings, access_key="other")
    assert "S3_BUCKET" in said(s3_known, settings, bucket_name="nowhere")
    assert "S3_REGION is missing" in said(s3_known, settings, region_name=None)
    assert "S3_REGION does not fit" in said(s3_known, settings, region_name="us-east-1")
    assert "S3_ENDPOINT_URL" in said(s3_known, settings, endpoint_url="http://127.0.0.1:9")
    assert "is no address" in said(s3_known, settings, endpoint_url="s3.example.org")


def test_a_wrong_clock_and_wrong_secrets_are_told(s3_known, settings):
    s3_known.fail(403, "SignatureDoesNotMatch", times=2)
    assert "S3_SECRET_KEY" in said(s3_known, settings)
    s3_known.reset_failures()
    s3_known.clock_ahead = timedelta(hours=2)
    assert "set the clock" in said(s3_known, settings)


def test_what_is_well_is_trusted_for_a_minute_and_what_is_not_is_not(s3_known):
    bucket = BucketCheck()
    s3_known.fail(503, "ServiceUnavailable", times=20)
    with pytest.raises(Unwell, match="crowded"):
        bucket()
    s3_known.reset_failures()
    assert bucket()
