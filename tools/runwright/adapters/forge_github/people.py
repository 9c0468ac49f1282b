"""Who a person is, by the token that they bring; a machine's is refused: a person must decide."""

from __future__ import annotations

from typing import Any

from runwright.adapters.forge_github.connection import Connection
from runwright.adapters.forge_github.reading import understood
from runwright.adapters.forge_github.refusals import Forbidden, Refused
from runwright.adapters.forge_github.translating import account_from
from runwright.errors import TrustError
from runwright.model.hosted import Account

NO_PERSON = "this token is a machine's, and a person must decide: sign in as yourself with `runwright github login`"


def person_of(connection: Connection) -> Account:
    """Give the person whose token it is.

    Raises TrustError: reviewer.token for one that GitHub does not know, reviewer.bot for an App's, a workflow's or a
    bot's; EdgeError where GitHub does not say.
    """
    try:
        data: Any = connection.get("/user")
    except Forbidden as refused:
        raise refused_token(refused) from refused
    account = understood(lambda: account_from(data))
    if account is None or account.kind != "user" or account.login.endswith("[bot]"):
        raise TrustError("reviewer.bot", NO_PERSON)
    return account


def refused_token(refused: Refused) -> TrustError:
    """Say why a token is no person's: nobody's, or one that may not even ask who it is."""
    if refused.status == 401:
        return TrustError("reviewer.token", "GitHub does not take this token (any more); sign in again")
    return TrustError("reviewer.bot", NO_PERSON)
