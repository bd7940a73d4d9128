"""Five hundred feeds, beside lemon24/reader with the same feeds: first look, nothing new, one new entry in each; and slow, faulty servers.

Ours is the whole poll: HTTP, reading, brand, verdict, store. Each of the two runs in a process of its own, so that its memory can be told.
"""

import json
import random
import re
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from socketserver import StreamRequestHandler, ThreadingTCPServer
from typing import Any

FEEDS, ENTRIES = 500, 30
ABOUT_US = 50  # one entry in so many names the shop
TURNS = ("first look", "nothing new", "one new in each")
SLOW = 0.15  # seconds that a slow server takes to answer
_WORDS = (
    "il la un una negozio ceramica ordine arrivato corriere pacco tazza colore bello consegna rapida qualità prezzo cliente servizio "
    "risposta telefono città Napoli Torino oggi ieri settimana abbiamo visto provato consigliato sempre molto poco anche però quindi"
).split()
_COMPLAINT = "<p>Ho ordinato da Bottega Aurora: il pacco non è mai arrivato e nessuno risponde.</p>"
_HEAD = """<?xml version="1.0" encoding="UTF-8"?><rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/"
 xmlns:wfw="http://wellformedweb.org/CommentAPI/" xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:atom="http://www.w3.org/2005/Atom"
 xmlns:sy="http://purl.org/rss/1.0/modules/syndication/" xmlns:slash="http://purl.org/rss/1.0/modules/slash/">
<channel><title>Blog {feed}</title><atom:link href="https://blog{feed}.example/feed/" rel="self" type="application/rss+xml" />
<link>https://blog{feed}.example</link><description>Casa e cucina</description><language>it-IT</language>
<sy:updatePeriod>hourly</sy:updatePeriod>
"""
_ENTRY = """<item><title>{title} &#8211; {entry}</title><link>https://blog{feed}.example/2026/11/{entry}/</link>
<comments>https://blog{feed}.example/2026/11/{entry}/#comments</comments><dc:creator><![CDATA[Giulia Rossi]]></dc:creator>
<pubDate>Fri, {day:02} Nov 2026 {hour:02}:00:00 +0000</pubDate>
<category><![CDATA[Casa]]></category><category><![CDATA[Cucina]]></category><category><![CDATA[Idee {entry}]]></category>
<guid isPermaLink="false">https://blog{feed}.example/?p={entry}</guid>
<description><![CDATA[<p>{summary} [&#8230;]</p>]]></description><content:encoded><![CDATA[{text}]]></content:encoded>
<wfw:commentRss>https://blog{feed}.example/2026/11/{entry}/feed/</wfw:commentRss><slash:comments>4</slash:comments></item>
"""


def run() -> list[tuple[str, float, str]]:
    """Act, our milliseconds, and what reader takes for the same; then the peak of memory, and the poll of slow and faulty servers."""
    ours, theirs = compare()
    rows = [
        (f"{FEEDS} feeds, {turn}", mine * 1000, f"ms, {mine / other:.2f} times reader's {other * 1000:,.0f}")
        for turn, mine, other in zip(TURNS, ours["seconds"], theirs["seconds"], strict=True)
    ]
    told = f"MB at most, {ours['before']:.0f} before the first look; reader's {theirs['peak']:.0f} and {theirs['before']:.0f}"
    rows.append((f"{FEEDS} feeds, memory", ours["peak"], told))
    slow = slow_and_faulty()
    told = f"ms, {slow['told']} of {slow['faulty']} faults told, {slow['lost']} entries lost at the next look"
    return [*rows, (f"{FEEDS} slow feeds, one in ten faulty", slow["seconds"] * 1000, told)]


def compare(feeds: int = FEEDS) -> tuple[dict[str, Any], dict[str, Any]]:
    """Seconds of each turn and the peak of memory in MB, ours and reader's."""
    pages = Pages(feeds)
    with pages.serving() as url:
        return _in_process("ours", url, pages), _in_process("theirs", url, pages)


def slow_and_faulty(feeds: int = FEEDS) -> dict[str, Any]:
    """Every server answers after SLOW; one in ten fails at the first look, each in its own way, and is well at the second."""
    pages = Pages(feeds, entries=2, wait=SLOW)
    pages.faulty = True
    with pages.serving() as url:
        found = _in_process("slow", url, pages)
    faulty = len(range(0, feeds, 10))
    return {
        "seconds": found["seconds"][0],
        "told": found["told"],
        "faulty": faulty,
        "lost": feeds * 2 - found["kept"],
    }


class Pages:
    """What the server shows; each turn it can show one entry more."""

    def __init__(self, feeds: int, entries: int = ENTRIES, wait: float = 0.0) -> None:
        self.feeds, self.entries, self.wait, self.faulty = feeds, entries, wait, False
        chance = random.Random(20261122)  # noqa: S311  # feeds, not keys
        self._texts = [_text(chance) for _ in range(200)]
        self.show(0)

    def show(self, more: int) -> None:
        """From now on each feed has that many entries before the first ones, and drops as many at its end."""
        self.version = f'"{more}"'
        self.bodies = [self._body(number, more) for number in range(self.feeds)]

    @contextmanager
    def serving(self) -> Iterator[str]:
        """The address under which feed 17 is /17."""
        server = _Server(("127.0.0.1", 0), type("Talk", (_Talk,), {"pages": self}))
        threading.Thread(target=server.serve_forever, daemon=True).start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}"
        finally:
            server.shutdown()
            server.server_close()

    def _body(self, feed: int, more: int) -> bytes:
        newest = 1000 + more
        entries = "".join(self._entry(feed, entry) for entry in range(newest, newest - self.entries, -1))
        return f"{_HEAD.format(feed=feed)}{entries}</channel></rss>".encode()

    def _entry(self, feed: int, entry: int) -> str:
        text = self._texts[(feed * 7 + entry) % len(self._texts)]
        if (feed * 31 + entry) % ABOUT_US == 0:
            text = _COMPLAINT + text
        title = f"Come scegliere la tazza numero {feed * entry}"
        summary = text[3:250].replace("<", " ").replace(">", " ")
        return _ENTRY.format(
            feed=feed,
            entry=entry,
            title=title,
            summary=summary,
            text=text,
            day=1 + entry % 20,
            hour=entry % 24,
        )


def _text(chance: random.Random) -> str:
    paragraphs = []
    for _ in range(4):
        words = chance.choices(_WORDS, k=60)
        words[20] = f'<a href="https://altro.example/{words[1]}?a=1&amp;b=2">{words[20]}</a>'
        words[40] = f"<strong>{words[40]}</strong>"
        paragraphs.append(f"<p>{' '.join(words)}.</p>")
    return "\n".join(paragraphs) + '<p><img src="https://cdn.example/i.jpg" alt="foto" width="600" /></p>'


class _Server(ThreadingTCPServer):
    request_queue_size = 1024
    daemon_threads = allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Faulty ones are what this is about."""


class _Talk(StreamRequestHandler):
    """As little of HTTP as it takes: the server must not be what is measured."""

    pages: Pages

    def handle(self) -> None:
        """One request, one answer."""
        pages = self.pages
        head = b"".join(iter(self.rfile.readline, b"\r\n")).decode("latin-1")
        number = int(head.split(" ", 2)[1].strip("/"))
        time.sleep(pages.wait)
        if pages.faulty and number % 10 == 0:
            self._fail(number // 10 % 5)
        elif pages.version in head:
            self._answer("304 Not Modified", b"")
        else:
            self._answer("200 OK", pages.bodies[number])

    def _fail(self, kind: int) -> None:
        match kind:
            case 0:
                self._answer("500 Oops", b"oops")
            case 1:
                self._answer("429 Slowly", b"")
            case 2:
                self._answer("200 OK", b"<html>parked</html>")
            case 3:
                self._answer("200 OK", b"<rss", promise=1000)
            case _:
                pass  # goes away without a word

    def _answer(self, status: str, body: bytes, promise: int | None = None) -> None:
        head = (
            f"HTTP/1.1 {status}\r\nETag: {self.pages.version}\r\nContent-Type: application/rss+xml\r\n"
            f"Content-Length: {promise or len(body)}\r\nConnection: close\r\n\r\n"
        )
        self.wfile.write(head.encode() + body)


def _in_process(who: str, url: str, pages: Pages) -> dict[str, Any]:
    """Runs one of the two in a process of its own, which asks for each next turn by a line and tells its figures at the end."""
    pages.show(0)
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "bench.feeds", who, url, str(pages.feeds), folder]
        with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603  # ourselves
            if process.stdin is None or process.stdout is None:
                raise RuntimeError("no pipes")
            for line in process.stdout:
                if line.startswith("{"):
                    found: dict[str, Any] = json.loads(line)
                    return found
                if line.startswith("one new"):
                    pages.show(1)
                pages.faulty = pages.faulty and line.startswith("faulty")
                process.stdin.write("\n")
                process.stdin.flush()
    raise RuntimeError(f"{who} told nothing")


# ------------------------------------------------------------------ in the process that is measured


def _measured(who: str, url: str, feeds: int, folder: Path) -> dict[str, Any]:
    if who == "theirs":
        return _timed(TURNS, _theirs(url, feeds, folder))
    if who == "ours":
        app = _app(url, feeds, folder)
        return _timed(TURNS, lambda: app.poll(regardless=True))
    app = _app(url, feeds, folder)
    outcomes: list[Any] = []
    found = _timed(("faulty", "well"), lambda: outcomes.append(app.poll(regardless=True)))
    with app.storage.read() as view:
        kept = sum(
            view.seen(f"blog{feed}", f"https://blog{feed}.example/?p={entry}") is not None
            for feed in range(feeds)
            for entry in (1000, 999)
        )
    return found | {"told": sum(bool(one.error) for one in outcomes[0].polled.values()), "kept": kept}


def _timed(turns: tuple[str, ...], act: Any) -> dict[str, Any]:
    seconds, before = [], _peak()
    for turn in turns:
        sys.stdout.write(f"{turn}\n")
        sys.stdout.flush()
        sys.stdin.readline()
        begin = time.perf_counter()
        act()
        seconds.append(time.perf_counter() - begin)
    return {"seconds": seconds, "before": before, "peak": _peak()}


def _peak() -> float:
    """MB. Not `ru_maxrss`, which begins with what the process that started this one had in use."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(re.search(r"VmHWM:\s+(\d+) kB", status)[1]) / 1024  # type: ignore[index]  # a line that Linux always has


def _app(url: str, feeds: int, folder: Path) -> Any:
    """The example's settings, with these channels, as `poll` opens them."""
    import yaml  # noqa: PLC0415

    from reputation_bot.cli.process import open_app  # noqa: PLC0415
    from reputation_bot.config import example_rules  # noqa: PLC0415

    rules = yaml.safe_load(example_rules())
    rules["channels"] = {
        f"blog{number}": {"connector": "rss", "url": f"{url}/{number}"} for number in range(feeds)
    }
    path = folder / "rules.yaml"
    path.write_text(yaml.safe_dump(rules, allow_unicode=True), encoding="utf-8")
    app = open_app(str(path), f"tinydb:{folder / 'store.json'}")
    _ = app.storage
    return app


def _theirs(url: str, feeds: int, folder: Path) -> Any:
    from reader import make_reader  # noqa: PLC0415  # what we are measured by

    reader = make_reader(str(folder / "reader.sqlite"))
    for number in range(feeds):
        reader.add_feed(f"{url}/{number}")
    return lambda: reader.update_feeds(workers=16, scheduled=False)


if __name__ == "__main__":
    if len(sys.argv) > 1:
        who, url, feeds, folder = sys.argv[1:]
        sys.stdout.write(json.dumps(_measured(who, url, int(feeds), Path(folder))) + "\n")
    else:
        for what, figure, unit in run():
            sys.stdout.write(f"{what:36} {figure:10,.1f} {unit}\n")
