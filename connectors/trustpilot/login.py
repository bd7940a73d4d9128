"""How Trustpilot lets us in: an application's key, alone or with a business user's login; asking with the token is `signed_in`'s job."""

from typing import Self
from urllib.parse import urlencode

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.http import Http
from connectors.options import STRICT
from connectors.signed_in import Token, ask_for_token, basic, token_in
from reputation_bot.errors import AccessError


class TrustpilotKeys(BaseModel):
    """The keys of an application, for the options of a connector."""

    model_config = STRICT
    key: SecretStr = Field(description="API key of the application.")
    secret: SecretStr = Field(description="Secret of the application.")
    username: str | None = Field(
        None,
        min_length=1,
        description="Login of a business user, if the application may not sign in by itself.",
    )
    password: SecretStr | None = Field(None, description="Password of that business user.")

    @model_validator(mode="after")
    def _both_or_none(self) -> Self:
        if (self.username is None) != (self.password is None):
            raise ValueError("write both username and password, or neither")
        return self


class TrustpilotTokens:
    """Signs the application in, by itself or in the name of a business user."""

    def __init__(self, http: Http, keys: TrustpilotKeys, api: str) -> None:
        self._http, self._keys = http, keys
        self._url = f"{api}/v1/oauth/oauth-business-users-for-applications/accesstoken"

    def fetch(self) -> Token:
        response = ask_for_token(self._http, self._url, self._headers(), urlencode(self._form()).encode())
        if response.status != 200:  # noqa: PLR2004  # OK
            kept = "key, secret, username and password" if self._keys.username else "key and secret"
            raise AccessError(
                f"Trustpilot refuses the sign-in ({response.status}): check {kept} of this channel"
            )
        return token_in(response, "access_token", "Trustpilot")

    def _headers(self) -> dict[str, str]:
        return {
            "Authorization": basic(self._keys.key, self._keys.secret),
            "Content-Type": "application/x-www-form-urlencoded",
        }

    def _form(self) -> dict[str, str]:
        if self._keys.username is None or self._keys.password is None:
            return {"grant_type": "client_credentials"}
        password = self._keys.password.get_secret_value()
        return {"grant_type": "password", "username": self._keys.username, "password": password}
