"""Connections to the very address that was looked at: a name that is resolved twice may stand for two."""

from typing import Any

import requests
from requests.adapters import HTTPAdapter


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


def session_to(address: str) -> requests.Session:
    """A session all of whose connections go to one address; "" = to wherever names lead, which is for proxies alone."""
    session = requests.Session()
    if address:
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Pinned(address))
    return session


def goes_by_proxy(url: str) -> bool:
    """Whether the surroundings name a proxy for an address: then the proxy connects, and it is asked by name."""
    return bool(requests.utils.select_proxy(url, requests.utils.get_environ_proxies(url)))
