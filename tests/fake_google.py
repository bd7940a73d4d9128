"""What Google's platforms share, as fakes: one server with a token endpoint, keys to sign in with, and Google's way to refuse."""

import json
import time
from collections.abc import Callable
from functools import cache
from typing import Any
from urllib.parse import parse_qs

import jwt
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey, generate_private_key
from cryptography.hazmat.primitives.hashes import SHA256
from jwt.utils import base64url_decode

from connectors.http import Http, Limits
from connectors.pace import Pace
from tests.contracts.platform import SECRET
from tests.fake_server import Answer, FakeServer, Request, json_answer

ACCESS = SECRET
EMAIL = "bot@shop.iam.gserviceaccount.com"


class Google:
    """A server that gives out tokens and asks for them; `api` answers everything else."""

    def __init__(self, api: Callable[[Request], Answer], *, scope: str) -> None:
        self.api, self.scope = api, scope
        self.access = ACCESS
        self.tokens_given = 0
        self.refusal: Answer | None = None
        self.server = FakeServer(self.answer, spares=lambda request: request.path == "/token")
        self.token_url = f"{self.server.url}/token"

    def http(self, url: str, limits: Limits) -> Http:
        return Http([url, self.server.url], limits=limits, pace=Pace())

    def answer(self, request: Request) -> Answer:
        if request.path == "/token":
            return self.refusal or self.token(parse_qs(request.body.decode()))
        if request.headers.get("authorization") != f"Bearer {self.access}":
            return refused(401, "UNAUTHENTICATED", "Request had invalid authentication credentials.")
        return self.api(request)

    def token(self, form: dict[str, list[str]]) -> Answer:
        match form["grant_type"]:
            case ["urn:ietf:params:oauth:grant-type:jwt-bearer"]:
                claims = signed(form["assertion"][0])
                assert (claims["iss"], claims["scope"]) == (EMAIL, self.scope)
                assert claims["aud"] == "https://oauth2.googleapis.com/token"
                assert claims["iat"] <= time.time() < claims["exp"] <= claims["iat"] + 3_600
            case _:
                assert form == {
                    "grant_type": ["refresh_token"],
                    "client_id": ["client.apps.googleusercontent.com"],
                    "client_secret": [f"GOCSPX-{SECRET}"],
                    "refresh_token": [f"1//{SECRET}"],
                }
        self.tokens_given += 1
        return json_answer({"access_token": self.access, "expires_in": 3599, "token_type": "Bearer"})

    def consent(self) -> dict[str, str]:
        """The options of a person's consent."""
        return {
            "client_id": "client.apps.googleusercontent.com",
            "client_secret": f"GOCSPX-{SECRET}",
            "refresh_token": f"1//{SECRET}",
        }

    def service_account(self) -> str:
        """The key file of a service account."""
        return service_account_key(self.token_url)


def service_account_key(token_url: str) -> str:
    """As Google Cloud gives it out."""
    return json.dumps(
        {
            "type": "service_account",
            "project_id": "shop",
            "private_key_id": SECRET,
            "private_key": pem(),
            "client_email": EMAIL,
            "client_id": "1",
            "token_uri": token_url,
        }
    )


def signed(assertion: str) -> dict[str, Any]:
    """What it claims. It must be signed with our key."""
    assert jwt.get_unverified_header(assertion)["alg"] == "RS256"
    content, _, signature = assertion.rpartition(".")
    rsa_key().public_key().verify(base64url_decode(signature), content.encode(), PKCS1v15(), SHA256())
    claims: dict[str, Any] = jwt.decode(assertion, options={"verify_signature": False})
    return claims


def refused(status: int, reason: str, message: str, headers: dict[str, str] | None = None) -> Answer:
    """As Google's APIs word it: the newer ones name a status, the older ones list reasons."""
    error: dict[str, Any] = {"code": status, "message": message}
    if reason.isupper():
        error["status"] = reason
    else:
        error["errors"] = [{"domain": "global", "reason": reason, "message": message}]
    return Answer(status, json.dumps({"error": error}).encode(), headers or {})


@cache
def rsa_key() -> RSAPrivateKey:
    return generate_private_key(65537, 1024)  # noqa: S505  # it opens nothing; one of 2048 takes eight times as long to load


@cache
def pem() -> str:
    return (
        rsa_key()
        .private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
        .decode()
    )
