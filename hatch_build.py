"""Compiles the catalogues of the staff interface and the packs when the package is built or installed for editing."""

import importlib.util
from pathlib import Path
from typing import Any

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class Compile(BuildHookInterface):  # type: ignore[type-arg]  # hatchling leaves its config type open
    """Writes a `.mo` beside every `.po`, which is never committed, so it cannot grow stale, and a `.json` beside every pack's `.yaml`."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002  # hatchling's signature
        for source in Path(self.root, "reputation_bot", "locales").rglob("*.po"):
            with source.open("rb") as po, source.with_suffix(".mo").open("wb") as mo:
                write_mo(mo, read_po(po))
        packs = Path(self.root, "reputation_bot", "packs")
        spec = importlib.util.spec_from_file_location("compiled", packs / "compiled.py")
        if spec is None or spec.loader is None:
            raise FileNotFoundError(packs / "compiled.py")
        # alone: its package needs all that is not yet installed
        compiled = importlib.util.module_from_spec(spec)
        spec.loader.exec_module(compiled)
        compiled.compile_all(packs)
