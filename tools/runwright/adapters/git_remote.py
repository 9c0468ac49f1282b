"""Git over HTTPS with a token: fetch, push and look at a repository on another machine.

The token goes through the environment of one git process and nowhere else: not into an address, an argument, a file or
the text of an error. It is sent to the host of the address alone, for redirects are not followed. What to fetch and to
push, and what to do when a push found the other side moved, is left to the caller.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from urllib.parse import urlsplit

from runwright.adapters.git import LIMIT, Output, run
from runwright.adapters.git_repository import GitRepository, RefMoved, protocol_of
from runwright.errors import ContentError, EdgeError, TrustError
from runwright.release.names import checked_oid, checked_ref, checked_remote, shown

USER = "x-access-token"
"""The name that GitHub takes beside any kind of token."""
QUIET = (
    "-c", "http.followRedirects=false",
    # A connection that sends less than 1,000 bytes a second for half a minute is dead.
    "-c", "http.lowSpeedLimit=1000",
    "-c", "http.lowSpeedTime=30",
    "-c", "push.gpgSign=false",
    "-c", "push.followTags=false",
)  # fmt: skip
MOVED = ("stale info", "fetch first", "non-fast-forward", "already exists", "cannot lock ref", "failed to update ref")
"""What git says of a reference that somebody else moved or made first."""
Token = Callable[[], str]


class Refused(EdgeError):
    """The other side knows the caller too little, or not at all; trying again changes nothing."""


def fetch(
    repository: GitRepository,
    url: str,
    refs: Mapping[str, str],
    token: Token | None = None,
    *,
    prune: bool = False,
    limit: float = LIMIT,
) -> None:
    """Bring references (theirs → ours) up to date, whatever they were before, with every object checked.

    Both sides of a pair may hold one `*`: `{"refs/heads/*": "refs/heads/*"}` mirrors all branches; with `prune` those
    that are gone there go here, too. Takes at most `limit` seconds. Raises TrustError objects.malformed for objects
    that git's fsck refuses, Refused for a token that is not enough, EdgeError for all other trouble.
    """
    brought(repository, url, refs, token, ["--prune"] if prune else [], limit)


def fetch_newest(repository: GitRepository, url: str, refs: Mapping[str, str], token: Token | None = None) -> None:
    """Bring references up to date as `fetch` does, with the newest commit of each and nothing before it."""
    brought(repository, url, refs, token, ["--depth=1"], LIMIT)


def brought(
    repository: GitRepository,
    url: str,
    refs: Mapping[str, str],
    token: Token | None,
    more: list[str],
    limit: float,
) -> None:
    """Run a fetch and judge how it ended."""
    specs = [f"+{checked_pattern(theirs)}:{checked_pattern(ours)}" for theirs, ours in refs.items()]
    options = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", "--no-auto-maintenance"]
    words = ["fetch", *options, *more, "--end-of-options", checked_url(url), *specs]
    output = asked(repository, url, words, token, limit)
    if output.status and "fsck" in output.error:
        raise TrustError("objects.malformed", f"{url} sent objects that are malformed: {output.error}")
    if output.status:
        raise trouble("fetching from", url, output)


def push(
    repository: GitRepository,
    url: str,
    refs: Mapping[str, str | None],
    token: Token | None = None,
    *,
    atomic: bool = True,
    leases: Mapping[str, str | None] = MappingProxyType({}),
) -> None:
    """Move references of the other side to objects that are here (None deletes one), all or none unless told otherwise.

    A lease says where a reference must be now (None: it must not exist); without one only a step forward is taken.
    Raises RefMoved when a reference was not where it was expected, Refused when the other side does not let the caller;
    after any other EdgeError nobody knows whether it happened: look with `remote_refs` before trying again.
    """
    specs = [f"{checked_oid(oid) if oid else ''}:{checked_ref(name)}" for name, oid in refs.items()]
    held = [f"--force-with-lease={checked_ref(name)}:{lease(oid)}" for name, oid in leases.items()]
    options = ["--porcelain", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", *["--atomic"] * atomic]
    words = ["push", *options, *held, "--end-of-options", checked_url(url), *specs]
    output = asked(repository, url, words, token, LIMIT)
    if not output.status:
        return
    rejected = [line for line in output.text.splitlines() if line.startswith("!")]
    if any(said in line for line in rejected for said in MOVED):
        raise RefMoved(f"another writer was first at {url}: {'; '.join(told(line) for line in rejected)}")
    if rejected:
        why = f"; it says: {said}" if (said := remarks(output.error)) else ""
        raise Refused(f"{url} refused: {'; '.join(told(line) for line in rejected)}{why}", retryable=False)
    raise trouble("pushing to", url, output)


def remote_refs(
    repository: GitRepository, url: str, *names: str, token: Token | None = None, limit: float = LIMIT
) -> dict[str, str]:
    """Say where references of the other side are now, all of them or those named; those not there are left out."""
    words = ["ls-remote", "--quiet", "--refs", "--end-of-options", checked_url(url), *map(checked_ref, names)]
    output = asked(repository, url, words, token, limit)
    if output.status:
        raise trouble("looking at", url, output)
    found = (line.partition("\t") for line in output.data.decode("utf-8", "replace").splitlines())
    return {name: oid for oid, _, name in found if not names or name in names}


def asked(repository: GitRepository, url: str, words: list[str], token: Token | None, limit: float) -> Output:
    """Run git with what it needs to be let in; no error of it shows the token."""
    if not (repository.path / "HEAD").is_file():
        raise EdgeError(f"{repository.path} is no bare Git repository; check the path", retryable=False)
    secret = token() if token else ""
    variables = {"GIT_ALLOW_PROTOCOL": protocol_of(url), **header(url, secret)}
    output = run(repository.path, [*QUIET, *words], variables=variables, limit=limit)
    return Output(output.status, output.data, scrubbed(output.error, secret)[:500])


def header(url: str, secret: str) -> dict[str, str]:
    """Give the variables by which git sends a token to one host (git-config, http.<url>.extraHeader)."""
    if not secret:
        return {}
    parts = urlsplit(url)
    return {
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": f"http.{parts.scheme}://{parts.netloc}/.extraHeader",
        "GIT_CONFIG_VALUE_0": f"Authorization: Basic {encoded(secret)}",
    }


def encoded(secret: str) -> str:
    """Write a token the way it travels."""
    if not re.fullmatch(r"[\x21-\x7e]+", secret):
        raise ContentError("the token holds a space, a line end or a character that is not ASCII; set it again")
    return base64.b64encode(f"{USER}:{secret}".encode()).decode()


def scrubbed(text: str, secret: str) -> str:
    """Take a token out of a text, plain and as it travels."""
    for form in (secret, encoded(secret)) if secret else ():
        text = text.replace(form, "[token]")
    return text


def trouble(doing: str, url: str, output: Output) -> EdgeError:
    """Give the error for a call that failed as a whole."""
    said = output.error.strip()
    if found := re.search(r"couldn't find remote ref (\S+)", said):
        return EdgeError(f"{doing} {url} failed: there is no {shown(found[1])}; check the name, or push it first")
    if re.search(r"returned error: 30\d", said):
        return Refused(f"{url} has moved; a token is not sent after it: give its new address", retryable=False)
    if re.search(r"returned error: 40[134]|could not read Username|Authentication failed|not found", said):
        return Refused(f"{doing} {url} is not allowed, or it is not there; check the token: {said}", retryable=False)
    return EdgeError(f"{doing} {url} failed: {said}; check the address and the access")


def checked_url(url: str) -> str:
    """Give an address back that a token may travel to: https, or http on this machine; raises ContentError."""
    if not checked_remote(url).startswith(("https://", "http://")):
        raise ContentError(f"{shown(url)} is no address for a token; expected https://host/owner/name.git")
    return url


def checked_pattern(name: str) -> str:
    """Give one side of a pair of references back; it may hold one `*`, which stands for any text."""
    checked_ref(name.replace("*", "x", 1))
    return name


def lease(oid: str | None) -> str:
    """Write where a reference must be; nothing stands for nowhere."""
    return checked_oid(oid) if oid else ""


def told(line: str) -> str:
    """Give what git says of one reference, in one short line."""
    return shown(" ".join(line.partition(":")[2].split()))


def remarks(text: str) -> str:
    """Give what the other side itself says of a push, such as which rule forbids it, in one line."""
    lines = (line.removeprefix("remote:").strip() for line in text.splitlines() if line.startswith("remote:"))
    return "".join(character if character.isprintable() else "?" for character in " ".join(filter(None, lines)))
