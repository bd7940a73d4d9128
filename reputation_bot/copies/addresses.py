"""Addresses of pages as they are compared: every copy of a link has another form."""

import re
from urllib.parse import SplitResult, parse_qsl, unquote, urlencode, urlsplit

# What says where a reader came from. Kept apart from what says which page it is: `id`, `p`, `v`
_TRACKING = re.compile(
    r"utm_|mc_|ref_|at_|__twitter|_hs|hsa_|(?:fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|ttclid|yclid|igshid|igsh|mkt_tok|"
    r"ref|source|cmpid|ncid|xtor|ito|amp|spm)$"
)
_SHARED_FROM = {"x.com": {"s", "t"}, "reddit.com": {"context", "share_id"}, "youtube.com": {"si", "feature"}}
_OTHER_NAMES = {
    "twitter.com": "x.com",
    "mobile.twitter.com": "x.com",
    "old.reddit.com": "reddit.com",
    "new.reddit.com": "reddit.com",
    "np.reddit.com": "reddit.com",
}


def plain_address(url: str) -> str | None:
    """Host and path as every copy of the link has them: no scheme, "www.", trackers or last slash. None for a front page.

    A fragment stays where it tells one comment of a page from another.
    """
    try:
        parts = urlsplit(url)
        host, port = _host(parts), parts.port
    except ValueError:
        return None
    path = unquote(parts.path).rstrip("/").removesuffix("/amp").removesuffix(".amp")
    path = re.sub(r"/index\.(?:html?|php)$", "", path)
    from_share = _SHARED_FROM.get(host, set())
    query = [(name, value) for name, value in parse_qsl(parts.query) if not _TRACKING.match(name.lower())]
    kept = sorted((name, value) for name, value in query if name not in from_share)
    if not path and not kept:
        return None
    place = f"#{parts.fragment}" if re.fullmatch(r"[\w-]*\d", parts.fragment) else ""
    number = f":{port}" if port not in {None, 80, 443} else ""
    return f"{host}{number}{path}" + (f"?{urlencode(kept)}" if kept else "") + place


def host_of(url: str | None) -> str | None:
    """The site, likewise; None where there is no address."""
    try:
        return _host(urlsplit(url or "")) or None
    except ValueError:
        return None


def _host(parts: SplitResult) -> str:
    host = (parts.hostname or "").removeprefix("www.").removeprefix("m.").removeprefix("amp.")
    return _OTHER_NAMES.get(host, host)
