"""Compiled packs: the same content as the YAML, taken only while the YAML has not changed."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from reputation_bot import packs
from reputation_bot.packs import compiled

PACKS = Path(packs.__file__).parent
SOURCES = sorted(PACKS.glob("*/*.yaml"))


def make_pack(root: Path, text: str) -> Path:
    path = root / "it" / "topic.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def compiled_of(path: Path) -> Path:
    return path.with_suffix(".json")


@pytest.mark.parametrize("path", SOURCES, ids=[f"{path.parent.name}-{path.stem}" for path in SOURCES])
def test_every_file_of_the_packs_is_the_same_compiled(path: Path, tmp_path: Path) -> None:
    copy = tmp_path / "xx" / path.name
    copy.parent.mkdir()
    copy.write_bytes(path.read_bytes())
    compiled.compile_all(tmp_path)
    assert compiled_of(copy).is_file()
    assert compiled.read(copy) == yaml.safe_load(path.read_text(encoding="utf-8"))


def test_compiled_file_is_what_is_read(tmp_path: Path) -> None:
    path = make_pack(tmp_path, "- pacco")
    compiled.compile_all(tmp_path)
    kept = compiled_of(path)
    kept.write_bytes(kept.read_bytes().replace(b"pacco", b"vaso"))
    assert compiled.read(path) == ["vaso"]


def test_changed_source_is_read_as_it_stands(tmp_path: Path) -> None:
    path = make_pack(tmp_path, "- pacco")
    compiled.compile_all(tmp_path)
    stamp = path.stat()
    make_pack(tmp_path, "- paccо")  # as long as before, with a Cyrillic letter
    os.utime(path, ns=(stamp.st_atime_ns, stamp.st_mtime_ns))
    assert compiled.read(path) == ["paccо"]


@pytest.mark.parametrize("kept", [b"", b"\n", b"0123\n[]", b"\xff\xfe\n{"])
def test_damaged_or_foreign_compiled_file_does_not_matter(tmp_path: Path, kept: bytes) -> None:
    path = make_pack(tmp_path, "- pacco")
    compiled_of(path).write_bytes(kept)
    assert compiled.read(path) == ["pacco"]


def test_what_json_cannot_hold_stays_yaml(tmp_path: Path) -> None:
    path = make_pack(tmp_path, "{1: one, no: not}")
    compiled.compile_all(tmp_path)
    assert not compiled_of(path).exists()
    assert compiled.read(path) == {1: "one", False: "not"}


def test_missing_file_is_none(tmp_path: Path) -> None:
    assert compiled.read(tmp_path / "xx" / "topic.yaml") is None


def test_build_can_load_it_alone(tmp_path: Path) -> None:
    path = make_pack(tmp_path, "- pacco")
    alone = tmp_path / "compiled.py"
    alone.write_bytes(Path(compiled.__file__).read_bytes())
    subprocess.run([sys.executable, "-I", alone], check=True)
    assert compiled.read(path) == ["pacco"]
    assert compiled_of(path).is_file()
