"""What the release asks of a hosting service: the table `[github]` of `runwright.toml`.

Where GitHub is and who speaks to it stands in the environment, never in a repository.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import Field, StringConstraints

from runwright.model.frozen import Authored

ACTIONS_APP = 15368
"""The App that sets the checks of GitHub Actions on github.com; an Enterprise Server has a number of its own."""
REQUIRED: dict[str, int] = {"validate": ACTIONS_APP, "replay": ACTIONS_APP}
"""The checks that must be green before a release, and the App that must have set each."""

AppId = Annotated[int, Field(ge=1, le=2_000_000_000)]
Name = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9 ._:/()-]{0,99}$")]
Login = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9-]{0,99}\[bot\]$")]


class HostingSettings(Authored):
    """What must be true of a pull request at GitHub before what it brought is released."""

    checks: dict[Name, AppId] = REQUIRED
    """Checks that must be green, by name, each with the id of the App that must have set it; validate and replay are
    always among them."""
    other_bots: Annotated[tuple[Login, ...], Field(strict=False)] = ()
    """Bots beside Runwright's that may propose more than runbooks, rules and recordings, such as dependabot[bot]; a
    person approves it all the same."""

    @property
    def required(self) -> dict[str, int]:
        """Every check that must be green; a file can add checks and name another App, and take none away."""
        return {**REQUIRED, **self.checks}
