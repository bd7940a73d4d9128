"""The small social network: its posts, answers and private messages; the HTTP side is `network_api`'s job."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

MAX_AUTHOR = 80
MAX_TEXT = 5000


class PostError(ValueError):
    """The network refuses this; the message says why."""


class NoSuchPostError(LookupError):
    """There is no such post."""


@dataclass(slots=True)
class Post:
    """A post, or an answer to one. `seq` is larger than that of everything that changed before."""

    id: str
    seq: int
    author: str
    text: str
    created_at: datetime
    rating: float | None = None
    lang: str | None = None
    reply_to: str | None = None
    private: bool = False
    official: bool = False  # written through the API by the shop's own program
    edited_at: datetime | None = None
    deleted: bool = False


class Network:
    """All posts in the order in which they were made."""

    def __init__(self) -> None:
        self._posts: dict[str, Post] = {}
        self._seq = 0
        self._made = 0

    def next_id(self) -> str:
        """An id for one more post."""
        self._made += 1
        return str(self._made)

    def create(self, fields: dict[str, Any], *, now: datetime, official: bool = False) -> Post:
        """A post from the fields of `POST /api/posts`, not shown yet: see `add`. Raises PostError."""
        checked = {name: _CHECKS[name](fields.get(name)) for name in _CHECKS}
        answered = self._posts.get(checked["reply_to"] or "")
        if checked["reply_to"] and answered is None:
            raise PostError(f"reply_to: there is no post {checked['reply_to']!r}")
        if answered and answered.deleted:
            raise PostError(f"reply_to: post {answered.id} was deleted")
        return Post(id=self.next_id(), seq=0, created_at=now, official=official, **checked)

    def add(self, post: Post) -> None:
        """Shows the post to everybody."""
        self._posts[post.id] = post
        self._touch(post)

    def edit(self, post_id: str, fields: dict[str, Any], *, now: datetime) -> Post:
        """Changes text, rating or both. Raises PostError, NoSuchPostError."""
        post = self.get(post_id)
        if post.deleted:
            raise PostError(f"post {post_id} was deleted")
        changes = {name: _CHECKS[name](fields[name]) for name in ("text", "rating") if name in fields}
        if not changes:
            raise PostError("nothing to change: give text or rating")
        for name, value in changes.items():
            setattr(post, name, value)
        post.edited_at = now
        self._touch(post)
        return post

    def delete(self, post_id: str) -> Post:
        """Leaves the place of the post, without its text. Raises NoSuchPostError."""
        post = self.get(post_id)
        if not post.deleted:
            post.deleted, post.text, post.rating = True, "", None
            self._touch(post)
        return post

    def get(self, post_id: str) -> Post:
        """Raises NoSuchPostError."""
        try:
            return self._posts[post_id]
        except KeyError:
            raise NoSuchPostError(f"there is no post {post_id!r}") from None

    def all(self, *, since: int = 0) -> list[Post]:
        """Oldest first; with `since`, only what was made, edited or deleted after that `seq`."""
        return [post for post in self._posts.values() if post.seq > since]

    def below(self, post: Post) -> list[Post]:
        """Everything that answers the post or one of its answers, oldest first."""
        inside = {post.id}
        found = []
        for other in self._posts.values():  # an answer is always younger than what it answers
            if other.reply_to in inside:
                inside.add(other.id)
                found.append(other)
        return found

    def _touch(self, post: Post) -> None:
        self._seq += 1
        post.seq = self._seq


def _words(name: str, max_chars: int) -> Any:
    def check(value: object) -> str:
        if not isinstance(value, str) or not value.strip():
            raise PostError(f"{name}: a text is needed")
        if len(value) > max_chars:
            raise PostError(f"{name}: at most {max_chars} characters, not {len(value)}")
        return value.strip()

    return check


def _rating(value: object) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float) or not 1 <= value <= 5:  # noqa: PLR2004 - stars
        raise PostError("rating: a number from 1 to 5, or null")
    return value


def _lang(value: object) -> str | None:
    if value is None or (isinstance(value, str) and len(value) == 2 and value.isascii() and value.islower()):  # noqa: PLR2004
        return value
    raise PostError('lang: two small letters such as "it", or null')


def _reply_to(value: object) -> str | None:
    if value is None or isinstance(value, str):
        return value or None
    raise PostError("reply_to: the id of a post, or null")


def _private(value: object) -> bool:
    if value is None or isinstance(value, bool):
        return bool(value)
    raise PostError("private: true or false")


_CHECKS = {
    "author": _words("author", MAX_AUTHOR),
    "text": _words("text", MAX_TEXT),
    "rating": _rating,
    "lang": _lang,
    "reply_to": _reply_to,
    "private": _private,
}
