"""How App Store Connect lets us in: tokens that we sign ourselves with the team's key; asking with the token is `signed_in`'s job."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Self

from pydantic import BaseModel, ConfigDict, Field, SecretStr, model_validator

from connectors.signed_in import Token
from reputation_bot.errors import AccessError

# developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests, 2026-11: at most 20 minutes
_GOOD_FOR = timedelta(minutes=15)
_AUDIENCE = "appstoreconnect-v1"


class AppleKey(BaseModel):
    """A key of App Store Connect, for the options of a connector."""

    model_config = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)
    issuer: str | None = Field(
        None, min_length=1, description="Issuer ID above the list of team keys; a person's own key has none."
    )
    key_id: str = Field(pattern=r"^[A-Za-z0-9]{1,40}$", description="Key ID beside the key in that list.")
    key: SecretStr | None = Field(None, description="The private key itself, the text of the .p8 file.")
    key_file: Path | None = Field(None, description="The private key as the .p8 file that Apple gave out.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.key is None) == (self.key_file is None):
            raise ValueError("write either key or key_file")
        return self

    def read(self) -> SecretStr:
        """In its lines even where an environment file has made one line of it. Raises AccessError when the file cannot be read."""
        if self.key is not None:
            return SecretStr(self.key.get_secret_value().replace("\\n", "\n"))
        try:
            return SecretStr((self.key_file or Path()).read_text(encoding="utf-8"))
        except (OSError, UnicodeError) as error:
            raise AccessError(
                f"the key file cannot be read ({type(error).__name__}): check key_file"
            ) from None


class AppleTokens:
    """Signs tokens; nobody has to be asked."""

    def __init__(self, key: AppleKey) -> None:
        self._key_id, self._secret = key.key_id, key.read()
        self._claims = {"iss": key.issuer} if key.issuer else {"sub": "user"}

    def fetch(self) -> Token:
        import jwt  # noqa: PLC0415  # an extra's

        now = datetime.now(UTC)
        claims = {**self._claims, "iat": now, "exp": now + _GOOD_FOR, "aud": _AUDIENCE}
        try:
            signed = jwt.encode(
                claims, self._secret.get_secret_value(), "ES256", headers={"kid": self._key_id}
            )
        except (jwt.PyJWTError, ValueError, TypeError):
            raise AccessError(
                "the App Store key cannot be used: give the whole text of the .p8 file, from BEGIN to END"
            ) from None
        return Token(SecretStr(signed), now + _GOOD_FOR)
