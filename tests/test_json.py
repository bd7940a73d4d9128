"""The JSON connector, by the mappings that come with it and by others, against small fakes of the platforms."""

from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.json_api.expression import found
from connectors.json_api.mentions import sample
from connectors.json_api.options import JsonOptions, presets
from reputation_bot.errors import AccessError, BadAnswerError, PlatformError, RejectedError
from reputation_bot.model import Visibility
from reputation_bot.ports import Batch
from tests.contracts.connector import SECRET, ConnectorContract, ReplierContract, approved, check_whole, texts
from tests.fake_json_apis import FakeFeedaty, FakeList, FakeTrusted, FakeWoo
from tests.fake_server import Answer, FakeServer, Request, json_answer, redirect
from tests.hostile_json import ANY_JSON, spoiled


@pytest.fixture
def shop() -> Iterator[FakeList]:
    fake = FakeList()
    with fake.server.running():
        yield fake


@pytest.fixture
def woo() -> Iterator[FakeWoo]:
    fake = FakeWoo()
    with fake.server.running():
        yield fake


@pytest.fixture
def trusted() -> Iterator[FakeTrusted]:
    fake = FakeTrusted()
    with fake.server.running():
        yield fake


class TestPlainList(ConnectorContract):
    """A list by the preset `plain`, read page by page at addresses that it gives itself."""

    @pytest.fixture
    def platform(self, shop: FakeList) -> FakeList:
        return shop


class TestWooCommerce(ReplierContract):
    """Reviews of products, answered by comments."""

    visibilities = (Visibility.PUBLIC,)
    refusal = json_answer({"code": "rest_comment", "message": "Too rude for this place"}, 400)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_answer_beyond_the_limit_is_refused_before_it_leaves": "WordPress states no limit",
        "test_endless_pages_come_to_an_end": "its pages end when one is not full; tried with full ones below",
    }

    @pytest.fixture
    def platform(self, woo: FakeWoo) -> FakeWoo:
        return woo


class TestTrustedShops(ReplierContract):
    """One answer a review, read back in the review itself."""

    visibilities = (Visibility.PUBLIC,)
    idempotent = True
    refusal = json_answer({"message": "Too rude for this place"}, 400)
    exempt: ClassVar[Mapping[str, str]] = {
        "test_answer_beyond_the_limit_is_refused_before_it_leaves": "no limit is known",
        "test_lost_answer_is_unknown_until_it_is_found[id null]": "its answer holds no id; the answer read back is the proof",
    }

    @pytest.fixture
    def platform(self, trusted: FakeTrusted) -> FakeTrusted:
        return trusted

    def changes(self, request: Request) -> bool:
        return request.path.endswith("/reply")


class TestReading:
    def test_fields_of_a_record_become_those_of_a_mention(self, shop: FakeList) -> None:
        shop.publish(
            "Mai arrivato",
            created_at=datetime(2026, 11, 20, 9, tzinfo=UTC),
            title="Tazza",
            lang="it-IT",
            author_id=17,
            thread="T9",
            private=True,
        )
        (mention,) = shop.connect().poll(None).mentions
        assert (mention.external_id, mention.thread, mention.author.key) == ("1", "T9", "17")
        assert (mention.title, mention.text, mention.rating, mention.lang) == (
            "Tazza",
            "Mai arrivato",
            2.0,
            "it",
        )
        assert mention.url == f"{shop.server.url}/prodotti/0"
        assert mention.visibility is Visibility.PRIVATE
        assert mention.created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)

    def test_html_becomes_text_and_of_an_address_only_a_digest_is_kept(self, woo: FakeWoo) -> None:
        woo.publish("Rotta & sporca<br>Mai più")
        woo.publish("Di nuovo")
        again, first = woo.connect().poll(None).mentions
        assert first.text == "Rotta & sporca\nMai più"
        assert (first.title, first.author.name) == ("Tazza grande", "Giulia")
        assert first.author.key == again.author.key
        assert "example.org" not in repr(first)

    def test_stars_without_words_are_a_mention(self, trusted: FakeTrusted) -> None:
        trusted.publish("", rating=4)
        (mention,) = trusted.connect().poll(None).mentions
        assert (mention.text, mention.rating) == ("★★★★☆", 4.0)
        assert (mention.author.name, mention.lang) == ("Giulia Rossi", "it")

    @pytest.mark.parametrize(
        ("value", "best", "stars"),
        [
            (10, 10, 5.0),
            (1, 10, 1.0),
            ("4,5", 5, 4.5),
            ("80", 100, 4.0),
            (0, 5, None),
            (6, 5, None),
            (True, 5, None),
            ("5/5", 5, None),
        ],
    )
    def test_ratings_of_other_scales_become_stars(
        self, shop: FakeList, value: object, best: float, stars: float | None
    ) -> None:
        shop.publish("Recensione", rating=value)
        (mention,) = shop.connect(fields={"best": best}).poll(None).mentions
        assert mention.rating == stars

    @pytest.mark.parametrize("stamp", [1763629200, 1763629200000, 1763629200.0, "2025-11-20T10:00:00+01:00"])
    def test_times_may_be_numbers(self, shop: FakeList, stamp: object) -> None:
        shop.publish("Recensione")
        shop.records[0]["created_at"] = stamp
        (mention,) = shop.connect().poll(None).mentions
        assert mention.created_at == datetime(2025, 11, 20, 9, tzinfo=UTC)

    def test_pages_are_read_to_the_end_and_by_number(self, woo: FakeWoo) -> None:
        for number in range(250):
            woo.publish(f"Recensione {number}")
        assert len(woo.connect().poll(None).mentions) == 250
        assert [request.query["page"] for request in woo.server.requests] == [["1"], ["2"], ["3"]]

    def test_full_pages_without_an_end_come_to_an_end(self, woo: FakeWoo) -> None:
        for number in range(100):
            woo.publish(f"Recensione {number}")
        woo.page_endlessly()
        assert len(woo.connect().poll(None).mentions) == 100
        assert len(woo.server.requests) <= 60

    def test_pages_by_a_count_of_records_are_read_to_the_end(self) -> None:
        feedaty = FakeFeedaty()
        with feedaty.server.running():
            for number in range(150):
                feedaty.publish(f"Recensione {number}")
            mentions = feedaty.connect().poll(None).mentions
        assert len(mentions) == 150
        assert mentions[0].text == "Recensione 149\n\nBello"
        assert mentions[0].rating == 3.0
        assert mentions[0].created_at == datetime(2026, 11, 20, 9, tzinfo=UTC)

    def test_only_newer_records_are_asked_for_where_the_platform_can(self, shop: FakeList) -> None:
        read = {**FakeList.settings["read"], "since": {"parameter": "after", "days": 60}}
        shop.connect(read=read).poll(None)
        since = datetime.fromisoformat(shop.server.requests[0].query["after"][0])
        assert timedelta(days=59) < datetime.now(UTC) - since < timedelta(days=61)

    def test_what_a_whole_list_lacks_was_deleted(self, shop: FakeList) -> None:
        shop.publish("Ripensato")
        shop.publish("Resta")
        connector = shop.connect(read={**FakeList.settings["read"], "whole": True})
        first = connector.poll(None)
        shop.records.pop()
        assert list(connector.poll(first.cursor).gone) == ["1"]

    def test_our_own_records_are_no_mentions(self, shop: FakeList) -> None:
        shop.publish("Rispondiamo noi", ours=True)
        shop.publish("Cliente")
        assert texts(shop.connect().poll(None)) == {"Cliente"}

    def test_key_goes_to_no_other_server(self, shop: FakeList) -> None:
        shop.server.handler = lambda request: json_answer(
            {"reviews": [{"id": 1, "text": "x"}], "links": {"next": "https://other.example/"}}
        )
        with pytest.raises(BadAnswerError, match="another server"):
            shop.connect().poll(None)

    def test_key_follows_no_redirect_to_another_server(self, shop: FakeList, trusted: FakeTrusted) -> None:
        trusted.publish("Mai arrivato")
        with FakeServer(lambda request: json_answer({"reviews": []})).running() as other:
            for fake in (shop, trusted):
                fake.server.fail(redirect(f"{other.url}/reviews"), times=2)
                with pytest.raises(AccessError, match="another server"):
                    fake.connect(headers={"X-Api-Key": SECRET}).poll(None)
            assert other.requests == []

    def test_redirect_on_the_same_server_is_followed(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato")
        shop.server.fail(redirect("/reviews?moved=1"))
        assert texts(shop.connect().poll(None)) == {"Mai arrivato"}


class TestWrongMapping:
    def test_list_at_another_place_is_told_with_what_came(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato")
        with pytest.raises(BadAnswerError, match=r"read\.items \(data\).*reviews: a list of 1"):
            shop.connect(read={**FakeList.settings["read"], "items": "data"}).poll(None)

    def test_wrong_id_is_told_with_what_came_and_without_the_authors_words(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato", token="abc")
        with pytest.raises(BadAnswerError, match=r"fields\.id \(review_id\) finds nothing.*id: 1") as caught:
            shop.connect(fields={"id": "review_id"}).poll(None)
        assert "Mai arrivato" not in str(caught.value)
        assert "abc" not in str(caught.value)

    def test_wrong_text_is_told_and_stops_no_look(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato", rating=None)
        batch = shop.connect(fields={"text": "comment"}).poll(None)
        assert any("fields.text (comment) finds nothing" in notice for notice in batch.notices)

    @pytest.mark.parametrize(
        "wrong",
        [
            {"fields": {"id": "a["}},
            {"fields": {"id": "(" * 499}},
            {"fields": {"id": "a" * 501}},
            {"preset": "magento"},
            {"api": f"https://anna:{SECRET}@shop.example"},
            {"colour": SECRET},
            {"login": {"key": SECRET}},
            {"login": {"kind": "client_credentials", "key": SECRET, "secret": SECRET}},
            {"read": {"pages": {"by": "cursor"}}},
            {"read": {"path": "reviews"}},
            {"read": {"whole": True, "since": {"parameter": "after"}}},
            {"answer": {"path": "/x", "body": {"message": "hello"}}},
            {"answer": {"path": "/x", "body": {"message": "{text}", "post": "{product}"}}},
            {"answer": {"path": "/x", "body": {"message": "{text}"}, "values": {"product": "p"}}},
            {"answer": {"path": "/x", "body": {"message": "{text}"}, "shown": {"items": "replies"}}},
        ],
    )
    def test_wrong_options_are_refused_without_repeating_them(self, wrong: Mapping[str, Any]) -> None:
        with pytest.raises(ValidationError) as caught:
            JsonOptions.model_validate({"api": "https://shop.example", **wrong})
        assert SECRET not in str(caught.value)

    @given(part=ANY_JSON)
    def test_sample_is_short_whatever_came(self, part: object) -> None:
        assert len(sample(part)) <= 300


class TestAnswers:
    def test_without_a_word_about_answers_none_is_offered(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato")
        connector = shop.connect()
        (mention,) = connector.poll(None).mentions
        assert "(answer)" in str(connector.options(mention).public.why_not)
        with pytest.raises(RejectedError, match="answers are published"):
            connector.post(approved(), mention)
        assert connector.find(approved(), mention) is None

    def test_braces_in_an_answer_are_no_template(self, woo: FakeWoo) -> None:
        woo.publish("Mai arrivato")
        connector = woo.connect()
        (mention,) = connector.poll(None).mentions
        connector.post(approved(text="Il codice {product} e {id}"), mention)
        assert woo.answers() == [("Il codice {product} e {id}", Visibility.PUBLIC)]

    def test_missing_right_to_answer_is_told_with_what_to_do(self, woo: FakeWoo) -> None:
        woo.publish("Mai arrivato")
        woo.may_comment = False
        connector = woo.connect()
        (mention,) = connector.poll(None).mentions
        with pytest.raises(AccessError, match="application password"):
            connector.post(approved(), mention)

    def test_review_answered_by_a_person_is_not_offered_and_its_answer_is_kept(
        self, trusted: FakeTrusted
    ) -> None:
        trusted.publish("Mai arrivato")
        connector = trusted.connect()
        (mention,) = connector.poll(None).mentions
        trusted.records[0]["reply"] = {"comment": "Scritto a mano", "updatedAt": "2026-11-20T09:00:00Z"}
        with pytest.raises(RejectedError, match="already has an answer"):
            connector.post(approved(), mention)
        connector.poll(None)
        assert "already has an answer" in str(connector.options(mention).public.why_not)
        assert trusted.answers() == [("Scritto a mano", Visibility.PUBLIC)]

    def test_record_deleted_meanwhile_is_not_answered(self, woo: FakeWoo) -> None:
        woo.publish("Ripensato")
        connector = woo.connect()
        (mention,) = connector.poll(None).mentions
        woo.delete("Ripensato")
        with pytest.raises(RejectedError, match="does not show this any more"):
            connector.post(approved(), mention)
        assert woo.answers() == []

    def test_answer_may_be_a_form_and_as_long_as_said(self, shop: FakeList) -> None:
        shop.publish("Mai arrivato")
        answer = {
            "path": "/reviews/{id}/reply",
            "form": True,
            "body": {"message": "{text}", "key": "{reply}"},
            "max_chars": 20,
        }
        connector = shop.connect(answer=answer)
        (mention,) = connector.poll(None).mentions
        with pytest.raises(RejectedError, match="20"):
            connector.post(approved(text="x" * 21), mention)
        shop.server.handler = lambda request: Answer(200)
        receipt = connector.post(approved(text="Ci dispiace"), mention)
        assert receipt.external_id == "1"
        assert shop.server.requests[-1].path == "/reviews/1/reply"
        assert shop.server.requests[-1].body.startswith(b"message=Ci+dispiace&key=")

    def test_private_record_is_answered_in_private_only(self, shop: FakeList) -> None:
        shop.publish("In privato", private=True)
        connector = shop.connect(answer={"path": "/reply/{id}", "body": {"message": "{text}"}})
        (mention,) = connector.poll(None).mentions
        options = connector.options(mention)
        assert (options.public.allowed, options.private.allowed) == (False, True)
        with pytest.raises(RejectedError, match="answer in private"):
            connector.post(approved(visibility=Visibility.PUBLIC), mention)


class TestSignIn:
    def test_token_serves_for_many_requests(self, trusted: FakeTrusted) -> None:
        connector = trusted.connect()
        connector.poll(None)
        connector.poll(None)
        assert trusted.tokens_given == 1

    @pytest.mark.parametrize(
        ("answer", "error"),
        [
            (Answer(401), AccessError),
            (Answer(400, f'{{"error": "{SECRET}"}}'.encode()), AccessError),
            (Answer(body=b"{}"), BadAnswerError),
            (Answer(body=b"<html>"), BadAnswerError),
            (json_answer({"access_token": "x" * 10_001}), BadAnswerError),
            (json_answer({"access_token": "a\nb"}), BadAnswerError),
        ],
    )
    def test_trouble_with_the_sign_in_has_its_name(
        self, trusted: FakeTrusted, answer: Answer, error: type[PlatformError]
    ) -> None:
        trusted.server.handler = lambda request: answer
        with pytest.raises(error) as caught:
            trusted.connect().poll(None)
        assert SECRET not in repr(caught.value)


def test_every_mapping_that_comes_along_is_whole() -> None:
    assert set(presets()) == {"feedaty", "plain", "trusted_shops", "woocommerce"}
    for name in presets():
        login = {} if name == "plain" else {"login": {"key": "k", "secret": "s"}}
        JsonOptions.model_validate({"preset": name, "api": "https://shop.example", **login})


@pytest.mark.parametrize(
    "expression",
    ["max(@)", "join(',', @)", "sort_by(@, &a)", "to_number(@)", "a.b[?c > `1`]", "sum(@)", "avg(@)"],
)
@given(part=ANY_JSON)
def test_expression_never_raises_whatever_it_meets(expression: str, part: object) -> None:
    found(expression, part)


@pytest.fixture(scope="module")
def wild() -> Iterator[FakeList]:
    fake = FakeList()
    with fake.server.running():
        fake.publish("Mai arrivato", title="Tazza", author_id="a@b", lang="it", thread="t", private=False)
        yield fake


@settings(deadline=None, max_examples=80)
@given(data=st.data())
def test_mentions_are_whole_whatever_a_record_holds(wild: FakeList, data: st.DataObject) -> None:
    good = wild.records[0]
    records = data.draw(st.lists(spoiled(good) | ANY_JSON, max_size=4))
    handler = wild.server.handler
    wild.server.handler = lambda request: json_answer({"reviews": [*records, {**good, "id": "good"}]})
    batch: Batch = wild.connect().poll(None)
    wild.server.handler = handler
    for mention in batch.mentions:
        check_whole(mention)
    assert len({mention.key for mention in batch.mentions}) == len(batch.mentions)
    assert "good" in {mention.external_id for mention in batch.mentions} | set(batch.gone)


def test_answers_can_be_switched_off() -> None:
    login = {"key": "ck_1", "secret": "cs_1"}
    options = JsonOptions.model_validate(
        {"preset": "woocommerce", "api": "https://shop.example", "login": login, "answer": None}
    )
    assert options.answer is None
