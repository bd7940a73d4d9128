"""Puts the sandbox together: Bot API, network, chat, faults and page on one port; running it is `server`'s job."""

from collections.abc import AsyncIterator
from pathlib import Path

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, Response, StreamingResponse
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from reputation_bot.sandbox import bot_api, chat_api, fault_api, network_api, story
from reputation_bot.sandbox.json_api import ApiError, answer
from reputation_bot.sandbox.parameters import BotApiError
from reputation_bot.sandbox.world import Observer, World, world_of

_PAGE = Path(__file__).parent / "page"
_PAGE_HEADERS = {
    "cache-control": "no-cache",
    "content-security-policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
}


def create_app(*, sample: bool = False, observe: Observer | None = None) -> Starlette:
    """A new sandbox, with the sample customers if wanted. `observe` is called with method, parameters and answer of every
    Bot API call that was not met by a refusing fault."""
    world = World(observe=observe)
    if sample:
        story.fill(world.network, now=world.now())
    routes = [
        Route("/", _index, methods=["GET"]),
        Route("/api/live", _live, methods=["GET"]),
        *network_api.routes(),
        *chat_api.routes(),
        *fault_api.routes(),
        *bot_api.routes(),
        Mount("/page", StaticFiles(directory=_PAGE)),
    ]
    app = Starlette(
        routes=routes,
        exception_handlers={ApiError: _api_error, HTTPException: _http_error},
    )
    app.state.world = world
    return app


async def _index(request: Request) -> Response:  # noqa: ARG001 - Starlette's form
    return FileResponse(_PAGE / "index.html", headers=_PAGE_HEADERS)


async def _live(request: Request) -> Response:
    events: AsyncIterator[bytes] = world_of(request).live.stream()
    return StreamingResponse(events, headers={"cache-control": "no-store"}, media_type="text/event-stream")


async def _api_error(request: Request, error: Exception) -> Response:  # noqa: ARG001 - Starlette's form
    assert isinstance(error, ApiError)  # noqa: S101 - Starlette's types say less than its table
    return answer({"error": error.problem}, error.status)


async def _http_error(request: Request, error: Exception) -> Response:
    assert isinstance(error, HTTPException)  # noqa: S101 - the same
    if request.url.path.startswith("/bot"):
        return bot_api.failure(BotApiError(404, "Not Found"))
    return answer({"error": str(error.detail).lower()}, error.status_code)
