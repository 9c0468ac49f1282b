"""Pull requests at GitHub, through PyGithub; each port has a class of its own, and the bot's has no way to decide.

The connection paces and judges; the other files say what is asked and what the answers mean.
"""

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.credentials import App, AppCredentials, Credentials, TokenCredentials
from runwright.adapters.forge_github.pace import Clocks, Gaps, Pace
from runwright.adapters.forge_github.place import Place
from runwright.adapters.forge_github.proposals import GitHubProposals
from runwright.adapters.forge_github.pulls import GitHubPulls
from runwright.adapters.forge_github.reading import read_hosted
from runwright.adapters.forge_github.refusals import (
    Conflict,
    Forbidden,
    Full,
    Limited,
    Missing,
    Refused,
    Unclear,
    Unprocessable,
)
from runwright.adapters.forge_github.terms import GitHubTerms

__all__ = [
    "App",
    "AppCredentials",
    "Clocks",
    "Conflict",
    "Connection",
    "Credentials",
    "Forbidden",
    "Full",
    "Gaps",
    "GitHubProposals",
    "GitHubPulls",
    "GitHubTerms",
    "Limited",
    "Missing",
    "Pace",
    "Place",
    "Refused",
    "TokenCredentials",
    "Unclear",
    "Unprocessable",
    "read_hosted",
]
