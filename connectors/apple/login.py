"""How App Store Connect lets us in: tokens that we sign ourselves with the team's key; asking with the token is `signed_in`'s job."""

from datetime import UTC, datetime, timedelta

from pydantic import Field, SecretStr

from connectors.key_file import KeyFile
from connectors.signed_in import Token
from reputation_bot.errors import AccessError

# developer.apple.com/documentation/appstoreconnectapi/generating-tokens-for-api-requests, 2026-11: at most 20 minutes
_GOOD_FOR = timedelta(minutes=15)
_AUDIENCE = "appstoreconnect-v1"


class AppleKey(KeyFile):
    """A key of App Store Connect, for the options of a connector."""

    issuer: str | None = Field(
        None, min_length=1, description="Issuer ID above the list of team keys; a person's own key has none."
    )
    key_id: str = Field(pattern=r"^[A-Za-z0-9]{1,40}$", description="Key ID beside the key in that list.")

    def read(self) -> SecretStr:
        """In its lines even where an environment file has made one line of it."""
        return SecretStr(super().read().get_secret_value().replace("\\n", "\n"))


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
