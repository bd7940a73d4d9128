"""The Bot API's door: finds the method, meets the faults, words the answer; what a method does is in `bot_messages` and `bot_chats`."""

import asyncio
from collections.abc import Callable
from typing import Any

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reputation_bot.sandbox import bot_chats, bot_messages, parameters
from reputation_bot.sandbox.bot_call import Call, chat_number
from reputation_bot.sandbox.faults import Fault, Kind, Where, answer_with
from reputation_bot.sandbox.parameters import BotApiError
from reputation_bot.sandbox.world import world_of

_GET_UPDATES = "getUpdates"
_LONGEST_WAIT_SECONDS = 60.0
METHODS: dict[str, Callable[[Call], object]] = {
    "getMe": bot_chats.get_me,
    "getChat": bot_chats.get_chat,
    "getChatMember": bot_chats.get_chat_member,
    "getChatAdministrators": bot_chats.get_chat_administrators,
    "setMyCommands": bot_chats.set_my_commands,
    "getMyCommands": bot_chats.get_my_commands,
    "deleteWebhook": bot_chats.delete_webhook,
    "getWebhookInfo": bot_chats.get_webhook_info,
    "createForumTopic": bot_chats.create_forum_topic,
    "editForumTopic": bot_chats.edit_forum_topic,
    "closeForumTopic": bot_chats.close_forum_topic,
    "sendMessage": bot_messages.send_message,
    "sendPhoto": bot_messages.send_photo,
    "sendChatAction": bot_messages.send_chat_action,
    "editMessageText": bot_messages.edit_message_text,
    "editMessageReplyMarkup": bot_messages.edit_message_reply_markup,
    "deleteMessage": bot_messages.delete_message,
    "answerCallbackQuery": bot_messages.answer_callback_query,
}
_BY_SMALL_NAME = {name.lower(): name for name in (*METHODS, _GET_UPDATES)}  # Telegram looks at no case


def routes() -> list[Route]:
    """Everything under /bot<token>, whatever the token."""
    return [Route("/bot{token}/{method}", _call, methods=["GET", "POST"])]


def failure(error: BotApiError) -> Response:
    """An error as Telegram words it."""
    return _response(_failed(error))


async def _call(request: Request) -> Response:
    world, name = world_of(request), _BY_SMALL_NAME.get(request.path_params["method"].lower())
    if name is None:
        return failure(BotApiError(404, "Not Found"))
    try:
        given = await parameters.read(request)
    except BotApiError as error:
        return failure(error)
    fault = world.faults.take(Where.TELEGRAM, name, chat_number(given.get("chat_id")))
    if fault:
        world.live.tell("faults", world.faults.view())

    async def act() -> Response:
        call = Call(world, given, lost=fault is not None and fault.kind is Kind.LOST)
        payload = await _payload(request, name, call)
        if world.observe:
            world.observe(name, given, payload)
        return _response(payload)

    return await answer_with(fault, act, _refuse, world.closing)


async def _payload(request: Request, name: str, call: Call) -> dict[str, Any]:
    try:
        result = await _updates(request, call) if name == _GET_UPDATES else METHODS[name](call)
    except BotApiError as error:
        return _failed(error)
    return {"ok": True, "result": result}


def _failed(error: BotApiError) -> dict[str, Any]:
    payload: dict[str, Any] = {"ok": False, "error_code": error.code, "description": error.description}
    return payload | ({"parameters": error.parameters} if error.parameters else {})


async def _updates(request: Request, call: Call) -> object:
    world, given = call.world, call.parameters
    allowed = parameters.json_value(given, "allowed_updates", "allowed_updates")
    if allowed is not None and not (
        isinstance(allowed, list) and all(isinstance(kind, str) for kind in allowed)
    ):
        raise parameters.bad("can't parse allowed_updates JSON object")
    asked = asyncio.ensure_future(
        world.updates.get(
            parameters.integer(given, "offset"),
            _or(parameters.integer(given, "limit"), 100),
            _or(parameters.integer(given, "timeout"), 0),
            allowed,
        )
    )
    await asyncio.sleep(0)  # so that it is waiting when the pages are told so
    world.looked("chat")
    answered = await world.wait_for(request, asked, _LONGEST_WAIT_SECONDS)
    if not answered:
        asked.cancel()
        await asyncio.wait({asked})
    world.live.tell("looked", world.looks())
    return asked.result() if answered else []


def _or(value: int | None, default: int) -> int:
    return default if value is None else value


def _refuse(fault: Fault) -> Response:
    if fault.kind is Kind.TOO_MANY:
        after = fault.retry_after
        return failure(BotApiError(429, f"Too Many Requests: retry after {after}", retry_after=after))
    return failure(BotApiError(500, "Internal Server Error"))


def _response(payload: dict[str, Any]) -> Response:
    return Response(orjson.dumps(payload), payload.get("error_code", 200), media_type="application/json")
