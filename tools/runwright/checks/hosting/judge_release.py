"""Whether agents can trust what is released: the release key is published, the channels are fresh, the pins fit.

Pure: the texts come in. Whether a signature fits is left to `release.verify`, as agents ask it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta

from runwright.checks.hosting.diagnosis import Diagnosis, good, unknown, wrong
from runwright.checks.hosting.facts import NotTold
from runwright.errors import ContentError, TrustError
from runwright.model.release import ChannelDocument
from runwright.release.document import parse
from runwright.release.signers import CHANNEL, GIT, AllowedSigner, parse_allowed_signers
from runwright.release.verify import Trust, check_document

SIGNERS = ".github/allowed_signers"
SOON = timedelta(days=2)
"""A channel that ends sooner should have been issued again: agents stop updating once it is over."""
REISSUE = "run `runwright release reissue`; the workflow release.yml does it every day"
PUBLISH = f"write the release key's public half into {SIGNERS} with namespaces git and runwright-channel"


def release_keys(text: str, now: datetime) -> tuple[AllowedSigner, ...]:
    """The lines whose key may sign tags and channels now; raises ContentError for a file that cannot be read."""
    lines = parse_allowed_signers(text, SIGNERS).lines
    return tuple(line for line in lines if {GIT, CHANNEL} <= line.namespaces and line.valid_at(now))


def judge_key(signers: str | None, now: datetime) -> Diagnosis:
    """Whether the key that signs releases is published."""
    key = "release.key"
    if signers is None:
        return wrong(key, f"there is no {SIGNERS}, so nobody knows which key signs releases", PUBLISH)
    try:
        lines = release_keys(signers, now)
    except ContentError as error:
        return wrong(key, str(error), "correct the line")
    if not lines:
        return wrong(key, f"{SIGNERS} lists no key that may sign tags and channels now", PUBLISH)
    return good(key, f"{len(lines)} release key{'s' * (len(lines) > 1)} published: {_ids(lines)}")


def judge_channels(channels: Mapping[str, bytes] | NotTold, signers: str | None, now: datetime) -> Iterator[Diagnosis]:
    """Whether each channel's document can be read, is not over and is signed by a published key; by file name."""
    if isinstance(channels, NotTold):
        yield unknown("channel", channels.why, "give the token the right to read contents")
        return
    documents = sorted(name for name in channels if name.endswith(".json"))
    if not documents:
        yield unknown("channel", "there is no release yet", "merge a change, or run `runwright release cut --first`")
    for name in documents:
        yield _channel(name.removesuffix(".json"), channels, signers, now)


def _channel(name: str, channels: Mapping[str, bytes], signers: str | None, now: datetime) -> Diagnosis:
    key, data = f"channel.{name}", channels[f"{name}.json"]
    try:
        document = parse(data)
        late = _late(key, document, now)
        if late is None and signers is not None:
            pins = parse_allowed_signers(signers, SIGNERS)
            trust = Trust(name, pins, agent_version=document.min_agent)
            check_document(data, channels.get(f"{name}.json.sig", b""), trust, now)
    except (TrustError, ContentError) as error:
        return wrong(key, str(error), "agents refuse it; look at who wrote it, and cut a release anew")
    told = f"{document.tag} on {name} was issued {_span(now - document.issued)} ago and holds "
    return late or good(key, f"{told}{_span(document.expires - now)} more")


def _late(key: str, document: ChannelDocument, now: datetime) -> Diagnosis | None:
    """What is wrong with its times; nothing where they are good."""
    what, age = f"{document.tag} on {document.channel}", _span(now - document.issued)
    if now >= document.expires:
        told = f"{what} ended {_span(now - document.expires)} ago; agents take nothing any more"
        return wrong(key, told, REISSUE)
    if document.issued - now > timedelta(minutes=5):
        return wrong(key, f"{what} is from the future", "see whether this clock or the signer's is wrong")
    if document.expires - now < SOON:
        return wrong(key, f"{what} ends in {_span(document.expires - now)}, and was issued {age} ago", REISSUE)
    return None


def _span(time: timedelta) -> str:
    hours = int(time.total_seconds() // 3600)
    return f"{hours // 24} days" if hours >= 48 else f"{hours} hours"


def judge_pins(pins: str, signers: str | None, now: datetime) -> Diagnosis:
    """Whether an agent pins a key that is published."""
    key = "agent.keys"
    try:
        pinned = parse_allowed_signers(pins, "the agent's trusted keys").lines
        published = release_keys(signers, now) if signers is not None else ()
    except ContentError as error:
        return wrong(key, str(error), "correct the line")
    if not any({GIT, CHANNEL} <= line.namespaces and line.valid_at(now) for line in pinned):
        return wrong(key, "the agent trusts no key for tags and channels, so it accepts nothing", "pin the release key")
    if signers is None:
        return unknown(
            key, f"the agent trusts {_ids(pinned)}; there is nothing to compare it with", "give --forge as well"
        )
    shared = {line.key for line in pinned} & {line.key for line in published}
    if not shared:
        told = f"the agent trusts {_ids(pinned)}, and none of them is published"
        return wrong(key, told, f"compare the file with {SIGNERS}, by a way that is not the network")
    return good(key, f"the agent trusts a published key: {_ids(tuple(one for one in pinned if one.key in shared))}")


def _ids(lines: tuple[AllowedSigner, ...]) -> str:
    return ", ".join(dict.fromkeys(line.key.key_id for line in lines)) or "no key"
