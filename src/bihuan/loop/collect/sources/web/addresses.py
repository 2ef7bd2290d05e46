"""Where a source may lie: public machines over TLS, and those of the own network that the installation names."""

from __future__ import annotations

import ipaddress
import socket
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from bihuan.core.addresses import is_public, real

from ..errors import Trouble

PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True)
class Address:
    """A source's address taken apart; ``prefix`` is the path that everything asked for lies below."""

    scheme: str
    host: str
    port: int
    prefix: str = ""

    @property
    def shown(self) -> str:
        """The host as people know it, with the port where it is not the usual one."""
        name = f"[{self.host}]" if ":" in self.host else self.host
        return name if self.port == PORTS[self.scheme] else f"{name}:{self.port}"


def parse(url: str) -> Address:
    """Take an address apart; Trouble "address" where it is none or holds what an address must not."""
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise Trouble("address") from error
    host = _ascii((parts.hostname or "").rstrip("."))
    odd = parts.username or parts.password or parts.query or parts.fragment
    if parts.scheme not in PORTS or not host or odd or any(sign.isspace() or sign == "\\" for sign in url.strip()):
        raise Trouble("address")
    return Address(parts.scheme, host, port or PORTS[parts.scheme], parts.path.rstrip("/"))


def _ascii(host: str) -> str:
    """Return a host as it goes over the wire, "" for one that cannot.

    >>> _ascii("help.example.com"), _ascii("例子.测试"), _ascii("a..b")
    ('help.example.com', 'xn--fsqu00a.xn--0zwm56d', '')
    """
    try:
        return host.encode("idna").decode("ascii") if host else ""
    except UnicodeError:
        return ""


def machines(address: Address) -> list[str]:
    """Return the machines that an address leads to, each of which may be asked.

    Trouble when the name is unknown ("address_unknown", passing), when one of its machines lies in a private network
    that the installation does not name ("address_private"), and for http:// to any other ("address_plain").
    """
    try:
        entries = socket.getaddrinfo(address.host, address.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise Trouble("address_unknown", passing=True, host=address.host) from error
    found = list(dict.fromkeys(str(entry[4][0]) for entry in entries))
    # One private machine is enough to refuse: a name that leads to both is a trap.
    for ip in found:
        if not is_named(address.host, ip):
            if not is_public(ip):
                raise Trouble("address_private", host=address.host)
            if address.scheme == "http":
                raise Trouble("address_plain", host=address.host)
    return found


def is_named(host: str, ip: str) -> bool:
    """Return whether BIHUAN_SOURCES_PRIVATE names this host, this machine or its network."""
    machine = real(ip)
    for entry in settings.BIHUAN_SOURCES_PRIVATE:
        if entry.lower() == host.lower():
            return True
        try:
            if machine in ipaddress.ip_network(entry, strict=False):
                return True
        except ValueError:
            # A host's name is no network.
            continue
    return False
