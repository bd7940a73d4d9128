"""An HTTP server on 127.0.0.1 that answers as it is told, faults of every kind included; what it serves is the test's job."""

import gzip
import json
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass(frozen=True)
class Request:
    """What a client asked. Header names are in lower case."""

    method: str
    path: str
    query: dict[str, list[str]]
    headers: dict[str, str]
    body: bytes

    def json(self) -> Any:
        return json.loads(self.body)


@dataclass(frozen=True)
class Answer:
    """What the server sends. The fields after `headers` are faults."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    is_silent: bool = False  # never answers, until the server closes
    cut_at: int | None = (
        None  # bytes of the body after which the connection is reset; the length promises all
    )
    hides_length: bool = False  # the end of the connection is the end of the body
    drip: float | None = None  # seconds between two bytes of the body
    drips_headers: bool = False  # or of the head
    raw: bytes | None = None  # sent instead of everything else
    is_dropped: bool = False  # the connection is closed without an answer


Handler = Callable[[Request], Answer]


Picks = Callable[[Request], bool]


def any_request(_request: Request) -> bool:
    return True


@dataclass(frozen=True)
class Fault:
    """Stands in for a handler's answer. `after_effect`: the handler runs first, and its answer is thrown away."""

    answer: Answer
    after_effect: bool = False
    only: Picks = any_request


class FakeServer:
    """Serves `handler`; faults put in `faults` are used up first, one per request.

    `spares` picks the requests that no fault ever hits, such as those for a token.
    """

    def __init__(self, handler: Handler, *, spares: Picks | None = None) -> None:
        self.handler, self.spares = handler, spares or (lambda request: False)
        self.requests: list[Request] = []
        self.faults: list[Fault] = []
        self.closing = threading.Event()
        self._skip = 0
        self._lock = threading.Lock()
        self._server = _Server(("127.0.0.1", 0), _handler_class(self))
        self.port = int(self._server.server_address[1])
        self.url = f"http://127.0.0.1:{self.port}"

    def fail(
        self,
        answer: Answer,
        *,
        after_effect: bool = False,
        times: int = 1,
        skip: int = 0,
        only: Picks = any_request,
    ) -> None:
        """The next `times` requests fail, after `skip` that do not; only those that `only` picks, if given."""
        self._skip = skip
        self.faults.extend([Fault(answer, after_effect, only)] * times)

    def _fault(self, request: Request) -> Fault | None:
        if not self.faults or self.spares(request) or not self.faults[0].only(request):
            return None
        if self._skip:
            self._skip -= 1
            return None
        return self.faults.pop(0)

    def answer(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            fault = self._fault(request)
            if fault and not fault.after_effect:
                return fault.answer
            answer = self.handler(request)
            return fault.answer if fault else answer

    @contextmanager
    def running(self) -> Iterator["FakeServer"]:
        thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield self
        finally:
            self.closing.set()
            self._server.shutdown()
            self._server.server_close()
            thread.join()


def json_answer(value: object, status: int = 200) -> Answer:
    return Answer(status, json.dumps(value).encode(), {"Content-Type": "application/json"})


def redirect(to: str, status: int = 302) -> Answer:
    return Answer(status, headers={"Location": to})


def packed(answer: Answer) -> Answer:
    return replace(
        answer, body=gzip.compress(answer.body), headers={**answer.headers, "Content-Encoding": "gzip"}
    )


def bomb(unpacked_bytes: int) -> Answer:
    """A small answer that unpacks to that many zeros."""
    return packed(Answer(body=bytes(unpacked_bytes)))


def refused_url() -> str:
    """An address of this machine at which nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        return f"http://127.0.0.1:{server.getsockname()[1]}"


class _Server(ThreadingHTTPServer):
    daemon_threads = False  # joined at the end, so that nothing outlives its test
    request_queue_size = 128

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that goes away in the middle is what many tests are about."""


def _handler_class(server: FakeServer) -> type[BaseHTTPRequestHandler]:
    class Talk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            address = urlsplit(self.path)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            answer = server.answer(
                Request(self.command, address.path, parse_qs(address.query), headers, body)
            )
            self.close_connection = True
            with suppress(OSError):  # the client had enough
                _send(self, answer, server.closing)

        do_POST = do_PUT = do_PATCH = do_DELETE = do_GET  # noqa: N815  # the names that http.server calls

        def log_message(self, *args: object) -> None:
            """Tests read `requests` instead."""

    return Talk


def _send(talk: BaseHTTPRequestHandler, answer: Answer, closing: threading.Event) -> None:
    if answer.is_dropped:
        return
    if answer.is_silent:
        closing.wait()
        return
    if answer.raw is not None:
        talk.wfile.write(answer.raw)
        return
    if answer.drips_headers:
        _drip(talk, b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 60_000, answer.drip or 0.01, closing)
        return
    talk.send_response(answer.status)
    for name, value in answer.headers.items():
        talk.send_header(name, value)
    talk.send_header(
        "Connection", "close"
    )  # said, so that no client sends its next request into a closing one
    if not answer.hides_length:
        talk.send_header("Content-Length", str(len(answer.body)))
    talk.end_headers()
    if answer.drip is not None:
        _drip(talk, answer.body, answer.drip, closing)
    else:
        talk.wfile.write(answer.body[: answer.cut_at])


def _drip(talk: BaseHTTPRequestHandler, data: bytes, pause: float, closing: threading.Event) -> None:
    for index in range(len(data)):
        talk.wfile.write(data[index : index + 1])
        talk.wfile.flush()
        if closing.wait(pause):
            return
