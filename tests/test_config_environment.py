"""What comes from the environment: values for rules.yaml and the program's own variables, none of which is ever shown."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.config import RulesFileError
from reputation_bot.config.environment import fill, read_environment
from reputation_bot.errors import ConfigError
from tests.config_examples import HEAD, SECRET, mistakes, read

ANYWHERE = """\
brand: {name: "$", terms: ["$", ["$"]], contact: ["$"]}
telegram: {chat: "$", per_minute: "$"}
operators: {anna: {telegram: "$", role: "$"}}
publishing: {undo: "$"}
promises: {first_response: "$"}
language: "$"
languages: ["$"]
timezone: "$"
channels: {fair: {connector: "$", every: "$", own: "$"}, rss: {connector: rss, url: "$"}}
rules: [{name: "$", when: {regex: "$", channel: ["$"], rating: {min: "$"}}, then: {category: "$", topic: "$"}}]
canned: [{name: "$", category: ["$"], text: {it: "$"}}]
"""


@pytest.mark.parametrize(
    "secret", [SECRET, "(((", "{secret}", "-77", "77777.5", "true", "Ω≈ç√∫", "s3cr3t " * 100]
)
def test_no_mistake_anywhere_shows_a_value_of_the_environment(secret: str) -> None:
    with pytest.raises(RulesFileError) as caught:
        read(ANYWHERE.replace('"$"', '"${KEY}"'), {"KEY": secret})
    error = caught.value
    assert len(error.errors) > 8
    for text in (str(error), repr(error), *(f"{one!r} {one.problem}" for one in error.errors)):
        assert secret.strip() not in text
    assert error.__cause__ is None
    assert error.__suppress_context__ or error.__context__ is None


def test_a_value_that_is_not_in_the_environment_is_told_with_its_name_and_nothing_more() -> None:
    text = 'brand: {name: Aurora, contact: "${CONTACT}"}\ntelegram: {chat: "${CHAT}"}\n'
    assert mistakes(text, {"CONTACT": ""}) == [
        "rules.yaml:1: brand.contact: the environment variable CONTACT is not set (or empty)",
        "rules.yaml:2: telegram.chat: the environment variable CHAT is not set (or empty)",
    ]


def test_numbers_come_from_the_environment_too() -> None:
    settings = read('brand: {name: A}\ntelegram: {chat: "${CHAT}"}\n', {"CHAT": "-100123"}).settings
    assert settings.telegram.chat == -100123


def test_a_value_of_the_environment_is_not_looked_into_again() -> None:
    settings = read('brand: {name: "${A} & ${B}"}\ntelegram: {chat: -1}\n', {"A": "${B}", "B": "b"}).settings
    assert settings.brand.name == "${B} & b"


@pytest.mark.parametrize("name", ["${a-b}", "${}", "${A", "${ A }", "${1}"])
def test_a_reference_that_names_nothing_is_a_mistake(name: str) -> None:
    [said] = mistakes(f'brand: {{name: "{name}"}}\ntelegram: {{chat: -1}}\n', {"A": "x"})
    assert said == (
        "rules.yaml:1: brand.name: ${…} takes the name of an environment variable; for the signs themselves write $${"
    )


@given(st.lists(st.sampled_from(["${", "$", "{", "}", "KEY", "€"]) | st.text()).map("".join))
def test_escaped_signs_stand_for_themselves(text: str) -> None:
    filled = fill(text.replace("${", "$${"), {})
    assert (filled.value, filled.mistakes) == (text, [])


def test_the_program_takes_its_own_variables() -> None:
    environment = read_environment(
        {
            "REPUTATION_BOT_TOKEN": " 123:abc\n",
            "REPUTATION_BOT_API": "http://127.0.0.1:8800/",
            "REPUTATION_BOT_STORE": "tinydb:/srv/a.json",
            "REPUTATION_BOT_RULES": "",
        }
    )
    assert environment.token is not None
    assert environment.token.get_secret_value() == "123:abc"
    assert environment.api == "http://127.0.0.1:8800"
    assert (environment.store, environment.rules) == ("tinydb:/srv/a.json", "rules.yaml")


def test_token_and_store_are_in_no_repr() -> None:
    environ = {"REPUTATION_BOT_TOKEN": "123:abc", "REPUTATION_BOT_STORE": f"postgresql://a:{SECRET}@db"}
    shown = repr(read(HEAD, environ))
    assert "abc" not in shown
    assert SECRET not in shown


@pytest.mark.parametrize(
    ("name", "value", "problem"),
    [
        ("TOKEN", "token=123:abc", "is not a bot token: copy it again as @BotFather wrote it, with nothing before or after"),
        ("TOKEN", "123:abc def", "is not a bot token: copy it again as @BotFather wrote it, with nothing before or after"),
        ("API", "127.0.0.1:8800", "write an address such as http://127.0.0.1:8800"),
    ],
)  # fmt: skip
def test_a_wrong_variable_is_told_by_name_without_its_value(name: str, value: str, problem: str) -> None:
    with pytest.raises(ConfigError) as caught:
        read_environment({f"REPUTATION_BOT_{name}": value})
    assert str(caught.value) == f"REPUTATION_BOT_{name}: {problem}"


def test_loading_leaves_the_environment_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("REPUTATION_BOT_STORE", "tinydb:elsewhere.json")
    before = dict(os.environ)
    assert read(HEAD).environment.store == "tinydb:reputation-bot.json"
    assert dict(os.environ) == before
