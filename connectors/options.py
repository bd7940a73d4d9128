"""What holds for the options of every connector: nothing unknown, nothing secret in a mistake; which there are is each connector's."""

from typing import Annotated

from pydantic import AfterValidator, ConfigDict
from urllib3.util import parse_url

from connectors.http import http_address

STRICT = ConfigDict(extra="forbid", frozen=True, hide_input_in_errors=True)


def _api_address(address: str) -> str:
    """Raises ValueError without repeating it: it may hold a password."""
    parts = parse_url(http_address(address))
    if parts.auth or parts.query or parts.fragment:
        raise ValueError("write the address of the API only, without a password and without ?…")
    return address.strip().rstrip("/")


ApiAddress = Annotated[str, AfterValidator(_api_address)]  # without a slash at its end
