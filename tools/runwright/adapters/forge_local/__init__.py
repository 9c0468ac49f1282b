"""Pull requests in a bare Git repository: heads in refs/pull/<n>/head, all that is said in refs/runwright/pulls.

Three ports for three keys: the bot proposes, the checks check, a person decides. None has another's methods.
"""

from runwright.adapters.forge_local.book import read_pulls
from runwright.adapters.forge_local.checks import LocalChecks
from runwright.adapters.forge_local.proposals import LocalProposals
from runwright.adapters.forge_local.reviews import LocalReviews

__all__ = ["LocalChecks", "LocalProposals", "LocalReviews", "read_pulls"]
