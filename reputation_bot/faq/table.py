"""Reads a FAQ that was exported as CSV, as spreadsheets and shop systems write it; what is added to rules.yaml is `faq_import`'s job."""

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from reputation_bot.errors import ConfigError
from reputation_bot.text import fold, plain

MAX_BYTES = 8 << 20
SEPARATORS = ";,\t|"
QUESTION, ANSWER, TOPIC, LINK = COLUMNS = ("question", "answer", "topic", "link")
_NAMES: Mapping[str, tuple[str, ...]] = {  # folded, the likelier first
    QUESTION: ("question", "domanda", "frage", "pregunta", "questions", "domande", "title", "titolo", "titre", "titel", "q"),
    ANSWER: ("answer", "risposta", "antwort", "respuesta", "reponse", "answers", "risposte", "content", "contenuto", "text", "a"),
    TOPIC: ("topic", "argomento", "thema", "tema", "sujet"),
    LINK: ("link", "url", "address", "indirizzo", "enlace", "lien"),
}  # fmt: skip
_NEEDED = (QUESTION, ANSWER)
_MARKS = {codecs.BOM_UTF8: "utf-8-sig", codecs.BOM_UTF16_LE: "utf-16", codecs.BOM_UTF16_BE: "utf-16"}
_SPREADSHEETS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0")  # xlsx and ods, xls


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table, as plain text; `line` counts from 1 in the file."""

    line: int
    question: str
    answer: str
    topic: str = ""
    link: str = ""


def read_table(content: bytes, columns: Mapping[str, str]) -> list[Row]:
    """Every row below the header that is not empty. `columns` names those that are not called as usual.

    Takes UTF-8, UTF-16 and what Windows writes, with semicolons, commas, tabs or bars. Raises ConfigError for what is no such table.
    """
    text = _decoded(content)
    separator = max(SEPARATORS, key=lambda one: _fitness(text, one, columns))
    rows = _rows(text, separator)
    _, header = next(rows, (1, []))
    places = _places(header, columns)
    return [
        Row(line, *(plain(cells[places[name]]) if places.get(name, len(cells)) < len(cells) else "" for name in COLUMNS))
        for line, cells in rows
        if any(cell.strip() for cell in cells)
    ]  # fmt: skip


def _decoded(content: bytes) -> str:
    if len(content) > MAX_BYTES:
        raise ConfigError(f"is larger than {MAX_BYTES >> 20} MB: is it the right file?")
    if content.startswith(_SPREADSHEETS):
        raise ConfigError("is a spreadsheet: save it as CSV in your program, and give that file")
    marked = next((name for mark, name in _MARKS.items() if content.startswith(mark)), None)
    for encoding in (marked,) if marked else ("utf-8", "cp1252"):
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" not in text:
            return text
    raise ConfigError("is no text that can be read: save it as CSV with the encoding UTF-8")


def _fitness(text: str, separator: str, columns: Mapping[str, str]) -> tuple[int, int]:
    try:
        _, header = next(_rows(text, separator), (1, []))
    except ConfigError:
        return (0, 0)
    return sum(_place(header, name, columns) is not None for name in _NEEDED), len(header)


def _rows(text: str, separator: str) -> Iterator[tuple[int, list[str]]]:
    """Each with the line where it begins."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    begin = 1
    try:
        for cells in reader:
            yield begin, cells
            begin = reader.line_num + 1
    except csv.Error as error:
        problem = "a quote is opened here that is not closed as it should be, or a cell is too long"
        raise ConfigError(f"{problem} ({error})", line=begin) from None


def _places(header: Sequence[str], columns: Mapping[str, str]) -> dict[str, int]:
    found = {name: _place(header, name, columns) for name in COLUMNS}
    shown = ", ".join(f"“{cell.strip()[:40]}”" for cell in header[:20]) or "nothing"
    for name, place in found.items():
        if place is None and name in columns:
            raise ConfigError(f"has no column “{columns[name]}”; there are {shown}")
        if place is None and name in _NEEDED:
            raise ConfigError(
                f"has no column for the {name}; there are {shown}. Name yours with --column-{name}"
            )
    return {name: place for name, place in found.items() if place is not None}


def _place(header: Sequence[str], name: str, columns: Mapping[str, str]) -> int | None:
    folded = [fold(cell.strip()) for cell in header]
    wanted = (fold(columns[name].strip()),) if name in columns else _NAMES[name]
    return next((folded.index(one) for one in wanted if one in folded), None)
