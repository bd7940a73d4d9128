"""Switches faults on and off over HTTP; what they do is in `faults`."""

from typing import Any

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from reputation_bot.sandbox.faults import MAX_SECONDS, MAX_TIMES, Fault, Kind, Where
from reputation_bot.sandbox.json_api import ApiError, answer, body_of, number
from reputation_bot.sandbox.world import world_of


def routes() -> list[Route]:
    """What lies under /api/faults."""
    return [
        Route("/api/faults", _list, methods=["GET"]),
        Route("/api/faults", _add, methods=["POST"]),
        Route("/api/faults", _clear, methods=["DELETE"]),
    ]


async def _list(request: Request) -> Response:
    return answer(world_of(request).faults.view())


async def _add(request: Request) -> Response:
    world = world_of(request)
    fault = _fault(await body_of(request))
    world.faults.pending.append(fault)
    world.live.tell("faults", world.faults.view())
    return answer(fault.view(), 201)


async def _clear(request: Request) -> Response:
    world = world_of(request)
    world.faults.pending.clear()
    world.live.tell("faults", [])
    return answer([])


def _fault(fields: dict[str, Any]) -> Fault:
    method = fields.get("method")
    if method is not None and not isinstance(method, str):
        raise ApiError(400, "method: the name of a Bot API method, or POST or GET")
    fault = Fault(
        where=_one_of(Where, fields.get("where"), "where"),
        kind=_one_of(Kind, fields.get("kind"), "kind"),
        times=_up_to(MAX_TIMES, number(fields, "times", default=1, least=1), "times"),
        method=method,
        seconds=_seconds(fields.get("seconds")),
        retry_after=_up_to(MAX_SECONDS, number(fields, "retry_after", default=3, least=1), "retry_after"),
    )
    if fields.get("chat_id") is not None:
        fault.chat_id = number(fields, "chat_id")
    return fault


def _one_of(choices: Any, value: Any, name: str) -> Any:
    known = [str(choice) for choice in choices]
    if not isinstance(value, str | int) or str(value) not in known:
        raise ApiError(400, f"{name}: one of {', '.join(known)}")
    return choices(str(value))


def _up_to(most: int, value: int, name: str) -> int:
    if value > most:
        raise ApiError(400, f"{name}: at most {most}")
    return value


def _seconds(value: Any) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 <= value <= MAX_SECONDS:
        raise ApiError(400, f"seconds: a number from 0 to {MAX_SECONDS}")
    return float(value)
