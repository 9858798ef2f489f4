"""A stand-in for GitHub: authorize page, token, `/user` with an address that proves nothing, and `/user/emails`."""

from contextlib import AbstractContextManager

from tests.stubs.identity import (
    CLIENT_ID,
    CLIENT_SECRET,
    Answer,
    IdentityStub,
    Request,
    as_json,
    by_hand,
    running,
)


class GitHubStub(IdentityStub):
    name = "GitHub"
    authorize_path = "/login/oauth/authorize"
    token_path = "/login/oauth/access_token"
    profile_email: str | None = "anybody@example.com"  # what somebody wrote on their profile

    def told(self, request: Request) -> Answer:
        person = self.person_of(request)
        if not request.path.startswith("/api/v3/"):
            return Answer(404)
        if person is None:
            return as_json({"message": "Bad credentials"}, 401)
        if request.path == "/api/v3/user":
            login = person.name.split()[0].lower()
            about = {"id": int(person.id), "login": login, "name": person.name, "email": self.profile_email}
            return as_json({**about, "html_url": f"{self.url}/{login}", **self.changes})
        if request.path == "/api/v3/user/emails":
            return as_json([{"email": person.email, "primary": True, "verified": person.verified, "visibility": None}])
        return as_json({"message": "Not Found"}, 404)


def serving(port: int = 0) -> AbstractContextManager[GitHubStub]:
    return running(GitHubStub(port))


def main(arguments: list[str]) -> None:
    def variables(url: str) -> dict[str, str]:
        return {
            "BANDSTAND_GITHUB_URL": url,
            "BANDSTAND_GITHUB_CLIENT_ID": CLIENT_ID,
            "BANDSTAND_GITHUB_CLIENT_SECRET": CLIENT_SECRET,
        }

    by_hand(GitHubStub, arguments, port=8453, variables=variables)
