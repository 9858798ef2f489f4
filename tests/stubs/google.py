"""A stand-in for Google: authorize page, token with PKCE, id token, userinfo, and the certificates of its keys."""

from contextlib import AbstractContextManager
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.x509.oid import NameOID

from tests.stubs.identity import (
    CLIENT_ID,
    CLIENT_SECRET,
    Answer,
    IdentityStub,
    Person,
    Request,
    as_json,
    by_hand,
    id_token,
    running,
)

_KID = "stub-key"


class GoogleStub(IdentityStub):
    name = "Google"
    authorize_path = "/o/oauth2/v2/auth"
    token_path = "/token"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.tells_id_token = True

    def claims(self, person: Person) -> dict[str, Any]:
        first, _, last = person.name.partition(" ")
        about = {"sub": person.id, "email": person.email, "email_verified": person.verified, "name": person.name}
        return {**about, "given_name": first, "family_name": last, "picture": "", **self.changes}

    def id_token_of(self, person: Person, *, audience: str = CLIENT_ID) -> str:
        return id_token({**self.claims(person), "iss": self.url, "aud": audience}, key=self.key, kid=_KID)

    def extras(self, person: Person, grant: Any, client_id: str) -> dict[str, Any]:
        return {"id_token": self.id_token_of(person, audience=client_id)} if self.tells_id_token else {}

    def told(self, request: Request) -> Answer:
        if request.path == "/oauth2/v1/certs":
            return as_json({_KID: self._certificate()})
        person = self.person_of(request)
        if request.path == "/oauth2/v2/userinfo" and person:
            claims = self.claims(person)
            return as_json({**claims, "id": claims.pop("sub"), "verified_email": claims.pop("email_verified")})
        return Answer(401 if request.path == "/oauth2/v2/userinfo" else 404)

    def _certificate(self) -> str:
        name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "stub")])
        now = datetime.now(UTC)
        draft = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(self.key.public_key())
        draft = (
            draft.serial_number(1).not_valid_before(now - timedelta(days=1)).not_valid_after(now + timedelta(days=1))
        )
        signed = draft.sign(self.key, hashes.SHA256())
        return signed.public_bytes(serialization.Encoding.PEM).decode()


def serving(port: int = 0) -> AbstractContextManager[GoogleStub]:
    return running(GoogleStub(port))


def main(arguments: list[str]) -> None:
    def variables(url: str) -> dict[str, str]:
        return {
            "BANDSTAND_GOOGLE_URL": url,
            "BANDSTAND_GOOGLE_CLIENT_ID": CLIENT_ID,
            "BANDSTAND_GOOGLE_CLIENT_SECRET": CLIENT_SECRET,
        }

    by_hand(GoogleStub, arguments, port=8452, variables=variables)
