"""What the check of a case's drafts knows of the place each goes to: who can read it, and what was said there."""

from dataclasses import replace

import pytest

from reputation_bot.model import Case, Permission, Purpose, Record, Reply, ReplyState, Visibility
from reputation_bot.outgoing import FindingKind, OutgoingCheck
from reputation_bot.outgoing.of_case import Checked, check_case
from reputation_bot.settings import Settings
from tests.acting import SETTINGS
from tests.factories import (
    make_author,
    make_case,
    make_draft,
    make_mention,
    make_options,
    make_record,
    make_reply,
)

CHECK = OutgoingCheck(Settings.model_validate(SETTINGS))
EMAIL = "Ciao Giulia, ti scriviamo a giulia@posta.example. A presto!"
OPENING = make_draft(text=EMAIL, visibility=Visibility.PRIVATE, purpose=Purpose.OPENING)


def checked(case: Case, *replies: Reply, records: list[Record] | None = None) -> Checked:
    return check_case(CHECK, case, [make_record()] if records is None else records, replies)


def kinds(case: Case, *replies: Reply, records: list[Record] | None = None) -> list[FindingKind]:
    return [one.kind for one in checked(case, *replies, records=records).draft]


def public(text: str, **changes: object) -> Case:
    return make_case(drafts=(make_draft(text=text),), **changes)


def test_what_may_not_be_said_in_public_may_be_said_in_private() -> None:
    private = make_draft(text=EMAIL, visibility=Visibility.PRIVATE)
    assert kinds(public(EMAIL)) == [FindingKind.EMAIL]
    assert kinds(make_case(drafts=(private,))) == []


def test_only_the_draft_on_the_card_is_checked() -> None:
    drafts = (make_draft(), make_draft(text=EMAIL))
    assert checked(make_case(drafts=drafts)).blocked == ()
    assert checked(make_case(drafts=drafts, shown_draft=1)).blocked == ("email",)


def test_of_a_hand_off_both_parts_are_checked_each_for_its_place() -> None:
    card = replace(OPENING, text="Ciao, la carta 4111 1111 1111 1111 è stata rimborsata.")
    found = checked(public(EMAIL, opening=card))
    assert [one.kind for one in found.opening] == [FindingKind.CARD]
    assert FindingKind.EMAIL in [one.kind for one in found.draft]
    assert set(found.blocked) == {"card", "email"}


def test_the_record_of_an_overrule_names_kinds_and_no_words() -> None:
    found = checked(public(f"{EMAIL} {EMAIL}"))
    assert found.blocked == ("email",)
    assert "posta" not in repr(found)


@pytest.mark.parametrize("visibility", list(Visibility))
def test_what_the_author_said_in_private_is_not_repeated_in_public(visibility: Visibility) -> None:
    words = make_mention("m2", text="Il lampadario Zefiro è arrivato rotto", visibility=visibility)
    records = [make_record(), make_record(words)]
    found = kinds(public("Ciao Giulia, ci dispiace per il lampadario Zefiro."), records=records)
    assert (FindingKind.PRIVATE_WORDS in found) is (visibility is Visibility.PRIVATE)


@pytest.mark.parametrize("state", [ReplyState.SENT, ReplyState.CANCELLED])
def test_what_we_said_in_private_counts_once_it_was_said(state: ReplyState) -> None:
    said = make_reply(
        text="Le mandiamo un lampadario Zefiro nuovo.", visibility=Visibility.PRIVATE, state=state
    )
    found = kinds(public("Ciao Giulia, ci dispiace per il lampadario Zefiro."), said)
    assert (FindingKind.PRIVATE_WORDS in found) is (state is ReplyState.SENT)


def test_what_stands_in_the_private_part_stays_out_of_the_public_one() -> None:
    opening = replace(OPENING, text="Ciao, il lampadario Zefiro parte domani.")
    invitation = "Ciao Giulia, del lampadario Zefiro ti scriviamo in privato."
    assert FindingKind.PRIVATE_WORDS in kinds(public(invitation, opening=opening))
    assert FindingKind.PRIVATE_WORDS not in kinds(public(invitation))


def test_the_authors_own_name_is_no_secret() -> None:
    author = make_author(name="Giulia Zefiro")
    record = make_record(make_mention("m2", text="Sono Giulia Zefiro", visibility=Visibility.PRIVATE))
    found = kinds(public("Ciao Giulia Zefiro, ci dispiace.", author=author), records=[record])
    assert FindingKind.PRIVATE_WORDS not in found


def test_the_places_limit_of_characters_counts() -> None:
    options = make_options(public=Permission(True, max_chars=20))
    assert FindingKind.TOO_LONG in kinds(public("Ciao Giulia, " + "bene " * 10, options=options))


def test_without_a_draft_nothing_is_found() -> None:
    assert checked(make_case(drafts=())) == Checked()
    assert checked(make_case(drafts=()), records=[]) == Checked()
