"""Wordings that show a mechanism, whichever program says them; bounded, because what they are tried on is hostile.

The first that is found decides. Programs say the same thing in many ways: add a mechanism, not a program.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from runwright.model.fields import FailureType


@dataclass(frozen=True, slots=True)
class Wording:
    """Words that show a mechanism."""

    failure_type: FailureType
    pattern: re.Pattern[str]
    rationale: str


def _says(failure_type: FailureType, rationale: str, *words: str) -> Wording:
    return Wording(failure_type, re.compile("|".join(words), re.IGNORECASE), rationale)


DENIED = _says(
    "permission_denied",
    "the account was not allowed to do it",
    "permission denied",
    "access (is )?denied",
    "AccessDenied",
    "(not |un)authorized",
    "operation not permitted",
    "must be root",
    "requires elevation",
    "is forbidden",
    r"\b403 forbidden",
    r"cannot [a-z]{2,12} resource",
    "logon failure",
    r"\b(EACCES|EPERM)\b",
    r"\berror (5|1069)\b",
)
WORDINGS: tuple[Wording, ...] = (
    _says(
        "environment_difference",
        "this host is guarded or set up in a way that the runbook does not expect",
        "avc: {1,4}denied",
        "selinux policy",
        "apparmor=.?denied",
        "internal error state is 10013",
        "could not create ssl/tls secure channel",
        "not digitally signed",
    ),
    _says(
        "runbook_insufficient",
        "something has to be done first that the runbook does not do",
        "systemctl daemon-reload",
        "unit .{1,80} is masked",
        r"(error|code|\() ?(1058|1068)\b",
        "it is disabled",
        "dependency (service|job)",
        "address already in use",
        "no space left on device",
        "without (a )?(reload|restart)",
        "source files could not be found",
    ),
    DENIED,
    _says(
        "external_dependency",
        "something outside this host did not answer, or not now",
        "could not resolve",
        "name or service not known",
        "temporary failure in name resolution",
        "unable to resolve package source",
        "no route to host",
        "network is unreachable",
        "did not properly respond",
        r"\b(error|code|status|http|http/[0-9.]{1,3})\W{1,3}(429|50[234])\b",
        "bad gateway",
        "service.unavailable",
        "temporarily unavailable",
        "too busy",
        "gateway time-?out",
        "rate limit",
        "request rate",
        "too many requests",
        "none of the time providers",
        r"using server https?://",
        r"source location .{1,200} is not valid",
    ),
    _says(
        "environment_difference",
        "this host lacks what the runbook takes for granted",
        "command not found",
        "no such file or directory",
        "is not recognized as",
        "not installed",
        "no module named",
        "(unknown|unrecognized) option",
        "unsupported",
        "unit .{1,80} not found",
        "is not an? .{1,40} command",
        "invalid .{1,60} format",
        "unable to download from uri",
    ),
)
EXPIRED = re.compile(r"certificate[^\n]{0,80}(expired|not yet valid)|days left|still says its expired", re.IGNORECASE)
FINE = re.compile(
    r"\b0% packet loss|succeeded\s{0,4}:\s{0,4}true|^(open|running)$|active \(running\)"
    r"|\bhealthy\b|none found|\b0 removed",
    re.IGNORECASE | re.MULTILINE,
)
