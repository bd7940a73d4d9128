"""Bot API methods that send, edit, delete and answer; which texts and buttons are good is said in `bot_call` and `keyboard`."""

from reputation_bot.sandbox import keyboard, parameters, photos
from reputation_bot.sandbox.bot_call import Call
from reputation_bot.sandbox.chat import Chat, Message, set_keyboard, telegram_message
from reputation_bot.sandbox.entities import Entity
from reputation_bot.sandbox.parameters import BotApiError, Upload, bad
from reputation_bot.sandbox.people import BOT_ID
from reputation_bot.sandbox.photos import Photo

MAX_TEXT = 4096  # Unicode characters after entities parsing: core.telegram.org/bots/api#sendmessage, 2026-11
MAX_CAPTION = 1024  # core.telegram.org/bots/api#sendphoto, 2026-11
MAX_ANSWER = 200  # core.telegram.org/bots/api#answercallbackquery, 2026-11
_MAX_PHOTO_BYTES = 10 * 1024 * 1024
_NOT_MODIFIED = (
    "message is not modified: specified new message content and reply markup are exactly the same "
    "as a current content and reply markup of the message"
)
_ACTIONS = frozenset(
    "typing upload_photo record_video upload_video record_voice upload_voice upload_document choose_sticker find_location "
    "record_video_note upload_video_note".split()
)


def send_message(call: Call) -> object:
    """https://core.telegram.org/bots/api#sendmessage"""
    chat = call.chat()
    text, entities = _text(call)
    return _send(call, chat, text, entities, None)


def send_photo(call: Call) -> object:
    """https://core.telegram.org/bots/api#sendphoto"""
    chat = call.chat()
    caption, entities = call.formatted("caption", "caption_entities")
    if len(caption) > MAX_CAPTION:
        raise bad("message caption is too long")
    return _send(call, chat, caption, entities, _photo(call))


def edit_message_text(call: Call) -> object:
    """https://core.telegram.org/bots/api#editmessagetext"""
    chat = call.chat()
    message = _own_message(call, chat)
    if message.photo:
        raise bad("there is no text in the message to edit")
    text, entities = _text(call)
    buttons = keyboard.read(call.parameters)
    if (text, entities, buttons) == (message.text, message.entities, message.keyboard):
        raise bad(_NOT_MODIFIED)
    message.text, message.entities = text, entities
    return _edited(call, chat, message, buttons)


def edit_message_reply_markup(call: Call) -> object:
    """https://core.telegram.org/bots/api#editmessagereplymarkup"""
    chat = call.chat()
    message = _own_message(call, chat)
    buttons = keyboard.read(call.parameters)
    if buttons == message.keyboard:
        raise bad(_NOT_MODIFIED)
    return _edited(call, chat, message, buttons)


def delete_message(call: Call) -> object:
    """https://core.telegram.org/bots/api#deletemessage; the bot is an administrator, so anybody's message goes."""
    chat = call.chat()
    message_id = parameters.integer(call.parameters, "message_id")
    if message_id is None:
        raise bad("message identifier is not specified")
    if chat.messages.pop(message_id, None) is None:
        raise bad("message to delete not found")
    call.world.live.tell("deleted", {"chat_id": chat.chat_id, "message_id": message_id})
    return True


def answer_callback_query(call: Call) -> object:
    """https://core.telegram.org/bots/api#answercallbackquery"""
    text = parameters.text(call.parameters, "text")
    if len(text) > MAX_ANSWER:
        raise bad("MESSAGE_TOO_LONG")
    query_id = parameters.text(call.parameters, "callback_query_id")
    alert = parameters.flag(call.parameters, "show_alert")
    if not call.world.chats.answer(query_id, text, alert=alert, now=call.world.now()):
        raise bad("query is too old and response timeout expired or query ID is invalid")
    return True


def send_chat_action(call: Call) -> object:
    """https://core.telegram.org/bots/api#sendchataction"""
    chat = call.chat()
    if parameters.text(call.parameters, "action") not in _ACTIONS:
        raise bad("wrong parameter action in request")
    call.world.live.tell("typing", {"chat_id": chat.chat_id})
    return True


def _text(call: Call) -> tuple[str, list[Entity]]:
    text, entities = call.formatted("text", "entities")
    if not text:
        raise bad("message text is empty")
    if len(text) > MAX_TEXT:
        raise bad("message is too long")
    return text, entities


def _photo(call: Call) -> Photo:
    """The picture that came along, in the field itself or where `attach://` points, or one sent before."""
    value = call.parameters.get("photo")
    if isinstance(value, str) and value.startswith("attach://"):
        value = call.parameters.get(value.removeprefix("attach://"))
    if isinstance(value, Upload):
        return _uploaded(call, value.content)
    if not value:
        raise bad("there is no photo in the request")
    known = call.world.chats.photo(str(value))
    if known is None:
        raise bad("wrong file identifier/HTTP URL specified")
    return known


def _uploaded(call: Call, content: bytes) -> Photo:
    if not content:
        raise bad("file must be non-empty")
    if len(content) > _MAX_PHOTO_BYTES:
        raise BotApiError(413, "Request Entity Too Large")
    photo = photos.recognise(call.world.chats.next_file_id(), content)
    if photo is None:
        raise bad("IMAGE_PROCESS_FAILED")
    return photo


def _send(call: Call, chat: Chat, text: str, entities: list[Entity], photo: Photo | None) -> object:
    answered = _answered(call, chat)
    topic = _topic(call, chat) or (answered.topic if answered else None)
    buttons = keyboard.read(call.parameters)
    message = Message(
        message_id=chat.next_id(),
        sender=BOT_ID,
        sent_at=call.world.now(),
        text=text,
        entities=entities,
        keyboard=buttons,
        asked=keyboard.asked(call.parameters),
        reply_to=answered.message_id if answered else None,
        topic=topic,
        photo=photo,
    )
    if not call.lost:
        chat.add(message)
        call.world.show(chat, message)
    return telegram_message(chat, message)


def _answered(call: Call, chat: Chat) -> Message | None:
    reply = parameters.json_value(call.parameters, "reply_parameters", "reply parameters")
    if reply is None:
        return None
    if not isinstance(reply, dict):
        raise bad("object expected as reply parameters")
    message_id = parameters.integer(reply, "message_id")
    answered = chat.messages.get(message_id or 0)
    if answered is None and not parameters.flag(reply, "allow_sending_without_reply"):
        raise bad("message to be replied not found")
    return answered


def _topic(call: Call, chat: Chat) -> int | None:
    topic = parameters.integer(call.parameters, "message_thread_id")
    if topic is not None and topic not in chat.topics:
        raise bad("message thread not found")
    return topic


def _own_message(call: Call, chat: Chat) -> Message:
    message_id = parameters.integer(call.parameters, "message_id")
    if message_id is None:
        raise bad("message identifier is not specified")
    message = chat.messages.get(message_id)
    if message is None:
        raise bad("message to edit not found")
    if message.sender != BOT_ID or message.service:
        raise bad("message can't be edited")
    return message


def _edited(call: Call, chat: Chat, message: Message, buttons: keyboard.Keyboard | None) -> object:
    set_keyboard(message, buttons)
    message.edited_at = call.world.now()
    call.world.show(chat, message)
    return telegram_message(chat, message)
