"""What a button says to the bot."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.model import Category, DismissReason, Priority
from reputation_bot.telegram.buttons import MAX_BYTES, Act, Excuse, Nap, Pressed, decode, encode

ids = st.integers(min_value=0, max_value=10**9)
SAID = {  # what goes with the acts that need a word
    Act.DISMISS_AS: st.sampled_from([reason.value for reason in DismissReason]),
    Act.CLASS_AS: st.sampled_from([category.value for category in Category]),
    Act.TOPIC_AS: st.from_regex(r"[a-z][a-z0-9_]{0,29}", fullmatch=True),
    Act.PRIORITY_AS: st.sampled_from([priority.value for priority in Priority]),
    Act.SNOOZE_UNTIL: st.sampled_from([nap.value for nap in Nap]),
    Act.ASSIGN_TO: st.integers(1, 10**16 - 1).map(str),
    Act.MERGE_INTO: st.integers(1, 10**12 - 1).map(str),
    Act.OVERRULE_AS: st.sampled_from([excuse.value for excuse in Excuse]),
    Act.ACCEPT: st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
    Act.REJECT: st.from_regex(r"[0-9a-f]{12}", fullmatch=True),
}
acts = st.sampled_from([act for act in Act if act not in SAID])
extras = st.from_regex(r"[a-z0-9_]{0,30}", fullmatch=True)
presses = st.one_of(
    st.builds(Pressed, act=acts, case_id=ids, revision=ids, extra=extras),
    *(
        st.builds(Pressed, act=st.just(act), case_id=ids, revision=ids, extra=said)
        for act, said in SAID.items()
    ),
)


@given(presses)
def test_what_is_encoded_comes_back_and_fits_a_button(pressed: Pressed) -> None:
    data = encode(pressed)
    assert 1 <= len(data.encode()) <= MAX_BYTES
    assert decode(data) == pressed


@given(st.one_of(st.text(), st.from_regex(r"[a-z]{1,3}:-?[0-9]{1,20}:[0-9]*(:.*)?", fullmatch=True)))
def test_whatever_does_not_come_from_encode_is_no_button(data: str) -> None:
    pressed = decode(data)
    assert pressed is None or encode(pressed) == data


@pytest.mark.parametrize(
    "data",
    [
        "",
        "p",
        "p:1",
        "p:1:",
        "zz:1:1",
        "P:1:1",
        "p:-1:1",
        "p:01:1",
        "p:1:1:",
        "p:1:1\n",
        "p:١:1",
        "p:1:1:spam:x",
        "da:1:1",
        "da:1:1:nonsense",
        "ca:1:1",
        "ca:1:1:praises",
        "ta:1:1:1st",
        "ok:0:0",
        "ok:0:0:0123456789ag",
        f"p:{10**12}:1",
        "p:1:1" + "0" * 60,
    ],
)
def test_malformed_data_is_none(data: str) -> None:
    assert decode(data) is None


@pytest.mark.parametrize(
    "pressed",
    [
        Pressed(Act.PUBLISH, -1),
        Pressed(Act.PUBLISH, 10**12),
        Pressed(Act.PUBLISH, 1, extra="Ü"),
        Pressed(Act.DISMISS_AS, 1, extra="nonsense"),
    ],
)
def test_what_would_not_come_back_is_not_encoded(pressed: Pressed) -> None:
    with pytest.raises(ValueError, match="not a button of ours"):
        encode(pressed)


def test_buttons_that_hang_in_chats_keep_their_meaning() -> None:
    assert decode("p:1024:3") == Pressed(Act.PUBLISH, 1024, 3)
    assert decode("da:7:2:not_us") == Pressed(Act.DISMISS_AS, 7, 2, "not_us")
    values = """p pp e o t g d da b u r ro cs sa dr s c ca ct ta cp
    pa m z zu a at n h au mg mi sp ho eo do sv mp cl dh ov oa ok no""".split()
    assert [act.value for act in Act] == values
