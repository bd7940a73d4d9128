"""The command `connectors`, and what each installed connector tells of itself."""

import json
import re
import subprocess
import sys
import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner

from reputation_bot import plugins
from reputation_bot.cli import main
from reputation_bot.errors import ConfigError, MissingExtraError
from reputation_bot.ports import About
from reputation_bot.settings import ChannelSettings
from tests import foreign_package
from tests.fake_server import Answer, FakeServer

ROOT = Path(__file__).parents[1]
OURS = sorted(plugins.connectors())
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"][
    "optional-dependencies"
]


def asked(*arguments: str) -> Any:
    result = CliRunner().invoke(main, ["connectors", *arguments])
    assert result.exit_code == 0, result.output
    return result.stdout


@pytest.fixture
def without_praw(monkeypatch: pytest.MonkeyPatch) -> None:
    """As on a machine where that extra was never installed."""
    for module in ("connectors.reddit.client", "praw"):
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setattr(plugins, "find_spec", lambda name: None if name == "praw" else find_spec(name))


class TestList:
    def test_every_installed_connector_is_listed_with_what_it_can_do(self) -> None:
        lines = asked().splitlines()
        assert [line.split()[0] for line in lines] == OURS
        assert re.search(r"^rss +RSS, Atom, RDF, JSON Feed: reads$", "\n".join(lines), re.MULTILINE)
        assert re.search(r"^x +X: reads, answers, writes in private$", "\n".join(lines), re.MULTILINE)

    def test_json_tells_all_about_each(self) -> None:
        told = {one["name"]: one for one in json.loads(asked("--json"))}
        assert set(told) == set(OURS)
        x = told["x"]
        assert (x["extra"], x["missing"], x["install"]) == ("x", [], None)
        assert x["keys"]["X_ACCESS_TOKEN"]
        assert x["limits"][0].keys() == {"text", "source"}
        assert {"key": "account", "what": "Our account's name; its mentions are read.", "needed": False} in x[
            "options"
        ]

    def test_one_connector_is_told_in_full(self) -> None:
        text = asked("sandbox")
        for part in (
            "reads      posts, reviews",
            "api: Address of the sandbox; needed, unless url says it.",
            "connector: sandbox",
        ):
            assert part in text
        assert json.loads(asked("sandbox", "--json"))["name"] == "sandbox"

    def test_keys_that_are_set_are_told_without_their_values(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("X_CONSUMER_KEY", "hunter2")
        monkeypatch.delenv("X_ACCESS_TOKEN", raising=False)
        text = asked("x")
        assert "X_CONSUMER_KEY (is set): " in text
        assert "X_ACCESS_TOKEN: " in text
        assert "hunter2" not in text + asked("--json")

    def test_unknown_name_is_a_sentence_and_wrong_use(self) -> None:
        result = CliRunner().invoke(main, ["connectors", "redit"])
        assert result.exit_code == 2
        assert 'did you mean "reddit"?' in result.stderr

    def test_foreign_connector_without_about_and_a_broken_one_are_listed(
        self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        foreign_package.install(tmp_path, monkeypatch)
        told = {one["name"]: one for one in json.loads(asked("--json"))}
        assert told["bazaar"]["platform"] == "Bazaar"
        assert "cannot be loaded" in told["broken"]["problem"]
        assert "broken    " in asked()


def test_telling_about_connectors_loads_no_library_of_theirs() -> None:
    code = (
        "import sys; from reputation_bot import plugins; "
        "told = [plugins.about(plugins.find_connector(name)) for name in plugins.connectors()]; "
        "print([module for one in told for module in one.needs if module in sys.modules])"
    )
    result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert result.stdout.strip() == "[]"


class TestMissingExtra:
    def test_it_is_told_with_the_command_that_installs_it(self, without_praw: None) -> None:
        told = json.loads(asked("reddit", "--json"))
        assert (told["missing"], told["install"]) == (["praw"], 'pip install "reputation-bot[reddit]"')
        assert 'first pip install "reputation-bot[reddit]"' in asked()

    def test_building_it_is_refused_and_its_options_are_known_all_the_same(self, without_praw: None) -> None:
        with pytest.raises(MissingExtraError, match='"reddit" needs praw') as caught:
            plugins.load_connector("reddit")
        assert isinstance(caught.value, ConfigError)
        assert caught.value.command == 'pip install "reputation-bot[reddit]"'
        assert "subreddits" in plugins.find_connector("reddit").Options.model_fields

    def test_check_says_what_to_install_and_the_other_channels_are_looked_at(
        self, without_praw: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.chdir(tmp_path)
        monkeypatch.delenv("REPUTATION_BOT_TOKEN", raising=False)
        feed = (
            "<rss version='2.0'><channel><title>x</title><item><title>Aurora</title></item></channel></rss>"
        )
        with FakeServer(lambda request: Answer(body=feed.encode())).running() as server:
            (tmp_path / "rules.yaml").write_text(
                "language: en\nbrand: {name: Aurora}\ntelegram: {chat: -100}\nchannels:\n"
                f"  news: {{connector: rss, url: '{server.url}'}}\n"
                "  forum: {connector: reddit, account: aurora, query: a, client_id: a, client_secret: b}\n"
            )
            result = CliRunner().invoke(main, ["check", "--json"])
        findings = {one["what"]: one for one in json.loads(result.stdout)}
        assert findings["Channel news answers (mentions: 1)."]["ok"] is True
        assert findings["Channel forum"]["to_do"] == 'Run: pip install "reputation-bot[reddit]"'

    def test_module_inside_a_missing_package_is_missing(self) -> None:
        assert plugins.missing_modules(About("x", "y", needs=("nobody_has.this", "json"))) == [
            "nobody_has.this"
        ]


@pytest.mark.parametrize("name", OURS)
class TestAbout:
    def test_it_is_whole(self, name: str) -> None:
        connector = plugins.find_connector(name)
        about = plugins.about(connector)
        assert about.platform
        assert about.reads
        assert (about.answers is not None or about.private is not None) == hasattr(connector, "post")

    def test_example_is_a_channel_that_names_every_needed_option(self, name: str) -> None:
        connector = plugins.find_connector(name)
        ((_, channel),) = yaml.safe_load(plugins.about(connector).example).items()
        assert channel["connector"] == name
        fields = connector.Options.model_fields
        assert set(channel) <= set(fields) | set(ChannelSettings.model_fields)
        assert {key for key, field in fields.items() if field.is_required()} <= set(channel)

    def test_keys_are_environment_variables_and_stand_in_the_example(self, name: str) -> None:
        about = plugins.about(plugins.find_connector(name))
        named = set(re.findall(r"\$\{(\w+)\}", about.example))
        assert named <= set(about.keys)
        assert all(
            re.fullmatch(r"[A-Z][A-Z0-9_]+", key) and len(what) > 10 for key, what in about.keys.items()
        )

    def test_limits_have_a_source_and_a_month(self, name: str) -> None:
        for limit in plugins.about(plugins.find_connector(name)).limits:
            assert limit.text
            ours = limit.source.startswith(("our own", "reputation_bot/"))
            assert ours or re.search(r"20\d\d-\d\d$", limit.source)

    def test_extra_is_one_that_can_be_installed(self, name: str) -> None:
        about = plugins.about(plugins.find_connector(name))
        assert (about.extra is None) == (not about.needs)
        assert about.extra is None or about.extra in EXTRAS

    def test_options_are_described_and_hide_what_was_given(self, name: str) -> None:
        options = plugins.find_connector(name).Options
        assert all(field.description for field in options.model_fields.values())
        assert options.model_config.get("extra") == "forbid"
        assert options.model_config.get("hide_input_in_errors") is True
