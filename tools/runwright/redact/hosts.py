"""Addresses: which ones the world can reach, which are versions, and which are mail."""

from __future__ import annotations

import re
from ipaddress import IPv6Address, ip_address

from runwright.redact.harmless import harmless
from runwright.redact.rule import Part

_VERSION = re.compile(
    r"(?i)(?:\b(?:version|ver|v|build|release|rev|revision|firmware|driver|sdk|oid|fileversion|productversion|assembly"
    r"|updated?|upgraded?|agent|package|plugin|module)[\"']?[ :=/(]{0,3}v?|[~_@/-]v?"
    r"|(?:updat|upgrad|downgrad|version|newer|older|chang)[^\n]{0,40}\b(?:from|to|than) v?)$"
)
"""Before a small address, such as 1.2.3.4, that is a version."""
_SURE_VERSION = re.compile(
    r"(?i)(?:version|\bver|\bv|build|release|\brev(?:ision)?|firmware|driver|sdk|\boid|sections?"
    r"|chapter)[\"']?[ :=/(<>]{0,5}v?$|[~_]$|==$"
)
"""Before any address that is a version."""
_PRODUCT = re.compile(r"\b([A-Z][A-Za-z+#]+) $")
_NO_PRODUCTS = frozenset(
    """
ip ipv4 host address client from to peer server src dst source destination resolver dns nameserver at via gateway
connect connecting reach remote by for ping of with and router hop upstream target endpoint node on user
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
_SMALL = 32
"""The parts of a version are smaller than this, mostly."""
_SYSTEM_ACCOUNTS = frozenset(
    """
root git hg svn postgres mysql oracle ubuntu ec2-user centos debian fedora vagrant nobody daemon www-data nginx
apache jenkins ansible deploy admin administrator backup azureuser core pi opc cloud-user
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
_NO_DOMAINS = frozenset(
    """
service socket timer mount automount target slice scope device path swap journal local lan internal intra corp
localdomain home arpa localhost cluster svc conf py js so git
    """.split()  # noqa: SIM905 -- a list of words is read as words
)
"""Last parts of names that no mail goes to; `jroe@corp.local` is an account."""
_UNITS = ("service", "socket", "timer", "mount", "journal")
_MAIL = re.compile(
    r"(?i)(?:mail|(?:\b|_)(?:recipient|sender|from|to|cc|bcc|rcpt|contact|reply-to))[a-z_-]*"
    r"[\"']?[ \t]*[:=]?[ \t]*[\"'<]?$"
    r"|<$|mailto:$"
)
"""Before an address of mail."""
_BEFORE = 60
"""Characters before an address that are looked at."""


def public(text: str, start: int, end: int) -> Part | None:
    """An address that the whole world can reach, and no version."""
    written = text[start:end].rstrip(":")
    end = start + len(written)
    if re.match(r"[\w~]|-[A-Za-z]", text[end : end + 2]):
        return None  # the beginning of a name
    try:
        address = ip_address(written)
    except ValueError:
        return None
    if isinstance(address, IPv6Address):
        return (start, end) if int(address) >> 125 == 1 else None
    return None if _is_private(written) or _is_version(text, start, end) else (start, end)


def _is_private(written: str) -> bool:
    """Private, shared, local and group addresses (RFC 6890); those of documents stand for public ones."""
    first, second = (int(part) for part in written.split(".")[:2])
    return (
        first in (0, 10, 127)
        or first >= 224
        or (first == 172 and 16 <= second <= 31)
        or (first, second) in ((192, 168), (169, 254))
        or (first == 100 and 64 <= second <= 127)
    )


def _is_version(text: str, start: int, end: int) -> bool:
    before = text[max(0, start - _BEFORE) : start]
    if _SURE_VERSION.search(before) or text[end : end + 1] == "-" or text[start - 1 : start] == "-":
        return True
    product = _PRODUCT.search(before)
    named = product is not None and product.group(1).lower() not in _NO_PRODUCTS
    small = max(int(part) for part in text[start:end].split(".")) < _SMALL
    return small and (named or bool(_VERSION.search(before)))


def email(text: str, start: int, end: int) -> Part | None:
    """An address of mail: no account on a machine, no unit, no repository, no principal of Kerberos."""
    local, _, domain = text[start:end].rpartition("@")
    before, last = text[max(0, start - _BEFORE) : start], domain.rpartition(".")[2].lower()
    if last.isdigit() or "//" in local or before.endswith(("//", "-id=<", "-ID: <", "-Id: <")):
        return None
    if local.lower() == "git" or last in _UNITS or (not before.endswith("<") and _is_path(text[end : end + 2])):
        return None
    internal = last in _NO_DOMAINS or domain.isupper() or local.lower() in _SYSTEM_ACCOUNTS
    if internal and not _MAIL.search(before):
        return None
    cut = max(local.rfind(sign) for sign in "=|") + 1  # a name before the address: to=a@b.example
    return (start + cut, end) if cut < len(local) else None


def _is_path(after: str) -> bool:
    """Whether a path follows, as in `scp a@b.example:file`."""
    return after[:1] == ":" and bool(after[1:].strip()) and not after[1:].isdigit()


_CALL = re.compile(r"(?i)\b(?:sips?|xmpp|im|mailto|tel|pres|h323):$")
"""Before the address of a telephone or a person: what stands before its host is a name."""


def guarded_host(text: str, start: int, end: int) -> Part | None:
    """The secret of user:secret@host, where the whole is no image with a tag and a digest."""
    host = text[end + 1 : end + 8]
    if _CALL.search(text, max(0, start - 8), start):
        return None
    return None if host.startswith(("sha256", "sha512")) or harmless("url_password", text[start:end]) else (start, end)
