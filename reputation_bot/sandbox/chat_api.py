"""The group chat over HTTP, for the page and for scripts that play the staff; the bot's side is `bot_api`."""

import hashlib
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reputation_bot.sandbox import bot_chats, entities
from reputation_bot.sandbox.chat import Chat, Message, page_message, telegram_message
from reputation_bot.sandbox.json_api import ApiError, answer, body_of, number, query_number
from reputation_bot.sandbox.people import BOT_ID, BRAND, PEOPLE, telegram_user
from reputation_bot.sandbox.world import World, world_of

_ANSWER_SECONDS = 10.0
_MAX_TEXT = 4096


def routes() -> list[Route]:
    """What lies under /api/chat, and what the page needs beside it."""
    return [
        Route("/api/chat", _messages, methods=["GET"]),
        Route("/api/chat", _settings, methods=["PATCH"]),
        Route("/api/chat/press", _press, methods=["POST"]),
        Route("/api/chat/send", _send, methods=["POST"]),
        Route("/api/commands", _commands, methods=["GET"]),
        Route("/api/people", _people, methods=["GET"]),
        Route("/api/photos/{file_id}", _photo, methods=["GET"]),
        Route("/api/overview", _overview, methods=["GET"]),
    ]


async def _messages(request: Request) -> Response:
    chat = _chat(world_of(request), query_number(request, "chat_id"))
    return answer([page_message(chat, message) for message in chat.messages.values()])


async def _settings(request: Request) -> Response:
    fields = await body_of(request)
    chat = _chat(world_of(request), fields.get("chat_id"))
    if not isinstance(fields.get("is_forum"), bool):
        raise ApiError(400, "is_forum: true or false")
    chat.is_forum = fields["is_forum"]
    return answer({"chat_id": chat.chat_id, "title": chat.title, "is_forum": chat.is_forum})


async def _press(request: Request) -> Response:
    world, fields = world_of(request), await body_of(request)
    chat, user_id = _chat(world, fields.get("chat_id")), _user(fields)
    message = chat.messages.get(number(fields, "message_id"))
    data = fields.get("callback_data")
    if message is None:
        raise ApiError(404, "there is no such message")
    if not isinstance(data, str) or data not in message.pressable:
        raise ApiError(404, "the message has no such button")
    chat.members.add(user_id)
    query = world.chats.ask(world.now())
    world.updates.add("callback_query", _callback_query(query.query_id, chat, message, user_id, data))
    if not await world.wait_for(request, query.answer, _ANSWER_SECONDS):
        raise ApiError(504, f"no bot answered the press within {_ANSWER_SECONDS:.0f} seconds")
    text, alert = query.answer.result()
    return answer({"text": text, "alert": alert})


async def _send(request: Request) -> Response:
    world, fields = world_of(request), await body_of(request)
    chat, user_id = _chat(world, fields.get("chat_id")), _user(fields)
    text, marks = entities.settle(entities.clean(_text(fields)), [])
    answered = _answered(chat, fields)
    if not text:
        raise ApiError(400, "text: a text is needed")
    message = Message(chat.next_id(), user_id, world.now(), text, marks)
    if answered:
        message.reply_to, message.topic = answered.message_id, answered.topic
    chat.members.add(user_id)
    chat.add(message)
    world.updates.add("message", telegram_message(chat, message))
    world.show(chat, message)
    return answer({"message_id": message.message_id}, 201)


async def _commands(request: Request) -> Response:
    """The menu behind the slash in one group, for people who speak `language`."""
    world = world_of(request)
    chat = _chat(world, query_number(request, "chat_id"))
    return answer(bot_chats.menu_of(world, chat.chat_id, request.query_params.get("language", "")))


async def _people(request: Request) -> Response:  # noqa: ARG001 - Starlette's form
    return answer(
        [{"user_id": person.user_id, "name": person.name, "role": person.role} for person in PEOPLE]
    )


async def _photo(request: Request) -> Response:
    photo = world_of(request).chats.photo(request.path_params["file_id"])
    if photo is None:
        raise ApiError(404, "there is no such picture")
    return Response(photo.content, media_type=photo.media_type, headers={"x-content-type-options": "nosniff"})


async def _overview(request: Request) -> Response:
    world = world_of(request)
    chat = world.chats.in_use()
    shown = {"chat_id": chat.chat_id, "title": chat.title, "bot": telegram_user(BOT_ID)["first_name"]}
    return answer({"brand": BRAND, "chat": shown, "looked": world.looks(), "faults": world.faults.view()})


def _chat(world: World, chat_id: Any) -> Chat:
    if chat_id is None:
        return world.chats.in_use()
    if number({"chat_id": chat_id}, "chat_id") >= 0:
        raise ApiError(400, "chat_id: groups have negative numbers")
    return world.chats.get(chat_id)


def _user(fields: dict[str, Any]) -> int:
    user_id = number(fields, "user_id", least=1)
    if user_id == BOT_ID:
        raise ApiError(400, "user_id: the bot speaks for itself")
    return user_id


def _text(fields: dict[str, Any]) -> str:
    text = fields.get("text")
    if not isinstance(text, str) or not text.strip():
        raise ApiError(400, "text: a text is needed")
    if len(text) > _MAX_TEXT:
        raise ApiError(400, f"text: at most {_MAX_TEXT} characters, not {len(text)}")
    return text


def _answered(chat: Chat, fields: dict[str, Any]) -> Message | None:
    if fields.get("reply_to") is None:
        return None
    message = chat.messages.get(number(fields, "reply_to"))
    if message is None:
        raise ApiError(404, "reply_to: there is no such message")
    return message


def _callback_query(query_id: str, chat: Chat, message: Message, user_id: int, data: str) -> dict[str, Any]:
    return {
        "id": query_id,
        "from": telegram_user(user_id),
        "message": telegram_message(chat, message),
        "chat_instance": hashlib.sha256(str(chat.chat_id).encode()).hexdigest()[:19],
        "data": data,
    }
