"""What Bluesky's posts say: mentions, their addresses and references, receipts; asking is `client`'s job, writing `writing`'s."""

from datetime import datetime, timedelta
from hashlib import sha256
from typing import TYPE_CHECKING
from urllib.parse import quote

from connectors.fields import at, identity, language, line, moment, records, text
from reputation_bot.model import Author, Mention, Receipt, Reply

if TYPE_CHECKING:
    from atproto_core.uri import AtUri

POST = "app.bsky.feed.post"
SITE = "https://bsky.app"
_TID_SIGNS = "234567abcdefghijklmnopqrstuvwxyz"  # atproto.com/specs/tid, 2026-11


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
    place = _place_of(uri)
    return (
        f"{SITE}/profile/{quote(place.host, safe=':')}/post/{quote(place.rkey, safe='')}" if place else None
    )


def key_of(uri: str) -> str:
    """The last part of a post's address; "" for what is none."""
    place = _place_of(uri)
    return place.rkey if place else ""


def reference_of(post: object) -> dict[str, str] | None:
    """By what an answer points to a post: where it is, and which version; None for what lacks one of them."""
    uri, cid = identity(post, "uri"), identity(post, "cid")
    return {"uri": uri, "cid": cid} if uri and cid else None


def reply_key(reply: Reply) -> str:
    """The key under which a reply is kept, always the same: posting it twice is posting it once."""
    micros = (reply.approved_at - datetime.fromtimestamp(0, reply.approved_at.tzinfo)) // timedelta(
        microseconds=1
    )
    clock = int.from_bytes(sha256(reply.id.encode()).digest()[:2], "big") % 1024
    number = (micros << 10 | clock) & (2**63 - 1)
    return "".join(_TID_SIGNS[(number >> 5 * place) & 31] for place in reversed(range(13)))


def receipt_of(answer: object, made_at: datetime, words: str | None = None) -> Receipt | None:
    """None for what has no address."""
    uri = identity(answer, "uri")
    return Receipt(uri, made_at, url_of(uri), words) if url_of(uri) else None


def _place_of(uri: str) -> "AtUri | None":
    """None for what is no post of an account."""
    from atproto_core.exceptions import InvalidAtUriError  # noqa: PLC0415  # an extra's; the connector tells of itself without it
    from atproto_core.uri import AtUri  # noqa: PLC0415

    try:
        place = AtUri.from_str(uri)
    except InvalidAtUriError:
        return None
    is_post = bool(place.rkey) and str(place) == uri == f"at://{place.host}/{POST}/{place.rkey}"
    return place if is_post and place.host.startswith("did:") else None
