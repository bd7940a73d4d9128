"""The demo's story, played through the sandbox's own doors: a customer complains, staff answer, the answer is out once."""

import json
import time
from collections.abc import Callable
from typing import Any

import urllib3

from reputation_bot.errors import ReputationBotError
from reputation_bot.spoken import told

_ANNA, _PAOLO, _STRANGER = 1001, 1002, 1999  # the example's staff, as the sandbox knows them
_CUSTOMER = "Mario Rossi"
_COMPLAINT = "Bottega Aurora: ordine mai arrivato, scrivo da una settimana e nessuno risponde."
_EDITED = "Ciao Mario, ci dispiace davvero: una settimana senza risposta non è da noi. Controlliamo subito il tuo pacco."
_LONGEST_WAIT = 60.0  # seconds for any one thing to happen
_LOOK_EVERY = 0.1  # seconds

Json = Any


class Story:
    """Plays staff and customer against one sandbox. `say` gets one line for each thing that happened."""

    def __init__(self, url: str, say: Callable[[str], None]) -> None:
        self._url, self._say_line = url, say
        self._http = urllib3.PoolManager(timeout=urllib3.Timeout(total=30), retries=False)
        self._started = time.monotonic()

    def play(self) -> bool:
        """True if the answer that Anna approved was published exactly once, as she wrote it."""
        post = self._call("POST", "/api/posts", {"author": _CUSTOMER, "text": _COMPLAINT, "rating": 1})["id"]
        self._say(told("{name} writes a one-star review: «{text}»").format(name=_CUSTOMER, text=_COMPLAINT))
        card = self._wait_for(told("a card in the group"), lambda: self._card("p:"))
        seen = told("The group sees card {number}: {text}")
        self._say(seen.format(number=card["message_id"], text=_first_line(card)))
        self._press(card, "p:", _STRANGER, told("A stranger presses Publish"))
        self._press(card, "t:", _ANNA, told("Anna takes the case"))
        self._answer_card(card)
        card = self._wait_for(told("the edited draft on the card"), lambda: self._card("p:", _EDITED))
        self._press(card, "p:", _ANNA, told("Anna presses Publish"))
        self._press(card, "p:", _PAOLO, told("Paolo presses the same button"))
        self._wait_for(told("the answer on the network"), lambda: self._answers(post))
        self._say(told("The answer is out."))
        self._wait_for(told("the card to tell of it"), lambda: self._card("r:"))
        return self._told(post)

    def _told(self, post: str) -> bool:
        answers = self._answers(post)
        for answer in answers:
            seen = told("On the network, from {name}: «{text}»")
            self._say(seen.format(name=answer["author"], text=answer["text"]))
        once = [answer["text"] for answer in answers] == [_EDITED]
        wrong = told("WRONG: {number} answers are there.").format(number=len(answers))
        self._say(told("Published exactly once, as approved.") if once else wrong)
        return once

    def _answer_card(self, card: Json) -> None:
        words = {"user_id": _ANNA, "text": _EDITED, "reply_to": card["message_id"]}
        self._call("POST", "/api/chat/send", words)
        self._say(told("Anna answers the card with her own words: «{text}»").format(text=_EDITED))

    def _press(self, card: Json, prefix: str, user: int, what: str) -> None:
        data = _button(card, prefix)
        shown = self._call(
            "POST",
            "/api/chat/press",
            {"message_id": card["message_id"], "callback_data": data, "user_id": user},
        )
        self._say(f"{what}: «{shown['text']}»")

    def _card(self, prefix: str, text: str = "") -> Json:
        """The newest message with such a button and such a text."""
        messages = reversed(self._call("GET", "/api/chat"))
        return next((one for one in messages if _button(one, prefix) and text in one["text"]), None)

    def _answers(self, post: str) -> list[Json]:
        found: list[Json] = self._call("GET", f"/api/posts/{post}")["replies"]
        return [answer for answer in found if answer["author"] != _CUSTOMER]

    def _wait_for(self, what: str, look: Callable[[], Json]) -> Json:
        until = time.monotonic() + _LONGEST_WAIT
        while time.monotonic() < until:
            if found := look():
                return found
            time.sleep(_LOOK_EVERY)
        raise ReputationBotError(f"waited {_LONGEST_WAIT:.0f} s in vain for {what}")

    def _call(self, method: str, path: str, body: Json = None) -> Json:
        answer = self._http.request(method, self._url + path, json=body)
        return json.loads(answer.data)

    def _say(self, what: str) -> None:
        self._say_line(f"{time.monotonic() - self._started:5.1f} s  {what}")


def _button(message: Json, prefix: str) -> str | None:
    data = (button.get("callback_data") or "" for row in message["buttons"] for button in row)
    return next((one for one in data if one.startswith(prefix)), None)


def _first_line(card: Json) -> str:
    return str(card["text"]).partition("\n")[0]
