"""Connections to the very address that was looked at: a name that is resolved twice may stand for two."""

import ipaddress
import socket
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any
from urllib.parse import urljoin, urlsplit

import requests
from requests.adapters import HTTPAdapter


class NotAskedError(Exception):
    """Why an address is not asked, in a few words.

    Args:
        reason: These.
        again: Whether another try may help.
    """

    def __init__(self, reason: str, *, again: bool = False) -> None:
        super().__init__(reason)
        self.again = again


class _Pinned(HTTPAdapter):  # type: ignore[misc]  # requests ships no types
    """Connects to one address whatever the name; the certificate has to be the name's all the same.

    Args:
        address: Of the network, IPv4 or IPv6.
    """

    def __init__(self, address: str) -> None:
        super().__init__()
        self._address = address

    def build_connection_pool_key_attributes(
        self, request: requests.PreparedRequest, verify: bool | str, cert: Any = None
    ) -> tuple[Any, Any]:
        """Host and port to connect to, and the name that the certificate is checked against."""
        host, pool = super().build_connection_pool_key_attributes(request, verify, cert)
        if host["scheme"] == "https":
            pool |= {"server_hostname": host["host"], "assert_hostname": host["host"]}
        return host | {"host": self._address}, pool


@contextmanager
def asked(
    url: str,
    *,
    headers: Mapping[str, str],
    timeout: tuple[float, float],
    allow_private: bool = False,
) -> Iterator[requests.Response]:
    """Ask one address, at the place in the network that its name stands for at this moment; redirects are not followed.

    A name that stands for nothing is not asked: a moment later it might stand for something in here.

    Args:
        url: The web address.
        headers: Of the request.
        timeout: Seconds to wait for a connection and for the next byte.
        allow_private: Whether addresses of this machine and of private networks are asked at all.

    Raises:
        NotAskedError: It is no web address, unknown, or inside a private network.
    """
    address = _address_of(url, allow_private=allow_private)
    with requests.Session() as session:
        if address:
            for scheme in ("http://", "https://"):
                session.mount(scheme, _Pinned(address))
        with session.get(
            url,
            headers={**headers, "Host": urlsplit(url).netloc.rpartition("@")[2]},
            stream=True,
            allow_redirects=False,
            timeout=timeout,
        ) as response:
            yield response


@contextmanager
def asked_along(
    url: str,
    *,
    headers: Mapping[str, str],
    timeout: tuple[float, float],
    allow_private: bool = False,
    redirects: int = 5,
) -> Iterator[requests.Response]:
    """As `asked`, following so many redirects, each looked at like the first address.

    Raises:
        NotAskedError: As `asked`, or there are more redirects.
    """
    for _ in range(redirects + 1):
        with asked(url, headers=headers, timeout=timeout, allow_private=allow_private) as response:
            if not response.is_redirect:
                yield response
                return
            url = urljoin(url, response.headers["Location"])
    raise NotAskedError(f"more than {redirects} redirects")


def _address_of(url: str, *, allow_private: bool) -> str:
    """The network address that a name stands for; "" = a proxy is set for it, which is asked by name."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port
    except ValueError as error:
        raise NotAskedError("no web address") from error
    if parts.scheme not in ("http", "https") or not host:
        raise NotAskedError("no web address")
    goes_by_proxy = bool(requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)))
    try:
        found = socket.getaddrinfo(host, port or 443, proto=socket.IPPROTO_TCP)
    except (OSError, UnicodeError):
        if goes_by_proxy:
            return ""
        raise NotAskedError("its server's name is not known", again=True) from None
    addresses = [str(entry[4][0]) for entry in found]
    if not allow_private and not all(ipaddress.ip_address(one).is_global for one in addresses):
        raise NotAskedError("an address inside a private network")
    return "" if goes_by_proxy else addresses[0]
