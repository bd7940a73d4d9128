"""A FAQ from a CSV file: what is read, what is left out and why, and that the rest of rules.yaml stays as it was."""

import codecs
from contextlib import suppress
from pathlib import Path

import pytest
from click.testing import CliRunner, Result
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.cli import main
from reputation_bot.config import load
from reputation_bot.errors import ConfigError
from reputation_bot.faq.importing import plan_import
from reputation_bot.faq.table import Row, read_table
from reputation_bot.settings import Settings

RULES = """# ours
brand:   { name: Aurora }   # as it is
telegram: {chat: -100}
languages: [it, en]
faq:
    # asked most
    - question: {it: "Spedite all'estero?"}
      variants: {it: [spedite in Svizzera]}
      answer: {it: Sì}
# the end
"""
TABLE = "Domanda;Risposta\nQuanto costa la spedizione?;5,90 €\nFate pacchi regalo?;Sì, volentieri\n"


def rows(text: str | bytes, **columns: str) -> list[tuple[str, str]]:
    content = text if isinstance(text, bytes) else text.encode()
    return [(row.question, row.answer) for row in read_table(content, columns)]


@pytest.mark.parametrize(
    "content",
    [
        TABLE.encode(),
        codecs.BOM_UTF8 + TABLE.encode(),
        TABLE.encode("cp1252"),
        TABLE.encode("utf-16"),
        TABLE.replace("\n", "\r\n").encode(),
        TABLE.replace("\n", "\r").encode(),
        TABLE.replace("5,90 €", '"5,90 €"').replace("Sì, volentieri", '"Sì, volentieri"').replace(";", ",").encode(),
        TABLE.replace(";", "\t").encode(),
        TABLE.replace(";", " | ").replace(" | ", "|").encode(),
        TABLE.replace("Domanda", "  QUESTION ").replace("Risposta", "Answer").encode(),
        ("id;" + TABLE.replace("\n", "\n7;").removesuffix("7;")).encode(),
        TABLE.replace("\n", "\n\n;\n").encode(),
    ],
    ids=["utf8", "bom", "cp1252", "utf16", "crlf", "cr", "commas", "tabs", "bars", "english", "more columns", "blank lines"],
)  # fmt: skip
def test_tables_are_read_however_they_were_saved(content: bytes) -> None:
    assert rows(content) == [
        ("Quanto costa la spedizione?", "5,90 €"),
        ("Fate pacchi regalo?", "Sì, volentieri"),
    ]


def test_quotes_line_breaks_and_markup_become_plain_text() -> None:
    table = 'question,answer\n"Do you say ""hi""?","<p>Yes, <b>always</b></p><p>5 &lt; 6</p>"\n"Two\nlines?","One\n\nTwo; three"\n'
    assert rows(table) == [('Do you say "hi"?', "Yes, always\n\n5 < 6"), ("Two\nlines?", "One\n\nTwo; three")]


def test_lines_are_those_of_the_file() -> None:
    table = 'question,answer\n"a\nb\nc",x\n\nd,y\n'
    assert [row.line for row in read_table(table.encode(), {})] == [2, 6]


def test_columns_can_be_named() -> None:
    assert rows("Titolo domanda;Testo\na?;b\n", question="titolo DOMANDA", answer="Testo") == [("a?", "b")]
    table = b"question;answer;Reparto;Pagina\na?;b;Shipping;https://x.example\n"
    (row,) = read_table(table, {"topic": "reparto", "link": "pagina"})
    assert (row.topic, row.link) == ("Shipping", "https://x.example")


@pytest.mark.parametrize(
    ("content", "columns", "said"),
    [
        (b"Titolo;Corpo\na;b\n", {}, "no column for the answer; there are “Titolo”, “Corpo”. Name yours with --column-answer"),
        (b"Pregunta\nque?\n", {}, "no column for the answer"),
        (b"a,b\nx,y\n", {}, "no column for the question; there are “a”, “b”"),
        (TABLE.encode(), {"answer": "Testo"}, "has no column “Testo”; there are “Domanda”, “Risposta”"),
        (b"", {}, "there are nothing"),
        (b"PK\x03\x04xyz", {}, "is a spreadsheet: save it as CSV"),
        (b"question;answer\n\x00\x01\x02;b", {}, "is no text that can be read"),
        (b'question;answer\na;b\n"c;d\ne;f\n', {}, "a quote is opened here"),
        (b"question;answer\n" + b"x" * (9 << 20), {}, "larger than 8 MB"),
    ],
)  # fmt: skip
def test_what_is_no_such_table_is_refused_with_what_was_found(
    content: bytes, columns: dict[str, str], said: str
) -> None:
    with pytest.raises(ConfigError, match=said.replace("“", ".").replace("”", ".")):
        read_table(content, columns)


def test_quote_that_is_not_closed_loses_no_row_silently() -> None:
    with pytest.raises(ConfigError) as refused:
        read_table(b'question;answer\na;b\n"c;d\ne;f\n', {})
    assert refused.value.line == 3


@given(
    st.binary(max_size=300) | st.text(max_size=300).map(lambda text: text.encode("utf-8", "surrogatepass"))
)
def test_any_bytes_give_rows_or_a_sentence(content: bytes) -> None:
    for table in (content, b"question;answer\n" + content):
        with suppress(ConfigError):
            found = read_table(table, {})
            assert all("\0" not in row.question + row.answer for row in found)


def make_settings() -> Settings:
    faq = [
        {
            "question": {"it": "Spedite all'estero?", "en": "Do you ship abroad?"},
            "variants": {"it": ["spedite in Svizzera"]},
            "answer": {"it": "Sì"},
        }
    ]
    return Settings.model_validate({"brand": {"name": "x"}, "telegram": {"chat": -1}, "faq": faq})


def test_plan_tells_what_is_new_what_is_known_and_what_cannot_be_used() -> None:
    table = [
        Row(2, "SPEDITE all’estero", "x"),
        Row(3, "Spedite in Svizzera", "x"),
        Row(4, "do you ship abroad", "x"),
        Row(5, "Fate pacchi\nregalo?", "Sì", topic="Product", link="https://x.example/a"),
        Row(6, "fate pacchi regalo", "x"),
        Row(7, "???", "x"),
        Row(8, "Vuota?", ""),
        Row(9, "Graffe?", "usa {questo}"),
        Row(10, "Link?", "x", link="www.x.example"),
        Row(11, "Lunga?" * 100, "x"),
        Row(12, "Con {author}?", "Ciao {author}", topic="molto strano!"),
    ]
    plan = plan_import(table, make_settings(), "it")
    assert plan.entries == (
        {"question": {"it": "Fate pacchi regalo?"}, "answer": {"it": "Sì"}, "topic": "product", "link": "https://x.example/a"},
        {"question": {"it": "Con {author}?"}, "answer": {"it": "Ciao {author}"}},
    )  # fmt: skip
    assert [(row.line, reason) for row, reason in plan.known] == [
        (2, "is in rules.yaml already"),
        (3, "is in rules.yaml already"),
        (4, "is in rules.yaml already"),
        (6, "is in line 5 already"),
    ]
    reasons = {row.line: reason for row, reason in plan.unusable}
    assert reasons.keys() == {7, 8, 9, 10, 11}
    assert reasons[8] == "there is no answer"
    assert "{questo}" in reasons[9]
    assert "https://" in reasons[10]
    assert "500" in reasons[11]


class Folder:
    """rules.yaml and a table in one folder."""

    def __init__(self, path: Path) -> None:
        self.rules, self.table = path / "rules.yaml", path / "faq.csv"
        self.rules.write_text(RULES, encoding="utf-8", newline="")
        self.table.write_text(TABLE, encoding="utf-8", newline="")

    def run(self, *arguments: str) -> Result:
        command = ["faq", "import", str(self.table), "--rules", str(self.rules), *arguments]
        return CliRunner().invoke(main, command)


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    return Folder(tmp_path)


def test_entries_are_written_and_every_other_byte_stays(folder: Folder) -> None:
    result = folder.run()
    assert result.exit_code == 0, result.output
    assert "2 written into rules.yaml, 0 there already, 0 left out" in result.stdout
    added = [line for line in folder.rules.read_text().splitlines() if line not in RULES.splitlines()]
    assert (
        "".join(line + "\n" for line in folder.rules.read_text().splitlines() if line not in added) == RULES
    )
    settings = load(folder.rules, {}).settings
    assert [entry.question["it"] for entry in settings.faq] == [
        "Quanto costa la spedizione?",
        "Fate pacchi regalo?",
        "Spedite all'estero?",
    ]
    assert settings.faq[0].answer == {"it": "5,90 €"}
    assert "imported from faq.csv on " in folder.rules.read_text()


def test_second_import_adds_nothing_and_says_so(folder: Folder) -> None:
    folder.run()
    before = folder.rules.read_bytes()
    result = folder.run()
    assert result.exit_code == 0
    assert "0 written into rules.yaml, 2 there already" in result.stdout
    assert "= line 2: Quanto costa la spedizione?: is in rules.yaml already" in result.stdout
    assert folder.rules.read_bytes() == before


def test_dry_run_shows_all_and_writes_nothing(folder: Folder) -> None:
    result = folder.run("--dry-run")
    assert result.exit_code == 0
    assert "+ Quanto costa la spedizione?" in result.stdout
    assert "2 would be written into rules.yaml" in result.stdout
    assert folder.rules.read_text() == RULES


def test_faq_is_begun_in_a_file_without_one(folder: Folder) -> None:
    folder.rules.write_text("brand: {name: Aurora}\r\ntelegram: {chat: -100}\r\n", newline="")
    assert folder.run("--lang", "en").exit_code == 0
    assert folder.rules.read_bytes().startswith(
        b"brand: {name: Aurora}\r\ntelegram: {chat: -100}\r\n\r\n# imported"
    )
    assert len(load(folder.rules, {}).settings.faq) == 2


def test_lines_that_cannot_be_used_are_named_and_the_rest_is_written(folder: Folder) -> None:
    folder.table.write_text(TABLE + "Vuota?;\n")
    result = folder.run()
    assert result.exit_code == 1
    assert "! line 4: Vuota?: there is no answer" in result.stdout
    assert "2 written into rules.yaml, 0 there already, 1 left out" in result.stdout


@pytest.mark.parametrize(
    ("arguments", "table", "said"),
    [
        (["--lang", "fr"], TABLE, "languages does not name fr"),
        ([], "a;b\n1;2\n", "faq.csv: has no column for the question; there are “a”, “b”"),
        (["--column-answer", "Testo"], TABLE, "has no column “Testo”"),
    ],
)
def test_wrong_use_is_a_sentence_and_changes_nothing(
    folder: Folder, arguments: list[str], table: str, said: str
) -> None:
    folder.table.write_text(table)
    result = folder.run(*arguments)
    assert result.exit_code == 2
    assert said in result.stderr
    assert folder.rules.read_text() == RULES


def test_five_hundred_entries_go_in_at_once(folder: Folder) -> None:
    answer = '"{0} euro: «così», ""là"" # no"'
    lines = "".join(f"Quanto costa il vaso {number}?;{answer.format(number)}\n" for number in range(500))
    folder.table.write_text("domanda;risposta\n" + lines)
    result = folder.run()
    assert result.exit_code == 0, result.output
    settings = load(folder.rules, {}).settings
    assert len(settings.faq) == 501
    assert settings.faq[77].answer["it"] == '77 euro: «così», "là" # no'
