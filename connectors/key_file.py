"""A platform's private key, in the environment or in a file of its own; what it opens is each login's job."""

from pathlib import Path
from typing import Self

from pydantic import BaseModel, Field, SecretStr, model_validator

from connectors.options import STRICT
from reputation_bot.errors import AccessError


class KeyFile(BaseModel):
    """For the options of a connector."""

    model_config = STRICT
    key: SecretStr | None = Field(None, description="The private key itself, the whole text of its file.")
    key_file: Path | None = Field(None, description="The private key as the file that was given out.")

    @model_validator(mode="after")
    def _one_of_both(self) -> Self:
        if (self.key is None) == (self.key_file is None):
            raise ValueError("write either key or key_file")
        return self

    def read(self) -> SecretStr:
        """Raises AccessError when the file cannot be read."""
        if self.key is not None:
            return self.key
        try:
            return SecretStr((self.key_file or Path()).read_text(encoding="utf-8"))
        except (OSError, UnicodeError) as error:
            raise AccessError(
                f"the key file cannot be read ({type(error).__name__}): check key_file"
            ) from None
