"""Bot API methods about the bot itself, its chats, their members and topics; messages are `bot_messages`' job."""

import re
from typing import Any

import orjson

from reputation_bot.sandbox import parameters
from reputation_bot.sandbox.bot_call import Call
from reputation_bot.sandbox.chat import Chat, Message, Topic, telegram_chat
from reputation_bot.sandbox.parameters import bad
from reputation_bot.sandbox.people import BOT_ID, PEOPLE, is_known, telegram_user
from reputation_bot.sandbox.world import World

_OWNER = PEOPLE[0].user_id
_MAX_COMMANDS = 100
_MAX_TOPIC_NAME = 128
_BOT_RIGHTS = (
    "can_manage_chat can_delete_messages can_manage_video_chats can_restrict_members can_change_info can_invite_users "
    "can_pin_messages can_manage_topics"
).split()
_NO_RIGHTS = "can_be_edited is_anonymous can_promote_members can_post_stories can_edit_stories can_delete_stories".split()
_GIFTS = "unlimited_gifts limited_gifts unique_gifts premium_subscription gifts_from_channels".split()


def get_me(call: Call) -> object:  # noqa: ARG001 - every method has this form
    """https://core.telegram.org/bots/api#getme"""
    abilities = {
        "can_join_groups": True,
        "can_read_all_group_messages": True,
        "supports_inline_queries": False,
    }
    return telegram_user(BOT_ID) | abilities


def get_chat(call: Call) -> object:
    """https://core.telegram.org/bots/api#getchat"""
    gifts = dict.fromkeys(_GIFTS, False)
    return telegram_chat(call.chat()) | {
        "accent_color_id": 3,
        "max_reaction_count": 11,
        "accepted_gift_types": gifts,
    }


def get_chat_member(call: Call) -> object:
    """https://core.telegram.org/bots/api#getchatmember"""
    chat = call.chat()
    user_id = parameters.integer(call.parameters, "user_id")
    if user_id is None:
        raise bad("invalid user_id specified")
    if user_id not in chat.members and user_id != BOT_ID and not is_known(user_id):
        raise bad("user not found")
    return _member(user_id)


def get_chat_administrators(call: Call) -> object:
    """https://core.telegram.org/bots/api#getchatadministrators"""
    call.chat()
    return [_member(_OWNER), _member(BOT_ID)]


def set_my_commands(call: Call) -> object:
    """https://core.telegram.org/bots/api#setmycommands"""
    commands = parameters.json_value(call.parameters, "commands", "commands")
    if not isinstance(commands, list) or len(commands) > _MAX_COMMANDS:
        raise bad("can't parse commands JSON object")
    call.world.commands[_audience(call)] = [_command(command) for command in commands]
    call.world.live.tell("commands", {})
    return True


def get_my_commands(call: Call) -> object:
    """https://core.telegram.org/bots/api#getmycommands"""
    return call.world.commands.get(_audience(call), [])


def menu_of(world: World, chat_id: int, language: str) -> list[dict[str, str]]:
    """What the apps show in a group: the nearest scope that has commands, in the language or else for all languages."""
    scopes: list[dict[str, Any]] = [
        {"type": "chat", "chat_id": chat_id},
        {"type": "all_group_chats"},
        {"type": "default"},
    ]
    keys = [_key(scope, spoken) for scope in scopes for spoken in (language, "")]
    return next((world.commands[key] for key in keys if world.commands.get(key)), [])


def delete_webhook(call: Call) -> object:
    """https://core.telegram.org/bots/api#deletewebhook; there is never one."""
    if parameters.flag(call.parameters, "drop_pending_updates"):
        call.world.updates.forget()
    return True


def get_webhook_info(call: Call) -> object:
    """https://core.telegram.org/bots/api#getwebhookinfo; there is never one."""
    return {"url": "", "has_custom_certificate": False, "pending_update_count": len(call.world.updates)}


def create_forum_topic(call: Call) -> object:
    """https://core.telegram.org/bots/api#createforumtopic"""
    chat = _forum(call)
    topic = Topic(chat.next_id(), _topic_name(call))
    chat.topics[topic.topic_id] = topic
    made = {"name": topic.name, "icon_color": topic.colour}
    _tell(call, chat, topic, {"forum_topic_created": made}, message_id=topic.topic_id)
    return {"message_thread_id": topic.topic_id} | made


def edit_forum_topic(call: Call) -> object:
    """https://core.telegram.org/bots/api#editforumtopic"""
    chat = _forum(call)
    topic, name = _topic(call, chat), _topic_name(call)
    if name == topic.name:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.name = name
    _tell(call, chat, topic, {"forum_topic_edited": {"name": name}}, message_id=chat.next_id())
    return True


def close_forum_topic(call: Call) -> object:
    """https://core.telegram.org/bots/api#closeforumtopic"""
    chat = _forum(call)
    topic = _topic(call, chat)
    if topic.closed:
        raise bad("TOPIC_NOT_MODIFIED")
    topic.closed = True
    _tell(call, chat, topic, {"forum_topic_closed": {}}, message_id=chat.next_id())
    return True


def _member(user_id: int) -> dict[str, Any]:
    user = telegram_user(user_id)
    if user_id == _OWNER:
        return {"status": "creator", "user": user, "is_anonymous": False}
    if user_id == BOT_ID:
        rights = dict.fromkeys(_BOT_RIGHTS, True) | dict.fromkeys(_NO_RIGHTS, False)
        return {"status": "administrator", "user": user} | rights
    return {"status": "member", "user": user}


def _audience(call: Call) -> str:
    scope = parameters.json_value(call.parameters, "scope", "BotCommandScope") or {"type": "default"}
    return _key(scope, parameters.text(call.parameters, "language_code"))


def _key(scope: Any, language: str) -> str:
    """core.telegram.org/bots/api#determining-list-of-commands, 2026-11: each scope has a list for each language."""
    return orjson.dumps([scope, language], option=orjson.OPT_SORT_KEYS).decode()


def _command(command: Any) -> dict[str, str]:
    name, description = (
        (command.get(key) for key in ("command", "description")) if isinstance(command, dict) else ("", "")
    )
    if not isinstance(name, str) or not re.fullmatch(r"/?[a-z0-9_]{1,32}", name):
        raise bad("BOT_COMMAND_INVALID")
    if not isinstance(description, str) or not 1 <= len(description) <= 256:  # noqa: PLR2004 - #botcommand, 2026-11
        raise bad("BOT_COMMAND_DESCRIPTION_INVALID")
    return {"command": name.removeprefix("/"), "description": description}


def _forum(call: Call) -> Chat:
    chat = call.chat()
    if not chat.is_forum:
        raise bad("the chat is not a forum")
    return chat


def _topic(call: Call, chat: Chat) -> Topic:
    topic = chat.topics.get(parameters.integer(call.parameters, "message_thread_id") or 0)
    if topic is None:
        raise bad("TOPIC_ID_INVALID")
    return topic


def _topic_name(call: Call) -> str:
    name = parameters.text(call.parameters, "name").strip()
    if not 1 <= len(name) <= _MAX_TOPIC_NAME:
        raise bad("TOPIC_TITLE_EMPTY" if not name else "TOPIC_TITLE_TOO_LONG")
    return name


def _tell(call: Call, chat: Chat, topic: Topic, service: dict[str, Any], *, message_id: int) -> None:
    message = Message(message_id, BOT_ID, call.world.now(), topic=topic.topic_id, service=service)
    chat.add(message)
    call.world.show(chat, message)
