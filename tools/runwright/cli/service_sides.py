"""The two kinds of forge that a service works on, each as one value: where the content is, who speaks, what is read.

The local one is joined here; the one at GitHub in `service_github`.
"""

from __future__ import annotations

import hashlib
import hmac
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from runwright.cli.wiring import now
from runwright.errors import ContentError

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository
    from runwright.release.sshkeys import SigningKey
    from runwright.service.governing_ports import Forge, Terms
    from runwright.service.hosting import Hosting
    from runwright.service.ports import Pulls
    from runwright.service.reconciling import Reconciler
    from runwright.service.review_ports import Reviewers


@dataclass(frozen=True, slots=True)
class Side:
    """A forge as the service sees it."""

    repository: GitRepository
    forge: Forge
    """Where the bot speaks."""
    pulls: Pulls
    terms: Terms
    redaction_key: bytes
    hosting: Hosting | None = None
    reconciler: Reconciler | None = None
    """What keeps up with a forge that is elsewhere."""
    reviewers: Reviewers | None = None
    """The people who decide with tokens of their own; None where their keys do, which never come here."""


def local_side(folder: Path, key: Path) -> Side:
    """A forge in a folder, with the bot's key; raises ContentError or TrustError for what cannot be used."""
    from runwright.adapters.forge_local import LocalProposals
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.keys import load_key
    from runwright.adapters.pulls_local import LocalPulls, LocalTerms

    if not (folder / "HEAD").is_file():
        raise ContentError(
            "this is no bare Git repository; give the one that holds main and the pull requests", path=str(folder)
        )
    repository, bot = GitRepository(folder), load_key(key)
    _check_bot(repository, bot)
    return Side(
        repository=repository,
        forge=LocalProposals(repository, bot),
        pulls=LocalPulls(repository),
        terms=LocalTerms(repository),
        redaction_key=_redaction_key(key),
    )


def _redaction_key(key: Path) -> bytes:
    """The key of this installation's marks: made from the bot's, which all its replicas have and nobody else."""
    return hmac.new(key.read_bytes(), b"runwright-redaction-key", hashlib.sha256).digest()


def _check_bot(repository: GitRepository, bot: SigningKey) -> None:
    """Refuse a key that may not propose, at the start and not at the first failure; raises TrustError."""
    from runwright.release.signers import PROPOSAL, parse_allowed_signers

    main = repository.resolve("refs/heads/main")
    if main is not None:
        text = repository.read_file(main, ".github/allowed_signers") or b""
        parse_allowed_signers(text.decode(), ".github/allowed_signers").identify(bot.public, PROPOSAL, now())
