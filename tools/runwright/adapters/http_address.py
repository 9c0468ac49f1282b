"""Opens a connection to an address that was checked: never one that belongs to the link alone, such as cloud metadata.

The name is resolved once, and the connection goes to what was checked, so a second answer of the name server changes
nothing. Loopback and private addresses stay allowed: they are what a site looks at.
"""

from __future__ import annotations

import ipaddress
import socket

import urllib3

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
_NAMES = frozenset({"metadata", "instance-data", "metadata.google.internal", "metadata.goog", "metadata.internal"})
_METADATA = frozenset(map(ipaddress.ip_address, ("fd00:ec2::254", "100.100.100.200", "168.63.129.16")))
"""Metadata services of clouds that are not link-local."""
_NAT64 = ipaddress.ip_network("64:ff9b::/96")
_COMPATIBLE = ipaddress.ip_network("::/96")
_PORTS = {"http": 80, "https": 443}


class Refused(Exception):
    """The address is never reached; the text says why."""


def checked_addresses(url: urllib3.util.Url) -> tuple[str, ...]:
    """The addresses of a URL's host that may be reached; raises `Refused` where there is none, and `OSError`."""
    host = (url.host or "").strip("[]")
    if not host or url.scheme not in _PORTS:
        raise Refused("the address must begin with http:// or https:// and name a host")
    if host.rstrip(".").lower() in _NAMES:
        raise Refused(f"{host} is a cloud's metadata service, which is never asked")
    found = socket.getaddrinfo(host, port_of(url), type=socket.SOCK_STREAM)
    addresses = tuple(dict.fromkeys(str(one[4][0]) for one in found))
    allowed = tuple(address for address in addresses if not is_refused(address))
    if not allowed:
        raise Refused(f"{host} leads to {', '.join(addresses)}: link-local or metadata, which is never asked")
    return allowed


def port_of(url: urllib3.util.Url) -> int:
    """The port of a URL, or the usual one of its scheme."""
    return url.port or _PORTS[url.scheme or "http"]


def is_refused(text: str) -> bool:
    """Whether an address belongs to the link alone or to a cloud's metadata, in whichever way it is written."""
    address = ipaddress.ip_address(text.partition("%")[0])
    return any(one.is_link_local or one in _METADATA for one in (address, *_carried(address)))


def _carried(address: Address) -> tuple[Address, ...]:
    """The IPv4 addresses that stand inside one of IPv6."""
    if isinstance(address, ipaddress.IPv4Address):
        return ()
    inside: list[Address] = [one for one in (address.ipv4_mapped, address.sixtofour) if one is not None]
    if address in _NAT64 or address in _COMPATIBLE:
        inside.append(ipaddress.IPv4Address(int(address) & 0xFFFFFFFF))
    return tuple(inside)


def pool_to(address: str, url: urllib3.util.Url, limit: urllib3.Timeout) -> urllib3.HTTPConnectionPool:
    """A pool whose connections go to this address; a certificate must still be the named host's."""
    at = f"[{address}]" if ":" in address else address
    if url.scheme == "http":
        return urllib3.HTTPConnectionPool(at, port_of(url), timeout=limit, retries=False, maxsize=1)
    host = (url.host or "").strip("[]")
    return urllib3.HTTPSConnectionPool(
        at, port_of(url), timeout=limit, retries=False, maxsize=1, server_hostname=host, assert_hostname=host
    )
