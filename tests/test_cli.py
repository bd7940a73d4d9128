"""The command line as scripts and people use it: contracts of output and exit codes, and sentences instead of tracebacks."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reputation_bot.cli import main
from reputation_bot.sandbox.server import running
from tests.processes import Place

COMPLAINT = {
    "author": "Elena Marchi",
    "text": "Bottega Aurora: pacco mai arrivato, nessuno risponde!",
    "rating": 1,
}
TOKEN = "1:test"


class Shell:
    """Runs commands in this process, with the environment of one place."""

    def __init__(self, place: Place) -> None:
        self.place = place
        self.environment: dict[str, str | None] = {
            "REPUTATION_BOT_TOKEN": TOKEN,
            "REPUTATION_BOT_API": place.url,
            "REPUTATION_BOT_STORE": f"tinydb:{place.store}",
            "REPUTATION_BOT_RULES": str(place.rules),
        }

    def __call__(self, *arguments: str, given: str | None = None) -> Result:
        return CliRunner().invoke(main, list(arguments), input=given, env=self.environment)

    def json(self, *arguments: str) -> Any:
        result = self(*arguments)
        assert result.exit_code == 0, result.output
        return json.loads(result.stdout.splitlines()[-1])


@pytest.fixture
def shell(tmp_path: Path) -> Iterator[Shell]:
    with running() as sandbox:
        place = Place(sandbox.url, tmp_path)
        yield Shell(place)
        place.close()


def test_poll_ends_with_its_summary(shell: Shell) -> None:
    shell.place.call("POST", "/api/posts", COMPLAINT)
    shell.place.call("POST", "/api/posts", {"author": "Ugo", "text": "Che bel tempo"})
    summary = shell.json("poll", "--json")
    counts = {"new": 1, "seen": 0, "updated": 0, "off_brand": 1, "error": None}
    assert summary == {"channels": {"piazza": counts}, "cases_opened": 1, "cards_shown": 1}
    again = shell.json("poll", "--all", "--json")
    assert again["cases_opened"] == again["cards_shown"] == 0


def test_poll_says_that_it_sends_cards_because_no_bot_does(shell: Shell) -> None:
    shell.place.call("POST", "/api/posts", COMPLAINT)
    assert "no bot has been alive for two minutes: 1 cards sent from here" in shell("poll").stderr


def test_poll_without_a_token_keeps_the_cards_and_says_so(shell: Shell) -> None:
    shell.place.call("POST", "/api/posts", COMPLAINT)
    shell.environment["REPUTATION_BOT_TOKEN"] = None
    result = shell("poll", "--json")
    assert result.exit_code == 0
    assert "REPUTATION_BOT_TOKEN" in result.stderr
    assert json.loads(result.stdout)["cards_shown"] == 0


def test_a_failing_channel_is_exit_one_and_named(shell: Shell) -> None:
    rules = shell.place.rules.read_text(encoding="utf-8")
    dead = '  dead: {connector: rss, url: "http://127.0.0.1:1/feed"}\n'
    shell.place.rules.write_text(rules + dead, encoding="utf-8")
    result = shell("poll", "--json")
    assert result.exit_code == 1
    channels = json.loads(result.stdout.splitlines()[-1])["channels"]
    assert channels["piazza"]["error"] is None
    assert "cannot be reached" in channels["dead"]["error"]


def test_a_dry_run_shows_and_writes_nothing(shell: Shell) -> None:
    shell.place.call("POST", "/api/posts", COMPLAINT)
    result = shell("poll", "--dry-run")
    assert result.exit_code == 0
    assert "complaint" in result.stdout
    assert shell.json("cases", "--json") == []


def test_a_wrong_file_is_exit_two_with_line_and_key(shell: Shell) -> None:
    shell.place.rules.write_text("brand: {name: x}\ntelegram: {chat: -1}\nchanels: {}\n", encoding="utf-8")
    result = shell("poll")
    assert result.exit_code == 2
    assert "rules.yaml:3: chanels: " in result.stderr
    assert 'did you mean "channels"' in result.stderr


def test_an_unknown_channel_is_exit_two(shell: Shell) -> None:
    result = shell("poll", "--channel", "nowhere")
    assert result.exit_code == 2
    assert "rules.yaml names: piazza" in result.stderr


def test_cases_and_case_tell_everything(shell: Shell) -> None:
    shell.place.call("POST", "/api/posts", COMPLAINT)
    shell("poll")
    (case,) = shell.json("cases", "--json")
    expected = {
        "id": 1,
        "status": "open",
        "channel": "piazza",
        "author": "Elena Marchi",
        "text": COMPLAINT["text"],
    }
    assert expected.items() <= case.items()
    assert case["category"] == "complaint"
    assert case["replies"] == []
    full = shell.json("case", "1", "--json")
    assert {"mentions", "drafts", "replies", "events"} <= full.keys()
    assert [event["move"] for event in full["events"]] == ["open"]
    assert "Elena Marchi" in shell("case", "1").stdout
    assert "Elena Marchi" in shell("cases", "--status", "open").stdout
    assert shell.json("cases", "--status", "dismissed", "--json") == []


def test_what_is_not_there_is_said(shell: Shell) -> None:
    assert shell("case", "99").exit_code == 1
    result = shell("cases", "--status", "lost")
    assert result.exit_code == 2
    assert "open, waiting, snoozed, resolved, dismissed" in result.stderr


def test_classify_answers_line_by_line_in_order(shell: Shell) -> None:
    lines = [
        {"text": "Quanto costa la spedizione?", "kind": "x"},
        {"text": "Thank you, lovely mugs!", "rating": 5},
    ]
    result = shell("classify", "--jsonl", "-", given="\n".join(map(json.dumps, lines)))
    answers = [json.loads(line) for line in result.stdout.splitlines()]
    assert [answer["category"] for answer in answers] == ["question", "praise"]
    assert [answer["lang"] for answer in answers] == ["it", "en"]
    assert answers[0]["kind"] == "x"
    assert all(-1 <= answer["sentiment"] <= 1 and answer["trace"] for answer in answers)


def test_classify_takes_one_text(shell: Shell) -> None:
    assert shell.json("classify", "Ordine mai arrivato")["category"] == "complaint"


def test_a_line_that_cannot_be_read_gets_an_error_in_its_place(shell: Shell) -> None:
    result = shell("classify", "--jsonl", "-", given='nonsense\n{"text": 5}\n{"text": "ciao"}\n')
    assert result.exit_code == 1
    assert ["error" in json.loads(line) for line in result.stdout.splitlines()] == [True, True, False]


def test_classify_wants_one_or_the_other(shell: Shell) -> None:
    assert shell("classify").exit_code == 2


def test_check_passes_where_all_is_well_and_names_what_is_not(shell: Shell) -> None:
    for lead in range(1005, 1011):  # the sandbox knows only the example's people
        rules = shell.place.rules.read_text(encoding="utf-8")
        rules = rules.replace(f", lead{lead}: {{telegram: {lead}, role: lead}}", "")
        shell.place.rules.write_text(rules, encoding="utf-8")
    result = shell("check")
    assert result.exit_code == 0, result.output
    shell.environment["REPUTATION_BOT_TOKEN"] = None
    findings = json.loads(shell("check", "--json").stdout)
    assert any(
        finding["ok"] is False and "REPUTATION_BOT_TOKEN" in finding["problem"] for finding in findings
    )


def test_init_writes_a_file_that_loads_and_never_over_another(shell: Shell, tmp_path: Path) -> None:
    target = str(tmp_path / "new.yaml")
    answers = ["--brand", "Bottega: Aurora", "--chat=-100123", "--staff", "Anna 1001", "--language", "it"]
    rest = ["--terms", "aurora", "--languages", "it,en", "--feed", "", "--contact", ""]
    assert shell("init", "--rules", target, *answers, *rest).exit_code == 0
    assert shell("cases", "--rules", target).exit_code == 0
    again = shell("init", "--rules", target, *answers, *rest)
    assert again.exit_code == 2
    assert "--force" in again.stderr


def test_init_asks_what_is_not_given(shell: Shell, tmp_path: Path) -> None:
    target = tmp_path / "asked.yaml"
    result = shell("init", "--rules", str(target), given="it\nBottega Aurora\n\n\n-100123\nAnna 1001\n\n\n")
    assert result.exit_code == 0, result.output
    assert "Bottega Aurora" in target.read_text(encoding="utf-8")


def test_schema_is_json(shell: Shell) -> None:
    assert json.loads(shell("schema").stdout)["$schema"]


def test_a_busy_port_is_a_sentence(shell: Shell) -> None:
    port = shell.place.url.rpartition(":")[2]
    for command in ("demo", "sandbox"):
        result = shell(command, "--port", port)
        assert result.exit_code == 2
        assert f"port {port} is in use" in result.stderr


@pytest.mark.parametrize("command", ["bot", "run"])
def test_a_bot_without_a_token_says_where_to_get_one(shell: Shell, command: str) -> None:
    shell.environment["REPUTATION_BOT_TOKEN"] = None
    result = shell(command)
    assert result.exit_code == 2
    assert "@BotFather" in result.stderr


def test_the_token_is_never_shown(shell: Shell) -> None:
    shell.environment["REPUTATION_BOT_TOKEN"] = "123456:a-secret-token"
    shell.environment["REPUTATION_BOT_API"] = "http://127.0.0.1:1"
    shell.place.call("POST", "/api/posts", COMPLAINT)
    for command in (["poll"], ["check"], ["-v", "poll", "--all"]):
        result = shell(*command)
        assert "a-secret-token" not in result.output
    assert "a-secret-token" not in shell.place.store.read_text(encoding="utf-8")
