"""`reputation-bot case N` prints all that is known of a case, every act with who, when, what, before and after."""

import json
import re
from dataclasses import replace
from itertools import product
from typing import Any

import pytest

from reputation_bot import cases, named
from reputation_bot.commands.case import show_case
from reputation_bot.errors import NotFoundError
from reputation_bot.i18n import translator
from reputation_bot.model import CaseStatus, Purpose, ReplyState, Sighting, Thread, Visibility
from reputation_bot.ports import Storage
from reputation_bot.settings import Settings
from reputation_bot.telegram.buttons import Act
from tests.acting import FEDERICA, SETTINGS, Office
from tests.factories import NOW, make_draft, make_mention, make_receipt, make_reply
from tests.fakes import FakeClock


@pytest.fixture
def office(storage: Storage, clock: FakeClock) -> Office:
    office = Office(storage, clock)
    office.put()
    return office


def shown(
    office: Office, capsys: pytest.CaptureFixture[str], number: int, *, as_json: bool, **settings: Any
) -> str:
    rules = Settings.model_validate({**SETTINGS, "language": "en", "timezone": "Europe/Rome", **settings})
    show_case(office.storage, rules, number, now=NOW, as_json=as_json)
    return capsys.readouterr().out


def printed(
    office: Office, capsys: pytest.CaptureFixture[str], number: int = 1, **settings: Any
) -> list[str]:
    return shown(office, capsys, number, as_json=False, **settings).split("\n")


def as_json(office: Office, capsys: pytest.CaptureFixture[str], number: int = 1) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(shown(office, capsys, number, as_json=True))
    return found


def test_it_begins_with_what_the_case_is(office: Office, capsys: pytest.CaptureFixture[str]) -> None:
    assert printed(office, capsys)[0] == "#1 · open · Complaint · shipping · high · Piazza · Giulia Rossi"
    (italian, *_rest) = printed(office, capsys, language="it")
    status = named.status(CaseStatus.OPEN, translator("it"))
    assert italian == f"#1 · {status} · Reclamo · spedizione · alta · Piazza · Giulia Rossi"


def test_an_edit_is_printed_with_the_texts_before_and_after(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.write("prima riga\nseconda", FEDERICA, to=100)
    lines = printed(office, capsys)
    at = lines.index("  2026-11-21 10:12:00 Federica changed the draft")
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
    assert lines[lines.index("What was done, by the clocks of Europe/Rome:") + 1 :] == [
        "  2026-11-21 10:12:00 Anna took the case",
        "  2026-11-21 10:12:00 Federica snoozed the case until 11:12",
        "  2026-11-21 10:12:00 Anna noted",
        "    text: ha telefonato",
        "  2026-11-21 10:12:00 Anna approved the public answer",
        "    text: Ciao Giulia, ci dispiace: controlliamo subito.",
        "",
    ]
    assert "  assigned to Anna" in lines
    assert "  snoozed until 2026-11-21 11:12:00" in lines
    assert "  note 2026-11-21 10:12:00 Anna: ha telefonato" in lines


def test_the_terminal_speaks_italian_where_the_staff_do(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.press(Act.HAND_OFF)
    office.write("/note ha telefonato", to=100)
    office.press(Act.PUBLISH)
    office.publish()
    office.publish()
    office.press(Act.DISMISS_AS, FEDERICA, "not_us")
    assert printed(office, capsys, language="it")[1:] == [
        "  menzione piazza:m1 (pubblica): Ordine mai arrivato, nessuno risponde.",
        "  nota 2026-11-21 10:12:00 Anna: ha telefonato",
        (
            "  risposta 1.2 (pubblicata, approvata da Anna, privata, messaggio privato di un invito, "
            "https://piazza.example/answers/1.2): Ciao, opening"
        ),
        (
            "  risposta 1.3 (pubblicata, approvata da Anna, pubblica, invito in privato, dopo 1.2, "
            "https://piazza.example/answers/1.3): Ciao, invitation"
        ),
        "Che cosa è stato fatto (ora di Europe/Rome):",
        "  2026-11-21 10:12:00 Anna ha preparato il messaggio privato e l'invito pubblico",
        "    prima: Ciao Giulia, ci dispiace: controlliamo subito.",
        "    dopo: Ciao, opening",
        "      ---",
        "      Ciao, invitation",
        "  2026-11-21 10:12:00 Anna ha annotato",
        "    testo: ha telefonato",
        "  2026-11-21 10:12:00 Anna ha approvato il messaggio privato e l'invito pubblico",
        (
            "  2026-11-21 10:12:11 Il bot ha inviato a Giulia Rossi il messaggio privato approvato da Anna "
            "(https://piazza.example/answers/1.2)"
        ),
        "    testo: Ciao, opening",
        (
            "  2026-11-21 10:12:22 Il bot ha pubblicato la risposta a Giulia Rossi approvata da Anna "
            "(https://piazza.example/answers/1.3)"
        ),
        "    testo: Ciao, invitation",
        "  2026-11-21 10:12:22 Federica ha scartato il caso: non siamo noi",
        "",
    ]


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
        "  reply 1.1 (published, approved by Anna, public, after 1.0, no longer visible on the platform, "
        f"last seen 2026-11-21 10:12:00, https://piazza.example/posts/r1): {seen.text}"
    ) in lines
    assert "  thread piazza:dm-7 (private) of u1" in lines


@pytest.mark.parametrize("language", ["en", "it"])
def test_every_state_and_purpose_of_a_reply_is_told_apart(
    office: Office, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    kinds = list(product(ReplyState, Purpose))
    with office.storage.transaction() as tx:
        for revision, (state, purpose) in enumerate(kinds):
            tx.put_reply(make_reply(revision=revision, state=state, purpose=purpose), expected=None)
    lines = [one for one in printed(office, capsys, language=language) if "ci dispiace" in one]
    told = {re.sub(r"1\.\d+", "", line) for line in lines if re.search(r" 1\.\d+ \(", line)}
    assert len(told) == len(kinds) == 30


def test_drafts_and_what_is_known_of_a_mention_are_printed(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    own = make_draft(text="Mia", by="federica", visibility=Visibility.PRIVATE)
    with office.storage.transaction() as tx:
        record = tx.records(1)[0]
        tx.put_record(replace(record, copy_of="piazza:m0", edited_at=NOW, gone_at=NOW))
        tx.put_case(replace(tx.case(1), drafts=(own, make_draft(text="Pronta")), opening=own))
    lines = printed(office, capsys)
    assert "  draft that goes out first (private, it, written by Federica): Mia" in lines
    assert "  draft (private, it, written by Federica): Mia" in lines
    assert "  draft (public, it, «mai arrivato»): Pronta" in lines
    assert (
        "  mention piazza:m1 (public, copy of piazza:m0, edited, noticed 2026-11-21 10:12:00, "
        "gone, noticed 2026-11-21 10:12:00): Ordine mai arrivato, nessuno risponde."
    ) in lines


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
    (handed_off, noted) = found["events"]
    assert handed_off["after"] == "Ciao, opening\n---\nCiao, invitation"
    assert (noted["who"], noted["after"]) == ("anna", "ha telefonato")
    assert found["opening"]["text"] == "Ciao, opening"


def test_words_from_outside_do_nothing_to_the_terminal(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    office.put(make_mention("m2", text="\x1b[2Jvia\x07"))
    assert any("?[2Jvia?" in line for line in printed(office, capsys, 2))


def test_a_case_that_is_not_there_is_an_error(office: Office) -> None:
    with pytest.raises(NotFoundError):
        show_case(office.storage, office.settings, 77, now=NOW, as_json=False)
