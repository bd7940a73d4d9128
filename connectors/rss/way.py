"""By which way a feed's site is asked: at its own address, or through a proxy or a mirror that stands for it."""

from urllib3.util import Url, parse_url


class Way:
    """Between the addresses of the site of `url` and those below `api`; without `api` they are the same."""

    def __init__(self, url: str, api: str | None) -> None:
        self._site = parse_url(url)
        self._api = parse_url(api) if api else None

    def there(self, url: str) -> str:
        """The address to ask for this one. Those of other sites stay as they are; a password goes along."""
        wanted = parse_url(url)
        if self._api is None or wanted.host != self._site.host:
            return url
        path = (self._api.path or "").rstrip("/") + (wanted.path or "/")
        auth = self._api.auth or wanted.auth
        return self._api._replace(path=path, query=wanted.query, fragment=None, auth=auth).url

    def back(self, url: str) -> str:
        """What the site itself calls the address that was asked, or redirected to; without a password."""
        asked = parse_url(url)
        if self._api is None or not self._is_below(asked, self._api):
            return url
        path = (asked.path or "/").removeprefix((self._api.path or "").rstrip("/"))
        return asked._replace(
            scheme=self._site.scheme, auth=None, host=self._site.host, port=self._site.port, path=path or "/"
        ).url

    @staticmethod
    def _is_below(asked: Url, api: Url) -> bool:
        is_there = (asked.scheme, asked.host, asked.port) == (api.scheme, api.host, api.port)
        return is_there and f"{asked.path or '/'}/".startswith((api.path or "").rstrip("/") + "/")
