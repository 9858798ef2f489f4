"""What S3 says when it refuses, as sentences for whoever operates the site."""

from collections.abc import Iterator
from contextlib import contextmanager

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectionError,  # noqa: A004  (botocore's own)
    HTTPClientError,
    NoCredentialsError,
    NoRegionError,
)

from apps.media.errors import StorageTrouble

GONE = frozenset({"NoSuchKey", "NotFound", "404"})
_KEYS = "Its keys are wrong: look at S3_ACCESS_KEY and S3_SECRET_KEY."
_REGION = "S3_REGION does not fit the endpoint, or is missing: take the one that your provider names for it."
_CROWDED = "It is too crowded to answer at the moment; work goes on when it has room again."
_SENTENCES = {
    "InvalidAccessKeyId": _KEYS,
    "SignatureDoesNotMatch": _KEYS,
    "IncompleteSignature": _KEYS,
    "AccessDenied": "These keys may not do this: they need to list, read, write and delete in the bucket.",
    "403": "These keys may not do this: they need to list, read, write and delete in the bucket.",
    "AccountProblem": "The account there is blocked, or its room is used up: look at your provider's console.",
    "NoSuchBucket": "There is no such bucket: make it at your provider, or mend S3_BUCKET.",
    "RequestTimeTooSkewed": "This machine's clock is wrong, so S3 refuses its signatures: set the clock.",
    "AuthorizationHeaderMalformed": _REGION,
    "AuthorizationQueryParametersError": _REGION,
    "PermanentRedirect": _REGION,
    "IllegalLocationConstraintException": _REGION,
    "ServiceUnavailable": _CROWDED,
    "SlowDown": _CROWDED,
    "503": _CROWDED,
}


@contextmanager
def told(key: str = "") -> Iterator[None]:
    """Turns S3's errors into FileNotFoundError (for `key`) and StorageTrouble."""
    try:
        yield
    except ClientError as error:
        code = code_of(error)
        if code in GONE:
            raise FileNotFoundError(key) from error
        raise StorageTrouble(_SENTENCES.get(code, f"S3 answered {code}: {_words(error)}")) from error
    except NoRegionError as error:
        raise StorageTrouble(_REGION) from error
    except NoCredentialsError as error:
        raise StorageTrouble("There are no keys: set S3_ACCESS_KEY and S3_SECRET_KEY.") from error
    except (ConnectionError, HTTPClientError) as error:
        raise StorageTrouble("It cannot be reached: look at S3_ENDPOINT_URL and at the network.") from error
    except BotoCoreError as error:
        raise StorageTrouble(f"It did not answer as it should: {error}") from error


def code_of(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _words(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", ""))[:300]
