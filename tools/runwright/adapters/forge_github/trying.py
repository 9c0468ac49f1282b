"""Writes down what came of a test that a person made of a proposed version: a commit status in their name.

It stands on exactly the commit that was tried, beside the checks, for whoever reviews. It is no check that a merge or a
release asks for: those count from their App alone. Source: GitHub's REST reference, "Create a commit status".
"""

from __future__ import annotations

from collections.abc import Iterable

from runwright.adapters.forge_github.as_proposal import line
from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.people import refused_token
from runwright.adapters.forge_github.reading import all_of, understood
from runwright.adapters.forge_github.refusals import Forbidden, Missing, Unclear, Unprocessable
from runwright.adapters.forge_github.translating import newest, statuses_from
from runwright.errors import TrustError
from runwright.model.hosted import Account, HostedCheck
from runwright.model.review import Tried

CONTEXT = "test/"
"""How the names of such statuses begin; those of checks that are asked for begin otherwise."""
LONGEST = 140
"""Characters of a description."""


def report(connection: Connection, me: Account, head: str, tried: Tried) -> None:
    """Set the status, once; the same again writes nothing. Raises TrustError where GitHub does not let this person."""
    if has_reported(connection, me, head, tried):
        return
    state = "success" if tried.passed else "failure"
    body = {"state": state, "context": f"{CONTEXT}{tried.name}", "description": line(tried.details)[:LONGEST]}
    try:
        connection.write("POST", f"statuses/{head}", body)
    except Unclear:
        if not has_reported(connection, me, head, tried):
            raise
    except (Forbidden, Missing, Unprocessable) as refused:
        if refused.status == 401:
            raise refused_token(refused) from refused
        text = f"GitHub does not take the result of {me.login}: {refused.reason}; the token needs `statuses` (write)"
        raise TrustError("reviewer.permission", text) from refused


def has_reported(connection: Connection, me: Account, head: str, tried: Tried) -> bool:
    """Say whether the last word on a test at a commit is this one, by this person."""
    told = all_of(connection, f"commits/{head}/statuses")
    said: Iterable[HostedCheck] = understood(lambda: newest(statuses_from(told, head)))
    wanted = (f"{CONTEXT}{tried.name}", "success" if tried.passed else "failure")
    return any((one.name, one.conclusion) == wanted and one.by is not None and one.by.id == me.id for one in said)
