"""How Google lets us in: a service account's key, or a person's consent; asking with the token is `signed_in`'s job."""

import json
import re
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from pydantic import BaseModel, Field, SecretStr

from connectors.answer import Response
from connectors.fields import at, records, text
from connectors.http import Http
from connectors.options import STRICT, ApiAddress
from connectors.signed_in import Token, ask_for_token
from reputation_bot.errors import AccessError, BadAnswerError, PlatformError, RetryLaterError
from reputation_bot.ports import for_staff
from reputation_bot.text import cut, plain

if TYPE_CHECKING:
    from google.auth.credentials import Credentials

TOKEN_URL = "https://oauth2.googleapis.com/token"  # noqa: S105  # an address
_HOUR = timedelta(hours=1)
# developers.google.com/youtube/v3/docs/errors and cloud.google.com/apis/design/errors, 2026-11
_QUOTA = {"dailylimitexceeded", "quotaexceeded", "resource_exhausted"}
_RATE = {"ratelimitexceeded", "userratelimitexceeded"}


class Consent(BaseModel):
    """What a person's consent comes down to, for the options of a connector."""

    model_config = STRICT
    client_id: str = Field(min_length=1, description="Of the OAuth client in the Google Cloud project.")
    client_secret: SecretStr = Field(description="Of the same OAuth client.")
    refresh_token: SecretStr = Field(description="Got once, when the account's owner consents.")
    login: ApiAddress = Field(TOKEN_URL, description="Where tokens are given out; for a proxy.")


class GoogleTokens:
    """Fetches tokens with Google's own library, through the door."""

    def __init__(self, http: Http, credentials: "Credentials") -> None:
        self._http, self._credentials = http, credentials

    def fetch(self) -> Token:
        from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415  # heavy; here only if wanted

        try:
            self._credentials.refresh(self._ask)  # type: ignore[no-untyped-call]  # as its author wrote it
        except GoogleAuthError as error:
            raise AccessError(
                f"Google refuses the sign-in ({_code(error)}): {_advice(_code(error))}"
            ) from None
        except (TypeError, ValueError, LookupError, AttributeError, OverflowError):
            raise BadAnswerError("Google answered the sign-in with something that holds no token") from None
        if not isinstance(self._credentials.token, str):
            raise BadAnswerError("Google answered the sign-in with something that holds no token")
        expiry = self._credentials.expiry
        until = expiry.replace(tzinfo=UTC) if expiry else datetime.now(UTC) + _HOUR
        return Token(SecretStr(self._credentials.token), until)

    def _ask(self, url: str, headers: Any = None, body: Any = None, **_: Any) -> "_Answer":
        return _Answer(ask_for_token(self._http, url, headers or {}, body or b""))


def by_consent(http: Http, consent: Consent) -> GoogleTokens:
    """Tokens for what a person consented to."""
    from google.oauth2.credentials import Credentials  # noqa: PLC0415  # heavy; here only if wanted

    credentials = Credentials(  # type: ignore[no-untyped-call]  # as its author wrote it
        None,
        refresh_token=consent.refresh_token.get_secret_value(),
        token_uri=consent.login,
        client_id=consent.client_id,
        client_secret=consent.client_secret.get_secret_value(),
    )
    return GoogleTokens(http, credentials)


def by_service_account(http: Http, key: SecretStr, scope: str) -> GoogleTokens:
    """Tokens for a service account. Raises AccessError when the key is none."""
    from google.auth.exceptions import GoogleAuthError  # noqa: PLC0415  # heavy; here only if wanted
    from google.oauth2.service_account import Credentials  # noqa: PLC0415

    try:
        told = json.loads(key.get_secret_value())
        credentials = Credentials.from_service_account_info(told, scopes=[scope])  # type: ignore[no-untyped-call]
    except (GoogleAuthError, ValueError, TypeError, LookupError, AttributeError, RecursionError):
        raise AccessError(
            "the key is not a service account's: give the whole JSON file that Google Cloud gave out for it"
        ) from None
    return GoogleTokens(http, credentials)


def token_url_of(key: SecretStr) -> str:
    """Where a service account's key says that tokens are given out; Google's own address where it says nothing."""
    try:
        return text(json.loads(key.get_secret_value()), "token_uri") or TOKEN_URL
    except (ValueError, RecursionError):
        return TOKEN_URL


def google_problem(response: Response) -> PlatformError | None:
    """What Google's own words make of a status: a used-up quota is no refused key."""
    if response.status != 403:  # noqa: PLR2004  # Forbidden
        return None
    reason, words = reason_of(response)
    if reason.lower() in _QUOTA:
        return RetryLaterError(
            "Google says that the day's quota is used up", until_midnight(datetime.now(UTC))
        )
    if reason.lower() in _RATE:
        return RetryLaterError("Google says that we ask too often", timedelta(minutes=1))
    return AccessError(f"Google refuses us (403 {reason}): {words or 'no reason given'}") if reason else None


def reason_of(response: Response) -> tuple[str, str]:
    """Google's name for a refusal (`errors[].reason` of old APIs, `status` of new ones) and its words; "" where there is none."""
    try:
        answer = response.json()
    except BadAnswerError:
        return "", ""
    first = next(iter(records(answer, "error", "errors")), None)
    reason = text(first, "reason") or text(answer, "error", "status")
    words = cut(" ".join(plain(text(answer, "error", "message")).split()), 300)
    return (reason if re.fullmatch(r"[A-Za-z_]{1,60}", reason) else ""), words


def until_midnight(now: datetime) -> timedelta:
    """Until Google's quotas of a day begin anew: midnight in California."""
    # developers.google.com/youtube/v3/determine_quota_cost, 2026-11
    there = now.astimezone(ZoneInfo("America/Los_Angeles"))
    tomorrow = (there + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    return tomorrow.astimezone(UTC) - now


class _Answer:
    """As google-auth wants it."""

    def __init__(self, response: Response) -> None:
        self.status, self.headers, self.data = response.status, response.headers, response.body


def _code(error: Exception) -> str:
    told = error.args[1] if len(error.args) > 1 else None
    code = at(told, "error")
    return code if isinstance(code, str) and re.fullmatch(r"[a-z_]{1,40}", code) else "no reason given"


def _advice(code: str) -> str:
    if code == "invalid_grant":
        return for_staff("the consent or key has expired or was taken back; make a new one")
    return for_staff("check the client's id and secret or the service account's key")
