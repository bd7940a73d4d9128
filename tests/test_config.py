import os
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot import plugins
from reputation_bot.config import Config, RulesFileError, example_rules, load, load_example, parse
from reputation_bot.config.environment import fill, read_environment
from reputation_bot.config.wording import PATTERNS
from reputation_bot.errors import ConfigError
from reputation_bot.model import Priority, Role
from reputation_bot.rules.schema import Rule
from reputation_bot.settings import Settings, parse_duration
from tests import foreign_package

MINIMAL = """\
brand: {name: Bottega Aurora, terms: ["bottega aurora", "@bottegaaurora"]}
telegram: {chat: -1001234567890}
operators: {anna: {telegram: 1001, role: lead}}
channels:
  news: {connector: rss, url: "http://127.0.0.1:9001/feed.xml", every: 5m}
  piazza: {connector: sandbox, url: "http://127.0.0.1:8800", every: 1m}
"""
HEAD = "brand: {name: Aurora}\ntelegram: {chat: -100}\n"  # two lines
INSTALLED = f"installed are {', '.join(plugins.connectors())}"
CATEGORIES = "question, complaint, praise, suggestion, other or spam"
SECRET = "hunter2-hunter2-hunter2"


def read(text: str, environ: Mapping[str, str] | None = None) -> Config:
    return parse(text, Path("shop/rules.yaml"), environ or {})


def mistakes(text: str, environ: Mapping[str, str] | None = None) -> list[str]:
    with pytest.raises(RulesFileError) as caught:
        read(text, environ)
    return str(caught.value).splitlines()


@pytest.fixture
def _bazaar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    foreign_package.install(tmp_path, monkeypatch)


# ---------------------------------------------------------------- files that are right


def test_the_smallest_file_gets_sensible_defaults(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text(MINIMAL)
    config = load(path, {})
    settings = config.settings
    assert settings.language == "it"
    assert settings.languages == ["it", "en"]
    assert settings.operators["anna"].role is Role.LEAD
    assert settings.channels["news"].every == timedelta(minutes=5)
    assert settings.channels["news"].options == {"url": "http://127.0.0.1:9001/feed.xml"}
    assert settings.publishing.undo == timedelta(seconds=10)
    assert settings.promises.first_response_for(Priority.URGENT) == timedelta(hours=1)
    assert config.environment.token is None
    assert (config.path, config.text) == (path, MINIMAL)
    assert config.lines["channels.piazza.every"] == 6


def test_the_example_is_right_without_any_environment() -> None:
    example = load_example()
    assert {name: person.role for name, person in example.settings.operators.items()} == {
        "anna": Role.LEAD,
        "paolo": Role.APPROVER,
        "federica": Role.AGENT,
        "vittoria": Role.VIEWER,
    }
    assert example.text == example_rules()


def test_sections_whose_lines_are_all_commented_out_are_not_there() -> None:
    settings = read(f"{HEAD}channels:\n  # news: x\nrules:\ncanned:\noperators:\n").settings
    assert (settings.channels, settings.rules, settings.canned, settings.operators) == ({}, [], [], {})


def test_a_byte_order_mark_and_windows_line_ends_do_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes(b"\xef\xbb\xbf" + MINIMAL.replace("\n", "\r\n").encode())
    assert load(path, {}).settings == read(MINIMAL).settings


def test_norway_is_not_false() -> None:
    assert read(f"{HEAD}languages: [it, no]\n").settings.languages == ["it", "no"]


def test_one_promise_stands_for_all_priorities() -> None:
    promises = read(f"{HEAD}promises: {{first_response: 2h}}\n").settings.promises
    assert {promises.first_response_for(priority) for priority in Priority} == {timedelta(hours=2)}


# ---------------------------------------------------------------- mistakes

ONE_MISTAKE = [
    ("brand: {name: A}\n", ["rules.yaml:1: telegram: is missing"]),
    (
        "brand: {name: A}\ntelegram: {}\n",
        ["rules.yaml:2: telegram.chat: is missing: Telegram's number of the group, usually starting with -100"],
    ),
    (
        "brand: {}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.name: is missing: As customers know it; also what is looked for when there are no terms"],
    ),
    (f"{HEAD}brnd: {{}}\n", ['rules.yaml:3: brnd: is not a known key; did you mean "brand"?']),
    (
        "brand: {name: A, trems: [a]}\ntelegram: {chat: -1}\n",
        ['rules.yaml:1: brand.trems: is not a known key; did you mean "terms"?'],
    ),
    (
        f"{HEAD}publishing: {{hurry: 1s}}\n",
        ["rules.yaml:3: publishing.hurry: is not a known key; known here: undo, two_people"],
    ),
    ("brand: {name: 1900}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: 1900 is read as a number: put it in quotes"]),
    (
        "brand: {name: true}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.name: true is read as yes or no: put it in quotes"],
    ),
    ("brand: {name: [A]}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: write a text"]),
    ("brand: {name: ''}\ntelegram: {chat: -1}\n", ["rules.yaml:1: brand.name: is empty: fill it in or remove the key"]),
    ("brand:\n  name:\ntelegram: {chat: -1}\n", ["rules.yaml:2: brand.name: is empty: fill it in or remove the key"]),
    (
        f"brand: {{name: {'x' * 81}}}\ntelegram: {{chat: -1}}\n",
        [f'rules.yaml:1: brand.name: "{"x" * 40}…" is too long: at most 80 characters'],
    ),
    ("brand: Aurora\ntelegram: {chat: -1}\n", ['rules.yaml:1: brand: "Aurora": write a group of keys, each with a colon']),
    (
        "brand: {name: A, terms: aurora}\ntelegram: {chat: -1}\n",
        ['rules.yaml:1: brand.terms: "aurora": write a list: […], or one line for each item beginning with “- ”'],
    ),
    (
        "brand: {name: A, terms: ['!?', '\u200b']}\ntelegram: {chat: -1}\n",
        ["rules.yaml:1: brand.terms.1: there is nothing to look for in “\u200b”"],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: 1001234567890}\n",
        ["rules.yaml:2: telegram.chat: 1001234567890: a group's number begins with a minus, usually with -100"],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: '@group'}\n",
        ['rules.yaml:2: telegram.chat: "@group": write a whole number'],
    ),
    (
        "brand: {name: A}\ntelegram: {chat: -1, per_minute: 30}\n",
        ["rules.yaml:2: telegram.per_minute: 30 is not possible here: write at most 20"],
    ),
    (
        f"{HEAD}operators: {{Anna: {{telegram: 1}}}}\n",
        ['rules.yaml:3: operators.Anna: "Anna" is not possible here: begin with a small letter, then small letters, digits, - and _'],
    ),
    (
        f"{HEAD}operators: {{anna: {{telegram: -5}}}}\n",
        ["rules.yaml:3: operators.anna.telegram: -5 is not possible here: write more than 0"],
    ),
    (
        f"{HEAD}operators: {{anna: {{telegram: 5, role: boss}}}}\n",
        ['rules.yaml:3: operators.anna.role: "boss" is not a role: write viewer, agent, approver or lead'],
    ),
    (
        f"{HEAD}operators:\n  anna: {{telegram: 5}}\n  paolo: {{telegram: 5}}\n",
        ["rules.yaml:5: operators.paolo.telegram: anna has this number already: each person has one of their own"],
    ),
    (f"{HEAD}publishing: {{undo: 10}}\n", ["rules.yaml:3: publishing.undo: 10: write a duration such as 10s, 15m, 1h30m or 7d"]),
    (
        f"{HEAD}publishing: {{undo: 5 minuti}}\n",
        ['rules.yaml:3: publishing.undo: "5 minuti": write a duration such as 10s, 15m, 1h30m or 7d'],
    ),
    (f"{HEAD}keep: {{closed: 0s}}\n", ['rules.yaml:3: keep.closed: "0s": must be longer than nothing']),
    (f"{HEAD}keep: {{closed: 999999999w}}\n", ['rules.yaml:3: keep.closed: "999999999w": is longer than ten years']),
    (
        f"{HEAD}promises: {{first_response: soon}}\n",
        ['rules.yaml:3: promises.first_response: "soon": write a duration such as 10s, 15m, 1h30m or 7d'],
    ),
    (
        f"{HEAD}promises: {{first_response: {{urgnt: 5m}}}}\n",
        ['rules.yaml:3: promises.first_response.urgnt: is not a known key; did you mean "urgent"?'],
    ),
    (f"{HEAD}language: fr\n", ['rules.yaml:3: language: the staff interface does not speak "fr": write en or it']),
    (
        f"{HEAD}languages: [ita]\n",
        ['rules.yaml:3: languages.0: "ita" is not possible here: write the two small letters of a language, such as it or en'],
    ),
    (f"{HEAD}languages: []\n", ["rules.yaml:3: languages: is empty: fill it in or remove the key"]),
    (
        f"{HEAD}timezone: Roma\n",
        ['rules.yaml:3: timezone: "Roma": write a time zone of the tz database, such as Europe/Rome'],
    ),
    (
        f"{HEAD}channels: {{news: {{connector: rs, url: 'http://x.example'}}}}\n",
        [f'rules.yaml:3: channels.news.connector: no connector is called "rs"; did you mean "rss"? ({INSTALLED})'],
    ),
    (
        f"{HEAD}channels: {{news: {{url: x}}}}\n",
        ["rules.yaml:3: channels.news.connector: is missing: The code for the platform, such as rss"],
    ),
    (f"{HEAD}channels: [news]\n", ["rules.yaml:3: channels: write a group of keys, each with a colon"]),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{category: complain}}}}\n",
        [
            f'rules.yaml:4: rules.0.then.category: "complain" is not a category: write {CATEGORIES}'
        ],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: 5, then: {{}}}}\n",
        ["rules.yaml:4: rules.0.when: 5: write a text, or a group of conditions such as all: […]"],
    ),
    (
        f"{HEAD}rules:\n  - name: a\n    when:\n      any:\n        - b\n        - {{prase: c}}\n    then: {{}}\n",
        ['rules.yaml:8: rules.0.when.any.1.prase: is not a known key; did you mean "phrase"?'],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: {{rating: {{min: 4, max: 2}}}}, then: {{}}}}\n",
        ["rules.yaml:4: rules.0.when.rating: min is above max, so that nothing fits"],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: a, when: b, then: {{}}}}\n",
        ['rules.yaml:5: rules.1.name: "a" is the name of rules.0 already: give this one another'],
    ),
    (
        f"{HEAD}channels: {{}}\nrules:\n  - {{name: a, when: {{not: [{{channel: [news]}}]}}, then: {{}}}}\n",
        ['rules.yaml:5: rules.0.when.not.0.channel.0: no channel is called "news"; known here: none'],
    ),
    (
        f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: c, when: {{any: [x, '\u200b']}}, then: {{}}}}\n",
        ["rules.yaml:5: rules.1.when.any.1: there is no word in “\u200b”"],
    ),
    (
        f"{HEAD}canned:\n  - {{name: a, text: {{it: x}}}}\n  - {{name: b, text: {{it: 'ciao {{autor}}'}}}}\n",
        ["rules.yaml:5: canned.1.text.it: there is no {autor}, did you mean {author}?"],
    ),
    (
        f"{HEAD}canned:\n  - {{name: a, text: {{it: x}}}}\n  - {{name: a, text: {{it: x}}}}\n",
        ['rules.yaml:5: canned.1.name: "a" is the name of canned.0 already: give this one another'],
    ),
    ("", ["rules.yaml: is empty; see reputation-bot init for a file to start from"]),
    ("# only a comment\n", ["rules.yaml: is empty; see reputation-bot init for a file to start from"]),
    (
        "- brand\n",
        ["rules.yaml:1: does not begin with a key such as brand:; see reputation-bot init for a file to start from"],
    ),
    ("brand: {name: 'A}\n", ["rules.yaml:1: a quote opened here is never closed"]),
    (f"{HEAD}brand: {{name: B}}\n", ["rules.yaml:3: brand: stands twice: see also line 1"]),
]  # fmt: skip


@pytest.mark.parametrize(("text", "expected"), ONE_MISTAKE)
def test_a_mistake_is_told_with_file_line_key_and_what_to_write(text: str, expected: list[str]) -> None:
    assert mistakes(text) == expected


def test_a_pattern_that_re2_refuses_is_told_at_its_line() -> None:
    text = f"{HEAD}rules:\n  - {{name: a, when: b, then: {{}}}}\n  - {{name: c, when: {{regex: '(?=a)'}}, then: {{}}}}\n"
    [said] = mistakes(text)
    assert said.startswith("rules.yaml:5: rules.1.when.regex: RE2 does not accept this pattern: ")


def test_all_mistakes_are_told_at_once_in_the_order_of_the_lines() -> None:
    text = f"""{HEAD}publishing: {{undo: 10}}
operators:
  anna: {{telegram: 5, role: boss}}
  paolo: {{telegram: 6}}
  pietro: {{telegram: 6}}
channels:
  news: {{connector: rss, url: nowhere, evry: 5m}}
  old: {{connector: telegraph}}
rules:
  - {{name: a, when: {{channel: [nwes]}}, then: {{categry: spam}}}}
  - {{name: a, when: {{regex: '('}}, then: {{priority: 3}}}}
language: fr
brand: {{}}
"""
    found = mistakes(text)
    assert [said.split(": ")[:2] for said in found] == [
        ["rules.yaml:3", "publishing.undo"],
        ["rules.yaml:5", "operators.anna.role"],
        ["rules.yaml:7", "operators.pietro.telegram"],
        ["rules.yaml:9", "channels.news.url"],
        ["rules.yaml:9", "channels.news.evry"],
        ["rules.yaml:10", "channels.old.connector"],
        ["rules.yaml:12", "rules.0.then.categry"],
        ["rules.yaml:12", "rules.0.when.channel.0"],
        ["rules.yaml:13", "rules.1.then.priority"],
        ["rules.yaml:13", "rules.1.name"],
        ["rules.yaml:13", "rules.1.when.regex"],
        ["rules.yaml:14", "language"],
        ["rules.yaml:15", "brand"],
    ]
    assert 'channels.news.evry: is not a known key; did you mean "every"?' in "\n".join(found)


def test_the_first_mistake_is_at_hand_as_data() -> None:
    with pytest.raises(RulesFileError) as caught:
        read(f"{HEAD}languages: it\nbrnd: x\n")
    error = caught.value
    assert (error.file, error.line, error.key) == (Path("shop/rules.yaml"), 3, "languages")
    assert [one.line for one in error.errors] == [3, 4]


def test_a_missing_file_says_how_to_make_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        load(tmp_path / "rules.yaml", {})
    assert str(caught.value) == f"rules.yaml: not found in {tmp_path}; make one with: reputation-bot init"


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r": is a folder; name the file in it$"):
        load(tmp_path, {})


def test_a_file_in_another_encoding_is_told_with_its_line(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_bytes("brand:\n  name: Caffè\n".encode("latin-1"))
    with pytest.raises(ConfigError, match=r"^rules\.yaml:2: this is not UTF-8: save the file in your editor"):
        load(path, {})


def test_a_huge_file_is_refused_before_it_is_read(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    with path.open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(ConfigError, match=r"is larger than 4 MB: is it the right file\?"):
        load(path, {})


def test_every_pattern_of_the_settings_is_explained_in_words() -> None:
    def patterns(part: Any) -> set[str]:
        if isinstance(part, dict):
            own = {part["pattern"]} if isinstance(part.get("pattern"), str) else set()
            return own.union(*map(patterns, part.values()))
        return set().union(*map(patterns, part)) if isinstance(part, list) else set()

    duration = r"^ *([0-9]{1,9}[smhdw] *)+$"  # says it by itself
    assert patterns(Settings.model_json_schema()) - {duration} == set(PATTERNS)


# ---------------------------------------------------------------- connectors' own keys


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
        import sys  # noqa: PLC0415

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


# ---------------------------------------------------------------- the environment

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


@given(st.text())
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


# ---------------------------------------------------------------- durations and forms


@given(st.lists(st.tuples(st.integers(0, 999), st.sampled_from("smhd")), min_size=1, max_size=3))
def test_a_duration_is_the_sum_of_its_parts(parts: list[tuple[int, str]]) -> None:
    seconds = {"s": 1, "m": 60, "h": 3600, "d": 86400}
    text = " ".join(f"{number}{unit}" for number, unit in parts)
    assert parse_duration(text).total_seconds() == sum(number * seconds[unit] for number, unit in parts)


@given(
    st.text()
    | st.integers()
    | st.floats()
    | st.none()
    | st.from_regex(r"\A([0-9]{1,30}[smhdwSM.,-]?){1,4}\Z")
)
def test_anything_else_is_a_value_error_and_no_duration_is_beyond_ten_years(value: object) -> None:
    try:
        duration = parse_duration(value)
    except ValueError:
        return
    assert timedelta() <= duration <= timedelta(days=3650)


@pytest.mark.parametrize(
    "when", ["mai arrivato", {"phrase": "mai"}, {"any": ["a", {"not": [{"phrase": "b"}]}]}]
)
def test_a_condition_may_be_a_text_or_a_group(when: object) -> None:
    rule = Rule.model_validate({"name": "x", "when": when, "then": {}})
    assert Rule.model_validate({"name": "x", "when": rule.when, "then": {}}) == rule
