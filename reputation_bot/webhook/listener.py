"""Listens for posts while the bot runs: bounds their size, time and number, and answers; `proof` and `receiving` decide and record."""

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import uvicorn
from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route

from reputation_bot.errors import ConfigError, PlatformError, StorageError
from reputation_bot.settings import Settings
from reputation_bot.settings.webhook import Proof, WebhookChannel
from reputation_bot.webhook.proof import UnprovenError, check, greeted
from reputation_bot.webhook.receiving import NoReceiverError, Receiving

log = logging.getLogger(__name__)

MAX_BODY = 256_000  # bytes
_SECONDS = 10.0  # in which a body must be here
_AT_ONCE = 40  # connections; further ones are told to come again
_MOST_STRANGERS = 600  # posts a minute that prove nothing; checking one costs a digest of its body
_MOST_TOLD = 5  # of them, in the log
_START_SECONDS = 20
_LATER = {"Retry-After": "60"}


class _Refused(Exception):  # noqa: N818  # an answer, not an error of ours
    def __init__(self, status: int, reason: str) -> None:
        super().__init__(reason)
        self.status, self.reason = status, reason


class Rate:
    """At most so many in a minute, counted from now back."""

    def __init__(self) -> None:
        self._times: dict[str, list[datetime]] = {}

    def is_within(self, name: str, most: int, now: datetime) -> bool:
        """Counts this one as well if it is."""
        times = [at for at in self._times.get(name, []) if now - timedelta(minutes=1) < at <= now]
        self._times[name] = times
        if len(times) >= most:
            return False
        times.append(now)
        return True


class Listener:
    """The web application. `settings` are those of the moment: only a new port or address needs a restart."""

    def __init__(
        self,
        settings: Callable[[], Settings],
        receiving: Receiving,
        clock: Callable[[], datetime],
        *,
        seconds: float = _SECONDS,
    ) -> None:
        """A body must be here within `seconds`."""
        self._settings, self._receiving, self._clock = settings, receiving, clock
        self._seconds, self._rate = seconds, Rate()
        self.app = Starlette(routes=[Route("/hooks/{channel}", self._request, methods=["GET", "POST"])])

    async def _request(self, request: Request) -> Response:
        try:
            return await self._answer(request) if request.method == "POST" else self._greeting(request)
        except _Refused as refusal:
            headers = _LATER if refusal.status in {429, 503} else None
            return JSONResponse({"error": refusal.reason}, refusal.status, headers=headers)

    def _greeting(self, request: Request) -> Response:
        name = str(request.path_params["channel"])
        channel = self._channel(name)
        if channel.proof is not Proof.META:
            raise _Refused(405, "only POST is understood here")
        try:
            return PlainTextResponse(greeted(request.query_params, channel))
        except UnprovenError as reason:
            raise self._stranger(name, reason) from None

    async def _answer(self, request: Request) -> Response:
        name = str(request.path_params["channel"])
        channel = self._channel(name)
        body = await _body(request, self._seconds)
        try:
            mark = check(request.headers, body, channel, self._clock())
        except UnprovenError as reason:
            raise self._stranger(name, reason) from None
        if not self._rate.is_within(name, channel.per_minute, self._clock()):
            raise _Refused(429, f"more than {channel.per_minute} posts a minute")
        return await run_in_threadpool(self._take, name, body, mark)

    def _stranger(self, name: str, reason: UnprovenError) -> _Refused:
        if not self._rate.is_within("", _MOST_STRANGERS, self._clock()):
            return _Refused(429, "too many posts that prove nothing")
        if self._rate.is_within(f"told:{name}", _MOST_TOLD, self._clock()):
            log.warning("webhook refused channel=%s reason=%s", name, reason)
        return _Refused(401, str(reason))

    def _channel(self, name: str) -> WebhookChannel:
        webhook = self._settings().webhook
        if webhook is None or name not in webhook.channels or name not in self._settings().channels:
            raise _Refused(404, "nothing is listened to here: see webhook.channels in rules.yaml")
        return webhook.channels[name]

    def _take(self, name: str, body: bytes, mark: str | None) -> Response:
        try:
            tally = self._receiving.take(name, body, mark)
        except ValueError as reason:
            raise _Refused(400, f"the body {reason}") from None
        except NoReceiverError:
            raise _Refused(409, "the connector of this channel takes nothing that is sent") from None
        except (PlatformError, StorageError) as error:
            log.warning("webhook failed channel=%s problem=%s", name, error)
            raise _Refused(503, "cannot be recorded now: send it again later") from None
        except ConfigError as error:
            log.error("webhook failed channel=%s problem=%s", name, error)
            raise _Refused(503, "this channel cannot be used: see the log of the bot") from None
        except Exception:
            log.exception("webhook failed unexpectedly channel=%s", name)
            raise _Refused(500, "failed: see the log of the bot") from None
        return JSONResponse({"recorded": tally is not None}, 202)


@contextmanager
def running(listener: Listener, address: str, port: int) -> Iterator[int]:
    """Listens in a thread of its own and yields the port; 0 takes a free one. Raises ConfigError when it cannot be had."""
    listening = _listen(address, port)
    server = uvicorn.Server(
        uvicorn.Config(
            listener.app,
            http="h11",
            ws="none",
            lifespan="off",
            log_config=None,
            log_level="warning",
            access_log=False,
            server_header=False,
            limit_concurrency=_AT_ONCE,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=5,
        )
    )
    thread = threading.Thread(target=server.run, args=([listening],), name="webhook", daemon=True)
    thread.start()
    log.info("webhook listens address=%s port=%d", address, listening.getsockname()[1])
    try:
        yield int(listening.getsockname()[1])
    finally:
        server.should_exit = True
        thread.join(_START_SECONDS)
        listening.close()


async def _body(request: Request, seconds: float) -> bytes:
    stated = request.headers.get("content-length", "0")
    if not stated.isascii() or not stated.isdecimal() or int(stated[:12]) > MAX_BODY:
        raise _Refused(413, f"at most {MAX_BODY:,} bytes")
    pieces, size = [], 0
    try:
        async with asyncio.timeout(seconds):
            async for piece in request.stream():
                pieces.append(piece)
                size += len(piece)
                if size > MAX_BODY:
                    raise _Refused(413, f"at most {MAX_BODY:,} bytes")
    except TimeoutError:
        raise _Refused(408, "the body did not come in time") from None
    except ClientDisconnect:
        raise _Refused(400, "the body did not come whole") from None
    return b"".join(pieces)


def _listen(address: str, port: int) -> socket.socket:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(128)
    except OSError as error:
        listening.close()
        raise ConfigError(
            f"cannot listen on {address} port {port} ({error.strerror}): choose another port or address",
            key="webhook.port",
        ) from None
    return listening
