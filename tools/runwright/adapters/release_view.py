"""What the latest release holds, read from the repository for the service's view of it.

Nothing is verified here and nothing is activated from it: agents verify the release themselves before they use it.
"""

from __future__ import annotations

from runwright.adapters.git_repository import GitRepository
from runwright.corpus.corpus import Entry, read_corpus
from runwright.model.intake import PromotedRule, ReleaseView
from runwright.model.release import ChannelDocument
from runwright.model.rule import Rule
from runwright.release.document import parse

CHANNELS = "refs/heads/channels"
RULES = "rules/promoted/"


class GitReleases:
    """The releases of a repository, seen through one channel's document."""

    def __init__(self, repository: GitRepository, channel: str = "stable") -> None:
        self.repository, self.channel = repository, channel

    def latest(self) -> ReleaseView | None:
        """The release that the channel is at; None before the first. Raises TrustError for a malformed document."""
        tip = self.repository.resolve(CHANNELS)
        data = self.repository.read_file(tip, f"{self.channel}.json") if tip is not None else None
        if data is None:
            return None
        document = parse(data)
        corpus = read_corpus(self.repository.read_files(document.commit, RULES))
        rules = tuple(_promoted(entry, corpus.files[entry.path], document) for entry in corpus.rules)
        return ReleaseView(document.seq, document.tag, rules)


def _promoted(entry: Entry[Rule], text: bytes, document: ChannelDocument) -> PromotedRule:
    """A rule; one that was written by hand is as old as its release and by whom that was approved."""
    rule = entry.value
    return PromotedRule(
        rule_id=rule.id,
        pattern_signature=rule.metadata.pattern_signature,
        rule_yaml=text.decode(),
        promoted_at=rule.metadata.promoted_at or document.issued,
        promoted_by=rule.metadata.promoted_by or document.merged_by,
        partners=rule.scope.partners,
        sites=rule.scope.sites,
    )
