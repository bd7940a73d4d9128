"""Recognises an uploaded picture and its size in pixels; keeping and showing it is `chat`'s job."""

from dataclasses import dataclass

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8"
_NO_FRAME = frozenset({0xC4, 0xC8, 0xCC})  # JPEG segments numbered like frames that are none
_MAX_SIDES = 10_000  # width and height together: core.telegram.org/bots/api#sendphoto, 2026-11


@dataclass(frozen=True, slots=True)
class Photo:
    """A picture as uploaded."""

    file_id: str
    content: bytes
    media_type: str
    width: int
    height: int


def recognise(file_id: str, content: bytes) -> Photo | None:
    """None unless it is a PNG or a JPEG of a size that Telegram takes."""
    media_type, size = "image/png", _png_size(content)
    if size is None:
        media_type, size = "image/jpeg", _jpeg_size(content)
    if size is None or min(size) == 0 or sum(size) > _MAX_SIDES or max(size) > 20 * min(size):
        return None
    return Photo(file_id, content, media_type, *size)


def _png_size(content: bytes) -> tuple[int, int] | None:
    if not content.startswith(_PNG) or content[12:16] != b"IHDR":
        return None
    return int.from_bytes(content[16:20]), int.from_bytes(content[20:24])


def _jpeg_size(content: bytes) -> tuple[int, int] | None:
    at = 2 if content.startswith(_JPEG) else len(content)
    while at + 9 <= len(content) and content[at] == 0xFF:  # noqa: PLR2004 - every segment starts so
        kind = content[at + 1]
        if 0xC0 <= kind <= 0xCF and kind not in _NO_FRAME:  # noqa: PLR2004 - a frame's head, where the size is
            return int.from_bytes(content[at + 7 : at + 9]), int.from_bytes(content[at + 5 : at + 7])
        at += 2 + int.from_bytes(content[at + 2 : at + 4])
    return None
