"""Real processes against a real sandbox, for the tests that kill, crowd and time them."""

import json
import os
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import Any

RULES = """
brand: {{name: Bottega Aurora, terms: ["bottega aurora"]}}
telegram: {{chat: -1001234567890}}
operators: {{{operators}}}
publishing: {{undo: 1s}}
channels:
  piazza: {{connector: sandbox, url: "{url}", every: 1s}}
"""
# the program as it is, but that Telegram's limit of so many messages a minute counts for so many in three seconds
PROGRAM = """
from datetime import timedelta
from reputation_bot.telegram import pace
pace._WINDOW = timedelta(seconds=3)
from reputation_bot.cli import main
main()
"""
LEADS = range(1001, 1011)  # Telegram ids of ten people who may do everything


class Place:
    """A sandbox's address, and a folder with rules and store, for processes started as a person would."""

    def __init__(self, url: str, folder: Path) -> None:
        self.url, self.store, self.rules = url, folder / "store.json", folder / "rules.yaml"
        operators = ", ".join(f"lead{one}: {{telegram: {one}, role: lead}}" for one in LEADS)
        self.rules.write_text(RULES.format(url=url, operators=operators), encoding="utf-8")
        self._log = (folder / "log.txt").open("wb")

    def start(self, *arguments: str) -> subprocess.Popen[bytes]:
        """Its stdout can be read; what it says on stderr is in log.txt."""
        environment = {
            "PATH": os.environ["PATH"],
            "REPUTATION_BOT_TOKEN": "1:test",
            "REPUTATION_BOT_API": self.url,
            "REPUTATION_BOT_STORE": f"tinydb:{self.store}",
            "REPUTATION_BOT_RULES": str(self.rules),
        }
        command = [sys.executable, "-c", PROGRAM, *arguments]
        return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=self._log)

    def run(self, *arguments: str) -> str:
        """What it printed. It must exit 0."""
        process = self.start(*arguments)
        printed, _ = process.communicate(timeout=120)
        assert process.returncode == 0, f"{arguments} exited {process.returncode}"
        return printed.decode()

    def call(self, method: str, path: str, body: Any = None, wait: float = 20) -> Any:
        """The sandbox's answer. Raises OSError when there is none, or it is an error."""
        data = json.dumps(body).encode() if body is not None else None
        headers = {"Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=method)
        with urllib.request.urlopen(request, timeout=wait) as answer:
            return json.load(answer)

    def buttons(self, kinds: tuple[str, ...]) -> list[tuple[int, str]]:
        """Message id and data of every button in the chat whose data begins so."""
        return [
            (message["message_id"], button["callback_data"])
            for message in self.call("GET", "/api/chat")
            for row in message["buttons"]
            for button in row
            if (button["callback_data"] or "").startswith(kinds)
        ]

    def close(self) -> None:
        """Closes the log."""
        self._log.close()


def wait_until(what: str, holds: Callable[[], bool], seconds: float) -> None:
    """Looks every so often, for real processes take real time; fails when it takes too long."""
    until = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < until, f"waited {seconds} s in vain: {what}"
        time.sleep(0.2)
