"""Finds and loads connectors and storages by their entry points, our own and foreign ones alike; `app` builds the connectors."""

import difflib
import sys
from functools import lru_cache
from importlib.metadata import EntryPoint, EntryPoints, entry_points
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from pydantic import BaseModel

from reputation_bot.errors import ConfigError, MissingExtraError
from reputation_bot.ports import About, Connector, Storage, for_staff

CONNECTORS = "reputation_bot.connectors"
STORAGES = "reputation_bot.storages"


def connectors() -> dict[str, EntryPoint]:
    """Every installed connector by name, without importing any. Of two with one name the first on Python's path counts."""
    return _installed(CONNECTORS)


def storages() -> dict[str, EntryPoint]:
    """Every installed storage by the scheme of its address, without importing any."""
    return _installed(STORAGES)


def load_connector(name: str) -> type[Connector]:
    """Imports one connector, ready to be built. Raises ConfigError, as `find_connector`, and MissingExtraError."""
    connector = find_connector(name)
    told = about(connector)
    if missing := missing_modules(told):
        raise MissingExtraError(
            f'the connector "{name}" needs {" and ".join(missing)}',
            command=f'pip install "reputation-bot[{told.extra or name}]"',
        )
    return connector


def find_connector(name: str) -> type[Connector]:
    """Imports one connector, whether or not its library is there: it can tell of itself and its options.

    Raises ConfigError if there is none of that name or it is broken.
    """
    found = connectors()
    if name not in found:
        raise ConfigError(f'no connector is called "{name}"; {_names(name, found)}')
    connector = _load(found[name], "connector")
    options = getattr(connector, "Options", None)
    if not (isinstance(options, type) and issubclass(options, BaseModel)):
        raise ConfigError(
            f'the connector "{name}" ({_package(found[name])}) has no Options: ask its author for a repair'
        )
    return connector  # type: ignore[no-any-return]  # what a foreign package brings can only be trusted


def about(connector: type) -> About:
    """What a connector tells of itself; one of a foreign package may tell nothing but what its docstring says."""
    told = getattr(connector, "about", None)
    if isinstance(told, About):
        return told
    return About(platform=connector.__name__, reads=(connector.__doc__ or "").strip().partition("\n")[0])


def missing_modules(told: About) -> list[str]:
    """What a connector needs and is not installed; nothing is imported but the package around a module inside one."""
    return [module for module in told.needs if not _is_there(module)]


def load_storage(url: str) -> Storage:
    """Opens the store at `scheme:address`, such as `tinydb:reputation-bot.json`.

    Raises ConfigError for an address that no storage understands (its text shows the scheme only, for there may be a password
    in the rest), and StorageError for a store that cannot be used.
    """
    found = storages()
    scheme, colon, address = url.partition(":")
    if not colon or len(scheme) < 2:  # noqa: PLR2004  # a single letter is a drive of Windows
        raise ConfigError(
            "the store needs its kind in front: write tinydb: and the path, such as tinydb:reputation-bot.json"
        )
    if scheme not in found:
        raise ConfigError(f'no storage is called "{scheme}"; {_names(scheme, found)}')
    if not address:
        raise ConfigError(f"the store needs an address behind {scheme}: such as tinydb:reputation-bot.json")
    return _load(found[scheme], "storage")(address)  # type: ignore[no-any-return]  # a Storage by contract


def _installed(group: str) -> dict[str, EntryPoint]:
    found: dict[str, EntryPoint] = {}
    for point in _of_all_packages(group, _path()):
        found.setdefault(point.name, point)
    return dict(sorted(found.items()))


@lru_cache(maxsize=2)
def _of_all_packages(group: str, _: tuple[object, ...]) -> EntryPoints:
    """Looks into every installed package: twice as long as the rest of reading a small rules.yaml."""
    return entry_points(group=group)


def _path() -> tuple[tuple[str, int | None], ...]:
    """Where Python looks for packages, and when something was last installed or removed there."""
    return tuple((place, _changed(Path(place))) for place in sys.path)


def _changed(place: Path) -> int | None:
    try:
        return place.stat().st_mtime_ns
    except OSError:
        return None


def _load(point: EntryPoint, kind: str) -> Any:
    try:
        return point.load()
    except Exception as error:  # importing foreign code may raise anything
        raise ConfigError(
            f'the {kind} "{point.name}" cannot be loaded: the package {_package(point)} fails with '
            f"{type(error).__name__}: {error}; try to install it again"
        ) from error


def _is_there(module: str) -> bool:
    try:
        return find_spec(module) is not None
    except ImportError:  # not even the package around it
        return False


def _package(point: EntryPoint) -> str:
    return point.dist.name if point.dist else point.module


def _names(name: str, found: dict[str, EntryPoint]) -> str:
    installed = for_staff(f"installed are {', '.join(found)}") if found else for_staff("installed are none")
    close = difflib.get_close_matches(name, found, n=1)
    return for_staff(f'did you mean "{close[0]}"? ({installed})') if close else installed
