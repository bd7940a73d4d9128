"""Checks the inline keyboard of a message as Telegram does; pressing its buttons is `chat`'s job."""

from typing import Any

from reputation_bot.sandbox import entities
from reputation_bot.sandbox.parameters import Parameters, bad, json_value

Keyboard = list[list[dict[str, Any]]]

MAX_DATA_BYTES = 64  # core.telegram.org/bots/api#inlinekeyboardbutton, 2026-11
MAX_COPY_CHARS = 256  # core.telegram.org/bots/api#copytextbutton, 2026-11
MAX_PLACEHOLDER = 64  # core.telegram.org/bots/api#forcereply, 2026-11
_MAX_BUTTONS = 100
_ACTIONS = ("callback_data", "url", "copy_text")


def read(parameters: Parameters) -> Keyboard | None:
    """The rows of `reply_markup`; None for none, and for the other kinds of markup, which the sandbox does not show."""
    markup = json_value(parameters, "reply_markup", "reply markup")
    if markup is None:
        return None
    if not isinstance(markup, dict):
        raise bad("object expected as reply markup")
    rows = markup.get("inline_keyboard")
    if rows is None:
        return None
    if not isinstance(rows, list) or not all(isinstance(row, list) for row in rows):
        raise bad('field "inline_keyboard" of the InlineKeyboardMarkup must be an Array of Arrays')
    checked = [[_button(button) for button in row] for row in rows if row]
    if sum(map(len, checked)) > _MAX_BUTTONS:
        raise bad("REPLY_MARKUP_TOO_LONG")
    return checked or None


def asked(parameters: Parameters) -> dict[str, Any] | None:
    """The ForceReply of `reply_markup`: core.telegram.org/bots/api#forcereply, 2026-11; None for every other markup."""
    markup = json_value(parameters, "reply_markup", "reply markup")
    if not isinstance(markup, dict) or markup.get("force_reply") is not True:
        return None
    placeholder = markup.get("input_field_placeholder")
    if placeholder is not None and not (
        isinstance(placeholder, str) and 1 <= len(placeholder) <= MAX_PLACEHOLDER
    ):
        raise bad("input field placeholder is invalid")
    return {"placeholder": placeholder, "selective": markup.get("selective") is True}


def _button(button: Any) -> dict[str, Any]:
    if not isinstance(button, dict):
        raise bad("can't parse inline keyboard button: InlineKeyboardButton must be an Object")
    label = button.get("text")
    if not isinstance(label, str):
        raise bad("can't parse inline keyboard button: Can't find field \"text\"")
    if not label.strip():
        raise bad("inline keyboard button text must be non-empty")
    actions = [action for action in _ACTIONS if button.get(action) is not None]
    if not actions:
        raise bad("text buttons are unallowed in the inline keyboard")
    return {"text": label, actions[0]: _action(actions[0], button[actions[0]])}


def _action(kind: str, value: Any) -> Any:
    match kind:
        case "callback_data":
            if not isinstance(value, str) or not 1 <= len(value.encode()) <= MAX_DATA_BYTES:
                raise bad("BUTTON_DATA_INVALID")
            return value
        case "url":
            return _url(value)
        case _:
            words = value.get("text") if isinstance(value, dict) else None
            if not isinstance(words, str) or not 1 <= len(words) <= MAX_COPY_CHARS:
                raise bad("BUTTON_COPY_TEXT_INVALID")
            return {"text": words}


def _url(value: Any) -> str:
    url = value if isinstance(value, str) else ""
    scheme, mark, _ = url.partition("://")
    if mark and scheme.lower() not in {"http", "https", "tg"}:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Unsupported URL protocol")
    checked = entities.address(url)
    if checked is None:
        raise bad(f"inline keyboard button URL '{url}' is invalid: Wrong HTTP URL")
    return checked
