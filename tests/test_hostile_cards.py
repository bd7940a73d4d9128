"""Whatever people write, Telegram takes the message and nobody is misled by it."""

from dataclasses import replace
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import (
    Author,
    Case,
    CaseStatus,
    Category,
    DismissReason,
    Menu,
    Permission,
    Priority,
    Reason,
    Record,
    ReplyState,
    Visibility,
)
from reputation_bot.ports import Message
from reputation_bot.sandbox.telegram_html import parse, units
from reputation_bot.telegram.buttons import decode
from reputation_bot.telegram.cards import CardView, bare, follow_up, render, render_list
from reputation_bot.telegram.html import clip
from reputation_bot.telegram.words import Words
from tests.factories import (
    NOW,
    make_author,
    make_case,
    make_draft,
    make_mention,
    make_options,
    make_receipt,
    make_record,
    make_reply,
    make_verdict,
)
from tests.shown import acts, make_words, show, text_of


@pytest.mark.parametrize(
    "url",
    [
        None,
        "",
        "posts/1",
        "javascript:alert(1)",
        "tg://resolve?domain=x",
        "http://localhost:8800/x",
        "http://user:pw@bank.example/",
        "https://exa mple.com",
        "http://[::1]/",
        "http://999.1.1.1/",
        "https://x.example:port/",
        "https://a.example/\u202egpj.exe",
        "https://a.example/" + "x" * 2000,
    ],
)
def test_an_address_telegram_refuses_makes_no_button(url: str | None) -> None:
    options = make_options(open_url=url)
    message = show(make_case(options=options), records=[make_record(make_mention(url=url))])
    assert "url" not in acts(message)[-1]


@pytest.mark.parametrize(
    ("url", "opened"),
    [
        ("http://127.0.0.1:8800/#p1", "http://127.0.0.1:8800/#p1"),
        ("https://bücher.example/è?q=«a»", "https://xn--bcher-kva.example/%C3%A8?q=%C2%ABa%C2%BB"),
        ("HTTPS://Shop.Example/a%20b", "https://shop.example/a%20b"),
        ('https://a.example/"><b>', "https://a.example/%22%3E%3Cb%3E"),
    ],
)
def test_an_address_is_opened_in_the_form_telegram_takes(url: str, opened: str) -> None:
    assert show(make_case(options=make_options(open_url=url))).buttons[-1][-1].url == opened


def test_without_an_address_to_answer_at_the_newest_mention_is_opened() -> None:
    records = [make_record(), make_record(make_mention("m2"))]
    message = show(make_case(options=make_options(open_url="nowhere")), records=records)
    assert message.buttons[-1][-1].url == "https://piazza.example/posts/m2"


def test_a_name_cannot_turn_the_line_around_it() -> None:
    author = Author("\u202eevil\u2066 <b>\n\nx")
    assert " · evil &lt;b&gt; x · alle" in show(make_case(author=author)).html
    assert "\u2068שרה\u2069 · alle" in show(make_case(author=Author("שרה"))).html


def test_a_pile_of_accents_stays_within_its_line() -> None:
    assert "Z\u0301\u0301\u0301\u0301 · alle" in show(make_case(author=Author("Z" + "\u0301" * 300))).html


def test_an_author_without_a_name_has_the_handle_or_a_word() -> None:
    assert " · @giulia · " in text_of(show(make_case(author=make_author(name="\u200b"))))
    assert " · senza nome · " in text_of(show(make_case(author=Author(""))))


def test_what_will_be_published_is_cut_last_and_says_so() -> None:
    long = make_draft(text="b" * 4_000)
    text = text_of(show(make_case(drafts=(long,)), records=[make_record(make_mention(text="a" * 4_000))]))
    assert text.count("a") < 300
    assert text.count("b") > 3_000
    assert text.endswith("✂️ tagliata solo sulla scheda: in tutto 4000 caratteri")


FAMILY = "👨\u200d👩\u200d👧🏽"


def test_a_text_of_a_million_characters_is_read_as_far_as_it_is_shown() -> None:
    text = "a" * 20_000
    assert show(records=[make_record(make_mention(text=text + "\u0301" * 10**6))]) == show(
        records=[make_record(make_mention(text=text))]
    )


def test_emoji_are_counted_as_telegram_counts_them() -> None:
    message = show(records=[make_record(make_mention(text=FAMILY * 1000))])
    assert 3_500 < units(text_of(message)) <= 4_096


@pytest.mark.parametrize("limit", range(1, 40))
def test_a_cut_never_splits_a_sign(limit: int) -> None:
    for sign in (FAMILY, "e\u0301\u0302"):
        cut = clip(sign * 30, limit)
        assert units(cut) <= limit
        assert cut.endswith("…")
        assert cut[:-1].replace(sign, "") == ""


def test_the_longest_list_fits_one_message() -> None:
    everything = "Ä" * 5_000
    verdict = make_verdict(category=Category.SUGGESTION, priority=Priority.URGENT, topic="x" * 40)
    case = make_case(
        author=Author(everything), channel=everything, verdict=verdict, due_at=NOW + timedelta(days=-300)
    )
    message = render_list(
        [replace(case, id=10**9 + number) for number in range(20)],
        make_words(),
        {10**9 + number: "so long " * 99 for number in range(20)},
    )
    check(message)
    assert text_of(message).count("so long") > 20


def test_the_fullest_card_fits_one_message() -> None:
    everything = "א🦄" * 3_000
    record = make_record(make_mention(text=everything, title=everything), edited_at=NOW)
    refused = Permission(allowed=False, why_not=everything)
    paid = Permission(allowed=True, cost=everything, closes_at=NOW + timedelta(days=300), max_chars=5)
    draft = make_draft(text=everything, origin=everything, by=everything)
    case = make_case(
        author=Author(everything),
        channel=everything,
        verdict=make_verdict(topic=everything, trace=(Reason("topic", "x", everything, (everything,) * 9),)),
        options=make_options(public=refused, private=paid),
        drafts=(draft,),
        assignee=everything,
        assigned_at=NOW,
    )
    failed = make_reply(state=ReplyState.FAILED, problem=everything, visibility=Visibility.PRIVATE)
    for status in CaseStatus:
        check(show(replace(case, status=status), failed, records=[record] * 5))
        check(
            show(
                replace(case, status=status, options=make_options(public=refused, private=refused)),
                records=[record] * 5,
            )
        )


# --- whatever comes in -------------------------------------------------------------------------------------------------

hostile = st.one_of(
    st.text(max_size=60),
    st.sampled_from(
        [
            "<b>",
            "&lt;",
            "</blockquote>",
            "<3",
            "\u202e",
            "👨\u200d👩",
            "\ud800",
            "\0",
            "א" * 90,
            "{day}",
            "%s",
        ]
    ),
    st.builds(lambda text, times: text * times, st.text(min_size=1, max_size=4), st.integers(1, 5_000)),
)
urls = st.none() | hostile | hostile.map("https://a.example/{}".format)
moments = st.timedeltas(timedelta(days=-400), timedelta(days=400)).map(NOW.__add__)
permissions = st.builds(
    Permission,
    allowed=st.booleans(),
    why_not=st.none() | hostile,
    max_chars=st.none() | st.integers(0, 5_000),
    closes_at=st.none() | moments,
    cost=st.none() | hostile,
)
reasons = st.builds(
    Reason,
    field=st.sampled_from(["category", "topic", "priority", "lang"]),
    value=hostile,
    rule=hostile,
    words=st.lists(hostile, max_size=3).map(tuple),
)
authors = st.builds(Author, name=hostile, handle=st.none() | hostile)
records = st.builds(
    make_record,
    st.builds(
        make_mention,
        text=hostile,
        title=st.none() | hostile,
        rating=st.none() | st.floats(1, 5),
        url=urls,
        visibility=st.sampled_from(Visibility),
        created_at=st.none() | moments,
    ),
    edited_at=st.none() | moments,
)
replies = st.builds(
    make_reply,
    revision=st.integers(1, 5),
    state=st.sampled_from(ReplyState),
    visibility=st.sampled_from(Visibility),
    text=hostile,
    problem=st.none() | hostile,
    approved_by=hostile,
    attempts=st.integers(0, 3),
    receipt=st.none() | st.builds(make_receipt, url=urls, posted_at=moments),
)
drafts = st.builds(
    make_draft, text=hostile, origin=hostile, by=st.none() | hostile, visibility=st.sampled_from(Visibility)
)
cases = st.builds(
    make_case,
    id=st.integers(1, 10**9),
    status=st.sampled_from(CaseStatus),
    author=authors,
    channel=hostile,
    verdict=st.builds(
        make_verdict,
        category=st.sampled_from(Category),
        priority=st.sampled_from(Priority),
        topic=st.none() | hostile,
        trace=st.lists(reasons, max_size=6).map(tuple),
    ),
    options=st.builds(make_options, public=permissions, private=permissions, open_url=urls),
    due_at=st.none() | moments,
    drafts=st.lists(drafts, max_size=4).map(tuple),
    assignee=st.none() | hostile,
    assigned_at=st.none() | moments,
    answered_at=st.none() | moments,
    closed_at=st.none() | moments,
    dismissed=st.none() | st.sampled_from(DismissReason),
)
views = st.builds(
    CardView,
    case=cases,
    records=st.lists(records, max_size=5),
    replies=st.lists(replies, max_size=3),
    menu=st.sampled_from(Menu),
)
wordings = st.builds(
    make_words, st.sampled_from(["it", "en"]), people=st.dictionaries(st.just("anna"), hostile)
)


def check(message: Message) -> None:
    """What Telegram asks of every message."""
    text, _entities = parse(message.html)
    message.html.encode()  # no half characters
    assert 0 < units(text.strip()) <= 4_096
    assert len(message.html) < 25_000
    for button in (button for row in message.buttons for button in row):
        assert 0 < units(button.text) <= 64
        assert [button.data, button.url, button.copy].count(None) == 2
        assert button.data is None or decode(button.data)
        assert button.copy is None or 0 < units(button.copy) <= 256
        assert button.url is None or (button.url.isascii() and button.url.startswith(("http://", "https://")))


@given(views, wordings)
def test_any_case_gives_a_message_that_telegram_takes(view: CardView, words: Words) -> None:
    message = render(view, words)
    check(message)
    assert len(message.buttons) <= (6 if view.menu is Menu.TOPIC else 3)


@given(cases, records, wordings)
def test_any_follow_up_and_any_bare_card_are_taken(case: Case, record: Record, words: Words) -> None:
    check(follow_up(case, record, words))
    check(bare(case, words))


@given(st.lists(cases, max_size=20), hostile, wordings)
def test_any_list_is_taken(cases: list[Case], text: str, words: Words) -> None:
    message = render_list(cases, words, {case.id: text for case in cases})
    check(message)
    assert sum(map(len, message.buttons)) == len(cases)
