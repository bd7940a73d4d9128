"""What Bluesky's posts say and how ours are written: mentions, answers with their links, receipts; asking is `bluesky`'s job."""

import re
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from urllib.parse import quote

from connectors.fields import at, identity, language, line, moment, records, text
from reputation_bot.model import Author, Mention, Receipt, Reply

POST = "app.bsky.feed.post"
SITE = "https://bsky.app"
_LINK = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)\]}'»”]")
_TID_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"  # atproto.com/specs/tid, 2026-11
_URI = re.compile(rf"at://(did:[a-z]+:[A-Za-z0-9._:%-]+)/{re.escape(POST)}/([A-Za-z0-9._:~-]{{1,100}})")


def mention_of(post: object, channel: str, now: datetime) -> Mention | None:
    """Of a post in a search or inside a notification. None for what has no text or no address."""
    uri, words = identity(post, "uri"), text(post, "record", "text")
    author = author_of(at(post, "author"))
    if not url_of(uri) or author is None or not words:
        return None
    made_at = moment(at(post, "record", "createdAt"), now) or moment(at(post, "indexedAt"), now)
    langs = records(post, "record", "langs")
    return Mention(
        channel=channel,
        external_id=uri,
        author=author,
        text=words,
        thread=identity(post, "record", "reply", "root", "uri") or uri,
        created_at=made_at,
        url=url_of(uri),
        lang=language(langs[0]) if len(langs) == 1 else None,
    )


def author_of(profile: object) -> Author | None:
    """None for a profile without its number."""
    did, handle = identity(profile, "did"), line(profile, "handle")
    if not did:
        return None
    return Author(
        name=line(profile, "displayName") or handle or did,
        handle=handle or None,
        external_id=did,
        url=f"{SITE}/profile/{quote(did, safe=':')}",
    )


def takes_messages(profile: object) -> bool:
    """Whether an author takes a direct message from us: unless they say otherwise, from those whom they follow."""
    incoming = at(profile, "associated", "chat", "allowIncoming")
    return incoming == "all" or (incoming != "none" and bool(at(profile, "viewer", "followedBy")))


def url_of(uri: str) -> str | None:
    """Where a person reads the post."""
    found = _URI.fullmatch(uri)
    return f"{SITE}/profile/{quote(found[1], safe=':')}/post/{quote(found[2], safe='')}" if found else None


def key_of(uri: str) -> str:
    """The last part of a post's address; "" for what is none."""
    found = _URI.fullmatch(uri)
    return found[2] if found else ""


def reply_key(reply: Reply) -> str:
    """The key under which a reply is kept, always the same: posting it twice is posting it once."""
    micros = (reply.approved_at - datetime.fromtimestamp(0, reply.approved_at.tzinfo)) // timedelta(
        microseconds=1
    )
    clock = int.from_bytes(sha256(reply.id.encode()).digest()[:2], "big") % 1024
    number = (micros << 10 | clock) & (2**63 - 1)
    return "".join(_TID_SIGNS[(number >> 5 * place) & 31] for place in reversed(range(13)))


def record_of(reply: Reply, parent: object) -> dict[str, Any]:
    """The post that answers `parent`. Its time is the approval's, so that it is the same one if it is sent again."""
    own = {"uri": at(parent, "uri"), "cid": at(parent, "cid")}
    root = at(parent, "record", "reply", "root")
    is_whole = identity(root, "uri") and identity(root, "cid")
    return {
        "$type": POST,
        "text": reply.text,
        "createdAt": reply.approved_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        "langs": [reply.lang],
        "facets": facets_of(reply.text),
        "reply": {"root": {"uri": root["uri"], "cid": root["cid"]} if is_whole else own, "parent": own},
    }


def facets_of(words: str) -> list[dict[str, Any]]:
    """Bluesky makes no link of an address by itself. Places count in bytes."""
    return [
        {
            "index": {
                "byteStart": len(words[: found.start()].encode()),
                "byteEnd": len(words[: found.end()].encode()),
            },
            "features": [{"$type": "app.bsky.richtext.facet#link", "uri": found[0]}],
        }
        for found in _LINK.finditer(words)
    ]


def receipt_of(answer: object, made_at: datetime, words: str | None = None) -> Receipt | None:
    """None for what has no address."""
    uri = identity(answer, "uri")
    return Receipt(uri, made_at, url_of(uri), words) if url_of(uri) else None
