"""Answers by mail: who gets them, in which thread, under which headers, and where none is offered."""

from typing import Any

import pytest

from reputation_bot.errors import RejectedError
from reputation_bot.model import Purpose, Visibility
from tests.contracts.connector import approved
from tests.mail_bench import NEEDS_SERVERS, SHOP, Mailroom, content

pytestmark = NEEDS_SERVERS


@pytest.fixture
def platform(mailroom: Mailroom) -> Mailroom:
    return mailroom


class TestAnswers:
    def test_answer_is_in_the_thread_and_from_the_shop(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato", Message_ID="<b@example.org>", References="<a@example.org>")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        receipt = connector.post(
            approved(visibility=Visibility.PRIVATE, text="Ci dispiace: è già in viaggio.\n\nAnna"), mention
        )
        (sent,) = platform.post.mails()
        assert sent["From"] == f"Bottega Aurora <{SHOP}>"
        assert (sent["To"], sent["Subject"]) == ("giulia@example.org", "Re: Il mio ordine")
        assert (sent["In-Reply-To"], sent["References"]) == (
            "<b@example.org>",
            "<a@example.org> <b@example.org>",
        )
        assert sent["Message-ID"] == f"<{receipt.external_id}>"
        assert receipt.thread == receipt.external_id
        assert content(sent).splitlines() == ["Ci dispiace: è già in viaggio.", "", "Anna"]
        assert sent["Auto-Submitted"] is None

    def test_author_who_names_only_our_mail_is_in_the_thread_that_the_receipt_told(
        self, platform: Mailroom
    ) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        first = connector.poll(None)
        receipt = connector.post(approved(visibility=Visibility.PRIVATE), first.mentions[0])
        platform.publish("Grazie", In_Reply_To=f"<{receipt.external_id}>")
        (again,) = connector.poll(first.cursor).mentions
        assert (again.thread, again.author.key) == (receipt.thread, first.mentions[0].author.key)

    def test_acknowledgement_says_that_a_machine_wrote_it(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.options(mention).automatic
        connector.post(approved(visibility=Visibility.PRIVATE, purpose=Purpose.ACKNOWLEDGEMENT), mention)
        assert platform.post.mails()[0]["Auto-Submitted"] == "auto-replied"

    def test_subject_cannot_smuggle_a_header(self, platform: Mailroom) -> None:
        platform.put(
            b"From: G <giulia@example.org>\r\nMessage-ID: <x@y>\r\n"
            b"Subject: =?utf-8?B?Q2lhbw0KQmNjOiBhbGxAZXhhbXBsZS5vcmc=?=\r\n\r\nAiuto\r\n"
        )
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        connector.post(approved(visibility=Visibility.PRIVATE), mention)
        assert platform.post.mails()[0]["Bcc"] is None
        assert platform.post.mails()[0]["Subject"] == "Re: Ciao Bcc: all@example.org"

    def test_copy_is_kept_among_sent_mail_where_that_is_wanted(self, platform: Mailroom) -> None:
        platform.post.deliver = lambda _raw: None
        platform.publish("Mai arrivato")
        connector = platform.connect(save_sent=True)
        (mention,) = connector.poll(None).mentions
        reply = approved(visibility=Visibility.PRIVATE)
        receipt = connector.post(reply, mention)
        found = connector.find(reply, mention)
        assert found is not None
        assert found.external_id == receipt.external_id

    def test_nothing_is_found_where_nothing_was_sent(self, platform: Mailroom) -> None:
        platform.publish("Mai arrivato")
        connector = platform.connect()
        (mention,) = connector.poll(None).mentions
        assert connector.find(approved(visibility=Visibility.PRIVATE), mention) is None

    @pytest.mark.parametrize(
        ("more", "sender", "why"),
        [({"smtp": None}, "giulia@example.org", "write smtp"), ({}, "no-reply@example.org", "nobody reads")],
    )
    def test_where_no_answer_can_go_none_is_offered(
        self, platform: Mailroom, more: dict[str, Any], sender: str, why: str
    ) -> None:
        platform.publish("Mai arrivato", From=sender)
        connector = platform.connect(**more)
        (mention,) = connector.poll(None).mentions
        assert why in str(connector.options(mention).private.why_not)
        with pytest.raises(RejectedError, match=why):
            connector.post(approved(visibility=Visibility.PRIVATE), mention)
