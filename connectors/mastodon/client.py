"""Mastodon.py speaking through the one door: addresses, forms and pages are the library's, time-outs, size, secrets and errors ours."""

from collections.abc import Callable
from functools import partial
from typing import Any
from urllib.parse import quote

import mastodon
from pydantic import SecretStr
from requests import PreparedRequest, Session
from requests import Response as Passed

from connectors.answer import GONE, Response, checked
from connectors.door import Door, as_requests, carried, through
from connectors.fields import at, identity, records
from connectors.http import Http
from connectors.reviews import Page
from reputation_bot.errors import AccessError, BadAnswerError, OutcomeUnknownError, PlatformError

_PER_PAGE = 40  # docs.joinmastodon.org/methods/timelines and search: the most, 2026-11
_NO_LIST = "Mastodon did not answer with a list; check the server's address"
_NO_THREAD = "Mastodon did not answer with the thread that was asked for"
# what Mastodon.py raises over an answer that is not as it expects
_STUMBLES = (
    mastodon.MastodonError,
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


class Client:
    """On behalf of one account. Records come as plain JSON. Every method raises the project's PlatformErrors and nothing else."""

    def __init__(self, http: Http, address: str, token: SecretStr) -> None:
        self._api = _Api(
            api_base_url=address,
            session=_session(http),
            ratelimit_method="throw",  # by itself it would sleep, and send once more
            version_check_mode="created",  # of a version that is named, it does not ask the server for its own
            mastodon_version=_Api.get_supported_version(),
            user_agent="",  # the door has its own
        )
        # given to the constructor, it would be taken for the name of a file
        self._api.access_token = token.get_secret_value()

    def mentions(self, token: str | None) -> Page:
        """A page of our account's notifications, newest first."""
        return self._page(partial(self._api.notifications, types=["mention"]), token)

    def hashtag(self, tag: str, token: str | None) -> Page:
        """A page of what the server knows under a hashtag, newest first."""
        return self._page(partial(self._api.timeline_hashtag, tag), token)

    def search(self, words: str, token: str | None) -> Page:
        """Posts with these words, newest first; empty where the server cannot search."""
        answer = _there(
            lambda: self._api.search_v2(
                words,
                resolve=False,
                result_type="statuses",
                offset=int(token or 0),
                exclude_unreviewed=False,
                limit=_PER_PAGE,
            ),
            BadAnswerError(_NO_LIST),
        )
        if not isinstance(at(answer, "statuses"), list):
            raise BadAnswerError(_NO_LIST)
        return Page(records(answer, "statuses"), self._following(answer, "offset"))

    def status(self, status_id: str) -> object | None:
        """None where the server says that there is no such status."""
        unreadable = BadAnswerError("Mastodon did not answer with the post that was asked for")
        try:
            status: object = _told(lambda: self._api.status(_in_path(status_id)), unreadable)
        except _GoneError:
            return None
        if identity(status, "id") != status_id:
            raise unreadable
        return status

    def below(self, status_id: str) -> list[Any]:
        """What was answered to a status, and to these answers. A status that is not there is an AccessError."""
        ask = partial(self._api.status_context, _in_path(status_id))
        return _side(_there(ask, BadAnswerError(_NO_THREAD)), "descendants")

    def above(self, status_id: str) -> list[Any]:
        """What a status answers, the beginning of the thread first; empty for one that is not there any more."""
        ask = partial(self._api.status_context, _in_path(status_id))
        try:
            return _side(_told(ask, BadAnswerError(_NO_THREAD)), "ancestors")
        except _GoneError:
            return []

    def longest(self) -> int | None:
        """Most characters of a post; None where the server does not say."""
        try:
            answer = _there(self._api.instance_v2, BadAnswerError("Mastodon does not tell of itself"))
        except PlatformError:
            return None
        said = at(answer, "configuration", "statuses", "max_characters")
        return said if isinstance(said, int) and 100 <= said < 10**6 else None  # noqa: PLR2004  # else no limit one can believe

    def publish(self, text: str, form: dict[str, str], key: str) -> object:
        """Posts once; again with the same key within the hour is the same post. OutcomeUnknownError: it may be there."""
        return _there(
            lambda: self._api.status_post(text, idempotency_key=key, **form),
            OutcomeUnknownError("Mastodon gave an answer that cannot be read; what was sent may be there"),
        )

    def _page(self, ask: Callable[..., Any], token: str | None) -> Page:
        found = _there(partial(ask, max_id=token, limit=_PER_PAGE), BadAnswerError(_NO_LIST))
        if not isinstance(found, list):
            raise BadAnswerError(_NO_LIST)
        return Page(found, self._following(found, "max_id") if found else None)

    def _following(self, page: Any, name: str) -> str | None:
        """By what to ask for the next page, as Mastodon.py understood it."""
        return identity(self._api.get_pagination_info(page, "next"), name) or None


class _Api(mastodon.Mastodon):
    """Leaves records as they are, and asks for nothing that was not asked for."""

    def timeline_is_available(self, *_: Any, **__: Any) -> bool:
        """It would ask the server before the timeline is, which tells the same."""
        return True

    def _Mastodon__try_cast_to_type(self, value: Any, override_type: Any = None) -> tuple[Any, None]:  # noqa: ARG002, N802  # Mastodon.py's own name
        """Mastodon.py's types take 6 ms a post, two hundred times as long as reading it, and make words of what is none."""
        return _Record(value) if isinstance(value, dict) else value, None


class _Record(dict[str, Any]):
    """A record to which Mastodon.py can pin where the next page is."""

    def __getattr__(self, name: str) -> Any:
        try:
            return self[name]
        except KeyError:
            raise AttributeError(name) from None


class _GoneError(Exception):
    """There is no such thing (404, 410). `answer` is what the server says."""

    def __init__(self, answer: Response) -> None:
        super().__init__(answer.status)
        self.answer = answer


class _GoodAnswers(Door):
    """Gives Mastodon.py good answers only: of others it quotes all, loses how long to wait, and knows no name or a wrong one."""

    def send(self, request: PreparedRequest, *_: Any, **__: Any) -> Passed:
        """Raises PlatformErrors and _GoneError. Of headers, only the one of pages is passed on: it stumbles over others."""
        if request.method == "GET":
            headers, _body = carried(request)
            answer = self._http.get(request.url or "", headers, accept={401, 403, *GONE})
        else:
            passed = super().send(request)
            answer = Response(passed.status_code, passed.headers, passed.content, passed.url)
        answer = _understood(answer, request.method or "GET")
        link = {"link": answer.headers.get("link", "")}
        good = as_requests(Response(answer.status, link, answer.body, answer.url))
        good.request = request
        return good


def _session(http: Http) -> Session:
    session = through(Session(), http)
    session.headers.clear()  # how it is carried is the door's affair
    for scheme in list(session.adapters):
        session.mount(scheme, _GoodAnswers(http))
    return session


def _understood(answer: Response, method: str) -> Response:
    """The answer itself, if it is a good one."""
    if answer.status in {401, 403}:
        raise AccessError(
            f"the Mastodon server refuses us ({answer.status}): check the access token, that it has the scopes read and "
            "write:statuses, and that the account is not limited there"
        )
    if answer.status in GONE and method == "GET":
        raise _GoneError(answer)
    return checked(answer, method)


def _told(call: Callable[[], Any], unreadable: PlatformError) -> Any:
    """What Mastodon.py brings. Raises what the door raised, and `unreadable` where the library could make nothing of the answer.

    It is raised where no exception of the library's is at hand any more, for these quote whole answers.
    """
    try:
        return call()
    except mastodon.MastodonNetworkError as wrapped:  # so it wraps whatever its session raises
        problem = wrapped.__context__
    except _STUMBLES:
        problem = None
    raise problem if isinstance(problem, PlatformError | _GoneError) else unreadable


def _there(call: Callable[[], Any], unreadable: PlatformError) -> Any:
    """As `_told`; what is gone is an AccessError."""
    try:
        return _told(call, unreadable)
    except _GoneError as gone:
        answer = gone.answer
    return checked(answer, "GET")  # raises it


def _side(context: object, side: str) -> list[Any]:
    """One half of a thread."""
    if not isinstance(at(context, side), list):
        raise BadAnswerError(_NO_THREAD)
    return records(context, side)


def _in_path(status_id: str) -> str:
    return quote(status_id, safe="")
