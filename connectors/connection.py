"""Opens one connection, only to an address that may be reached; what is said over it is `http`'s job."""

import ipaddress
import socket
import ssl
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from typing import Any

from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, HTTPError, NameResolutionError, NewConnectionError
from urllib3.util import Url
from urllib3.util.connection import create_connection
from urllib3.util.ssl_match_hostname import CertificateError

from connectors.deadlines import Deadlines
from reputation_bot.errors import AccessError, PlatformError, RetryLaterError

_DEADLINES = Deadlines()
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052
_IPV4_COMPATIBLE = ipaddress.ip_network("::/96")  # RFC 4291, with "::" and "::1" inside


def open_connection(url: Url, *, may_be_private: bool, seconds: float) -> HTTPConnection:
    """A connection on which nothing has been sent; the caller closes it.

    The addresses that a name stands for are looked up once, judged, and then connected to as they are, so that a name
    cannot mean another machine a moment later. `seconds` bounds connecting and the TLS handshake; looking up a name
    takes as long as the system's resolver lets it. Raises AccessError for a private, loopback or link-local address
    (unless `may_be_private`) and for a bad certificate, RetryLaterError when the other side cannot be reached.
    """
    where = f"{url.scheme}://{url.netloc}"
    connection = _connection(url, may_be_private, seconds)
    try:
        connection.connect()
    except PlatformError:
        connection.close()
        raise
    except Exception as problem:  # noqa: BLE001  # a name may be too long to encode, a socket fail in many ways: all mean "not connected"
        connection.close()
        raise _unreachable(problem, where) from None  # the cause's text may hold the whole address
    return connection


def is_public(address: str) -> bool:
    """Whether an IP address belongs to the open internet, also when it hides an IPv4 address inside an IPv6 one."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(ip, ipaddress.IPv6Address):
        if (inside := _ipv4_inside(ip)) is not None:
            return is_public(str(inside))
        if ip.is_site_local:
            return False
    return ip.is_global and not ip.is_multicast


@contextmanager
def cut_off_after(seconds: float, connection: HTTPConnection) -> Iterator[threading.Event]:
    """Ends the talk on this connection after `seconds`, however slowly bytes drip in; the event tells that it did.

    A read time-out only bounds the silence between two packets.
    """
    is_over = threading.Event()
    # kept here: the connection forgets its socket when the response takes it over
    open_socket: socket.socket | None = connection.sock

    def cut_off() -> None:
        is_over.set()
        with suppress(OSError):
            # the plain method: an SSLSocket's own would unwrap it under the reader's feet
            socket.socket.shutdown(open_socket, socket.SHUT_RDWR)  # type: ignore[arg-type]  # connected, so not None

    deadline = _DEADLINES.after(seconds, cut_off)
    try:
        yield is_over
    finally:
        deadline.cancel()


class _Guarded:
    """Replaces how urllib3 opens a socket."""

    may_be_private = False

    def _new_conn(self: Any) -> socket.socket:
        addresses = _resolve(self)
        allowed = [address for address in addresses if self.may_be_private or is_public(address)]
        if not allowed:
            raise AccessError(
                f"{self.host}:{self.port} is a private address that rules.yaml does not name, so it is not contacted; "
                "if it is yours, write that address into rules.yaml"
            )
        problem: OSError | None = None
        for address in allowed[:4]:
            try:
                return create_connection(
                    (address, self.port), self.timeout, socket_options=self.socket_options
                )
            except TimeoutError as error:
                raise ConnectTimeoutError(self, "timed out") from error
            except OSError as error:
                problem = error
        raise NewConnectionError(self, "nobody answers") from problem


class _Plain(_Guarded, HTTPConnection):
    pass


class _Secure(_Guarded, HTTPSConnection):
    pass


def _connection(url: Url, may_be_private: bool, seconds: float) -> HTTPConnection:
    host = (url.host or "").strip("[]")
    connection: _Plain | _Secure
    if url.scheme == "https":
        connection = _Secure(host, url.port or 443, timeout=seconds, ssl_context=_tls())
    else:
        connection = _Plain(host, url.port or 80, timeout=seconds)
    connection.may_be_private = may_be_private
    return connection


@cache
def _tls() -> ssl.SSLContext:
    """Reading the certificates takes some 20 ms; the context may be shared by threads."""
    return ssl.create_default_context()


def _resolve(connection: HTTPConnection) -> list[str]:
    try:
        found = socket.getaddrinfo(connection._dns_host, connection.port, type=socket.SOCK_STREAM)  # noqa: SLF001  # with the dot of "host."
    except socket.gaierror as error:
        raise NameResolutionError(connection.host, connection, error) from error
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _ipv4_inside(ip: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if ip.ipv4_mapped or ip.sixtofour:
        return ip.ipv4_mapped or ip.sixtofour
    if ip.teredo:
        return ip.teredo[1]
    if ip in _NAT64 or ip in _IPV4_COMPATIBLE:
        return ipaddress.IPv4Address(int(ip) & 0xFFFFFFFF)
    return None


def _unreachable(problem: Exception, where: str) -> PlatformError:
    cause = problem.__cause__ or problem
    match problem:
        case ssl.SSLCertVerificationError() | CertificateError():
            reason = getattr(problem, "verify_message", "it names another host")
            return AccessError(f"the certificate of {where} cannot be trusted: {reason}")
        case NameResolutionError():
            return RetryLaterError(
                f"the name in {where} cannot be found; is it spelled right, is the network up?"
            )
        case _ if isinstance(cause, TimeoutError):
            return RetryLaterError(f"{where} did not answer in time")
        case OSError() | HTTPError():
            reason = getattr(cause, "strerror", None) or type(cause).__name__
            return RetryLaterError(f"{where} cannot be reached ({reason})")
        case _:
            return AccessError(f"{where} is not a usable address ({type(problem).__name__})")
