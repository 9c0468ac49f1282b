"""Whose key is it, and what may it sign: the allowed_signers file of OpenSSH (ssh-keygen(1), ALLOWED SIGNERS).

Stricter than OpenSSH where a guess would decide about trust: options other than `namespaces`, `valid-after` and
`valid-before` are refused, principals are plain names, times are in UTC (ended by Z), and the namespaces that start
with `runwright-` must be named: a line without `namespaces` grants `git` only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime

from runwright.errors import ContentError, TrustError
from runwright.release.lines import lines_of
from runwright.release.sshkeys import KINDS, PublicKey, parse_public_key

GIT, CHANNEL = "git", "runwright-channel"
PROPOSAL, CHECK, DECISION = "runwright-proposal", "runwright-check", "runwright-decision"

PRINCIPAL = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@+/-]{0,99}")
NAMESPACE = re.compile(r"[a-z0-9][a-z0-9@.-]{0,63}")
OPTION = re.compile(r'([a-z-]+)(?:="([^"]*)")?(?:,|$)', re.IGNORECASE)
MOMENTS = {9: "%Y%m%dZ", 13: "%Y%m%d%H%MZ", 15: "%Y%m%d%H%M%SZ"}


@dataclass(frozen=True)
class AllowedSigner:
    """One line: names, what the key may sign, from when until when."""

    principals: tuple[str, ...]
    key: PublicKey
    namespaces: frozenset[str] = frozenset({GIT})
    valid_after: datetime | None = None
    valid_before: datetime | None = None

    def valid_at(self, moment: datetime) -> bool:
        """Say whether the line counts at a moment; its ends are exclusive, as in OpenSSH."""
        started = self.valid_after is None or self.valid_after <= moment
        return started and (self.valid_before is None or moment < self.valid_before)


@dataclass(frozen=True)
class AllowedSigners:
    """All lines, in the order of the file."""

    lines: tuple[AllowedSigner, ...] = ()

    def namespaces_of(self, key: PublicKey) -> frozenset[str]:
        """Give everything that a key may sign by any of its lines, at whatever time."""
        return frozenset(name for line in self.lines if line.key == key for name in line.namespaces)

    def names_of(self, key: PublicKey) -> tuple[str, ...]:
        """Give every principal that a key is listed under."""
        return tuple(dict.fromkeys(name for line in self.lines if line.key == key for name in line.principals))

    def key_of(self, key_id: str) -> PublicKey | None:
        """Give the key with a fingerprint, if a line lists it."""
        return next((line.key for line in self.lines if line.key.key_id == key_id), None)

    def powers_of(self, names: Iterable[str]) -> frozenset[str]:
        """Give everything that any key of these principals may sign, at whatever time."""
        wanted = set(names)
        return frozenset(name for line in self.lines if wanted & set(line.principals) for name in line.namespaces)

    def identify(self, key: PublicKey, namespace: str, moment: datetime) -> str:
        """Give the principal whose key may sign in a namespace at a moment.

        Raises TrustError: signer.unknown, signer.namespace or signer.expired.
        """
        mine = [line for line in self.lines if line.key == key]
        if not mine:
            raise TrustError("signer.unknown", f"the key {key.key_id} is not in the allowed signers")
        fitting = [line for line in mine if namespace in line.namespaces]
        if not fitting:
            raise TrustError(
                "signer.namespace",
                f"the key {key.key_id} of {mine[0].principals[0]} may not sign {namespace!r}",
            )
        valid = [line for line in fitting if line.valid_at(moment)]
        if not valid:
            raise TrustError(
                "signer.expired",
                f"the key {key.key_id} of {mine[0].principals[0]} is not valid at {moment:%Y-%m-%d}",
            )
        return valid[0].principals[0]


def parse_allowed_signers(text: str, path: str = "allowed_signers") -> AllowedSigners:
    """Read a whole file; raises ContentError with the line number at the first line that is wrong."""
    lines: list[AllowedSigner] = []
    for number, raw in enumerate(lines_of(text, path), start=1):
        if raw.strip() and not raw.lstrip().startswith("#"):
            try:
                lines.append(parse_line(raw.strip()))
            except ContentError as error:
                raise ContentError(error.message, path=path, line=number) from error
    return AllowedSigners(tuple(lines))


def parse_line(text: str) -> AllowedSigner:
    """Read one line: `principals [options] kind base64 [comment]`."""
    words = split_words(text)
    if len(words) < 3:
        raise ContentError("expected `principals [options] kind base64`, such as `dana ssh-ed25519 AAAA...`")
    principals = tuple(words[0].split(","))
    for name in principals:
        if not PRINCIPAL.fullmatch(name):
            raise ContentError(f"the principal {name!r} must be a plain name of letters, digits and . _ @ + / -")
    if words[1] in KINDS:
        return AllowedSigner(principals, parse_public_key(" ".join(words[1:3])))
    options = parse_options(words[1])
    key = parse_public_key(" ".join(words[2:4]))
    after, before = moment_of(options, "valid-after"), moment_of(options, "valid-before")
    return AllowedSigner(principals, key, namespaces_of(options), after, before)


def split_words(text: str) -> list[str]:
    """Split at blanks outside double quotes."""
    return re.findall(r'(?:[^\s"]|"[^"]*"?)+', text)


def parse_options(text: str) -> dict[str, str]:
    """Read `name="value",...`; raises ContentError for an option that is not understood."""
    options: dict[str, str] = {}
    position = 0
    while position < len(text):
        match = OPTION.match(text, position)
        name = match[1].lower() if match else text[position:]
        if not match or name not in {"namespaces", "valid-after", "valid-before"} or match[2] is None:
            raise ContentError(
                f'the option {name!r} is not supported; use namespaces="...", valid-after or valid-before'
            )
        if name in options:
            raise ContentError(f"the option {name!r} is given twice; keep one")
        options[name] = match[2]
        position = match.end()
    return options


def namespaces_of(options: dict[str, str]) -> frozenset[str]:
    """Read the list of namespaces; patterns are refused, for a pattern grants more than it shows."""
    names = options.get("namespaces", GIT).split(",")
    for name in names:
        if not NAMESPACE.fullmatch(name):
            raise ContentError(f"the namespace {name!r} must be a plain name, such as {DECISION!r}")
    return frozenset(names)


def moment_of(options: dict[str, str], name: str) -> datetime | None:
    """Read `YYYYMMDD[HHMM[SS]]Z`; a time without Z would mean something else on each machine."""
    text = options.get(name)
    if text is None:
        return None
    try:
        return datetime.strptime(text, MOMENTS.get(len(text), "%Y%m%dZ")).replace(tzinfo=UTC)
    except ValueError as error:
        raise ContentError(f"{name} is {text!r}; expected YYYYMMDDZ, YYYYMMDDHHMMZ or YYYYMMDDHHMMSSZ (UTC)") from error


def allowed_signers_line(principal: str, key: PublicKey, namespaces: tuple[str, ...]) -> str:
    """Write one line, ended by a newline, that `parse_allowed_signers`, git and ssh-keygen all read."""
    line = f'{principal} namespaces="{",".join(namespaces)}" {key.line}'
    parse_line(line)
    return line + "\n"
