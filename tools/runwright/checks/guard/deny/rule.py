"""What an entry of the deny list is: which programs, which arguments, and what to tell a person."""

from __future__ import annotations

from dataclasses import dataclass

from runwright.checks.guard.matching import occurs


@dataclass(frozen=True, slots=True)
class Rule:
    """One mechanism that must never run."""

    what: str
    programs: frozenset[str] = frozenset()
    """Families of programs that it is about; none means every program and every expression."""
    pattern: str = ""
    """A regular expression that occurs in the arguments, whatever the case; none means any arguments."""
    unless: str = ""
    """A regular expression that makes it harmless."""

    def fits(self, line: str) -> bool:
        """Whether a line of arguments is what the rule is about."""
        if self.pattern and not occurs(self.pattern, line):
            return False
        return not (self.unless and occurs(self.unless, line))


def rule(what: str, programs: str = "", pattern: str = "", unless: str = "") -> Rule:
    """Make a rule; programs are separated by spaces."""
    return Rule(what, frozenset(programs.split()), pattern, unless)
