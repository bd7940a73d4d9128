"""Installs a small package from elsewhere for the time of a test, so that plugins are found as they really are."""

from pathlib import Path

import pytest

CONNECTOR = """
from pydantic import BaseModel, ConfigDict, Field, HttpUrl, SecretStr, field_validator, model_validator

from reputation_bot.ports import Batch


class Options(BaseModel):
    model_config = ConfigDict(extra="forbid")
    url: str = Field(description="Where the bazaar is.")
    site: HttpUrl | None = None
    key: SecretStr | None = None
    shop: int = 0
    tags: list[str] = []

    @field_validator("url")
    @classmethod
    def address(cls, value):
        if not value.startswith("http"):
            raise ValueError(f"{value} is no address")
        return value

    @model_validator(mode="after")
    def whole(self):
        if self.url.endswith("/private") and self.key is None:
            raise ValueError(f"{self.url} needs a key")
        return self


class Bazaar:
    Options = Options

    def __init__(self, channel, options):
        self.channel, self.options = channel, options

    def poll(self, cursor):
        return Batch((), cursor)


class Optionless:
    pass


class Shelf:
    def __init__(self, address):
        self.address = address
"""
ENTRY_POINTS = """
[reputation_bot.connectors]
bazaar = bazaar_plugin:Bazaar
optionless = bazaar_plugin:Optionless
broken = bazaar_broken:Broken
vanished = bazaar_plugin:NotThere

[reputation_bot.storages]
shelf = bazaar_plugin:Shelf
"""


def install(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The package "bazaar": connectors bazaar, optionless, broken, vanished, and a storage shelf."""
    (folder / "bazaar_plugin.py").write_text(CONNECTOR)
    (folder / "bazaar_broken.py").write_text("import a_module_that_nobody_has\n")
    info = folder / "bazaar-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: bazaar\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(folder)
    for module in ("bazaar_plugin", "bazaar_broken"):
        monkeypatch.delitem(__import__("sys").modules, module, raising=False)
