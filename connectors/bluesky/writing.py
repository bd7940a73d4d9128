"""What we write on Bluesky, as the library's records: answers with their links and tags; sending them is `client`'s job."""

from typing import Any

from atproto_client import models
from atproto_client.utils import detect_facets

from connectors.bluesky.posts import reference_of
from connectors.fields import at
from reputation_bot.errors import BadAnswerError
from reputation_bot.model import Reply


def record_of(reply: Reply, parent: object) -> Any:
    """The post that answers `parent`. Its time is the approval's, so that it is the same one if it is sent again."""
    own = reference_of(parent)
    if own is None:
        raise BadAnswerError("Bluesky did not answer with what its API describes")
    root = reference_of(at(parent, "record", "reply", "root")) or own
    reference = models.ComAtprotoRepoStrongRef.Main
    return models.AppBskyFeedPost.Record(
        text=reply.text,
        created_at=reply.approved_at.isoformat(timespec="milliseconds").replace("+00:00", "Z"),
        langs=[reply.lang],
        facets=facets_of(reply.text),
        reply=models.AppBskyFeedPost.ReplyRef(root=reference(**root), parent=reference(**own)),
    )


def message_of(reply: Reply) -> Any:
    """A direct message with its links and tags."""
    return models.ChatBskyConvoDefs.MessageInput(text=reply.text, facets=facets_of(reply.text))


def facets_of(words: str) -> list[Any]:
    """Links and tags, where they stand in bytes; Bluesky makes none by itself."""
    # the library makes a link of what looks like a host, such as two words without a space behind the full stop: spedito.la
    return [one for one in detect_facets(words) if getattr(one.features[0], "uri", "") in words]
