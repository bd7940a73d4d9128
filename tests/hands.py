"""What staff and customers do with the sandbox, by script or in a browser; which of it a story needs is the story's job."""

import time
from collections.abc import Callable
from typing import Any, Protocol, TypeVar

import httpx

from reputation_bot.telegram.buttons import Act, decode

ANNA, PAOLO, FEDERICA, VITTORIA, STRANGER = 1001, 1002, 1003, 1004, 1999
PATIENCE = 20.0  # seconds; polls, undo delays and a busy machine take their time
_LOOK_EVERY = 0.05
Seen = TypeVar("Seen")


class Hands(Protocol):
    """Messages of the group are named by their id. What is waited for may take a while; what never comes fails the test."""

    network: "Network"
    pressed: set[Act]

    def press(self, card: int, button: str, who: int = ANNA) -> str:
        """Presses the button with these words; returns the pop-up."""
        ...

    def say(self, text: str, who: int = ANNA, *, answering: int | None = None) -> int:
        """Writes in the group; returns the id of what was written."""
        ...

    def see(self, card: int, *texts: str) -> None:
        """Waits until all of these stand on the message or its buttons."""
        ...

    def asked(self, who: int = ANNA) -> int:
        """The newest message that asks this person for a text."""
        ...


class Network:
    """The sandbox as scripts see it: customers on its network, and what hangs in the group.

    `hurry` is called before each further look for what is not there yet: it may put the program's clock forward.
    """

    def __init__(self, url: str, hurry: Callable[[], None] | None = None) -> None:
        self.url, self._http = url, httpx.Client(base_url=url, timeout=30)
        self.hurry = hurry

    def post(self, author: str, text: str, **more: Any) -> str:
        """A customer writes; returns the post's id."""
        return str(self.call("POST", "/api/posts", {"author": author, "text": text, **more})["id"])

    def change(self, post: str, **fields: Any) -> None:
        """The customer edits the post."""
        self.call("PATCH", f"/api/posts/{post}", fields)

    def delete(self, post: str) -> None:
        """The customer takes the post away."""
        self.call("DELETE", f"/api/posts/{post}")

    def answers(self, post: str, *, private: bool = False) -> list[str]:
        """What the shop has answered below the post."""
        found = self.call("GET", f"/api/posts/{post}")["private_messages" if private else "replies"]
        return [answer["text"] for answer in found if answer["official"]]

    def fail(self, kind: str, **more: Any) -> None:
        """The bot's next call to the network fails like this."""
        self.call("POST", "/api/faults", {"where": "network", "kind": kind, **more})

    def messages(self) -> list[dict[str, Any]]:
        """The group, oldest first."""
        found: list[dict[str, Any]] = self.call("GET", "/api/chat")
        return found

    def message(self, message_id: int) -> dict[str, Any]:
        """One message of the group."""
        return next(one for one in self.messages() if one["message_id"] == message_id)

    def newest(self, text: str, *, after: int = 0, is_card: bool = False) -> int:
        """Waits for a message of the bot's with this text that came after that one; a card has buttons."""

        def look() -> int | None:
            found = (one for one in self.messages() if one["from"]["is_bot"] and one["message_id"] > after)
            fitting = [one for one in found if text in one["text"] and (one["buttons"] or not is_card)]
            return fitting[-1]["message_id"] if fitting else None

        return wait_for(f"a message with {text!r}", look, self.hurry)

    def card(self, author: str, *, after: int = 0) -> int:
        """Waits for the newest card that names this author."""
        return self.newest(author, after=after, is_card=True)

    def close(self) -> None:
        """Ends the connections."""
        self._http.close()

    def last_id(self) -> int:
        """Of the newest message in the group."""
        return max((one["message_id"] for one in self.messages()), default=0)

    def call(self, method: str, path: str, body: Any = None) -> Any:
        """Fails for an answer that is an error."""
        answer = self._http.request(method, path, json=body)
        assert answer.is_success, f"{method} {path}: {answer.text}"
        return answer.json()


class ByScript:
    """Hands without a browser."""

    def __init__(self, url: str, hurry: Callable[[], None] | None = None) -> None:
        self.network, self.pressed = Network(url, hurry), set[Act]()

    def press(self, card: int, button: str, who: int = ANNA) -> str:
        data = wait_for(f"the button {button!r}", lambda: self._data(card, button))
        self.note(data)
        body = {"message_id": card, "callback_data": data, "user_id": who}
        return str(self.network.call("POST", "/api/chat/press", body)["text"])

    def say(self, text: str, who: int = ANNA, *, answering: int | None = None) -> int:
        body = {"user_id": who, "text": text, "reply_to": answering}
        return int(self.network.call("POST", "/api/chat/send", body)["message_id"])

    def see(self, card: int, *texts: str) -> None:
        seen = ""

        def look() -> bool:
            nonlocal seen
            message = self.network.message(card)
            seen = "\n".join([message["text"], *_labels(message)])
            return all(text in seen for text in texts)

        wait_for(lambda: f"{texts} on {seen!r}", look, self.network.hurry)

    def asked(self, who: int = ANNA) -> int:
        return newest_question(self.network, who)

    def note(self, data: str) -> None:
        """A button has been pressed."""
        pressed = decode(data)
        assert pressed, data
        self.pressed.add(pressed.act)

    def _data(self, card: int, button: str) -> str | None:
        keys = [key for row in self.network.message(card)["buttons"] for key in row]
        return next((key["callback_data"] for key in keys if _is(key["text"], button)), None)


def newest_question(network: Network, who: int) -> int:
    """The newest message that asks this person for a text and has no answer yet."""

    def look() -> int | None:
        messages = network.messages()
        answered = {one["reply_to"] for one in messages}
        asking = [one for one in messages if one["asks"] and who in one["asks"]["user_ids"]]
        return next(
            (one["message_id"] for one in reversed(asking) if one["message_id"] not in answered), None
        )

    return wait_for(f"a question to {who}", look)


def wait_for(
    what: str | Callable[[], str], look: Callable[[], Seen | None], hurry: Callable[[], None] | None = None
) -> Seen:
    """The first true thing that `look` returns; `hurry` is called before each further look."""
    until = time.monotonic() + PATIENCE
    while not (found := look()):
        assert time.monotonic() < until, (
            f"waited {PATIENCE:.0f} s in vain for {what if isinstance(what, str) else what()}"
        )
        if hurry:
            hurry()
        time.sleep(_LOOK_EVERY)
    return found


def _labels(message: dict[str, Any]) -> list[str]:
    return [key["text"] for row in message["buttons"] for key in row]


def _is(label: str, words: str) -> bool:
    """A button is known by its words, without the sign before them."""
    return label == words or label.partition(" ")[2] == words
