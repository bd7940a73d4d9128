"""Reads Telegram's HTML as strictly as Telegram does; which entities may stand together is `entities`' job.

The errors and their order follow TDLib's parser (td/telegram/MessageEntity.cpp, 2026-06); offsets count bytes of UTF-8.
"""

import re
import sys
from dataclasses import dataclass
from typing import Any

_TYPES = {
    "b": "bold",
    "strong": "bold",
    "i": "italic",
    "em": "italic",
    "u": "underline",
    "ins": "underline",
    "s": "strikethrough",
    "strike": "strikethrough",
    "del": "strikethrough",
    "tg-spoiler": "spoiler",
    "span": "spoiler",
    "a": "text_link",
    "code": "code",
    "pre": "pre",
    "blockquote": "blockquote",
    "tg-emoji": "custom_emoji",
}
_NAMED = {b"lt": "<", b"gt": ">", b"amp": "&", b"quot": '"'}
_SPACES = b" \t\r\n\v\0"
_END = 0  # a zero byte closes the source, so that looking one byte ahead is always possible
_PLAIN = re.compile(rb"[^<&\0]+")
_UNTIL_SPACE = re.compile(rb"[^ \t\r\n\v\0>]*")
_ATTRIBUTE_NAME = re.compile(rb"[^ \t\r\n\v\0=>/\"']*")
_TOKEN = re.compile(rb"[A-Za-z0-9.-]*")
_REFERENCE = re.compile(rb"&(?:#x([0-9a-fA-F]*)|#([0-9]*)|([A-Za-z]*))(;?)")


class MarkupError(ValueError):
    """The text is not valid Telegram HTML; the message is what Telegram says after «can't parse entities: »."""


@dataclass(slots=True)
class _Open:
    tag: str
    argument: str
    offset: int
    text_at: int


def parse(html: str) -> tuple[str, list[dict[str, Any]]]:
    """The plain text, and its entities as the Bot API writes them (offset and length in UTF-16 units). Raises MarkupError."""
    parser = _Parser(html)
    parser.run()
    return "".join(parser.parts), parser.entities


def units(text: str) -> int:
    """Length in UTF-16 code units, by which Telegram counts offsets."""
    return len(text) + sum(sign > "\uffff" for sign in text)


class _Parser:
    def __init__(self, html: str) -> None:
        self.source = html.replace("\0", " ").encode(errors="replace") + b"\0"
        self.at = 0
        self.parts: list[str] = []
        self.length = 0  # in UTF-16 units
        self.open: list[_Open] = []
        self.entities: list[dict[str, Any]] = []

    def run(self) -> None:
        while (sign := self.source[self.at]) != _END:
            if sign == ord("<"):
                self._end_tag() if self.source[self.at + 1] == ord("/") else self._start_tag()
            elif sign == ord("&"):
                self._append(self._reference() or self._take_byte())
            else:
                self._append(self._match(_PLAIN).decode())
        if self.open:
            raise MarkupError(f'Can\'t find end tag corresponding to start tag "{self.open[-1].tag}"')

    def _append(self, text: str) -> None:
        self.parts.append(text)
        self.length += units(text)

    def _match(self, pattern: re.Pattern[bytes]) -> bytes:
        found = pattern.match(self.source, self.at)
        taken = found.group() if found else b""
        self.at += len(taken)
        return taken

    def _take_byte(self) -> str:
        self.at += 1
        return chr(self.source[self.at - 1])

    def _skip_spaces(self) -> None:
        while self.source[self.at] != _END and self.source[self.at] in _SPACES:
            self.at += 1

    def _reference(self) -> str | None:
        """The character of `&lt;` or `&#60;`; the semicolon may be missing. None: it stands for itself."""
        found = _REFERENCE.match(self.source, self.at)
        if not found:
            return None
        hexadecimal, decimal, name, semicolon = found.groups()
        if name is not None:
            character = _NAMED.get(name)
        else:
            digits = hexadecimal if hexadecimal is not None else decimal
            too_long = found.end() - found.start() - len(semicolon) >= 10  # noqa: PLR2004 - TDLib's own limit
            code = 0 if too_long or not digits else int(digits, 16 if hexadecimal is not None else 10)
            character = chr(code) if 0 < code < sys.maxunicode else None
        if character is None:
            return None
        if "\ud800" <= character <= "\udfff":
            raise MarkupError(
                "Text contains invalid Unicode characters after decoding HTML entities, "
                "check for unmatched surrogate code units"
            )
        self.at = found.end()
        return character

    def _start_tag(self) -> None:
        begin = self.at
        self.at += 1
        name = self._match(_UNTIL_SPACE)
        if self.source[self.at] == _END:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        tag = name.decode().lower()
        if tag not in _TYPES:
            raise MarkupError(f'Unsupported start tag "{tag}" at byte offset {begin}')
        argument = self._attributes(tag, begin)
        if tag == "span" and argument != "spoiler":
            raise MarkupError(f'Tag "span" must have class "tg-spoiler" at byte offset {begin}')
        self.open.append(_Open(tag, argument, self.length, len(self.parts)))

    def _attributes(self, tag: str, begin: int) -> str:
        """The one value that matters for this tag; the rest is read and dropped, as Telegram does."""
        argument = ""
        while True:
            self._skip_spaces()
            if self.source[self.at] == ord(">"):
                self.at += 1
                return argument
            name = self._match(_ATTRIBUTE_NAME).decode()
            if not name:
                raise MarkupError(f'Empty attribute name in the tag "{tag}" at byte offset {begin}')
            self._skip_spaces()
            value = self._value(tag, begin) if self.source[self.at] == ord("=") else None
            if self.source[self.at] == _END:
                raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
            argument = _argument(tag, name, value) or argument

    def _value(self, tag: str, begin: int) -> str:
        self.at += 1
        self._skip_spaces()
        quote = self.source[self.at]
        if quote == _END:
            raise MarkupError(f'Unclosed start tag "{tag}" at byte offset {begin}')
        if quote in b"\"'":
            return self._quoted(quote, begin)
        start = self.at
        token = self._match(_TOKEN).decode().lower()
        if self.source[self.at] not in _SPACES + b">":
            raise MarkupError(f"Unexpected end of name token at byte offset {start}")
        return token

    def _quoted(self, quote: int, begin: int) -> str:
        self.at += 1
        value = bytearray()
        while (sign := self.source[self.at]) not in (quote, _END):
            character = self._reference() if sign == ord("&") else None
            if character is None:
                value.append(sign)
                self.at += 1
            else:
                value += character.encode()
        if self.source[self.at] == _END:
            raise MarkupError(f"Unclosed start tag at byte offset {begin}")
        self.at += 1
        return value.decode()

    def _end_tag(self) -> None:
        begin = self.at
        if not self.open:
            raise MarkupError(f"Unexpected end tag at byte offset {begin}")
        self.at += 2
        name = self._match(_UNTIL_SPACE).decode().lower()
        self._skip_spaces()
        if self.source[self.at] != ord(">"):
            raise MarkupError(f"Unclosed end tag at byte offset {begin}")
        self.at += 1
        opened = self.open.pop()
        if name not in ("", opened.tag):  # </> closes whatever is open
            raise MarkupError(
                f'Unmatched end tag at byte offset {begin}, expected "</{opened.tag}>", found "</{name}>"'
            )
        if self.length > opened.offset:
            self._close(opened)

    def _close(self, opened: _Open) -> None:
        entity = {"type": _TYPES[opened.tag], "offset": opened.offset, "length": self.length - opened.offset}
        match opened.tag:
            case "a":
                entity["url"] = opened.argument or "".join(self.parts[opened.text_at :])
            case "tg-emoji":
                entity["custom_emoji_id"] = opened.argument
            case "blockquote" if opened.argument:
                entity["type"] = "expandable_blockquote"
            case "code" if opened.argument:
                entity["language"] = opened.argument  # counts only inside <pre>: see below
            case "pre":
                inner = self.entities[-1] if self.entities else {}
                if inner.get("type") == "code" and _span(inner) == _span(entity) and "language" in inner:
                    entity["language"] = self.entities.pop()["language"]
        self.entities.append(entity)


def _span(entity: dict[str, Any]) -> tuple[int, int]:
    return entity["offset"], entity["length"]


def _argument(tag: str, name: str, value: str | None) -> str:
    match tag, name:
        case "blockquote", "expandable":
            return "1"
        case ("a", "href") | ("tg-emoji", "emoji-id"):
            return value or ""
        case "code", "class":
            return (value or "").removeprefix("language-") if (value or "").startswith("language-") else ""
        case "span", "class":
            return (value or "").removeprefix("tg-") if (value or "").startswith("tg-") else ""
        case _:
            return ""
