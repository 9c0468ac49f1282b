"""Gathers facts: the fewest read-only operations for what is wanted, and one level into dependencies.

A fact that cannot be read is left out: not known is an answer. What the site declares counts only where this host
has no way to read it, so a declaration never hides what is really so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from runwright.actions.catalogue import Host
from runwright.actions.facts import FactRead, facts_from, plan_reads, siblings
from runwright.agent.ports import HostPort
from runwright.model.condition import UNKNOWN, Lookup
from runwright.model.fields import Facts
from runwright.model.path import Path, concrete_path, str_path

READ_SECONDS = 10.0
Wanted = Callable[[Lookup], Iterable[Path]]
"""Which facts are wanted, given those that are known."""


def lookup_in(facts: Mapping[str, object]) -> Lookup:
    """Look facts up by their path."""
    return lambda path: facts.get(str_path(path), UNKNOWN)


@dataclass(frozen=True)
class FactReader:
    """Reads facts of one host."""

    port: HostPort
    host: Host
    declared: Facts = field(default_factory=dict)
    """What the site knows and no command tells, by canonical path."""

    def read(self, paths: Iterable[Path]) -> Facts:
        """Read these facts and what comes with them."""
        wanted = tuple(sorted(set(paths)))
        found = {key: value for read in self.planned(wanted) for key, value in self.look(read).items()}
        return {**self.declared_of(wanted), **self.platform(), **found}

    def planned(self, paths: Iterable[Path]) -> tuple[FactRead, ...]:
        """The fewest operations that read these facts and what comes with them, in their order."""
        return plan_reads(_with_siblings(paths), self.host)

    def look(self, read: FactRead, seconds: float = READ_SECONDS) -> Facts:
        """Carry one read out; an answer that says nothing gives nothing."""
        result = self.port.run(read.operation, seconds)
        try:
            return facts_from(read, result)
        except (ValueError, IndexError, KeyError):
            # An answer in a form that nobody expected tells nothing.
            return {}

    def declared_of(self, paths: Iterable[Path]) -> Facts:
        """What the site declares of these facts and what comes with them, where this host cannot read it."""
        wanted = frozenset(_with_siblings(paths))
        return {
            key: value
            for key, value in self.declared.items()
            if (path := concrete_path(key)) in wanted and not self._readable(path)
        }

    def gather(self, wanted: Wanted) -> Facts:
        """Read what is wanted, then what the answers name: needs of list items, and what services require."""
        first = frozenset(wanted(lookup_in({})))
        facts = self.read(first)
        second = frozenset((*wanted(lookup_in(facts)), *dependencies(facts))) - first
        return {**facts, **self.read(second)} if second else facts

    def platform(self) -> Facts:
        """What this host is."""
        known = {"platform.os": self.host.os, "platform.service_manager": self.host.service_manager}
        return {key: value for key, value in known.items() if value is not None}

    def unused(self) -> tuple[str, ...]:
        """The declared facts that this host reads itself."""
        return tuple(key for key in self.declared if self._readable(concrete_path(key)))

    def _readable(self, path: Path) -> bool:
        return bool(plan_reads((path,), self.host))


def _with_siblings(paths: Iterable[Path]) -> tuple[Path, ...]:
    return tuple(dict.fromkeys(also for path in paths for also in (path, *siblings(path))))


_NAMED: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("services", "requires"): (("services", "state"), ("services", "start_type")),
    ("services", "programs"): (("files", "label_right"), ("files", "exists")),
    ("services", "refused_by"): (("selinux_booleans", "on"),),
    ("deleted_open", "holder"): (("services", "state"),),
    ("tls", "served_by"): (("services", "state"), ("services", "reloadable")),
}
"""What must be known of those that a fact names: a unit, or a list of services, programs or booleans."""


def dependencies(facts: Facts) -> Iterator[Path]:
    """What must be known of the services that others require, and of what else a fact names."""
    for key, value in facts.items():
        family, leaf = key.split(".", 1)[0].split("[", 1)[0], key.rpartition(".")[2]
        wanted = _NAMED.get((family, leaf), ())
        names = [value] if isinstance(value, str) else value if isinstance(value, (list, tuple)) else ()
        yield from ((kind, name, of) for name in names if isinstance(name, str) for kind, of in wanted)
