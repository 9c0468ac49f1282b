"""The repository's own list of known-safe commands, `guard/forms.yaml`; what it means is left to `checks.guard`."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from runwright.model.fields import Prose
from runwright.model.frozen import Authored

Program = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_][A-Za-z0-9_.+-]{0,63}$"),
    Field(description="The name of a program, without its folder.", examples=["queuectl"]),
]
FormWord = Annotated[
    str,
    StringConstraints(pattern=r"^[A-Za-z0-9_@%+=:.,/-]{1,200}[?*+]?$"),
    Field(
        description=(
            "A fixed word, alternatives separated by /, or a kind of value in capitals such as NAME, INT or PATH. "
            "A ? behind it: it may be absent; *: any number; +: one or more."
        ),
        examples=["status/list", "NAME?"],
    ),
]
FormOption = Annotated[
    str,
    StringConstraints(pattern=r"^!?[-/][A-Za-z0-9?-][A-Za-z0-9_:?-]{0,60}(=[A-Z]{1,20})?$"),
    Field(
        description="An option that is allowed; =KIND: it takes such a value; !: one of those so marked must be there.",
        examples=["--json", "--queue=NAME"],
    ),
]


class GuardForm(Authored):
    """One way to call a program that needs no second person, whatever the values are."""

    programs: Annotated[tuple[Program, ...], Field(min_length=1, max_length=20)]
    """The programs that are called in this way."""
    shells: Annotated[tuple[Literal["bash", "sh", "powershell", "cmd"], ...], Field(min_length=1)] = ("bash", "sh")
    """The shells for which it holds; a command without a shell counts as bash on Linux and as cmd on Windows."""
    words: Annotated[tuple[FormWord, ...], Field(max_length=20)] = ()
    """The words that follow the program, in order."""
    options: Annotated[tuple[FormOption, ...], Field(max_length=60)] = ()
    """The options that may stand anywhere among them."""
    reason: Prose
    """Why this needs no second person: what it reads or changes, and how that is undone."""


class GuardForms(Authored):
    """The known-safe forms that a repository adds to those that come with Runwright."""

    forms: Annotated[tuple[GuardForm, ...], Field(max_length=500)] = ()
    """One entry for each way to call a program."""
