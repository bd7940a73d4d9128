"""How connectors and storages are found by their names."""

import sys
from pathlib import Path
from typing import Any

import pytest

from reputation_bot import plugins
from reputation_bot.errors import ConfigError
from storage.tiny import TinyStorage
from tests import foreign_package


@pytest.fixture(autouse=True)
def _bazaar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign_package.install(tmp_path, monkeypatch)


def test_our_own_and_foreign_connectors_enter_by_the_same_door() -> None:
    assert {"rss", "sandbox", "bazaar"} <= set(plugins.connectors())


def test_listing_imports_nothing() -> None:
    plugins.connectors()
    plugins.storages()
    assert "bazaar_plugin" not in sys.modules


def test_a_connector_is_loaded_by_its_name() -> None:
    assert plugins.load_connector("bazaar").__name__ == "Bazaar"


@pytest.mark.parametrize(
    ("name", "problem"),
    [
        (
            "bazar",
            'no connector is called "bazar"; did you mean "bazaar"? (installed are {installed})',
        ),
        (
            "qqq",
            'no connector is called "qqq"; installed are {installed}',
        ),
        (
            "broken",
            (
                'the connector "broken" cannot be loaded: the package bazaar fails with '
                "ModuleNotFoundError: No module named 'a_module_that_nobody_has'; try to install it again"
            ),
        ),
        (
            "vanished",
            (
                'the connector "vanished" cannot be loaded: the package bazaar fails with '
                "AttributeError: module 'bazaar_plugin' has no attribute 'NotThere'; try to install it again"
            ),
        ),
        (
            "optionless",
            'the connector "optionless" (bazaar) has no Options: ask its author for a repair',
        ),
    ],
)
def test_a_connector_that_cannot_be_had_is_a_clear_mistake(name: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.load_connector(name)
    assert str(caught.value) == problem.replace("{installed}", ", ".join(plugins.connectors()))


def test_the_first_of_two_packages_with_one_name_counts(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = tmp_path / "second"
    info = second / "copycat-1.0.dist-info"
    info.mkdir(parents=True)
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: copycat\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[reputation_bot.connectors]\nbazaar = copycat:Other\n")
    monkeypatch.setattr(sys, "path", [*sys.path, str(second)])
    assert plugins.connectors()["bazaar"].value == "bazaar_plugin:Bazaar"


def test_a_storage_is_opened_at_its_address(tmp_path: Path) -> None:
    shelf: Any = plugins.load_storage("shelf:over/there")  # no type checker knows its class
    assert shelf.address == "over/there"
    storage = plugins.load_storage(f"tinydb:{tmp_path / 'store.json'}")
    assert isinstance(storage, TinyStorage)
    storage.close()


@pytest.mark.parametrize("url", ["store.json", "/srv/store.json", "C:\\store.json", ""])
def test_a_bare_path_is_told_what_it_lacks(url: str) -> None:
    with pytest.raises(ConfigError, match=r"write tinydb: and the path, such as tinydb:reputation-bot\.json"):
        plugins.load_storage(url)


def test_a_store_without_address_is_refused() -> None:
    with pytest.raises(ConfigError, match="the store needs an address behind tinydb:"):
        plugins.load_storage("tinydb:")


def test_an_unknown_kind_of_store_is_named_without_the_password_behind_it() -> None:
    with pytest.raises(ConfigError) as caught:
        plugins.load_storage("postgres://anna:hunter2@db/shop")
    assert str(caught.value) == 'no storage is called "postgres"; installed are shelf, tinydb'
