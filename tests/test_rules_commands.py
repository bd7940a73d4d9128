"""The commands under `rules`, run as a person runs them: what they print, and how they end."""

import json
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from reputation_bot.cli import main
from reputation_bot.commands import rules as rules_command
from reputation_bot.commands import rules_eval, rules_replay
from reputation_bot.model import CaseStatus, Correction
from storage.tiny import TinyStorage
from tests.factories import make_case, make_mention, make_record, make_verdict

RULES = """
brand: {name: Bottega Aurora, terms: [bottega aurora]}
telegram: {chat: -1}
languages: [it]
channels:
  piazza: {connector: sandbox, url: "http://127.0.0.1:8800"}
rules:
  - name: pacco aperto
    when: {any: [pacco aperto, scatola aperta]}
    then: {category: complaint, topic: shipping, priority: high}
    examples: [La scatola aperta]
  - name: tazze
    when: {phrase: tazza, rating: {min: 4}}
    then: {topic: mugs}
    examples: [Che tazza]
"""


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    """A rules.yaml in which all is well."""
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    return path


def run(rules: Path, *words: str, **options: Any) -> Result:
    return CliRunner().invoke(main, ["rules", *words, "--rules", str(rules)], **options)


def add(rules: Path, text: str) -> None:
    rules.write_text(rules.read_text(encoding="utf-8") + text, encoding="utf-8")


# test


def test_problems_are_printed_with_their_line_and_what_to_do_and_end_with_1(rules: Path) -> None:
    line = RULES.count("\n") + 1
    add(rules, "  - {name: again, when: pacco aperto, then: {category: question}}\n")
    result = run(rules, "test")
    assert result.exit_code == 1
    assert f"rules.yaml:{line}: “again” never decides anything" in result.stdout
    assert "“pacco aperto” (rules.yaml:8)" in result.stdout
    assert "  → put it before, or delete it" in result.stdout
    assert re.search(r"^\d+ rules, \d+ examples: \d+ problems$", result.stderr, re.MULTILINE)


def test_problems_as_json_are_one_line(rules: Path) -> None:
    add(rules, "  - {name: never, when: {regex: 'x^'}, then: {topic: order}}\n")
    result = run(rules, "test", "--json")
    told = json.loads(result.stdout)
    (problem,) = [one for one in told["problems"] if one["file"] == "rules.yaml"]
    assert problem["kind"] == "dead"
    assert problem["line"] == RULES.count("\n") + 1
    assert problem["rule"] == "never"
    assert problem["problem"]
    assert problem["to_do"]
    assert told["rules"] > 3
    assert told["examples"] > 2
    assert result.exit_code == 1


def test_a_file_with_a_mistake_ends_with_2_and_its_line(rules: Path) -> None:
    add(rules, "  - {name: bad, when: {regex: '(?=x)'}, then: {topic: order}}\n")
    result = run(rules, "test")
    assert result.exit_code == 2
    assert f"rules.yaml:{RULES.count(chr(10)) + 1}: rules.2.when.regex" in result.stderr
    assert result.stdout == ""


# explain


def test_explain_tells_category_words_and_stars_in_its_first_line(rules: Path) -> None:
    result = run(rules, "explain", "Bottega Aurora: scatola aperta!", "--rating", "1", "--lang", "it")
    first, *rest = result.stdout.splitlines()
    assert first == "complaint: “scatola aperta” (1 star)"
    assert rest[0] == "  topic shipping, priority high"
    assert "  “Bottega Aurora”" in rest
    assert "  rules.yaml:8 “pacco aperto” holds: category complaint; topic shipping; priority high" in rest
    assert (
        "  rules.yaml:12 “tazze” does not hold: “tazza” is not in the text; "
        "its stars are 1, and the rule wants them from 4 up" in rest
    )
    assert "  lang it, by only language" in rest or "  lang it, by platform" in rest
    assert result.exit_code == 0


def test_explain_adds_up_what_the_packs_weigh(rules: Path) -> None:
    lines = run(rules, "explain", "Ordine mai arrivato, ma il vaso è bellissimo").stdout.splitlines()
    begin = lines.index("The category:") + 1
    weighed = lines[begin : lines.index("The rest:")]
    sums = {
        line.split()[0]: float(line.split()[1]) for line in weighed if re.fullmatch(r"  \w+ [+-][\d.]+", line)
    }
    assert lines[0].startswith("complaint: "), "in a mixed text the complaint comes first"
    assert any("mai arrivato”" in line for line in weighed)
    parts = [float(line.split()[0]) for line in weighed if line.startswith("    ")]
    assert sum(parts) == pytest.approx(sum(sums.values()), abs=0.1 * len(parts))
    assert {"complaint", "praise"} <= sums.keys()


def test_explain_says_that_a_text_is_not_about_the_brand(rules: Path) -> None:
    assert "it is not about the brand" in run(rules, "explain", "Il vaso").stdout


def test_explain_takes_all_of_an_own_channel_for_ours(rules: Path) -> None:
    text = rules.read_text(encoding="utf-8").replace("{connector", "{own: true, connector")
    rules.write_text(text, encoding="utf-8")
    told = run(rules, "explain", "Il vaso", "--channel", "piazza").stdout
    assert "all that the channel brings is about it" in told


def test_explain_knows_only_channels_of_the_file(rules: Path) -> None:
    result = run(rules, "explain", "Il vaso", "--channel", "piaza")
    assert result.exit_code == 2
    assert "there is no channel 'piaza'" in result.stderr


def test_explain_says_which_rule_came_first(rules: Path) -> None:
    add(rules, "  - {name: late, when: aperta, then: {category: other, topic: box}}\n")
    assert (
        "“late” holds: category was set by “pacco aperto” before; topic was set by “pacco aperto” before"
        in (run(rules, "explain", "scatola aperta").stdout)
    )


def test_explain_names_a_bounded_number_of_rules(rules: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_command, "MOST_FAILED", 1)
    text = run(rules, "explain", "ciao").stdout
    assert text.count("does not hold") == 1
    assert "and 1 more do not hold" in text


@pytest.mark.parametrize("text", ["", " ", "\x00", "a" * 100_000, "🙂" * 500, "%s {0} “"])
def test_explain_takes_any_text(rules: Path, text: str) -> None:
    result = run(rules, "explain", text)
    assert result.exit_code == 0, result.output
    assert len(result.stdout) < 20_000


def test_stars_are_from_one_to_five(rules: Path) -> None:
    assert run(rules, "explain", "x", "--rating", "9").exit_code == 2


# eval


@pytest.fixture
def labelled(tmp_path: Path) -> Path:
    """Three texts, two of which the rules of the fixture `rules` get right."""
    path = tmp_path / "texts.jsonl"
    lines = [
        {"text": "scatola aperta", "category": "complaint", "topic": "shipping", "source": "review"},
        {"text": "pacco aperto", "category": "complaint", "topic": "shipping", "source": "tweet"},
        {"text": "scatola aperta, ottimo!", "act": "praise", "source": "review"},
    ]
    path.write_text("".join(f"{json.dumps(line)}\n" for line in lines), encoding="utf-8")
    return path


def test_eval_prints_figures_with_their_intervals(rules: Path, labelled: Path) -> None:
    result = run(rules, "eval", str(labelled))
    assert result.exit_code == 0
    assert "category: 3 texts, macro-F1 40.0, right 66.7 (20.8–93.9)" in result.stdout
    assert re.search(r"complaint +2  66\.7 \(20\.8–93\.9\) +100\.0 \(34\.2–100\.0\) +80\.0", result.stdout)
    assert re.search(r"praise +1  none +0\.0 \(0\.0–79\.3\) +0\.0", result.stdout)
    assert "topic: 2 texts, macro-F1 100.0" in result.stdout
    assert "macro-F1 by source: review " in result.stdout
    assert "macro-F1 by language: it 40.0 (3 texts)" in result.stdout


def test_eval_as_json_has_every_figure(rules: Path, labelled: Path) -> None:
    told = json.loads(run(rules, "eval", str(labelled), str(labelled), "--json").stdout)
    category = told["tasks"]["category"]
    assert told["texts"] == category["texts"] == 6
    assert told["bad"] == []
    assert category["macro_f1"] == 0.4
    assert category["classes"]["complaint"]["recall"] == 1.0
    assert category["classes"]["complaint"]["precision"] == pytest.approx(2 / 3, abs=1e-3)
    low, high = category["classes"]["complaint"]["recall_95"]
    assert (low, high) == (pytest.approx(0.5101, abs=1e-4), 1.0)
    assert category["classes"]["praise"]["precision"] is None
    assert category["confusion"] == {
        "complaint": {"complaint": 4, "praise": 0},
        "praise": {"complaint": 2, "praise": 0},
    }
    assert category["by_source"]["tweet"]["macro_f1"] == 1.0
    assert category["by_language"]["it"]["texts"] == 6


def test_eval_names_and_counts_bad_lines_and_ends_with_1(
    rules: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_eval, "MOST_BAD", 1)
    with labelled.open("a", encoding="utf-8") as file:
        file.write('{"text": 1}\nnonsense\n{"text": "x"}\n')
    result = run(rules, "eval", str(labelled))
    assert result.exit_code == 1
    assert f"{labelled}:4: left out: text is not a string" in result.stderr
    assert "and 1 more lines were left out" in result.stderr
    assert "1 lines have no label" in result.stderr
    assert "category: 3 texts" in result.stdout


def test_eval_without_any_label_says_what_is_missing(rules: Path) -> None:
    result = run(rules, "eval", "-", input='{"text": "x"}\n')
    assert result.exit_code == 1
    assert "nothing to compare" in result.stderr


def test_eval_gives_signs_of_life(rules: Path, labelled: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules_eval, "TELL_EVERY", 2)
    result = run(rules, "eval", str(labelled), "--json")
    assert "2 texts so far" in result.stderr
    json.loads(result.stdout)


def test_eval_draws_the_table(rules: Path, labelled: Path, tmp_path: Path) -> None:
    picture = tmp_path / "table.png"
    assert run(rules, "eval", str(labelled), "--out", str(picture)).exit_code == 0
    assert picture.read_bytes().startswith(b"\x89PNG")


def test_eval_can_hide_the_stars(rules: Path) -> None:
    line = json.dumps({"text": "Una tazza", "stars": 5, "topic": "mugs"})
    shown = json.loads(run(rules, "eval", "-", "--json", input=line).stdout)
    hidden = json.loads(run(rules, "eval", "-", "--json", "--without-stars", input=line).stdout)
    assert shown["tasks"]["topic"]["right"] == 1.0
    assert hidden["tasks"]["topic"]["right"] == 0.0


# replay


@pytest.fixture
def store(tmp_path: Path) -> str:
    """A case that anna called a question, and an off-brand mention, both of just now; and a case of ten days ago."""
    now = datetime.now(UTC)
    address = str(tmp_path / "store.json")
    storage = TinyStorage(address)
    with storage.transaction() as tx:
        verdict = make_verdict(topic="order")
        case = tx.open_case(make_case(verdict=verdict))
        mention = make_mention(text="Bottega Aurora, scatola aperta", rating=None)
        said = Correction(now, "anna", topic="order")
        tx.put_record(make_record(mention, verdict=verdict, recorded_at=now, correction=said))
        old = tx.open_case(make_case(thread="old", status=CaseStatus.OPEN))
        tx.put_record(make_record(make_mention("old"), case_id=old.id, recorded_at=now - timedelta(days=10)))
        tx.put_off_brand(make_mention("off", text="La Bottega Aurora, pacco aperto"), now)
    storage.close()
    assert case.id == 1
    return f"tinydb:{address}"


def test_replay_lists_changes_by_kind_and_marks_what_contradicts_a_person(rules: Path, store: str) -> None:
    before = Path(store.removeprefix("tinydb:")).read_bytes()
    result = run(rules, "replay", "--store", store, "--since", "7d")
    assert result.exit_code == 0
    assert "2 mentions since " in result.stdout
    assert (
        "newly about us: 1\n  piazza not about us → complaint, shipping, high: “La Bottega" in result.stdout
    )
    assert "another topic: 1, 1 against what a person said or did" in result.stdout
    assert "  #1 order → shipping ! anna said order: “Bottega Aurora, scatola aperta”" in result.stdout
    assert Path(store.removeprefix("tinydb:")).read_bytes() == before


def test_replay_as_json_holds_every_change(rules: Path, store: str) -> None:
    told = json.loads(run(rules, "replay", "--store", store, "--json").stdout)
    assert told["mentions"] == 3
    assert told["counts"]["newly_ours"] == 1
    assert told["counts"]["no_longer_ours"] == 1, "the old one does not name the brand"
    (topic,) = [change for change in told["changes"] if change["kind"] == "topic"]
    assert topic == {
        "kind": "topic",
        "key": "piazza:m1",
        "case": 1,
        "before": "order",
        "after": "shipping",
        "person": "anna said order",
        "against": True,
        "text": "Bottega Aurora, scatola aperta",
    }


def test_replay_tells_a_bounded_number_of_changes(
    rules: Path, store: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rules_replay, "MOST_TOLD", 0)
    monkeypatch.setattr(rules_replay, "TELL_EVERY", 1)
    result = run(rules, "replay", "--store", store)
    assert "and 1 more; --json lists all" in result.stdout
    assert "1 mentions so far" in result.stderr


def test_replay_of_an_empty_store_says_that_nothing_would_change(rules: Path, tmp_path: Path) -> None:
    result = run(rules, "replay", "--store", f"tinydb:{tmp_path / 'new.json'}")
    assert "Nothing would change." in result.stdout
    assert not (tmp_path / "new.json").exists()


@pytest.mark.parametrize("since", ["30", "yesterday", "-1d"])
def test_replay_wants_a_duration(rules: Path, since: str) -> None:
    result = run(rules, "replay", f"--since={since}")
    assert result.exit_code == 2
    assert "write a duration such as" in result.stderr
