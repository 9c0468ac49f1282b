"""Whether the change of an open proposal would have helped another run of the same failure.

A fingerprint names a failure and none of its facts: whoever sends it first, honestly or not, may have had another
cause.
"""

from __future__ import annotations

from runwright.corpus.corpus import Corpus
from runwright.learn.reconstruct import reconstruct
from runwright.model.execution import Execution
from runwright.model.walk import closure
from runwright.replay.judging import Pair, judge


def unhelped(execution: Execution, base: Corpus, head: Corpus) -> bool:
    """Whether replay says that a run would fail at `head`, too; where it cannot tell, it is taken for helped."""
    told = execution
    if base.runbook(execution.runbook_id) is None:
        put_together = reconstruct(execution, base)
        if isinstance(put_together, str):
            return False
        told = put_together[2]
    new = head.runbook(told.runbook_id)
    if new is None:
        return True  # what it ran is another runbook than the one that is changed
    library = closure(new.value, {entry.value.id: entry.value for entry in head.runbooks})
    others = [item.execution for item in head.recordings_of(told.runbook_id)]
    return judge(Pair(None, new.value, head_called=library), told, others).would == "fail"
