"""What an operator may set, and what keeps the site from starting."""

import os
import runpy

import pytest

COMPONENT = "config/settings/components/storage.py"


@pytest.fixture
def variables(monkeypatch):
    monkeypatch.setattr(os, "environ", {})  # pytest writes into the real one
    return os.environ


def test_files_lie_on_the_disk_unless_a_bucket_is_named(variables):
    made = runpy.run_path(COMPONENT)["MEDIA_STORAGES"]
    assert set(made) == {"media"}
    assert made["media"]["BACKEND"].endswith("FileSystemStorage")


def test_a_bucket_is_where_new_things_go_unless_somebody_says_otherwise(variables):
    variables.update(S3_BUCKET="stand", S3_ENDPOINT_URL="https://s3.example.org", S3_REGION="eu-1")
    made = runpy.run_path(COMPONENT)["MEDIA_STORAGES"]
    assert made["media"] == made["s3"]
    assert made["s3"]["OPTIONS"]["addressing_style"] == "path"
    variables["BANDSTAND_STORAGE"] = "local"
    made = runpy.run_path(COMPONENT)["MEDIA_STORAGES"]
    assert made["media"]["BACKEND"].endswith("FileSystemStorage")
    assert made["s3"]["OPTIONS"]["bucket_name"] == "stand"


@pytest.mark.parametrize(
    ("wrong", "name"),
    [
        ({"BANDSTAND_STORAGE": "cloud"}, "BANDSTAND_STORAGE"),
        ({"BANDSTAND_STORAGE": "s3"}, "BANDSTAND_STORAGE"),
        ({"S3_DELIVERY": "carrier"}, "S3_DELIVERY"),
        ({"S3_DELIVERY": "redirect"}, "S3_ORIGIN"),
        ({"S3_LINK_S": "700000"}, "S3_LINK_S"),
        ({"S3_SECRET_KEY_FILE": "/nowhere"}, "S3_SECRET_KEY_FILE"),
    ],
)
def test_what_cannot_be_meant_stops_the_start_by_name(variables, wrong, name):
    variables.update(wrong)
    with pytest.raises(SystemExit, match=name):
        runpy.run_path(COMPONENT)


def test_pages_may_fetch_from_s3_only_where_it_delivers(variables):
    security = "config/settings/components/security.py"
    policy = runpy.run_path(security)["CONTENT_SECURITY_POLICY"]["DIRECTIVES"]
    assert not any("example" in source for sources in policy.values() for source in sources)
