"""What a failed step asked of others: something outside this host, or something that needs rights of its own."""

from __future__ import annotations

import re
from collections.abc import Iterator

from runwright.learn.diagnosis.clues import Clue, clue
from runwright.learn.diagnosis.course import MAX_COMMAND, Course, command_of

_REACHING = re.compile(
    r"\b(aws|az|azure|gcloud|gsutil|s3|b2|curl|wget|certbot|acme|freshclam|choco|winget|npm|pip3?|helm repo|docker pull"
    r"|apt(-get)? (update|upgrade)|yum|dnf)\b|_api\b|https?://(?!localhost|127\.)|download|upload|mirror|[._-]?feed\b"
    r"|sync|Install-(Module|Package)|Update-|signature",
    re.IGNORECASE,
)
_ENTITLED = re.compile(
    r"sql|ldap|-AD[A-Z]|psexec|\bnet use\b|network_cli|k8s_(drain|evict|delete)|\bkubectl (drain|delete|evict)\b|_api\b"
    r"|\biam\b|\bvault\b|\brunas\b|\bsudo\b|Invoke-Command"
)


def clues_of(course: Course) -> Iterator[Clue]:
    """Where a step that does something fails, the likelier kinds of failure by whom it asks."""
    if course.failed is None or course.looked:
        return
    url = str(course.failed.params.get("url", ""))[:MAX_COMMAND]
    said = f"{course.failed.action} {command_of(course.failed)} {url}"
    if _REACHING.search(said):
        yield clue("the step asks something outside this host", external_dependency=0.8, permission_denied=0.2)
    if _ENTITLED.search(said):
        yield clue("the step needs rights of its own in what it asks", permission_denied=0.6)
