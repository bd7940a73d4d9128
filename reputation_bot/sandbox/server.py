"""Runs the sandbox on a port, in the foreground or in a thread; what it serves is put together in `app`."""

import errno
import signal
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import click
import uvicorn
from starlette.applications import Starlette

from reputation_bot.errors import ConfigError
from reputation_bot.sandbox.app import create_app
from reputation_bot.sandbox.world import Observer, World
from reputation_bot.spoken import told

_START_SECONDS = 20
_BACKLOG = 512


@dataclass(frozen=True, slots=True)
class Running:
    """A sandbox that accepts connections."""

    url: str  # without a slash at its end
    port: int
    stopped: threading.Event  # set when the server has ended, by whatever cause


def serve(port: int, *, sample: bool, host: str = "127.0.0.1") -> None:
    """Serves until Ctrl-C or SIGTERM, then returns. Main thread only. Raises ConfigError when the port cannot be had."""
    stop = threading.Event()
    wanted = (signal.SIGINT, signal.SIGTERM)
    before = {number: signal.signal(number, lambda *_: stop.set()) for number in wanted}
    try:
        with running(port, sample=sample, host=host) as sandbox:
            click.echo(told("The sandbox is at {url} (Ctrl-C stops it)").format(url=sandbox.url))
            while not stop.wait(0.5) and not sandbox.stopped.is_set():
                pass
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def running(
    port: int = 0, *, sample: bool = False, host: str = "127.0.0.1", observe: Observer | None = None
) -> Iterator[Running]:
    """A sandbox in a thread of its own; port 0 takes a free one. Raises ConfigError when the port cannot be had."""
    app = create_app(sample=sample, observe=observe)
    listening = _listen(host, port)
    server = _Server(app)
    stopped = threading.Event()
    thread = threading.Thread(target=_run, args=(server, listening, stopped), name="sandbox", daemon=True)
    thread.start()
    try:
        if not server.accepting.wait(_START_SECONDS) or not server.started:
            raise RuntimeError("the sandbox did not start")
        port = listening.getsockname()[1]
        yield Running(f"http://{host}:{port}", port, stopped)
    finally:
        server.should_exit = True
        thread.join()
        listening.close()


class _Server(uvicorn.Server):
    """Says when it accepts, and lets go of the waiting calls before it stops."""

    def __init__(self, app: Starlette) -> None:
        # h11 in pure Python: the connection to hang up on is found the same way on every machine
        super().__init__(
            uvicorn.Config(
                app,
                http="h11",
                ws="none",
                log_config=None,
                log_level="warning",
                access_log=False,
                timeout_graceful_shutdown=2,
            )
        )
        self.world: World = app.state.world
        self.world.hang_up = self._hang_up
        self.accepting = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.accepting.set()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self.world.close()
        await super().shutdown(sockets)

    def _hang_up(self, client: tuple[str, int]) -> None:
        for connection in list(self.server_state.connections):
            if getattr(connection, "client", None) == client and (
                transport := getattr(connection, "transport", None)
            ):
                transport.abort()


def _run(server: _Server, listening: socket.socket, stopped: threading.Event) -> None:
    try:
        server.run(sockets=[listening])
    finally:
        stopped.set()
        server.accepting.set()  # or a start that failed would be waited for


def _listen(host: str, port: int) -> socket.socket:
    listening = socket.socket(socket.AF_INET, socket.SOCK_STREAM)
    try:
        listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((host, port))
        listening.listen(_BACKLOG)
    except OverflowError:
        listening.close()
        raise ConfigError(f"port {port} does not exist: choose one from 1024 to 65535 with --port") from None
    except PermissionError:
        listening.close()
        raise ConfigError(f"port {port} is not open to this user: choose another with --port") from None
    except OSError as error:
        listening.close()
        raise ConfigError(_why_not(port, host, error)) from None
    return listening


def _why_not(port: int, host: str, error: OSError) -> str:
    if error.errno == errno.EADDRINUSE:
        return f"port {port} is in use: choose another with --port"
    return f"cannot listen on {host}: {error.strerror or error}"
