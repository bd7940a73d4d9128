"""One call of a Bot API method, and what most methods first ask of it: which chat, which text."""

from dataclasses import dataclass
from typing import Any

from reputation_bot.sandbox import entities, parameters, telegram_html
from reputation_bot.sandbox.chat import Chat
from reputation_bot.sandbox.entities import Entity
from reputation_bot.sandbox.parameters import Parameters, bad
from reputation_bot.sandbox.world import World


@dataclass(frozen=True, slots=True)
class Call:
    """`lost`: the caller hears that the message was sent, but nobody sees it."""

    world: World
    parameters: Parameters
    lost: bool = False

    def chat(self) -> Chat:
        """The group that `chat_id` names. Raises BotApiError."""
        value = parameters.text(self.parameters, "chat_id")
        if not value:
            raise bad("chat_id is empty")
        number = chat_number(value)
        if number is None or number >= 0:
            raise bad("chat not found")
        return self.world.chats.get(number)

    def formatted(self, name: str, entities_name: str) -> tuple[str, list[Entity]]:
        """The text of a parameter, plain and cleaned as Telegram does, and its entities. Reads HTML but no Markdown."""
        raw = entities.clean(parameters.text(self.parameters, name))
        mode = parameters.text(self.parameters, "parse_mode").lower()
        if mode == "html":
            try:
                return entities.settle(*telegram_html.parse(raw))
            except telegram_html.MarkupError as error:
                raise bad(f"can't parse entities: {error}") from None
        if mode:
            raise bad("unsupported parse_mode")
        given = parameters.json_value(self.parameters, entities_name, "entities") or []
        if not isinstance(given, list) or not all(map(_is_entity, given)):
            raise bad("can't parse entities JSON object")
        return entities.settle(raw, given)


def chat_number(value: Any) -> int | None:
    """None for a @username and all else that is no number."""
    try:
        return int(str(value)[:20])
    except ValueError:
        return None


def _is_entity(value: Any) -> bool:
    if not isinstance(value, dict) or not isinstance(value.get("type"), str):
        return False
    if value["type"] == "text_link" and not isinstance(value.get("url"), str):
        return False
    numbers = [value.get("offset"), value.get("length")]
    return all(isinstance(number, int) and not isinstance(number, bool) and number >= 0 for number in numbers)
