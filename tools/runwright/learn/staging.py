"""Whether what replay leaves open about a candidate is a matter for a staging host, and not for a probe.

Time is: nobody recorded what nobody waited for. So is what was known when the run failed and the remedy itself makes
unknown, such as what stands behind a mask. Facts that somebody could have recorded are asked for instead.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from runwright.actions.action import FORGET
from runwright.actions.binding import changes_of, covers
from runwright.actions.catalogue import ACTIONS, Host
from runwright.learn.drafts import Candidate, Failure
from runwright.learn.goals import world_at
from runwright.learn.study import study_of
from runwright.model.condition import UNKNOWN
from runwright.model.insertion import MissingValue, insert
from runwright.model.path import Path, path_if_any
from runwright.model.runbook import Runbook
from runwright.model.walk import Verb, verbs
from runwright.replay.models import model_of


def only_staging_can_tell(candidate: Candidate, change: tuple[Runbook, Runbook], open_facts: Sequence[str]) -> bool:
    """Whether a candidate may be tried on a staging host though replay does not know how it ends.

    `change` is the version before and the new one.
    """
    return candidate.measured or (bool(open_facts) and not _opaque(new_verbs(*change)))


def made_unknown(open_facts: Sequence[str], new: Iterable[Verb], failure: Failure) -> bool:
    """Whether everything that is open was known when the run failed, and a new step makes some of it unknown.

    What did not stay as a step had written it is no such thing: there the remedy itself is in doubt.
    """
    study = study_of(failure)
    if isinstance(study, str) or unread(open_facts, failure):
        return False
    tape, paths = study.tape, [path_if_any(name) for name in open_facts]
    doubtful = {*tape.exogenous, *tape.later}
    if doubtful & {path for path in paths if path is not None}:
        return False
    forgotten = [path for verb in new for path in _forgotten(verb, failure, tape.host)]
    return any(path is not None and any(covers(one, path) for one in forgotten) for path in paths)


def unread(names: Sequence[str], failure: Failure) -> tuple[str, ...]:
    """Those facts that were not known when the run failed: whoever asks for another one asks for it in vain."""
    study = study_of(failure)
    if isinstance(study, str):
        return tuple(names)
    world = world_at(study.step, study.tape) if study.step is not None else study.tape.verified
    paths = ((name, path_if_any(name)) for name in names)
    return tuple(name for name, path in paths if path is None or world.known(path) is UNKNOWN)


def new_verbs(base: Runbook, head: Runbook) -> tuple[Verb, ...]:
    """What a new version does that the one before did not."""
    there = [(verb.action, verb.params) for verb in verbs(base)]
    return tuple(verb for verb in verbs(head) if (verb.action, verb.params) not in there)


def _forgotten(verb: Verb, failure: Failure, host: Host) -> Iterator[Path]:
    """The facts that nobody knows behind an action, whatever they were."""
    scope = {"params": failure.execution.params, "incident": {}, "steps": {}}
    try:
        params = insert(verb.params, scope)
    except MissingValue:
        params = {}
    model = model_of(ACTIONS.get(verb.action), host)
    plain = replace(model, changes=tuple(one for one in model.changes if one.to is FORGET and one.only_if is None))
    yield from (path for path, _ in changes_of(plain, params))


def _opaque(new: Iterable[Verb]) -> bool:
    """Whether nobody can say of one of them what it does."""
    known = (ACTIONS[verb.action] for verb in new if verb.action in ACTIONS)
    return any(all(one.model.opaque for one in action.variants.values()) for action in known)
