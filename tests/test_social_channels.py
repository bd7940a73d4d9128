"""The connectors of social networks: their examples make them, and whatever stands in a record, a whole mention comes of it or none."""

import json
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from reputation_bot import config, plugins
from reputation_bot.ports import Channel
from tests.bluesky_bench import Bluesky
from tests.contracts.connector import SECRET, check_whole
from tests.fake_facebook import FakeFacebook
from tests.fake_instagram import FakeInstagram
from tests.fake_server import json_answer
from tests.mastodon_bench import Mastodon
from tests.test_example_channels import HEAD
from tests.test_hacker_news import FakeHackerNews
from tests.test_wild_records import Wild, almost

NAMES = ["bluesky", "facebook", "hacker_news", "instagram", "mastodon"]


@pytest.mark.parametrize("name", NAMES)
def test_example_channel_makes_its_connector(name: str, tmp_path: Path) -> None:
    told = plugins.about(plugins.load_connector(name))
    file = tmp_path / "rules.yaml"
    file.write_text(HEAD + "".join(f"  {line}\n" for line in told.example.splitlines()), encoding="utf-8")
    loaded = config.load(file, dict.fromkeys(told.keys, SECRET))
    (channel,) = loaded.settings.channels.values()
    kind = plugins.load_connector(channel.connector)
    connector = kind(Channel(name, "Bottega Aurora"), kind.Options.model_validate(channel.options))
    assert channel.connector == name
    assert SECRET not in repr(vars(connector))


def hacker_news() -> Wild:
    fake = FakeHackerNews()
    fake.publish("Mai arrivato")

    def serve(found: list[Any]) -> None:
        fake.server.handler = lambda _request: json_answer({"hits": found, "nbPages": 1})

    return Wild(fake, fake.hits[0], serve)


def mastodon() -> Wild:
    fake = Mastodon()
    good = fake.add("Mai arrivato")

    def serve(found: list[Any]) -> None:
        fake.server.handler = lambda request: json_answer(
            found if request.path.endswith("notifications") else {"ancestors": found}
        )

    return Wild(fake, {"id": "1", "type": "mention", "status": {**good, "in_reply_to_id": "7"}}, serve)


def bluesky() -> Wild:
    fake = Bluesky()
    good = {**fake.posts[fake.add("Mai arrivato", parent=fake.add("Inizio"))], "reason": "mention"}
    message = fake.message("Ciao")
    answers: dict[str, Callable[[list[Any]], dict[str, Any]]] = {
        "listNotifications": lambda found: {"notifications": found},
        "createSession": lambda _: fake.signed_in(),
        "listConvos": lambda found: {"convos": [fake.convo("c1"), *found]},
        "getPosts": lambda found: {"posts": found},
        "getMessages": lambda found: {"messages": [*found, {**message, "sender": found}, message]},
    }

    def serve(found: list[Any]) -> None:
        fake.server.handler = lambda request: json_answer(
            answers.get(request.path.rpartition(".")[2], answers["getPosts"])(found)
        )

    return Wild(fake, good, serve)


def meta(fake: FakeFacebook | FakeInstagram, good: Any) -> Wild:
    message = fake.message("Ciao")

    def serve(found: list[Any]) -> None:
        talks = [{"id": "t_1", "updated_time": "x", "messages": {"data": [*found, message]}}, *found]
        fake.server.handler = lambda request: json_answer(
            {"data": talks if request.path.endswith("conversations") else found}
        )

    return Wild(fake, good, serve)


def facebook() -> Wild:
    fake = FakeFacebook()
    first = fake.comment("Mai arrivato")
    fake.comment("Grazie", parent=first["id"])
    return meta(fake, fake.with_comments(fake.posts[0]))


def instagram() -> Wild:
    fake = FakeInstagram()
    first = fake.comment("Mai arrivato")
    fake.comment("Grazie", under=first["id"])
    return meta(fake, fake.with_comments(fake.media[0]))


MAKERS = {make.__name__: make for make in (bluesky, facebook, hacker_news, instagram, mastodon)}


@pytest.fixture(scope="module")
def platforms() -> Iterator[dict[str, Wild]]:
    """One server each for all examples."""
    wild = {name: make() for name, make in MAKERS.items()}
    with ExitStack() as stack:
        for one in wild.values():
            stack.enter_context(one.fake.server.running())
        yield wild


@pytest.mark.parametrize("name", MAKERS)
@settings(deadline=None, max_examples=60)
@given(data=st.data())
def test_mentions_are_whole_whatever_a_record_holds(
    platforms: dict[str, Wild], name: str, data: st.DataObject
) -> None:
    platform = platforms[name]
    platform.serve(data.draw(st.lists(almost(platform.good), max_size=3)))
    batch = platform.connector.poll(None)
    for mention in batch.mentions:
        check_whole(mention)
        options = platform.connector.options(mention) if name != "hacker_news" else None
        assert options is None or options.public.allowed == (options.public.why_not is None)
    assert all(isinstance(one, str) and one for one in batch.gone)
    assert len(json.dumps(batch.cursor)) < 20_000


@pytest.mark.parametrize("name", MAKERS)
def test_good_record_beside_wild_ones_is_read(platforms: dict[str, Wild], name: str) -> None:
    platform = platforms[name]
    platform.serve([None, [], {"id": {}, "uri": 7}, platform.good])
    batch = platform.connector.poll(None)
    assert batch.mentions
    assert any("left out" in notice for notice in batch.notices)
