"""The guard: says of a command whether it may run (`allow`), needs a second person (`review`) or never runs (`block`).

It reads commands of bash, sh, PowerShell and cmd without running anything. Who asks, and what follows from the
verdict, is left to `checks.commands`, `checks.risk` and the command line.
"""

from runwright.checks.guard.judge import judge, judge_argv
from runwright.checks.guard.judgement import Judgement, Verdict
from runwright.checks.guard.words import Shell

__all__ = ["Judgement", "Shell", "Verdict", "judge", "judge_argv"]
