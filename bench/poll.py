"""What a turn of cron costs when nothing has changed: the whole `poll` process with one feed that answers 304, start-up included;
and how long other commands take to start.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

TURNS = 7
RULES = """
brand: {{name: Bottega Aurora}}
telegram: {{chat: -1}}
channels: {{news: {{connector: rss, url: "{url}"}}}}
"""
FEED = b"""<?xml version="1.0"?><rss version="2.0"><channel><title>News</title>
<item><guid>1</guid><title>Bottega Aurora</title><description>Che bella bottega aurora</description></item></channel></rss>"""


def run() -> list[tuple[str, float, str]]:
    """Name, median milliseconds, and the ratio to a Python that starts and does nothing."""
    with tempfile.TemporaryDirectory() as folder, _feed() as url:
        rules = Path(folder, "rules.yaml")
        rules.write_text(RULES.format(url=url), encoding="utf-8")
        place = ["--rules", str(rules), "--store", f"tinydb:{Path(folder, 'store.json')}"]
        program = [sys.executable, "-m", "reputation_bot.cli"]
        poll = [*program, "poll", "--all", *place]
        # as pip leaves a package: compiled. A checkout need not be, where Python is told to write nothing
        environment = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        environment["PYTHONPYCACHEPREFIX"] = str(Path(folder, "compiled"))
        _run(poll, environment)  # the first look brings the news
        nothing = _median([sys.executable, "-c", "pass"], environment)
        commands = {
            "poll, one unchanged feed": poll,
            "cases, when there is one": [*program, "cases", *place],
            "--help": [*program, "--help"],
        }
        taken = {name: _median(command, environment) for name, command in commands.items()}
    return [
        (name, time_taken, f"ms, {time_taken / nothing:.0f} times an empty python")
        for name, time_taken in taken.items()
    ]


def _median(command: Sequence[str], environment: Mapping[str, str]) -> float:
    _run(command, environment)  # compiles what it alone needs
    times = []
    for _ in range(TURNS):
        start = time.perf_counter()
        _run(command, environment)
        times.append((time.perf_counter() - start) * 1000)
    return statistics.median(times)


def _run(command: Sequence[str], environment: Mapping[str, str]) -> None:
    subprocess.run(command, check=True, capture_output=True, env=environment)  # noqa: S603  # our own command


class _Unchanged(BaseHTTPRequestHandler):
    def do_GET(self) -> None:  # http.server's name
        known = self.headers.get("If-None-Match") == '"1"'
        self.send_response(304 if known else 200)
        self.send_header("ETag", '"1"')
        self.send_header("Content-Type", "application/rss+xml")
        self.send_header("Content-Length", "0" if known else str(len(FEED)))
        self.end_headers()
        if not known:
            self.wfile.write(FEED)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # http.server's name
        """Nothing: the table is the output."""


@contextmanager
def _feed() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Unchanged)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/feed.xml"
    finally:
        server.shutdown()
        server.server_close()


if __name__ == "__main__":
    for act, milliseconds, ratio in run():
        sys.stdout.write(f"{act:28} {milliseconds:8.1f} {ratio}\n")
