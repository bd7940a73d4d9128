"""What is to be said in the chat once an update has been acted on; saying it is the bot's job."""

from dataclasses import dataclass

from reputation_bot.ports import Message
from reputation_bot.telegram.prompts import Prompt


@dataclass(frozen=True, slots=True)
class PopUp:
    """Answers a press. An alert must be closed by hand."""

    query_id: str
    text: str
    alert: bool = False


@dataclass(frozen=True, slots=True)
class Say:
    """A message in answer to another; with a prompt, an answer to it is for that, or it is what the prompt's act shows."""

    chat: int
    reply_to: int
    message: Message
    prompt: Prompt | None = None


@dataclass(frozen=True, slots=True)
class Redraw:
    """A message of ours looks like this from now on; if it is gone, `instead` is said."""

    chat: int
    message_id: int
    message: Message
    instead: Say | None = None


Effects = tuple[PopUp | Say | Redraw, ...]
