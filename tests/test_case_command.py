"""`reputation-bot case N` prints all that is known of a case, every act with who, when, what, before and after."""

import json
from dataclasses import replace

import pytest

from reputation_bot import cases
from reputation_bot.commands.cases import show_case
from reputation_bot.errors import NotFoundError
from reputation_bot.model import ReplyState, Sighting, Thread, Visibility
from reputation_bot.ports import Storage
from reputation_bot.telegram.buttons import Act
from tests.acting import FEDERICA, Office
from tests.factories import NOW, make_mention, make_receipt, make_reply
from tests.fakes import FakeClock


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put()
    return office


def printed(office: Office, capsys: pytest.CaptureFixture[str], number: int = 1) -> list[str]:
    show_case(office.storage, number, as_json=False)
    return capsys.readouterr().out.split("\n")


def as_json(office: Office, capsys: pytest.CaptureFixture[str], number: int = 1) -> dict[str, object]:
    show_case(office.storage, number, as_json=True)
    return json.loads(capsys.readouterr().out)  # type: ignore[no-any-return]


def test_an_edit_is_printed_with_the_texts_before_and_after(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.write("prima riga\nseconda", FEDERICA, to=100)
    lines = printed(office, capsys)
    at = lines.index("  2026-11-21 09:12:00 federica: edit")
    assert lines[at + 1] == "    before: Ciao Giulia, ci dispiace: controlliamo subito."
    assert lines[at + 2 : at + 4] == ["    after: prima riga", "      seconda"]


def test_every_act_leaves_a_line_with_who_and_when(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.press(Act.TAKE)
    office.press(Act.SNOOZE_UNTIL, FEDERICA, "hour")
    office.write("/note ha telefonato", to=100)
    office.press(Act.PUBLISH)
    lines = printed(office, capsys)
    assert [line for line in lines if line.startswith("  2026")] == [
        "  2026-11-21 09:12:00 anna: take",
        "  2026-11-21 09:12:00 federica: snooze 2026-11-21T10:12+00:00",
        "  2026-11-21 09:12:00 anna: note",
        "  2026-11-21 09:12:00 anna: approve 1.1 public",
    ]
    assert "    after: anna" in lines
    assert "  assigned to anna" in lines
    assert "  snoozed until 2026-11-21 10:12:00" in lines
    assert "  note 2026-11-21 09:12:00 anna: ha telefonato" in lines


def test_a_reply_is_printed_with_what_was_seen_of_it(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    seen = make_reply(
        state=ReplyState.SENT, receipt=make_receipt(), sighting=Sighting.GONE, seen_at=NOW, after="1.0"
    )
    private = Thread("piazza", "dm-7", "u1", Visibility.PRIVATE)
    with office.storage.transaction() as tx:
        tx.put_reply(seen, expected=None)
        tx.put_case(replace(tx.case(1), threads=(private,)))
    lines = printed(office, capsys)
    assert (
        "  reply 1.1 sent by anna, public, after 1.0, gone on the platform, last seen 2026-11-21 09:12:00, "
        f"https://piazza.example/posts/r1: {seen.text}"
    ) in lines
    assert "  thread piazza:dm-7 (private) of u1" in lines


def test_a_merged_case_says_where_it_went(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.put(make_mention("m2", thread="t2"))
    with office.storage.transaction() as tx:
        cases.merge(tx, tx.case(2), tx.case(1), who="anna", now=NOW)
    assert "  merged into #1" in printed(office, capsys, 2)
    assert as_json(office, capsys, 2)["merged_into"] == 1


def test_json_has_the_same(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    office.press(Act.HAND_OFF)
    office.write("/note ha telefonato", to=100)
    found = as_json(office, capsys)
    assert found["notes"] == [{"at": "2026-11-21T09:12:00+00:00", "by": "anna", "text": "ha telefonato"}]
    (handed_off, noted) = found["events"]  # type: ignore[misc]
    assert handed_off["after"] == "Ciao, opening\n---\nCiao, invitation"
    assert (noted["who"], noted["after"]) == ("anna", "ha telefonato")
    assert found["opening"]["text"] == "Ciao, opening"  # type: ignore[index]


def test_words_from_outside_do_nothing_to_the_terminal(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.put(make_mention("m2", text="\x1b[2Jvia\x07"))
    assert any("?[2Jvia?" in line for line in printed(office, capsys, 2))


def test_a_case_that_is_not_there_is_an_error(office: Office) -> None:
    with pytest.raises(NotFoundError):
        show_case(office.storage, 77, as_json=False)
