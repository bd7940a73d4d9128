"""Connectors' own keys in rules.yaml: their mistakes are told at their place, and no secret among them is shown."""

import sys
from pathlib import Path

import pytest

from tests import foreign_package
from tests.config_examples import HEAD, SECRET, mistakes, read


@pytest.fixture
def _bazaar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign_package.install(tmp_path, monkeypatch)


@pytest.mark.usefixtures("_bazaar")
class TestOptions:
    def test_good_ones_pass_and_stay_with_the_channel(self) -> None:
        text = f"{HEAD}channels: {{fair: {{connector: bazaar, url: 'http://x', shop: 3, own: true}}}}\n"
        assert read(text).settings.channels["fair"].options == {"url": "http://x", "shop": 3}

    @pytest.mark.parametrize(
        ("keys", "expected"),
        [
            ("", ["channels.fair.url: is missing: Where the bazaar is"]),
            ("url: 5", ["channels.fair.url: 5 is read as a number: put it in quotes"]),
            ("url: ftp", ['channels.fair.url: "ftp": ftp is no address']),
            ("url: http, shp: 1", ['channels.fair.shp: is not a known key; did you mean "shop"?']),
            ("url: http, langage: it", ['channels.fair.langage: is not a known key; did you mean "language"?']),
            ("url: http, shop: x", ['channels.fair.shop: "x": write a whole number']),
            ("url: http, tags: [a, 5]", ["channels.fair.tags.1: 5 is read as a number: put it in quotes"]),
            ("url: http, site: nowhere", ['channels.fair.site: "nowhere": write an address that begins with https:// or http://']),
            ("url: http/private", ["channels.fair: http/private needs a key"]),
            ("url: http, every: 5", ["channels.fair.every: 5: write a duration such as 10s, 15m, 1h30m or 7d"]),
        ],
    )  # fmt: skip
    def test_mistakes_are_told_at_their_keys(self, keys: str, expected: list[str]) -> None:
        found = mistakes(f"{HEAD}channels:\n  fair: {{connector: bazaar, {keys}}}\n")
        assert found == [f"rules.yaml:4: {said}" for said in expected]

    def test_a_connector_that_cannot_be_imported_is_told(self) -> None:
        [said] = mistakes(f"{HEAD}channels:\n  fair: {{connector: broken}}\n")
        assert said.startswith(
            'rules.yaml:4: channels.fair.connector: the connector "broken" cannot be loaded: the package bazaar'
        )

    def test_only_named_connectors_are_imported(self) -> None:
        read(HEAD)
        assert "bazaar_plugin" not in sys.modules

    def test_a_secret_reaches_the_connector_and_nothing_else_shows_it(self) -> None:
        text = f"{HEAD}channels: {{fair: {{connector: bazaar, url: http, key: '${{KEY}}'}}}}\n"
        config = read(text, {"KEY": SECRET})
        assert config.settings.channels["fair"].options["key"] == SECRET
        shown = [repr(config), repr(config.settings), str(config.settings), repr(config.settings.channels)]
        assert SECRET not in " ".join(shown)

    @pytest.mark.parametrize(
        "keys",
        [
            "url: '${KEY}'",
            "url: http, shop: '${KEY}'",
            "url: http, site: '${KEY}'",
            "url: 'http${KEY}/private'",
        ],
    )
    def test_what_a_connector_says_of_a_secret_is_not_shown(self, keys: str) -> None:
        [said] = mistakes(f"{HEAD}channels:\n  fair: {{connector: bazaar, {keys}}}\n", {"KEY": SECRET})
        assert said.startswith("rules.yaml:4: channels.fair")
        assert "the value of ${KEY}" in said
        assert SECRET not in said
