"""Help, wrong use and the list of platforms in Italian and English, as the environment asks; nothing is left without its Italian."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import click
import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po
from click.testing import CliRunner, Result

from reputation_bot import named, plugins, spoken
from reputation_bot.cli import main
from reputation_bot.cli.help import Argument, Command, Option
from reputation_bot.commands import story
from reputation_bot.errors import ReputationBotError
from reputation_bot.i18n import ENGLISH, translator
from reputation_bot.model import Category, Priority
from reputation_bot.sandbox.server import running
from reputation_bot.telegram import words
from tests.test_errors_in_italian import ENGLISH as ENGLISH_WORDS
from tests.test_errors_in_italian import QUOTED
from tests.test_locales import forms_of, placeholders
from tests.told_in_the_terminal import CORE, commands, of_help, texts

ITALIAN_MACHINE, ENGLISH_MACHINE = "it_IT.UTF-8", "en_GB.UTF-8"
COMMANDS = dict(commands())
LOCALES = CORE / "locales"


def run(*arguments: str, language: str = ITALIAN_MACHINE) -> Result:
    return CliRunner().invoke(main, list(arguments), env={"LC_ALL": language}, prog_name="reputation-bot")


def on_one_line(text: str) -> str:
    """Without the breaks that click makes to fit the window."""
    return " ".join(text.split())


@pytest.fixture(scope="module")
def catalogue() -> Catalog:
    with (LOCALES / "it" / "LC_MESSAGES" / "terminal.po").open("rb") as file:
        return read_po(file)


@pytest.fixture(scope="module")
def found() -> dict[str, list[str]]:
    return texts()


def test_every_text_of_the_terminal_is_translated(catalogue: Catalog, found: dict[str, list[str]]) -> None:
    assert len(found) > 350
    missing = {}
    for text, places in found.items():
        message = catalogue.get(text)
        if message is None or message.fuzzy or not all(forms_of(message.string)):
            missing[text] = places
    assert missing == {}


def test_no_translation_of_the_terminal_is_left_over(catalogue: Catalog, found: dict[str, list[str]]) -> None:
    ids = [forms_of(message.id)[0] for message in catalogue if message.id]
    assert [one for one in ids if one not in found] == []


def test_gaps_and_plural_forms_are_those_of_the_english(catalogue: Catalog) -> None:
    for message in catalogue:
        if message.id:
            wanted = set().union(*map(placeholders, forms_of(message.id)))
            given = set().union(*map(placeholders, forms_of(message.string)))
            assert given == wanted, message.id
            forms = catalogue.num_plurals if isinstance(message.id, tuple) else 1
            assert len(forms_of(message.string)) == forms


def test_an_untranslated_option_would_be_found() -> None:
    group = click.Group("odd", commands={"new": Command("new", help="Do it anew.")})
    group.commands["new"].params = [Option(["--how"], metavar="MANNER", help="In which way.")]
    told = dict(of_help(group))
    assert {"Do it anew.", "In which way.", "MANNER"} <= told.keys()
    assert told["In which way."] == "new --how"


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_and_option_is_told_when_it_is_printed(name: str) -> None:
    """One of click's own kind would stay English whatever the catalogue holds."""
    assert isinstance(COMMANDS[name], Command)
    for parameter in COMMANDS[name].params:
        assert isinstance(parameter, Option | Argument), parameter.name


@pytest.mark.parametrize("name", COMMANDS)
def test_help_is_told_in_italian_without_a_word_of_english(name: str, catalogue: Catalog) -> None:
    result = run(*name.split(), "--help")
    assert result.exit_code == 0
    page = on_one_line(result.stdout)
    assert page.startswith(on_one_line(f"Uso: reputation-bot {name} [OPZIONI]"))
    assert "Mostra questo aiuto ed esce." in page
    for parameter in COMMANDS[name].params:
        if isinstance(parameter, Option):
            message = catalogue.get(parameter.help or "")
            assert message
            [italian] = forms_of(message.string)
            assert italian in page
    assert not ENGLISH_WORDS.search(QUOTED.sub(" ", page)), page


@pytest.mark.parametrize("name", COMMANDS)
def test_help_stays_english_for_an_english_environment(name: str) -> None:
    command = COMMANDS[name]
    result = run(*name.split(), "--help", language=ENGLISH_MACHINE)
    assert result.exit_code == 0
    page = on_one_line(result.stdout)
    assert page.startswith(on_one_line(f"Usage: reputation-bot {name} [OPTIONS]"))
    assert on_one_line(command.help or "none") in page
    for parameter in command.params:
        if isinstance(parameter, Option):
            assert parameter.help
            assert parameter.help in page
    assert result.stdout == run(*name.split(), "--help", language="C").stdout


@pytest.mark.parametrize("name", [name for name, one in COMMANDS.items() if isinstance(one, click.Group)])
def test_no_command_is_described_in_italian_with_its_end_cut_off(name: str) -> None:
    assert "..." not in run(*name.split(), "--help").stdout.partition("Comandi:")[2]


@pytest.mark.parametrize(
    ("environment", "is_italian"),
    [
        ({"LANG": "it_IT.UTF-8"}, True),
        ({"LANG": "it"}, True),
        ({"LC_ALL": "it_CH@euro", "LANG": "en_US"}, True),
        ({"LANGUAGE": "de:it:en", "LANG": "en_US.UTF-8"}, True),
        ({"LANGUAGE": "en:it", "LANG": "it_IT.UTF-8"}, False),
        ({"LANGUAGE": "it", "LANG": "C.UTF-8"}, False),
        ({"LC_ALL": "C", "LANG": "it_IT.UTF-8"}, False),
        ({"LANG": "../../it"}, False),
        ({}, False),
    ],
)
def test_click_and_we_speak_the_same_language(environment: dict[str, str], is_italian: bool) -> None:
    silent = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))
    page = CliRunner().invoke(main, ["rules", "--help"], env=silent | environment).stdout
    italian = (
        "Uso:",
        "Opzioni:",
        "Comandi:",
        "Mostra questo aiuto",
        "Cambiare le regole",
        "[OPZIONI] COMANDO",
    )
    english = ("Usage:", "Options:", "Commands:", "Show this", "Change rules", "[OPTIONS] COMMAND")
    spoken_then, silent_then = (italian, english) if is_italian else (english, italian)
    assert all(one in page for one in spoken_then)
    assert not any(one in page for one in silent_then)


def test_one_process_may_speak_both_languages_in_turn() -> None:
    pages = [run("poll", "--help", language=one).stdout for one in (ITALIAN_MACHINE, "C", ITALIAN_MACHINE)]
    assert pages[0] == pages[2]
    assert "Mostra questo aiuto ed esce." in pages[0]
    assert "Show this message and exit." in pages[1]


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["init", "--fource"], "L'opzione '--fource' non esiste. Intendevi '--force'?"),
        (["rules", "expain"], "Il comando 'expain' non esiste. Intendevi 'explain'?"),
        (["rules", "explain"], "Manca l'argomento 'TESTO'."),
        (["case", "tre"], "Valore non valido per 'NUMERO': 'tre' non va bene: serve un numero intero."),
        (["demo", "--port", "0"], "Valore non valido per '--port': 0 è fuori dai limiti 1<=x<=65535."),
        (["demo", "--language", "fr"], "'fr' non è tra questi: 'it', 'en'."),
        (["rules", "explain", "x", "--rating", "a"], "'a' non va bene: serve un numero."),
        (["faq", "import", "no.csv"], "Valore non valido per 'FILE.csv': File 'no.csv': non esiste."),
        (["classify"], "dai un TESTO oppure --jsonl FILE, uno dei due"),
        (["rules", "replay", "--since", "ieri"], "Valore non valido per --since: scrivi una durata come "),
        (["bot", "1", "2"], "Argomenti di troppo: 1 2"),
    ],
)
def test_wrong_use_is_told_in_italian(arguments: list[str], expected: str) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert f"Errore: {expected}" in result.stderr or expected in result.stderr
    assert "Per l'aiuto: 'reputation-bot " in result.stderr
    assert not ENGLISH_WORDS.search(QUOTED.sub(" ", result.stderr))


def test_the_version_is_told_in_both_languages() -> None:
    assert re.fullmatch(r"reputation-bot, versione \d\S+\n", run("--version").stdout)
    assert re.fullmatch(r"reputation-bot, version \d\S+\n", run("--version", language="C").stdout)


@pytest.mark.parametrize("content", [None, b"", b"not a catalogue", b"\xde\x12\x04\x95" + b"\xff" * 24])
def test_a_missing_or_broken_catalogue_leaves_help_in_english(
    content: bytes | None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if content is not None:
        path = tmp_path / "it" / "LC_MESSAGES" / "terminal.mo"
        path.parent.mkdir(parents=True)
        path.write_bytes(content)
    monkeypatch.setattr(spoken, "_LOCALES", tmp_path)
    assert run("--help").stdout.startswith("Usage: reputation-bot [OPTIONS]")


LOADED = """
import gettext, sys
from reputation_bot.cli import main
main(["--help"], prog_name="reputation-bot", standalone_mode=False)
print(sorted(gettext._translations), [one for one in sys.modules if one in sys.argv[1:]], file=sys.stderr)
"""


@pytest.mark.parametrize(("language", "catalogues"), [("en_GB.UTF-8", 0), ("it_IT.UTF-8", 1)])
def test_help_reads_its_catalogue_only_where_it_is_wanted(language: str, catalogues: int) -> None:
    """And never that of the staff interface, nor anything of the configuration."""
    heavy = ["reputation_bot.i18n", "reputation_bot.config", "pydantic"]
    environment = {**os.environ, "LC_ALL": language}
    result = subprocess.run(  # what is loaded already in this process says nothing
        [sys.executable, "-c", LOADED, *heavy], env=environment, capture_output=True, text=True, check=True
    )
    assert result.stderr.count("terminal.mo") == catalogues
    assert "reputation_bot.mo" not in result.stderr
    assert result.stderr.endswith(" []\n")


@pytest.mark.parametrize("name", sorted(plugins.connectors()))
def test_a_platform_is_told_in_italian_without_a_word_of_english(name: str) -> None:
    page = run("connectors", name).stdout.partition("\n  per rules.yaml, sotto channels:\n")[0]
    assert "  legge  " in page
    bare = re.sub(
        r"`[^`]*`|\$\{\w+\}|\S+\.(?:com|org|example)\S*|\([^()]*\d{4}-\d{2}[^()]*\)|\w+: ", " ", page
    )
    assert not re.search(r"\b(is|are|the|an|with|such|as|to|of|our|what|which|whose|unless)\b", bare), bare


def test_platforms_are_listed_in_italian_and_json_stays_as_it_is() -> None:
    lines = run("connectors").stdout.splitlines()
    assert (
        "sandbox          la piccola rete sociale di `reputation-bot demo`: legge, risponde, scrive in privato"
        in lines
    )
    for arguments in (["connectors", "--json"], ["connectors", "x", "--json"]):
        assert run(*arguments).stdout == run(*arguments, language="C").stdout
    assert json.loads(run("connectors", "x", "--json").stdout)["limits"][0]["text"].endswith(
        "a link counts 23"
    )


def test_names_are_those_of_the_cards() -> None:
    it = translator("it")
    for kind in Category:
        assert words.category(kind, it).split(maxsplit=1)[1].lower() == named.value("category", kind, it)
        assert named.value("category", kind, ENGLISH) == kind
    for level in Priority:
        assert words.priority(level, it).split()[-1] == named.value("priority", level, it)
    assert words.topics(it).keys() == named.TOPICS
    assert {one: named.value("topic", one, it) for one in named.TOPICS} == words.topics(it)
    assert (
        named.value("topic", "Publish", it) == "Publish"
    )  # a shop's own topic that is a word of the interface


def test_the_story_of_the_demo_is_told_in_italian(monkeypatch: pytest.MonkeyPatch) -> None:
    """As far as it goes without a bot."""
    monkeypatch.setenv("LC_ALL", ITALIAN_MACHINE)
    monkeypatch.setattr(story, "_LONGEST_WAIT", 0.0)
    spoken.speak_as_asked(os.environ)
    said: list[str] = []
    with running() as sandbox, pytest.raises(ReputationBotError) as caught:
        story.Story(sandbox.url, said.append).play()
    assert " s  Mario Rossi scrive una recensione da una stella: «" in said[0]
    assert caught.value.told(translator("it").sentence) == "atteso invano per 0 s: una scheda nel gruppo"
