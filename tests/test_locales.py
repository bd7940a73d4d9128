"""The staff interface in its languages."""

import ast
import string
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po
from hypothesis import given
from hypothesis import strategies as st

import connectors
import reputation_bot
from reputation_bot import i18n
from reputation_bot.errors import ConfigError
from tests.named_for_staff import names
from tests.told_to_staff import GAP, of_errors, sentences

PACKAGE = Path(reputation_bot.__file__).parent
CONNECTORS = Path(connectors.__file__).parent
KEYWORDS = {"_": None, "for_staff": None, "ngettext": (1, 2), "pgettext": ((1, "c"), 2)}
FILLER = "7"
TRANSLATED = [language for language in i18n.languages() if language != "en"]

Id = tuple[str | None, str]  # context, and the text or its singular


def used() -> set[Id]:
    """Every text of the interface in the core's code, and the names that it asks for by a value."""
    found = extract_from_dir(PACKAGE, keywords=KEYWORDS)
    return names() | {(context, forms_of(text)[0]) for *_place, text, _comments, context in found}


def told() -> dict[str, list[str]]:
    """What connectors tell staff, with something in the gaps, and where."""
    return with_filled_gaps(sentences(CONNECTORS))


def with_filled_gaps(found: dict[str, list[str]]) -> dict[str, list[str]]:
    return {text.replace(GAP, FILLER): places for text, places in found.items()}


def source_of(sentence: str, language: str) -> str | None:
    """The text of the catalogue by which a connector's sentence is translated."""
    if i18n.translator(language)(sentence) != sentence:
        return sentence
    for pattern in i18n._patterns(language):
        values = pattern.values_in(sentence)
        if values is not None:
            is_whole = all(len(value.split()) < 4 or source_of(value, language) for value in values.values())
            return pattern.message if is_whole else None  # names of platforms have up to three words
    return None


def catalogue(language: str) -> Catalog:
    with (PACKAGE / "locales" / language / "LC_MESSAGES" / "reputation_bot.po").open("rb") as file:
        return read_po(file)


def placeholders(text: str) -> set[tuple[str, str]]:
    return {(name, form or "") for _text, name, form, _conversion in string.Formatter().parse(text) if name}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_text_is_translated(language: str) -> None:
    known = catalogue(language)
    missing = []
    for context, text in used():
        message = known.get(text, context)
        if message is None or message.fuzzy or not all(forms_of(message.string)):
            missing.append((context, text))
    assert missing == []


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_a_connector_is_translated(language: str) -> None:
    found = told()
    assert len(found) > 150
    assert {one: places for one, places in found.items() if source_of(one, language) is None} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_every_sentence_of_an_error_is_translated(language: str) -> None:
    found = with_filled_gaps(of_errors())
    assert len(found) > 400
    assert {one: places for one, places in found.items() if source_of(one, language) is None} == {}


@pytest.mark.parametrize("language", TRANSLATED)
def test_no_translation_is_left_over(language: str) -> None:
    known = told() | with_filled_gaps(of_errors())
    texts = used() | {(None, source_of(one, language) or "") for one in known}
    ids = [(one.context, forms_of(one.id)[0]) for one in catalogue(language) if one.id]
    assert [one for one in ids if one not in texts] == []


def test_a_sentence_of_a_connector_is_found_however_it_is_told(tmp_path: Path) -> None:
    (tmp_path / "odd.py").write_text(
        """
class ClosedError(AccessError): ...
WHY = "nobody may answer there"
if lost:
    told = f"{where} is lost for good"
raise ClosedError(told) from None
raise RetryLaterError(f"the window of {minutes} minutes: {words or 'no reason given'}", after)
Permission(False, WHY), Permission(allowed=False, why_not="the author has left" if gone else None)
notices = [f"{count} entries were left out"] if count else []
self._notices.append("the feed has moved")
Batch([], None, notices=[*earlier, "one more thing"])
def advice(): return for_staff("make a new key")
raise ValueError("not told to staff")
"""
    )
    assert set(sentences(tmp_path)) == {
        "nobody may answer there",
        "{} is lost for good",
        "the window of {} minutes: {}",
        "no reason given",
        "the author has left",
        "{} entries were left out",
        "the feed has moved",
        "one more thing",
        "make a new key",
    }
    (tmp_path / "glued.py").write_text('raise AccessError("the key " + name)')
    with pytest.raises(AssertionError, match=r"put together with \+"):
        sentences(tmp_path)


def test_a_sentence_is_translated_with_its_gaps_filled_in() -> None:
    it = i18n.translator("it").sentence
    assert (
        it("https://shop.example did not answer in time") == "https://shop.example non ha risposto in tempo"
    )
    refused = "X does not let this app do that (403: Not: {allowed}): see its permissions at developer.x.com, and make new "
    assert "(403: Not: {allowed})" in it(f"{refused}access tokens after changing them")
    assert it("X: no, says the platform") == "X: no, says the platform"
    assert it("") == ""
    assert i18n.translator("en").sentence("X refuses this: no") == "X refuses this: no"


def test_sentences_within_sentences_are_translated_too() -> None:
    lost = "https://shop.example did not answer in time; the request may have been carried out"
    assert i18n.translator("it").sentence(lost) == (
        "https://shop.example non ha risposto in tempo; la richiesta può essere stata eseguita"
    )


@given(st.text(), st.text())
def test_whatever_a_platform_says_stands_in_the_translation(one: str, other: str) -> None:
    found = i18n.translator("it").sentence(f"X refuses this: {one}{other}")
    assert found == f"X rifiuta: {i18n.translator('it').sentence(one + other)}"


@given(st.text(alphabet="{}:( )ab7", max_size=200))
def test_a_text_that_nobody_knows_stays_as_it_is(text: str) -> None:
    assert i18n.translator("it").sentence(text) == text


@pytest.mark.parametrize("language", TRANSLATED)
def test_placeholders_are_the_same(language: str) -> None:
    for message in catalogue(language):
        wanted = set().union(*map(placeholders, forms_of(message.id)))
        for form in forms_of(message.string) if message.id else ():
            assert placeholders(form) == wanted, form


@pytest.mark.parametrize("language", TRANSLATED)
def test_plural_forms_are_complete(language: str) -> None:
    known = catalogue(language)
    plurals = [message for message in known if isinstance(message.id, tuple)]
    assert plurals
    assert {len(forms_of(message.string)) for message in plurals} == {known.num_plurals}


def forms_of(text: Any) -> tuple[str, ...]:
    """Babel gives a text, or the forms of one."""
    return tuple(text) if isinstance(text, tuple | list) else (text,)


def test_the_extraction_sees_every_text() -> None:
    """A text inside an f-string, or asked for under another name, would never be translated."""
    seen = {text for _context, text in used()}
    unseen = [f"{path}: {text}" for path, text in texts_in_calls() if text not in seen]
    assert unseen == []


def texts_in_calls() -> Iterator[tuple[str, str]]:
    """Literal first arguments of calls named like a translation, found by syntax instead of by tokens."""
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if not isinstance(node, ast.Call) or not node.args:
                continue
            name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            index = 1 if name == "pgettext" else 0
            if name not in {"_", "translate", "gettext", "ngettext", "pgettext"} or len(node.args) <= index:
                continue
            argument = node.args[index]
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str):
                yield path.name, argument.value


def test_weekdays_and_months_are_complete_in_every_language() -> None:
    for language in i18n.languages():
        _ = i18n.translator(language)
        assert len(_("Mon Tue Wed Thu Fri Sat Sun").split()) == 7
        assert len(_("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec").split()) == 12


def test_english_needs_no_catalogue() -> None:
    assert i18n.translator("en")("Publish") == "Publish"
    assert i18n.translator("en").ngettext("{number} more", "{number} more", 2) == "{number} more"
    assert i18n.translator("en").pgettext("draft", "PUBLIC") == "PUBLIC"


def test_italian_has_its_own_word_in_each_place() -> None:
    _ = i18n.translator("it")
    assert _("Publish") == "Pubblica"
    assert _.pgettext("draft", "PUBLIC") == "PUBBLICA"
    assert _.pgettext("message", "PUBLIC") == "PUBBLICO"
    assert _.ngettext("{number} more message", "{number} more messages", 2) == "{number} altri messaggi"


def test_an_unknown_language_names_those_that_are_spoken() -> None:
    with pytest.raises(ConfigError, match=r"language: the staff interface speaks en, it, not 'xx'"):
        i18n.translator("xx")


@pytest.mark.parametrize("content", [None, b"", b"not a catalogue"])
def test_a_missing_or_broken_catalogue_says_to_install_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    folder = tmp_path / "de" / "LC_MESSAGES"
    folder.mkdir(parents=True)
    (folder / "reputation_bot.po").touch()
    if content is not None:
        (folder / "reputation_bot.mo").write_bytes(content)
    monkeypatch.setattr(i18n, "_LOCALES", tmp_path)
    with pytest.raises(ConfigError, match="install reputation-bot again"):
        i18n.translator("de")
