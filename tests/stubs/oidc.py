"""A stand-in for any OpenID Connect server: discovery, keys, authorize page, token with an RS256 id token, userinfo."""

import json
from contextlib import AbstractContextManager
from typing import Any

from cryptography.hazmat.primitives.asymmetric import rsa
from jwt.algorithms import RSAAlgorithm

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


class OidcStub(IdentityStub):
    name = "OpenID Connect"

    def __init__(self, port: int = 0) -> None:
        super().__init__(port)
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.userinfo: dict[str, Any] = {}  # put over what userinfo tells
        self.discovery: dict[str, Any] = {}  # put over the discovery document

    def claims(self, person: Person) -> dict[str, Any]:
        about = {"sub": person.id, "email": person.email, "email_verified": person.verified, "name": person.name}
        return {**about, "preferred_username": person.name.split()[0].lower(), **self.changes}

    def extras(self, person: Person, grant: Any, client_id: str) -> dict[str, Any]:
        claims = {**self.claims(person), "iss": self.url, "aud": client_id}
        return {"id_token": id_token(claims, key=self.key, kid=_KID)}

    def told(self, request: Request) -> Answer:
        if request.path == "/.well-known/openid-configuration":
            return as_json({**self._configuration(), **self.discovery})
        if request.path == "/keys":
            public = json.loads(RSAAlgorithm.to_jwk(self.key.public_key()))
            return as_json({"keys": [{**public, "kid": _KID, "alg": "RS256", "use": "sig"}]})
        if request.path == "/userinfo":
            person = self.person_of(request)
            return as_json({**self.claims(person), **self.userinfo}) if person else Answer(401)
        return Answer(404)

    def _configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.url,
            "authorization_endpoint": f"{self.url}/authorize",
            "token_endpoint": f"{self.url}/token",
            "userinfo_endpoint": f"{self.url}/userinfo",
            "jwks_uri": f"{self.url}/keys",
            "response_types_supported": ["code"],
            "subject_types_supported": ["public"],
            "id_token_signing_alg_values_supported": ["RS256"],
            "code_challenge_methods_supported": ["S256"],
            "token_endpoint_auth_methods_supported": ["client_secret_post"],
        }


def serving(port: int = 0) -> AbstractContextManager[OidcStub]:
    return running(OidcStub(port))


def main(arguments: list[str]) -> None:
    def variables(url: str) -> dict[str, str]:
        return {
            "BANDSTAND_OIDC_URL": url,
            "BANDSTAND_OIDC_NAME": "Stand-in",
            "BANDSTAND_OIDC_CLIENT_ID": CLIENT_ID,
            "BANDSTAND_OIDC_CLIENT_SECRET": CLIENT_SECRET,
        }

    by_hand(OidcStub, arguments, port=8454, variables=variables)
