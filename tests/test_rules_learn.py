"""`rules learn` on the command line: lists what corrections propose, and writes what is accepted."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from reputation_bot.cli import main
from storage.tiny import TinyStorage
from tests.test_rounds import RULES, fill


@pytest.fixture
def rules(tmp_path: Path) -> Path:
    path = tmp_path / "rules.yaml"
    path.write_text(RULES, encoding="utf-8")
    store = TinyStorage(str(tmp_path / "store.json"))
    fill(store)
    store.close()
    return path


def run(rules: Path, *words: str) -> Result:
    place = ["--rules", str(rules), "--store", f"tinydb:{rules.with_name('store.json')}"]
    return CliRunner().invoke(main, ["rules", "learn", *place, *words])


def test_a_proposal_is_listed_with_what_it_would_do(rules: Path) -> None:
    result = run(rules)
    assert result.exit_code == 0
    assert result.stdout.splitlines()[0].endswith("  leave out «pizzeria» (brand.not)")
    assert result.stdout.splitlines()[1:] == [
        "  because 3 of 3 mentions called not us have these words",
        "  would hide 3 of 7 stored mentions: 3 as corrected, none against what people confirmed",
    ]


def test_scripts_read_json(rules: Path) -> None:
    (proposal,) = json.loads(run(rules, "--json").stdout)
    assert (proposal["kind"], proposal["words"]) == ("not_us", "pizzeria")
    assert proposal["effect"] == {"of": 7, "changed": 3, "mended": 3, "against": {}}


def test_an_accepted_one_is_in_the_file_and_proposed_no_more(rules: Path) -> None:
    (proposal,) = json.loads(run(rules, "--json").stdout)
    result = run(rules, "--accept", proposal["id"], "--by", "Anna")
    assert result.exit_code == 0
    text = rules.read_text(encoding="utf-8")
    assert text.startswith("# accepted by Anna on 20")
    assert "not: [pizzeria]" in text
    result = run(rules)
    assert result.stdout == ""
    assert "nothing to propose" in result.stderr


def test_an_unknown_one_is_refused(rules: Path) -> None:
    result = run(rules, "--accept", "0123456789ab")
    assert result.exit_code == 1
    assert "there is no proposal 0123456789ab" in result.stderr
    assert rules.read_text(encoding="utf-8") == RULES
