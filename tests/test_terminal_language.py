"""The terminal and the group tell of errors in the language of rules.yaml, however wrong it is; else in that of the environment."""

import json
import os
import re
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from click.testing import CliRunner, Result

from reputation_bot import i18n
from reputation_bot.cli import main
from reputation_bot.config import language, load
from reputation_bot.config.watch import Watch
from reputation_bot.i18n import translator
from reputation_bot.listening.polling import Polled
from reputation_bot.model import ChannelState
from reputation_bot.ports import Message, Storage
from reputation_bot.sandbox.server import running
from reputation_bot.telegram import telling
from reputation_bot.telegram.html import visible
from reputation_bot.telegram.rounds import Rounds
from reputation_bot.telegram.words import Words
from tests.fakes import FakeClock
from tests.processes import Place

SHOP = "brand: {name: Bottega Aurora}\ntelegram: {chat: -100}\n"
MISTAKE = "brnd: {}\n"
IN_ITALIAN, IN_ENGLISH = 'non è una chiave conosciuta; intendevi "brand"?', 'did you mean "brand"?'
SILENT: dict[str, str | None] = dict.fromkeys(("LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "rules.yaml"


def run(path: Path, *command: str, **environment: str) -> Result:
    given = {
        "REPUTATION_BOT_TOKEN": None,
        "REPUTATION_BOT_STORE": f"tinydb:{path.with_name('store.json')}",  # else one is made where the tests run
        **environment,
    }
    return CliRunner().invoke(main, [*command, "--rules", str(path)], env=SILENT | given)


@pytest.mark.parametrize(
    ("named", "environment", "expected"),
    [
        ("language: it\n", {"LANG": "en_GB.UTF-8"}, IN_ITALIAN),
        ('language: "it"   # of cards\n', {}, IN_ITALIAN),
        ("language: it\r\n", {}, IN_ITALIAN),
        ("language: en\n", {"LANG": "it_IT.UTF-8"}, IN_ENGLISH),
        ("", {"LANG": "it_IT.UTF-8"}, IN_ITALIAN),
        ("", {"LANG": "it"}, IN_ITALIAN),
        ("", {"LC_ALL": "it_IT@euro", "LC_MESSAGES": "en_US", "LANG": "en_US"}, IN_ITALIAN),
        ("", {"LC_ALL": "", "LC_MESSAGES": "it_CH.UTF-8", "LANG": "en_US"}, IN_ITALIAN),
        ("", {"LC_ALL": "C", "LANG": "it_IT"}, IN_ENGLISH),
        ("", {"LANG": "de_DE.UTF-8"}, IN_ENGLISH),
        ("", {}, IN_ENGLISH),
        ("language: fr\n", {"LANG": "it_IT.UTF-8"}, IN_ITALIAN),
        ("language: ${LANG}\n", {"LANG": "it_IT.UTF-8"}, IN_ITALIAN),
        ("notes:\n  language: it\n", {}, IN_ENGLISH),
        ("", {"LANGUAGE": "de:it:en", "LANG": "en_US.UTF-8"}, IN_ITALIAN),
        ("", {"LANGUAGE": "en:it", "LANG": "it_IT.UTF-8"}, IN_ENGLISH),
        ("", {"LANGUAGE": "", "LANG": "it_IT.UTF-8"}, IN_ITALIAN),
        ("", {"LANGUAGE": "it", "LC_ALL": "C.UTF-8", "LANG": "it_IT.UTF-8"}, IN_ENGLISH),
        ("", {"LANGUAGE": "it"}, IN_ENGLISH),
    ],
)
def test_the_file_chooses_and_then_the_environment(
    path: Path, named: str, environment: dict[str, str], expected: str
) -> None:
    path.write_bytes((SHOP + MISTAKE + named).encode())
    result = run(path, "cases", **environment)
    assert result.exit_code == 2
    [told] = [line for line in result.stderr.splitlines() if line.startswith("rules.yaml:3: brnd: ")]
    assert told.endswith(expected)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("language: it\nbrand: {name: 'A\n", "rules.yaml:2: le virgolette aperte qui non si chiudono mai"),
        ("{language: it, brand: {name: A}}", "rules.yaml:1: telegram: manca"),
        ("\ufefflanguage: it\n", "brand: manca"),
    ],
)
def test_a_file_that_cannot_be_read_to_its_end_still_names_its_language(
    path: Path, text: str, expected: str
) -> None:
    path.write_text(text, encoding="utf-8")
    assert expected in run(path, "poll").stderr


def test_bytes_that_are_no_text_do_not_hide_the_language(path: Path) -> None:
    path.write_bytes(b"language: it\nbrand: {name: Caff\xe8}\n")
    assert "rules.yaml:2: questo non è UTF-8: salva il file" in run(path, "poll").stderr


@pytest.mark.parametrize(("lang", "expected"), [("it_IT", "non trovato in"), ("en_US", "not found in")])
def test_without_a_file_the_environment_decides(path: Path, lang: str, expected: str) -> None:
    result = run(path, "bot", LANG=lang)
    assert result.exit_code == 2
    assert f"rules.yaml: {expected} {path.parent}; " in result.stderr


def test_a_command_without_a_file_speaks_the_language_of_the_environment() -> None:
    result = CliRunner().invoke(main, ["connectors", "redit"], env={**SILENT, "LANG": "it_IT.UTF-8"})
    assert result.exit_code == 2
    assert 'nessun connettore si chiama "redit"; intendevi "reddit"? (sono installati ' in result.stderr


def test_other_expected_errors_are_exit_one_and_italian_too(path: Path) -> None:
    path.write_text(f"{SHOP}language: it\n", encoding="utf-8")
    store = f"tinydb:{path.with_name('store.json')}"
    result = run(path, "case", "7", "--store", store)
    assert (result.exit_code, result.stderr) == (1, "non c'è un caso #7\n")
    path.with_name("store.json").write_text("[1]", encoding="utf-8")
    result = run(path, "cases", "--store", store)
    assert result.exit_code == 1
    assert "non è un archivio di reputation-bot ed è rimasto com'era. Indica a --store" in result.stderr


def test_a_broken_catalogue_leaves_english(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path.write_text(f"{SHOP}{MISTAKE}language: it\n", encoding="utf-8")
    folder = path.parent / "locales" / "it" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "reputation_bot.po").touch()
    (folder / "reputation_bot.mo").write_bytes(b"broken")
    monkeypatch.setattr(i18n, "_LOCALES", path.parent / "locales")
    i18n.translator.cache_clear()
    try:
        assert language.for_file(path, {}).language == "en"
    finally:
        i18n.translator.cache_clear()


def test_check_tells_what_is_wrong_with_the_file_in_its_language(path: Path) -> None:
    path.write_text(f"{SHOP}{MISTAKE}language: it\n", encoding="utf-8")
    result = run(path, "check", "--json")
    assert result.exit_code == 2
    assert json.loads(result.stdout) == [
        {
            "ok": False,
            "what": "rules.yaml:3: brnd",
            "problem": IN_ITALIAN,
            "to_do": "Correggi, poi controlla di nuovo.",
        }
    ]


def test_check_tells_of_a_missing_extra_and_holidays_in_italian(path: Path) -> None:
    text = f"{SHOP}language: it\nhours: {{mon: 9-13, holidays: IT-XX}}\n"
    path.write_text(text, encoding="utf-8")
    told = {one["what"]: one["problem"] for one in json.loads(run(path, "check", "--json").stdout)}
    assert told["hours.holidays"].startswith("XX non è una parte di IT con festività sue: scrivi ")


def test_the_group_is_told_of_a_refused_file_in_its_language(
    path: Path, storage: Storage, clock: FakeClock
) -> None:
    path.write_text(f"{SHOP}language: it\n", encoding="utf-8")
    os.utime(path, ns=(1, 1))
    config, said = load(path, {}), list[Message]()

    def say(message: Message) -> bool:
        said.append(message)
        return True

    rounds = Rounds(storage, Watch(config, {}), lambda _: None, say, settings=config.settings, clock=clock)
    path.write_text(f"{SHOP}language: it\n{MISTAKE}keep: {{closed: 0s}}\n", encoding="utf-8")
    for _ in range(3):
        rounds.go()
    (text,) = [visible(one.html) for one in said]
    assert f"rules.yaml:4: brnd: {IN_ITALIAN}" in text
    assert 'rules.yaml:5: keep.closed: "0s": dev\'essere più di zero' in text


@pytest.mark.parametrize(
    ("problem", "expected"),
    [
        ("unexpected KeyError", "errore imprevisto KeyError"),
        (
            "channels: rules.yaml names no channel 'alert' any more",
            "channels: rules.yaml non ha più un canale 'alert'",
        ),
    ],
)
def test_coverage_tells_of_a_broken_channel_in_italian(
    storage: Storage, path: Path, problem: str, expected: str
) -> None:
    path.write_text(
        f"{SHOP}channels: {{alert: {{connector: sandbox, api: 'http://127.0.0.1:1'}}}}\n", encoding="utf-8"
    )
    settings, now = load(path, {}).settings, datetime(2026, 11, 22, 9, tzinfo=UTC)
    failing = ChannelState(
        "alert", failures=9, failing_since=datetime(2026, 11, 20, tzinfo=UTC), problem=problem
    )
    with storage.transaction() as tx:
        tx.put_channel(failing)
    words = Words(translator("it"), now, ZoneInfo("Europe/Rome"), people={})
    with storage.read() as view:
        assert expected in "\n".join(telling.told(view, settings, words))


@pytest.fixture
def place(tmp_path: Path) -> Iterator[Place]:
    with running() as sandbox:
        made = Place(sandbox.url, tmp_path)
        made.rules.write_text("language: it\n" + made.rules.read_text(encoding="utf-8"), encoding="utf-8")
        yield made
        made.close()


def test_poll_says_in_italian_what_came_of_it(place: Place) -> None:
    def poll(*options: str, **environment: str) -> Result:
        return run(place.rules, "poll", "--store", f"tinydb:{place.store}", *options, **environment)

    bot = {"REPUTATION_BOT_API": place.url, "REPUTATION_BOT_TOKEN": "1:test"}

    place.call("POST", "/api/posts", {"author": "Elena", "text": "Bottega Aurora: pacco mai arrivato!"})
    place.call("POST", "/api/posts", {"author": "Ugo", "text": "Che bel tempo"})
    rehearsed = poll("--dry-run").stdout
    assert "[non ci riguarda] Ugo" in rehearsed
    assert re.search(r"\[reclamo, priorità \w+\] Elena", rehearsed)
    first = poll()
    assert "piazza: 1 nuove, 0 già viste, 0 aggiornate, 1 non ci riguardano" in first.stderr
    assert "schede e risposte restano a nessuno: metti il token in REPUTATION_BOT_TOKEN" in first.stderr
    second = poll("--all", **bot)
    assert "da due minuti non c'è un bot vivo: 1 schede inviate da qui" in second.stderr
    assert first.exit_code == second.exit_code == 0
    wrong = poll("--channel", "nowhere")
    assert wrong.exit_code == 2
    assert wrong.stderr == "channels: non c'è un canale 'nowhere'; in rules.yaml ci sono: piazza\n"


def test_what_is_taken_over_is_counted_in_italian(path: Path) -> None:
    path.write_text(f"{SHOP}language: it\nfaq: []\nchannels: {{}}\n", encoding="utf-8")
    table, opml = path.with_name("faq.csv"), path.with_name("feeds.opml")
    table.write_text(
        "domanda;risposta\nQuanto costa?;5 euro\nQuanto costa?;7\nQuando?;\nDove?;{via}\n", encoding="utf-8"
    )
    told = run(path, "faq", "import", str(table)).stdout.splitlines()
    assert told[1:] == [
        "= riga 3: Quanto costa?: è già alla riga 2",
        "! riga 4: Quando?: manca la risposta",
        "! riga 5: Dove?: nella risposta c'è {via}, e nessuna variabile si chiama così: cambia le graffe",
        "1 scritti in rules.yaml, 1 già presenti, 2 tralasciati",
    ]
    opml.write_text('<opml><outline xmlUrl="ftp://x.example/f" title="A"/></opml>', encoding="utf-8")
    told = run(path, "feeds", "import", str(opml), "--dry-run").stdout.splitlines()
    assert told[-1] == "0 da scrivere in rules.yaml, 0 già presenti, 1 tralasciati"
    assert (
        told[0] == "! A: scrivi un indirizzo intero che comincia con http:// o https:// (ftp://x.example/f)"
    )
    table.write_text("a;b\n", encoding="utf-8")
    assert (
        "faq.csv: non ha una colonna per question; ci sono “a”, “b”"
        in run(path, "faq", "import", str(table)).stderr
    )


def test_a_channel_that_another_process_polls_is_told_in_italian(capsys: pytest.CaptureFixture[str]) -> None:
    from reputation_bot.commands.poll import _tell  # noqa: PLC0415

    _tell("piazza", Polled(busy=True), translator("it"))
    _tell("posta", Polled(error="unexpected OSError"), translator("it"))
    assert (
        capsys.readouterr().err
        == "piazza: lo sta già guardando un altro processo\nposta: errore imprevisto OSError\n"
    )
