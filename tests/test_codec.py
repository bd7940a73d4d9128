"""What goes into the store comes out of it, whatever it holds."""

import dataclasses
import enum
import tracemalloc
import types
import typing
from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from reputation_bot.errors import StorageError
from reputation_bot.model import Card, Case, CaseEvent, ChannelState, Claim, Record, Reply
from storage import codec
from tests.factories import NOW, make_case, make_channel, make_event, make_mention

MODEL = [Case, Record, CaseEvent, Reply, Card, ChannelState, Claim]
TEXT = st.text(st.characters(codec="utf-8"))
JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.floats(allow_nan=False, allow_infinity=False)
    | TEXT,
    lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner),
    max_leaves=8,
)
PLAIN = {
    str: TEXT,
    int: st.integers(-(2**63), 2**63 - 1),
    float: st.floats(allow_nan=False, allow_infinity=False),
    bool: st.booleans(),
    object: JSON,
    datetime: st.datetimes(timezones=st.just(UTC)),
    types.NoneType: st.none(),
}


def values_of(kind: object) -> st.SearchStrategy:
    """Any value of a class of the model, from the annotations of its fields."""
    if kind in PLAIN:
        return PLAIN[kind]
    if isinstance(kind, type) and issubclass(kind, enum.Enum):
        return st.sampled_from(kind)
    if isinstance(kind, type) and dataclasses.is_dataclass(kind):
        hints = typing.get_type_hints(kind)
        return st.builds(
            kind, **{field.name: values_of(hints[field.name]) for field in dataclasses.fields(kind)}
        )
    if typing.get_origin(kind) is tuple:
        return st.lists(values_of(typing.get_args(kind)[0]), max_size=3).map(tuple)
    return st.one_of(*map(values_of, typing.get_args(kind)))


@pytest.mark.parametrize("kind", MODEL)
@given(data=st.data())
def test_every_value_of_the_model_comes_back_equal(kind: type, data: st.DataObject) -> None:
    value = data.draw(values_of(kind))

    assert codec.decode(codec.encode(value), kind, "here") == value


@given(st.text(st.characters()))
def test_any_text_can_be_stored_and_comes_back_as_storable_says(text: str) -> None:
    stored = codec.decode(codec.encode(make_mention(text=text)), type(make_mention()), "here")

    assert stored.text == codec.storable(text)
    assert codec.storable(stored.text) == stored.text


def test_times_are_written_in_utc_whatever_their_zone() -> None:
    rome = timezone(timedelta(hours=1))

    assert codec.encode(make_event(at=NOW.astimezone(rome))) == codec.encode(make_event(at=NOW))
    assert b'"2026-11-21T09:12:00Z"' in codec.encode(make_event(at=NOW))


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.encode(make_event(at=NOW.replace(tzinfo=None)))


def test_a_value_that_is_no_json_is_refused() -> None:
    with pytest.raises(TypeError):
        codec.encode(make_channel(cursor=object()))


@pytest.mark.parametrize("text", [b"{", b'{"id": 1}', b"[]", b'{"at": "yesterday"}', b"\xff", b""])
def test_a_broken_document_is_told_by_its_place(text: bytes) -> None:
    with pytest.raises(StorageError, match=r"^store\.json: cases: 12 is broken: "):
        codec.decode(text, Case, "store.json", "cases", "12")


def test_invalid_utf8_inside_a_document_is_told_by_its_place() -> None:
    text = codec.encode(make_case()).replace(b"Giulia", b"Giuli\xff")

    with pytest.raises(StorageError, match=r"^store\.json: cases: 12 is broken: "):
        codec.decode(text, Case, "store.json", "cases", "12")


def test_a_document_of_an_older_version_gets_the_defaults_of_new_fields() -> None:
    assert codec.decode(b'{"name": "piazza"}', ChannelState, "here") == make_channel("piazza")


def test_a_text_takes_no_more_memory_than_it_has_letters() -> None:
    mention = make_mention(text="x" * 1000)
    tracemalloc.start()
    try:
        texts = [codec.encode(mention) for _ in range(200)]
        taken = tracemalloc.get_traced_memory()[0]
    finally:
        tracemalloc.stop()
    assert taken < 1.5 * sum(map(len, texts))
