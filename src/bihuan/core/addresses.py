"""Which machine a network address leads to: what people type must not make the server ask its own network."""

from __future__ import annotations

import ipaddress

IP = ipaddress.IPv4Address | ipaddress.IPv6Address
# Networks of IPv6 that carry an address of the old kind in their last 32 bits: RFC 6052 (well known and local use,
# RFC 8215), IPv4-translated (RFC 2765) and IPv4-compatible (RFC 4291).
CARRYING = tuple(map(ipaddress.IPv6Network, ("64:ff9b::/96", "64:ff9b:1::/48", "::ffff:0:0:0/96", "::/96")))
# Not of the public internet, though Python takes them for it: site-local addresses (RFC 3879), 6to4 relays (RFC 7526).
PRIVATE: tuple[ipaddress.IPv4Network | ipaddress.IPv6Network, ...] = (
    ipaddress.IPv6Network("fec0::/10"), ipaddress.IPv4Network("192.88.99.0/24"))


def real(ip: str) -> IP:
    """Return the machine that an address leads to: what counts of one that carries another is the one inside."""
    address = ipaddress.ip_address(ip.split("%")[0])
    if not isinstance(address, ipaddress.IPv6Address):
        return address
    inside = address.ipv4_mapped or address.sixtofour
    if inside is None and int(address) > 1 and any(address in network for network in CARRYING):
        inside = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return inside or address


def is_public(ip: str) -> bool:
    """Return whether an address lies in the public internet, also when it hides another one inside.

    >>> [is_public(one) for one in ("8.8.8.8", "10.0.0.1", "127.0.0.1", "169.254.169.254", "100.64.0.1", "0.0.0.0")]
    [True, False, False, False, False, False]
    >>> [is_public(one) for one in ("2606:4700::1111", "::1", "fe80::1%eth0", "::ffff:10.0.0.1", "64:ff9b::a00:1")]
    [True, False, False, False, False]
    >>> [is_public(one) for one in ("2002:a00:1::", "::a00:1", "64:ff9b:1::a00:1", "::ffff:0:a00:1", "fec0::1")]
    [False, False, False, False, False]
    """
    address = real(ip)
    outside = address.is_global and not address.is_multicast
    return outside and not any(address in network for network in PRIVATE if network.version == address.version)
