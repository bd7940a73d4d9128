"""All that a platform or the way to it can do to a request, and which error each must become."""

from dataclasses import dataclass

import pytest

from reputation_bot.errors import AccessError, BadAnswerError, PlatformError, RetryLaterError
from tests.contracts.platform import SECRET
from tests.fake_server import Answer, bomb, redirect

WRONG_BODIES = [
    b"",
    b"\x00\xff" * 50,
    b"<html><body>Please log in</body></html>",
    b'{"error": "nope"}',
    b"[" * 50_000,
    b"null",
    b"17",
]


@dataclass(frozen=True)
class Trouble:
    """An answer by name, and what it becomes for a connector unless its `errors` says otherwise."""

    name: str
    answer: Answer
    error: type[PlatformError]


TROUBLES = [
    Trouble("401", Answer(401), AccessError),
    Trouble("403", Answer(403), AccessError),
    Trouble("404", Answer(404), AccessError),
    Trouble("410", Answer(410), AccessError),
    Trouble("429", Answer(429), RetryLaterError),
    Trouble("500", Answer(500, b"oops"), RetryLaterError),
    Trouble("503", Answer(503), RetryLaterError),
    Trouble("time-out", Answer(is_silent=True), RetryLaterError),
    Trouble("drip", Answer(body=b"<" * 5000, drip=0.01), RetryLaterError),
    Trouble("dropped", Answer(is_dropped=True), RetryLaterError),
    Trouble("cut off", Answer(body=b"<" * 5000, cut_at=10), RetryLaterError),
    Trouble("gigantic", Answer(body=b" " * 200_001), BadAnswerError),
    Trouble("bomb", bomb(20_000_000), BadAnswerError),
    Trouble("not packed", Answer(body=b"x", headers={"Content-Encoding": "gzip"}), BadAnswerError),
    *(Trouble(f"body {body[:10]!r}", Answer(body=body), BadAnswerError) for body in WRONG_BODIES),
]
each_trouble = pytest.mark.parametrize("trouble", TROUBLES, ids=[trouble.name for trouble in TROUBLES])

# after these nobody can tell whether the answer to a mention was posted
LOST = {
    "500": Answer(500),
    "502": Answer(502, b"<html>Bad gateway</html>"),
    "dropped": Answer(is_dropped=True),
    "silent": Answer(is_silent=True),
    "cut off": Answer(body=b'{"id": "1"}', cut_at=3),
    "page": Answer(body=b"<html>Done!</html>"),
    "id null": Answer(body=b'{"id": null}'),
    "gigantic": Answer(body=b" " * 200_001),
    "bomb": bomb(20_000_000),
    "redirect": redirect("/done", 303),
}
each_loss = pytest.mark.parametrize("answer", LOST.values(), ids=LOST.keys())


def echo(status: int) -> Answer:
    """A refusal that repeats the key."""
    return Answer(status, f'{{"error": "the key {SECRET} is not good"}}'.encode())
