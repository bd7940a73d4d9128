"""The mail connector against a real IMAP server (Dovecot) and an SMTP server: the contract, and which mails are read when."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from pydantic import ValidationError

from connectors.mail.options import MailOptions
from reputation_bot.errors import AccessError
from reputation_bot.model import Visibility
from tests.contracts.connector import SECRET, ReplierContract, texts
from tests.mail_bench import NEEDS_SERVERS, SHOP, Mailroom, mail_of, only

pytestmark = NEEDS_SERVERS


@pytest.fixture
def platform(mailroom: Mailroom) -> Mailroom:
    return mailroom


_NO_HTTP = "there is no HTTP: the faults of IMAP and SMTP are tried in `test_mail_faults`"


class TestContract(ReplierContract):
    """All that holds for every connector that answers, but for the faults of HTTP."""

    visibilities = (Visibility.PRIVATE,)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_edited_mention_comes_again_under_its_id": "a mail that was sent cannot be edited",
        "test_deleted_mention_is_told_and_shown_no_more": "a mail that staff moves or deletes has not been taken back",
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "mails are numbered: what was read is never shown again",
        "test_endless_pages_come_to_an_end": "there are no pages; how much one look reads is tried below",
        "test_other_answer_of_ours_is_not_taken_for_it[visibility]": "an answer in public is refused",
        **dict.fromkeys(
            [
                "test_fault_has_its_name_and_the_cursor_still_works",
                "test_fault_at_any_request_of_a_poll_loses_nothing",
                "test_wish_to_be_left_alone_is_passed_on",
                "test_refused_connection_is_try_later",
                "test_redirect_loop_is_a_bad_answer",
                "test_redirect_into_our_own_network_is_refused",
                "test_no_secret_of_keys_and_address_is_shown_or_kept",
                "test_refused_key_means_that_nothing_was_posted",
                "test_wish_to_be_left_alone_means_that_nothing_was_posted",
                "test_refused_text_is_told_in_the_words_of_the_platform",
                "test_refused_connection_means_that_nothing_was_posted",
                "test_lost_answer_is_unknown_until_it_is_found",
                "test_nothing_is_found_where_nothing_was_posted",
                "test_fault_while_looking_for_an_answer_has_its_name",
                "test_no_secret_of_keys_is_shown_when_an_answer_fails",
            ],
            _NO_HTTP,
        ),
    }

    def changes(self, request: object) -> bool:
        return True  # all that the SMTP server took


class TestReading:
    def test_fields_of_a_mail_become_those_of_a_mention(self, platform: Mailroom) -> None:
        at = datetime(2026, 11, 20, 9, tzinfo=UTC)
        platform.publish(
            "Mai arrivato.\n\n-- \nGiulia Rossi\nVia Roma 1", created_at=at, Message_ID="<a.1@example.org>"
        )
        mention = only(platform)
        assert (mention.text, mention.title, mention.created_at) == ("Mai arrivato.", "Il mio ordine", at)
        assert (mention.author.name, mention.author.external_id) == ("Giulia Rossi", "giulia@example.org")
        assert (mention.external_id, mention.thread) == ("a.1@example.org", "a.1@example.org")
        assert mention.visibility is Visibility.PRIVATE

    def test_form_names_its_sender_in_reply_to(self, platform: Mailroom) -> None:
        platform.publish(
            "Nome: Giulia", From=SHOP, Reply_To="Giulia <Giulia@Example.org>", Auto_Submitted="auto-generated"
        )
        assert only(platform).author.external_id == "giulia@example.org"

    def test_answer_of_the_author_joins_the_thread_of_the_first_mail(self, platform: Mailroom) -> None:
        platform.publish("Prima", Message_ID="<a@example.org>")
        platform.publish(
            "Poi", References="<a@example.org> <b@bottega.example>", In_Reply_To="<b@bottega.example>"
        )
        assert {mention.thread for mention in platform.connect().poll(None).mentions} == {"a@example.org"}

    def test_nothing_is_marked_as_read(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        platform.connect().poll(None)
        with platform.box() as box:
            assert len(box.uids("UNSEEN")) == 1

    def test_mails_are_marked_as_read_only_once_they_are_in_the_store(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect(mark_read=True)
        cursor = connector.poll(None).cursor
        assert self.unread(platform) == 1
        connector.poll(cursor)
        assert self.unread(platform) == 0

    def unread(self, platform: Mailroom) -> int:
        with platform.box() as box:
            return len(box.uids("UNSEEN"))

    def test_mails_marked_for_deletion_by_others_stay(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        with platform.box() as box:
            box.client.uid("STORE", "1:*", "+FLAGS", r"(\Deleted)")
        connector = platform.connect(mark_read=True)
        connector.poll(connector.poll(None).cursor)
        with platform.box() as box:
            assert len(box.uids("ALL")) == 1

    def test_only_what_came_since_is_read(self, platform: Mailroom) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).mentions == []
        platform.publish("Secondo", created_at=datetime.now(UTC) - timedelta(days=300))
        assert texts(connector.poll(cursor)) == {"Secondo"}

    def test_first_look_reaches_back_some_days_only(self, platform: Mailroom) -> None:
        platform.put(mail_of("Vecchio"), at=datetime.now(UTC) - timedelta(days=30))
        platform.publish("Nuovo")
        assert texts(platform.connect().poll(None)) == {"Nuovo"}

    def test_mailbox_that_is_numbered_anew_is_read_again_under_the_same_ids(self, platform: Mailroom) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        first = connector.poll(None)
        assert isinstance(first.cursor, dict)
        again = connector.poll({**first.cursor, "validity": first.cursor["validity"] - 1})
        assert [one.external_id for one in again.mentions] == [one.external_id for one in first.mentions]

    def test_many_mails_are_read_in_several_looks(self, platform: Mailroom) -> None:
        with platform.box() as box:
            for number in range(230):
                box.append(mail_of(f"Messaggio {number}").as_bytes())
        connector = platform.connect()
        first = connector.poll(None)
        second = connector.poll(first.cursor)
        assert (len(first.mentions), len(second.mentions)) == (200, 30)

    def test_of_a_large_mail_only_the_beginning_is_fetched(self, platform: Mailroom) -> None:
        mail = mail_of("Ecco la foto")
        mail.add_attachment(b"x" * 3_000_000, maintype="image", subtype="jpeg", filename="tazza.jpg")
        mail.add_attachment(b"y", maintype="image", subtype="jpeg", filename="behind.jpg")
        platform.put(mail)
        assert only(platform).text == "Ecco la foto\n\n📎 tazza.jpg"

    @pytest.mark.parametrize(
        "headers",
        [
            {"Auto_Submitted": "auto-replied"},
            {"Auto_Submitted": "auto-generated; x"},
            {"Precedence": "list"},
            {"List_Id": "<news.example.org>"},
            {"List_Unsubscribe": "<https://example.org/bye>"},
            {"From": "MAILER-DAEMON@example.org"},
            {"From": f"Bottega <{SHOP.upper()}>"},
        ],
        ids=str,
    )
    def test_machines_and_our_own_mails_are_no_mentions(
        self, platform: Mailroom, headers: dict[str, Any]
    ) -> None:
        platform.publish("Sono in ferie", **headers)
        batch = platform.connect().poll(None)
        assert (batch.mentions, batch.notices) == ([], [])

    def test_machines_are_read_where_that_is_wanted(self, platform: Mailroom) -> None:
        platform.publish("Sono in ferie", Auto_Submitted="auto-replied")
        connector = platform.connect(machines=True)
        (mention,) = connector.poll(None).mentions
        assert mention.text == "Sono in ferie"
        assert not connector.options(mention).automatic

    def test_missing_folder_is_told(self, platform: Mailroom) -> None:
        with pytest.raises(AccessError, match="no folder Reclami"):
            platform.connect(folder="Reclami").poll(None)


@pytest.mark.parametrize(
    "wrong",
    [
        {"imap": {"host": "imap.example.org", "security": "none"}},
        {"imap": "imap example"},
        {"address": "bottega.example"},
        {"address": "a@b\r\nBcc: x@y"},
        {"colour": SECRET},
        {"password": None},
    ],
)
def test_wrong_options_are_refused_without_repeating_them(wrong: Mapping[str, Any]) -> None:
    good = {"address": SHOP, "password": SECRET, "imap": "imap.example.org", "smtp": "smtp.example.org"}
    MailOptions.model_validate(good)
    with pytest.raises(ValidationError) as caught:
        MailOptions.model_validate({**good, **wrong})
    assert SECRET not in str(caught.value)
