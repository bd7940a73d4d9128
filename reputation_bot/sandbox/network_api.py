"""The social network over HTTP, for customers, scripts and the bot's connector; its rules are in `network`.

A call by the bot is told by its User-Agent: such a call meets faults, and what it writes is the shop's official word.
"""

from collections.abc import Callable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reputation_bot.sandbox.faults import Fault, Kind, Where, answer_with
from reputation_bot.sandbox.json_api import ApiError, answer, body_of, json_object, query_number, read_body
from reputation_bot.sandbox.network import NoSuchPostError, Post, PostError
from reputation_bot.sandbox.world import World, world_of

_BOT_AGENT = "reputation-bot/"


def routes() -> list[Route]:
    """What lies under /api/posts."""
    return [
        Route("/api/posts", _posts, methods=["GET", "POST"]),
        Route("/api/posts/{post_id}", _post, methods=["GET"]),
        Route("/api/posts/{post_id}", _change, methods=["PATCH", "DELETE"]),
    ]


def view(post: Post, base_url: str) -> dict[str, Any]:
    """A post as the API shows it."""
    return {
        "id": post.id,
        "seq": post.seq,
        "author": post.author,
        "text": post.text,
        "rating": post.rating,
        "lang": post.lang,
        "reply_to": post.reply_to,
        "private": post.private,
        "official": post.official,
        "created_at": post.created_at.isoformat(),
        "edited_at": post.edited_at.isoformat() if post.edited_at else None,
        "deleted": post.deleted,
        "url": f"{base_url}#post-{post.id}",
    }


async def _posts(request: Request) -> Response:
    return await _with_faults(request, _create if request.method == "POST" else _list)


async def _post(request: Request) -> Response:
    return await _with_faults(request, _read)


async def _with_faults(
    request: Request, act: Callable[[Request, World, bytes | None, bool], Response]
) -> Response:
    world, by_bot = world_of(request), _by_bot(request)
    body = await read_body(request)  # now, so that a caller who hangs up later is noticed
    fault = world.faults.take(Where.NETWORK, request.method) if by_bot else None
    if fault:
        world.live.tell("faults", world.faults.view())
    if by_bot and request.method == "GET":
        world.looked("network")

    async def done() -> Response:
        lost = fault is not None and fault.kind is Kind.LOST
        return act(request, world, body, lost)

    return await answer_with(fault, done, _refuse, world.closing)


def _refuse(fault: Fault) -> Response:
    if fault.kind is Kind.TOO_MANY:
        response = answer({"error": f"too many requests: try again in {fault.retry_after} seconds"}, 429)
        response.headers["retry-after"] = str(fault.retry_after)
        return response
    return answer({"error": "internal error"}, 500)


def _create(request: Request, world: World, body: bytes | None, lost: bool) -> Response:
    fields = json_object(body)
    try:
        post = world.network.create(fields, now=world.now(), official=_by_bot(request))
    except PostError as error:
        raise ApiError(400, str(error)) from None
    if not lost:
        world.network.add(post)
        world.live.tell("post", view(post, str(request.base_url)))
    return answer({"id": post.id, "url": view(post, str(request.base_url))["url"]}, 201)


def _list(request: Request, world: World, body: bytes | None, lost: bool) -> Response:  # noqa: ARG001 - no body
    since = query_number(request, "since") or 0
    return answer([view(post, str(request.base_url)) for post in world.network.all(since=since)])


def _read(request: Request, world: World, body: bytes | None, lost: bool) -> Response:  # noqa: ARG001 - no body
    post, base_url = _found(request, world), str(request.base_url)
    below = world.network.below(post)
    lists = {
        "replies": [view(other, base_url) for other in below if not other.private],
        "private_messages": [view(other, base_url) for other in below if other.private],
    }
    return answer(view(post, base_url) | lists)


async def _change(request: Request) -> Response:
    world = world_of(request)
    post = _found(request, world)
    if request.method == "DELETE":
        post = world.network.delete(post.id)
    else:
        fields = await body_of(request)
        try:
            post = world.network.edit(post.id, fields, now=world.now())
        except PostError as error:
            raise ApiError(400, str(error)) from None
    shown = view(post, str(request.base_url))
    world.live.tell("post", shown)
    return answer(shown)


def _found(request: Request, world: World) -> Post:
    try:
        return world.network.get(request.path_params["post_id"])
    except NoSuchPostError as error:
        raise ApiError(404, str(error)) from None


def _by_bot(request: Request) -> bool:
    return request.headers.get("user-agent", "").startswith(_BOT_AGENT)
