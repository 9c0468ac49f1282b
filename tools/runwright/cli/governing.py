"""Joins what governs the proposals with the store and a forge."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from runwright.adapters.git_repository import GitRepository
    from runwright.adapters.store.database import Database
    from runwright.service.governing import Governor
    from runwright.service.governing_ports import Forge, Terms


def build_governor(database: Database, repository: GitRepository, forge: Forge, terms: Terms) -> Governor:
    """The governor of a repository's proposals."""
    from runwright.adapters.store.counts import Counts
    from runwright.adapters.store.opinions import Opinions
    from runwright.adapters.store.probes import Probes
    from runwright.adapters.store.turns import Turns
    from runwright.service.evidence import EvidenceWriter
    from runwright.service.governing import Governor
    from runwright.service.measuring import Measurer
    from runwright.service.proposing import Proposer
    from runwright.service.remembering import Memory
    from runwright.service.tidying import Tidier

    counts, opinions = Counts(database), Opinions(database)
    return Governor(
        memory=Memory(forge, counts, opinions),
        proposer=Proposer(forge, repository, terms, Turns(database)),
        writer=EvidenceWriter(forge, counts),
        tidier=Tidier(forge, repository, opinions, counts),
        measurer=Measurer(forge, repository, counts),
        probes=Probes(database),
    )
