"""How much one Execution may hold, wherever it is read: more would cost whoever works on it more than it shows.

How many bytes are read is the reader's to say; what a whole number may be is `corpus.strict_json`'s.
"""

from __future__ import annotations

from runwright.model.execution import Execution

MAX_STEPS = 500
"""Steps that one run carried out."""
MAX_FACTS = 5000
"""Facts in all states of one Execution together."""


def excess(execution: Execution) -> str | None:
    """What an Execution has too much of, with its JSON path; None where it holds no more than is read."""
    steps = execution.executed_steps
    if len(steps) > MAX_STEPS:
        return f"$.executed_steps: expected at most {MAX_STEPS} steps, not {len(steps)}"
    diff = execution.state_diff
    facts = len(execution.state_before) + len(execution.state_after) + len(execution.verification_facts)
    facts += len(diff.before) + len(diff.after)
    facts += sum(len(step.state_before) + len(step.state_after) + len(step.facts) for step in steps)
    return f"$: expected at most {MAX_FACTS} facts in all states together, not {facts}" if facts > MAX_FACTS else None
