"""Pull requests in a bare Git repository: heads in refs/pull/<n>/head, all that is said in refs/runwright/pulls.

Four ports for three keys: the bot proposes files, the checks check, a person proposes a branch that was pushed and
decides on what others proposed. None has another's methods.
"""

from runwright.adapters.forge_local.book import BASE, base_policy, changes_of, read_pulls
from runwright.adapters.forge_local.branches import BranchRequest, LocalBranches
from runwright.adapters.forge_local.checks import LocalChecks
from runwright.adapters.forge_local.proposals import LocalProposals
from runwright.adapters.forge_local.reviews import LocalReviews

__all__ = [
    "BASE",
    "BranchRequest",
    "LocalBranches",
    "LocalChecks",
    "LocalProposals",
    "LocalReviews",
    "base_policy",
    "changes_of",
    "read_pulls",
]
