"""Mentions that other programs drop into a file or a folder."""

import json
import os
import tempfile
import time
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import ValidationError

from connectors.http import Limits
from connectors.inbox import InboxConnector, InboxOptions
from connectors.inbox.lines import MAX_LINE
from reputation_bot.errors import AccessError
from reputation_bot.model import Visibility
from reputation_bot.ports import Batch, Channel
from tests.contracts.connector import PATIENT, ConnectorContract, check_whole, texts
from tests.hostile_json import spoiled

LINE = {
    "id": "f-1",
    "author": {"name": "Giulia Rossi", "id": "u1", "handle": "@giulia", "url": "https://x.example/giulia"},
    "text": "Ordine mai arrivato",
    "title": "Contatto",
    "time": "2026-11-20T09:00:00+01:00",
    "rating": 2,
    "url": "https://shop.example/contatti/1",
    "lang": "it-IT",
    "thread": "t1",
    "private": True,
}


class Dropped:
    """A file into which the test writes."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.file = folder / "mentions.jsonl"
        self.count = 0
        self.secret_url = ""

    def connect(self, url: str | None = None, limits: Limits = PATIENT, **more: Any) -> InboxConnector:
        return InboxConnector(
            Channel("forms", "Bottega Aurora"), InboxOptions.model_validate({"path": self.file, **more})
        )

    def write(self, *lines: object, end: str = "\n") -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write("".join(json.dumps(one, ensure_ascii=False) + end for one in lines))

    def publish(self, text: str, *, created_at: datetime | None = None, **more: Any) -> None:
        self.count += 1
        at = (created_at or datetime.now(UTC)).isoformat()
        self.write({"id": f"f{self.count}", "author": "Giulia", "text": text, "time": at, **more})

    def edit(self, old: str, new: str) -> None:
        self.write({"id": "f1", "author": "Giulia", "text": new})

    def delete(self, text: str) -> None:
        self.write({"id": "f1", "deleted": True})

    def publish_broken(self) -> None:
        with self.file.open("a", encoding="utf-8") as file:
            file.write('{"id": "half\n')

    def page_endlessly(self) -> None:
        raise NotImplementedError


@pytest.fixture
def platform(tmp_path: Path) -> Dropped:
    return Dropped(tmp_path)


_NO_SERVER = "there is no server: it reads a file"


class TestContract(ConnectorContract):
    """All that holds for every connector and does not need a network."""

    exempt: ClassVar[Mapping[str, str]] = {
        "test_endless_pages_come_to_an_end": "a file has one end; how much one look reads is bounded below",
        "test_fault_has_its_name_and_the_cursor_still_works": _NO_SERVER,
        "test_fault_at_any_request_of_a_poll_loses_nothing": _NO_SERVER,
        "test_wish_to_be_left_alone_is_passed_on": _NO_SERVER,
        "test_refused_connection_is_try_later": _NO_SERVER,
        "test_redirect_loop_is_a_bad_answer": _NO_SERVER,
        "test_redirect_into_our_own_network_is_refused": _NO_SERVER,
        "test_no_secret_of_keys_and_address_is_shown_or_kept": "there is no key",
        "test_unchanged_platform_is_shown_whole_again_after_a_week": "what was read lies behind the cursor and is never shown again",
    }


def test_fields_of_a_line_become_those_of_a_mention(platform: Dropped) -> None:
    platform.write(LINE)
    (mention,) = platform.connect().poll(None).mentions
    assert (mention.external_id, mention.thread, mention.title) == ("f-1", "t1", "Contatto")
    assert (mention.author.name, mention.author.handle, mention.author.key) == (
        "Giulia Rossi",
        "giulia",
        "u1",
    )
    assert (mention.rating, mention.lang, mention.visibility) == (2.0, "it", Visibility.PRIVATE)
    assert mention.created_at == datetime(2026, 11, 20, 8, tzinfo=UTC)
    assert (mention.url, mention.author.url) == (LINE["url"], "https://x.example/giulia")


def test_text_alone_is_enough_and_the_same_line_twice_is_one_mention(platform: Dropped) -> None:
    platform.write({"text": "Aiuto"}, {"text": "Aiuto"}, {"html": "<p>Ciao<br>a tutti</p>"})
    mentions = platform.connect(private=True).poll(None).mentions
    assert [mention.text for mention in mentions] == ["Aiuto", "Ciao\na tutti"]
    assert {mention.visibility for mention in mentions} == {Visibility.PRIVATE}
    assert mentions[0].author.key != mentions[1].author.key


class TestLinesThatCome:
    def test_only_what_is_new_is_read(self, platform: Dropped) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        assert connector.poll(cursor).mentions == []
        platform.publish("Secondo")
        assert texts(connector.poll(cursor)) == {"Secondo"}

    def test_half_written_line_waits_for_its_end(self, platform: Dropped) -> None:
        platform.publish("Primo")
        whole = json.dumps({"id": "x", "text": "Secondo"})
        with platform.file.open("a") as file:
            file.write(whole[:12])
        connector = platform.connect()
        first = connector.poll(None)
        assert (texts(first), first.notices) == ({"Primo"}, [])
        with platform.file.open("a") as file:
            file.write(whole[12:] + "\n")
        assert texts(connector.poll(first.cursor)) == {"Secondo"}

    def test_last_line_without_an_end_is_taken_when_nobody_writes_any_more(self, platform: Dropped) -> None:
        platform.write({"id": "x", "text": "Ultimo"}, end="")
        long_ago = time.time() - 120
        os.utime(platform.file, (long_ago, long_ago))
        connector = platform.connect()
        first = connector.poll(None)
        assert texts(first) == {"Ultimo"}
        with platform.file.open("a") as file:
            file.write("\n")
        platform.publish("Dopo")
        second = connector.poll(first.cursor)
        assert (texts(second), second.notices) == ({"Dopo"}, [])

    def test_file_that_is_not_there_yet_brings_nothing(self, platform: Dropped) -> None:
        connector = platform.connect()
        batch = connector.poll(None)
        assert (batch.mentions, batch.notices) == ([], [])
        platform.publish("Primo")
        assert texts(connector.poll(batch.cursor)) == {"Primo"}

    def test_rest_of_a_rotated_file_is_read_before_the_new_one(self, platform: Dropped) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish("Prima della rotazione")
        platform.file.rename(platform.folder / "mentions.jsonl.1")
        platform.publish("Nuovo file")
        second = connector.poll(cursor)
        assert [mention.text for mention in second.mentions] == ["Prima della rotazione", "Nuovo file"]
        assert connector.poll(second.cursor).mentions == []

    def test_rest_of_a_rotated_file_is_read_while_there_is_no_new_one(self, platform: Dropped) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.file.rename(platform.folder / "mentions.jsonl-20261122")
        with (platform.folder / "mentions.jsonl-20261122").open("a") as file:
            file.write('{"id": "late", "text": "Ancora aperto"}\n')
        second = connector.poll(cursor)
        assert texts(second) == {"Ancora aperto"}
        platform.publish("Nuovo file")
        assert texts(connector.poll(second.cursor)) == {"Nuovo file"}

    def test_emptied_file_is_read_from_its_beginning(self, platform: Dropped) -> None:
        platform.publish("Primo, una riga abbastanza lunga")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.file.write_text("")
        cursor = connector.poll(cursor).cursor
        platform.publish("Secondo")
        assert texts(connector.poll(cursor)) == {"Secondo"}

    def test_other_file_under_the_same_number_is_read_from_its_beginning(self, platform: Dropped) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        content = platform.file.read_bytes().replace(b"Primo", b"Altro") + b'{"id": "y", "text": "Terzo"}\n'
        platform.file.write_bytes(content)  # the same inode
        assert texts(connector.poll(cursor)) == {"Altro", "Terzo"}

    def test_large_file_is_read_in_several_looks(self, platform: Dropped) -> None:
        for number in range(30):
            platform.write({"id": number, "text": f"{number} " + "x" * 900_000})
        connector, cursor, seen, looks = platform.connect(), None, set[str](), 0
        while len(seen) < 30:
            batch = connector.poll(cursor)
            cursor, looks = batch.cursor, looks + 1
            seen |= {mention.external_id for mention in batch.mentions}
            assert looks < 10
        assert looks > 1


class TestBadLines:
    def test_each_is_told_with_its_number_and_kept(self, platform: Dropped) -> None:
        platform.publish("Primo")
        with platform.file.open("ab") as file:
            file.write(
                b'not json\n[1]\n{"id": "a b", "text": "x"}\n{"id": "c"}\n\xff\xfe\n\n'
                + b"[" * 100_000
                + b"\n"
            )
        platform.publish("Ultimo")
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Primo", "Ultimo"}
        assert [notice.partition(";")[0] for notice in batch.notices[:5]] == [
            "line 2 of mentions.jsonl is not JSON",
            "line 3 of mentions.jsonl is no JSON object: {…}",
            "line 4 of mentions.jsonl has an id that cannot be used: write a number or up to 300 signs without spaces",
            'line 5 of mentions.jsonl has no text: write "text" (or "html")',
            "line 6 of mentions.jsonl is not UTF-8",
        ]
        kept = sorted((platform.folder / "rejected").iterdir())
        assert len(kept) == 6
        assert kept[0].read_bytes() == b"not json"

    def test_reading_again_keeps_no_second_copy(self, platform: Dropped) -> None:
        platform.publish_broken()
        platform.connect().poll(None)
        platform.connect().poll(None)
        assert len(list((platform.folder / "rejected").iterdir())) == 1

    def test_endless_line_is_skipped_and_blocks_nothing(self, platform: Dropped) -> None:
        with platform.file.open("w") as file:
            file.write('{"text": "' + "x" * (2 * MAX_LINE) + '"}\n')
        platform.publish("Dopo")
        batch = platform.connect().poll(None)
        assert texts(batch) == {"Dopo"}
        assert "is longer than" in batch.notices[0]

    def test_numbers_of_lines_go_on_in_the_next_look(self, platform: Dropped) -> None:
        platform.publish("Primo")
        connector = platform.connect()
        cursor = connector.poll(None).cursor
        platform.publish_broken()
        assert connector.poll(cursor).notices[0].startswith("line 2 of")


class TestFolder:
    @pytest.fixture
    def folder(self, platform: Dropped) -> Dropped:
        platform.file = platform.folder / "a.jsonl"
        return platform

    def look(self, folder: Dropped, cursor: object, **more: Any) -> Batch:
        return folder.connect(path=folder.folder, **more).poll(cursor)

    def test_all_files_are_read_and_what_is_being_written_is_not(self, folder: Dropped) -> None:
        folder.publish("Uno")
        (folder.folder / "b.jsonl").write_text('{"id": 2, "text": "Due"}\n')
        (folder.folder / ".c.jsonl").write_text('{"id": 3, "text": "Tre"}\n')
        (folder.folder / "notes.txt").write_text("x")
        first = self.look(folder, None)
        assert texts(first) == {"Uno", "Due"}
        assert self.look(folder, first.cursor).mentions == []

    def test_file_is_moved_only_after_what_it_held_was_recorded(self, folder: Dropped) -> None:
        folder.publish("Uno")
        old = time.time() - 7200
        os.utime(folder.file, (old, old))
        first = self.look(folder, None, after="move")
        assert folder.file.exists()
        second = self.look(folder, first.cursor, after="move")
        assert not folder.file.exists()
        assert (folder.folder / "done" / "a.jsonl").exists()
        assert second.mentions == []

    def test_file_that_grew_meanwhile_is_not_moved(self, folder: Dropped) -> None:
        folder.publish("Uno")
        old = time.time() - 7200
        os.utime(folder.file, (old, old))
        first = self.look(folder, None, after="move")
        folder.publish("Due")
        assert texts(self.look(folder, first.cursor, after="move")) == {"Due"}
        assert folder.file.exists()

    def test_second_file_of_a_name_takes_the_place_of_none(self, folder: Dropped) -> None:
        cursor: object = None
        for text in ("Uno", "Due"):
            folder.publish(text)
            old = time.time() - 7200
            os.utime(folder.file, (old, old))
            cursor = self.look(folder, cursor, after="move").cursor
            cursor = self.look(folder, cursor, after="move").cursor
        assert sorted(one.name for one in (folder.folder / "done").iterdir()) == ["a-2.jsonl", "a.jsonl"]

    def test_cursor_forgets_files_that_are_gone(self, folder: Dropped) -> None:
        folder.publish("Uno")
        first = self.look(folder, None)
        folder.file.unlink()
        second = self.look(folder, first.cursor)
        assert isinstance(second.cursor, dict)
        assert second.cursor["files"] == {}

    def test_names_in_a_cursor_lead_out_of_the_folder_never(self, folder: Dropped, tmp_path: Path) -> None:
        outside = tmp_path / "outside.jsonl"
        outside.write_text('{"text": "fuori"}\n')
        inner = tmp_path / "in"
        inner.mkdir()
        place = {"inode": outside.stat().st_ino, "offset": outside.stat().st_size, "head": "", "line": 1}
        cursor = {"files": {"../outside.jsonl": place}, "done": ["../outside.jsonl"]}
        folder.connect(path=inner, after="move").poll(cursor)
        assert outside.exists()


@pytest.mark.parametrize("path", ["missing/mentions.jsonl", "pipe"])
def test_place_that_cannot_be_read_is_told(platform: Dropped, path: str) -> None:
    if path == "pipe":
        os.mkfifo(platform.folder / path)
    with pytest.raises(AccessError, match="correct path"):
        platform.connect(path=platform.folder / path).poll(None)


@pytest.mark.parametrize("wrong", [{"path": "inbox"}, {"after": "delete"}, {"colour": "red"}])
def test_wrong_options_are_refused(wrong: dict[str, str]) -> None:
    with pytest.raises(ValidationError):
        InboxOptions.model_validate(wrong)


def test_without_a_path_there_is_nothing_to_read(platform: Dropped) -> None:
    assert platform.connect(path=None).poll(None).mentions == []


class TestHandedOver:
    """What the webhook gives."""

    def test_one_object_and_a_list_are_taken(self, platform: Dropped) -> None:
        connector = platform.connect()
        assert texts(connector.received(json.dumps(LINE).encode())) == {"Ordine mai arrivato"}
        batch = connector.received(json.dumps([LINE, {"id": "z", "deleted": True}]).encode())
        assert (texts(batch), batch.gone) == ({"Ordine mai arrivato"}, ["z"])

    @pytest.mark.parametrize(
        "body", [b"", b"x", b"[1]", b"[", b'{"id": 1}', b"17", b'[{"text": "x"}, {"id": "a b"}]', b"\xff"]
    )
    def test_what_cannot_be_read_is_refused_as_a_whole(self, platform: Dropped, body: bytes) -> None:
        with pytest.raises(ValueError, match=r"is |has "):
            platform.connect().received(body)


@settings(deadline=None)
@given(lines=st.lists(spoiled(LINE), max_size=4))
def test_mentions_are_whole_whatever_lines_hold(lines: list[dict[str, Any]]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        dropped = Dropped(Path(folder))
        dropped.file.write_text("".join(json.dumps(line) + "\n" for line in [*lines, {**LINE, "id": "good"}]))
        batch = dropped.connect().poll(None)
        for mention in batch.mentions:
            check_whole(mention)
        assert "good" in {mention.external_id for mention in batch.mentions}


@settings(deadline=None)
@given(cuts=st.lists(st.integers(0, 400), max_size=8).map(sorted))
def test_however_writes_are_cut_each_line_comes_once(cuts: list[int]) -> None:
    content = "".join(
        json.dumps({"id": f"n{number}", "text": f"è {number}"}) + "\n" for number in range(9)
    ).encode()
    with tempfile.TemporaryDirectory() as folder:
        dropped = Dropped(Path(folder))
        connector, cursor, seen, written = dropped.connect(), None, list[str](), 0
        for cut in [*cuts, len(content)]:
            with dropped.file.open("ab") as file:
                file.write(content[written : max(cut, written)])
            written = max(cut, written)
            batch = connector.poll(cursor)
            cursor = json.loads(json.dumps(batch.cursor))
            seen += [mention.external_id for mention in batch.mentions]
            assert not batch.notices
    assert seen == [f"n{number}" for number in range(9)]
