"""The questions of `init` and the rules.yaml that it writes."""

import re
from datetime import timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot.config import load, parse
from reputation_bot.config.yaml_lines import read
from reputation_bot.errors import ConfigError
from reputation_bot.model import Role
from reputation_bot.setup.file import Answers, Staff, keys, quote, render_rules
from reputation_bot.setup.texts import TEXTS
from reputation_bot.setup.wizard import QUESTIONS, interview, next_steps, write_rules

ANSWERS = Answers(
    brand="Bottega Aurora",
    terms=("bottega aurora", "@bottegaaurora"),
    chat=-1001234567890,
    staff=(Staff("Anna", 1001, Role.LEAD), Staff("Paolo", 1002, Role.APPROVER)),
    feed="https://www.google.com/alerts/feeds/1/2",
    contact="ciao@bottega-aurora.example",
)
GIVEN = {
    "language": "en",
    "brand": "Bottega Aurora",
    "terms": "bottega aurora, @bottegaaurora,, bottega aurora",
    "languages": "IT, en",
    "chat": "-1001234567890",
    "staff": "Anna Rossi 1001, Paolo 1002 approver",
    "feed": "",
    "contact": "",
}

_signs = st.characters(exclude_categories=["Cc", "Cs"], include_characters="\n\t")
_text = st.text(_signs, min_size=1, max_size=30)
_phrase = _text.map(lambda text: f"a{text}b")
_answers = st.builds(
    Answers,
    brand=_text.filter(lambda text: text.strip() != ""),
    terms=st.lists(_phrase, min_size=1, max_size=4).map(tuple),
    chat=st.integers(-(2**52) + 1, -1),
    staff=st.lists(
        st.builds(Staff, name=_text, telegram=st.integers(1, 2**52 - 1), role=st.sampled_from(Role)),
        max_size=4,
        unique_by=lambda person: person.telegram,
    ).map(tuple),
    language=st.sampled_from(sorted(TEXTS)),
    languages=st.lists(st.from_regex(r"\A[a-z]{2}\Z"), min_size=1, max_size=3).map(tuple),
    feed=st.none() | _text.map(lambda text: f"https://feeds.example/{re.sub(r'[^!-~]', '', text)}"),
    contact=st.none() | _text,
)


@settings(deadline=None)  # the first run imports the connector
@given(_answers)
def test_what_is_written_is_read_back_as_it_was_given(answers: Answers) -> None:
    found = parse(render_rules(answers), Path("rules.yaml"), {}).settings
    people = [(person.name, person.telegram, person.role) for person in found.operators.values()]
    assert found.brand.name == answers.brand
    assert tuple(found.brand.terms) == answers.terms
    assert found.brand.contact == answers.contact
    assert found.telegram.chat == answers.chat
    assert people == [(person.name, person.telegram, person.role) for person in answers.staff]
    assert (found.language, tuple(found.languages)) == (answers.language, answers.languages)
    assert [channel.options for channel in found.channels.values()] == (
        [{"url": answers.feed}] if answers.feed else []
    )


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_a_quoted_text_stays_on_one_line(text: str) -> None:
    assert len(quote(text).splitlines()) == 1


@given(st.lists(_text, max_size=6))
def test_each_person_has_a_key_of_their_own(names: list[str]) -> None:
    found = keys(tuple(Staff(name, 1, Role.AGENT) for name in names))
    assert len(set(found)) == len(names)
    assert all(re.fullmatch(r"[a-z][a-z0-9_-]{0,39}", key) for key in found)


def test_keys_are_readable() -> None:
    names = ["Anna Bò", "Anna Bo", "D'Angelo", "7even", "李"]
    assert keys(tuple(Staff(name, 1, Role.AGENT) for name in names)) == [
        "anna-bo",
        "anna-bo-2",
        "d-angelo",
        "operator-7even",
        "operator",
    ]


@pytest.mark.parametrize("language", sorted(TEXTS))
@pytest.mark.parametrize("feed", [None, "https://feeds.example/a"])
def test_everything_that_is_commented_out_works_when_taken_in(language: str, feed: str | None) -> None:
    answers = Answers("A", ("a",), -1, (), language=language, feed=feed)
    sections = "rules|canned"
    lines = []
    for line in render_rules(answers).splitlines():
        taken_in = re.sub(rf"^# (?=({sections}):|  )|^  # (?=\s*[a-z_]+: |news:|not:|contact:|  )", "", line)
        lines.append(line if taken_in == line else (taken_in if line.startswith("# ") else f"  {taken_in}"))
    found = parse("\n".join(lines).replace("feeds/…", "feeds/1"), Path("rules.yaml"), {}).settings
    assert len(found.rules) == len(found.canned) == len(found.channels) == 1
    assert found.brand.not_
    assert found.brand.contact
    assert found.channels["news"].backlog == timedelta(days=7)


def test_a_first_feed_does_not_flood_the_group() -> None:
    assert parse(render_rules(ANSWERS), Path("rules.yaml"), {}).settings.channels[
        "news"
    ].backlog == timedelta(days=7)


def test_comments_are_in_the_language_of_the_interface() -> None:
    assert "# Lo staff: chi può premere i pulsanti." in render_rules(ANSWERS)
    english = render_rules(Answers("A", ("a",), -1, (), language="en"))
    assert "# The staff: who may press the buttons." in english


def test_both_languages_say_everything() -> None:
    assert TEXTS["it"].keys() == TEXTS["en"].keys()
    assert {f"ask_{key}" for key in QUESTIONS} <= TEXTS["it"].keys()


# ---------------------------------------------------------------- questions


class Person:
    """Answers questions in the order given, and remembers what was asked and told."""

    def __init__(self, *answers: str) -> None:
        self.answers = list(answers)
        self.asked: list[tuple[str, str | None]] = []
        self.told: list[str] = []

    def ask(self, question: str, default: str | None) -> str:
        self.asked.append((question, default))
        answer = self.answers.pop(0)
        return answer or default or ""


def test_the_questions_come_in_the_language_just_chosen() -> None:
    person = Person("it", "Bottega Aurora", "", "", "-100123", "Anna 1001", "", "")
    answers = interview(person.ask, person.told.append, {})
    assert answers == Answers(
        "Bottega Aurora",
        ("bottega aurora",),
        -100123,
        (Staff("Anna", 1001, Role.LEAD),),
        languages=("it", "en"),
    )
    assert person.asked[1] == (TEXTS["it"]["ask_brand"], None)
    assert person.asked[2] == (TEXTS["it"]["ask_terms"], "bottega aurora")
    assert person.told == []


def test_what_is_given_is_not_asked() -> None:
    person = Person()
    answers = interview(person.ask, person.told.append, GIVEN)
    assert answers == Answers(
        "Bottega Aurora",
        ("bottega aurora", "@bottegaaurora"),
        -1001234567890,
        (Staff("Anna Rossi", 1001, Role.LEAD), Staff("Paolo", 1002, Role.APPROVER)),
        language="en",
    )


@pytest.mark.parametrize(
    ("key", "answer", "said"),
    [
        ("language", "fr", "bad_language"),
        ("brand", " ", "bad_brand"),
        ("brand", "x" * 81, "bad_brand"),
        ("brand", "Auro\x07ra", "bad_control"),
        ("terms", " , ", "bad_terms"),
        ("terms", "x" * 501, "bad_terms"),
        ("languages", "italiano", "bad_languages"),
        ("languages", ",", "bad_languages"),
        ("chat", "il gruppo", "bad_chat"),
        ("chat", "1001234567890", "bad_chat"),
        ("chat", "-99999999999999999999", "bad_chat"),
        ("staff", "Anna", "bad_staff"),
        ("staff", "Anna 1001 boss", "bad_staff"),
        ("staff", "Anna 1001, Paolo 1001", "bad_staff"),
        ("staff", "Anna 0", "bad_staff"),
        ("staff", "", "bad_staff"),
        ("feed", "www.example.com/feed", "bad_feed"),
        ("feed", "https://a.example/with space", "bad_feed"),
    ],
)
def test_an_answer_that_cannot_be_taken_is_asked_again_or_refused(key: str, answer: str, said: str) -> None:
    say = TEXTS["it" if key == "language" else "en"]
    person = Person(answer, GIVEN[key])
    interview(person.ask, person.told.append, {name: text for name, text in GIVEN.items() if name != key})
    assert person.told == [say[said]]
    with pytest.raises(ConfigError) as caught:
        interview(person.ask, person.told.append, GIVEN | {key: answer})
    assert str(caught.value) == f"{key}: {say[said]}"


def test_a_long_minus_pasted_from_a_page_is_a_minus() -> None:
    person = Person()
    assert interview(person.ask, person.told.append, GIVEN | {"chat": "−100123"}).chat == -100123


# ---------------------------------------------------------------- the file


def test_the_file_that_is_written_works(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    write_rules(path, render_rules(ANSWERS))
    assert load(path, {}).settings.brand.name == "Bottega Aurora"
    assert read(path.read_text(encoding="utf-8")).mistakes == []


def test_a_file_that_is_there_is_left_as_it_is_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("mine")
    with pytest.raises(ConfigError) as caught:
        write_rules(path, render_rules(ANSWERS))
    assert str(caught.value) == "rules.yaml: is here already and was left as it is; --force replaces it"
    assert path.read_text() == "mine"
    write_rules(path, render_rules(ANSWERS), replace=True)
    assert load(path, {}).settings.brand.name == "Bottega Aurora"


def test_nothing_is_written_or_replaced_that_would_not_work(tmp_path: Path) -> None:
    path = tmp_path / "rules.yaml"
    path.write_text("mine")
    with pytest.raises(ConfigError, match=r"rules\.yaml:1: telegram: is missing"):
        write_rules(path, "brand: {name: A}\n", replace=True)
    assert path.read_text() == "mine"


def test_a_folder_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"^rules\.yaml: cannot be written: No such file or directory$"):
        write_rules(tmp_path / "nowhere" / "rules.yaml", render_rules(ANSWERS))


@pytest.mark.parametrize("language", sorted(TEXTS))
def test_three_steps_are_told_at_the_end(language: str) -> None:
    said = next_steps(Path("rules.yaml"), language)
    assert said.startswith("rules.yaml")
    assert [number for number in ("  1. ", "  2. ", "  3. ") if number in said] == ["  1. ", "  2. ", "  3. "]
    assert (
        said.index("REPUTATION_BOT_TOKEN")
        < said.index("reputation-bot check")
        < said.index("reputation-bot run")
    )
