"""How long a text is by X's own count; posting it is the connector's job."""

import re
import unicodedata

# docs.x.com/fundamentals/counting-characters and twitter-text's configuration 3, 2026-11: these count one, all others two
_LIGHT = ((0, 4351), (8192, 8205), (8208, 8223), (8242, 8247))
_LINK_WEIGHT = 23  # every link becomes a t.co address of that length
_DOMAINS = "com|net|org|info|biz|shop|store|online|site|app|dev|blog|news|[a-z]{2}"
_LINK = re.compile(
    rf"https?://[^\s<>]+|(?<![\w@./-])(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\.)+(?:{_DOMAINS})(?![\w-])(?:/[^\s<>]*)?",
    re.IGNORECASE,
)
_SIGN = "[\u203c-\u3299\U0001f000-\U0001faff]"
_EMOJI = re.compile(
    "[\U0001f1e6-\U0001f1ff]{2}|[#*0-9]\ufe0f?\u20e3"
    f"|{_SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*(?:\u200d{_SIGN}[\ufe0f\U0001f3fb-\U0001f3ff]*)*"
)


def weight(text: str) -> int:
    """X's length of a text: a link counts 23, an emoji and a Chinese, Japanese or Korean sign two. Never less than X's own count."""
    text = unicodedata.normalize("NFC", text)
    rest, links = _LINK.subn("", text)
    rest, emoji = _EMOJI.subn("", rest)
    return links * _LINK_WEIGHT + emoji * 2 + sum(1 if _is_light(ord(sign)) else 2 for sign in rest)


def _is_light(code: int) -> bool:
    return any(first <= code <= last for first, last in _LIGHT)
