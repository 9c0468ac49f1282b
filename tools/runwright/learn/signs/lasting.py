"""Trouble that outlasts what was done: damaged or mismatched data, exhausted memory, an attachment that stays.

After the messages of InnoDB, PostgreSQL, Kafka, RabbitMQ, containerd, Docker, ext4, NFS and the component store of
Windows.
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import HINT, LIKELY, Mechanism, mechanism

LASTING: tuple[Mechanism, ...] = (
    mechanism(
        "wrong_runbook",
        "the data is damaged, which what was done cannot mend",
        LIKELY,
        "corrupt; degraded; checksum mismatch; invalid page; invalid checkpoint; assertion failure; bad crc; csum;"
        " crash dump; is in the future; bad magic; unable to fix;"
        " could not repair; cannot be repaired; was unable to repair; layer does not exist; readlink; malformed;"
        " input/output error; i/o error; medium error; unrecoverable; page verification failed; not a valid;"
        " database disk image; bad superblock; torn page; lost connection to server during query; internal_error;"
        " unexpected end of file; fatal error",
    ),
    mechanism(
        "wrong_runbook",
        "what is stored contradicts what is running, and stays as it is",
        LIKELY,
        "doesn't match stored; does not match stored; does not match the stored; inconsistentclusterid;"
        " inconsistent; mismatched; wrong cluster; split brain; split-brain; diverged; duplicate entry;"
        " duplicate key; timeline; system identifier; uuid mismatch; wraparound",
    ),
    mechanism(
        "wrong_runbook",
        "something is still attached, mounted or held elsewhere",
        LIKELY,
        "multi-attach; already exclusively attached; dangling; stale nfs; stale file handle; volume is already;"
        " still attached; failed to detach; detach; stuck in",
    ),
    mechanism(
        "wrong_runbook",
        "what sets it is kept elsewhere, so that setting it here does not hold",
        LIKELY,
        "controlled by polic; controlled by group policy; set by group policy; managed by your organization;"
        " managed by your administrator; by your system administrator; is managed by; overridden by; overwritten by;"
        " will be overwritten; reverted by; tamper protection",
    ),
    mechanism(
        "wrong_runbook",
        "a resource is used up again whatever is given to it",
        LIKELY,
        "oomkilled; out of memory; oom-kill; ooms out; outofmemory; cannot allocate memory; memory leak;"
        " table full; keep filling; keeps filling; fills up again; deadlock; crashloopbackoff;"
        " back-off restarting; crash loop",
    ),
    mechanism(
        "wrong_runbook",
        "what was to be cured is still there",
        HINT,
        "panic:; segmentation fault; core dumped; still; again; unchanged; 100% used; failed (exit-code);"
        " liveness probe failed; unhealthy; exited with; cannot be restarted; operation failed;"
        " terminated unexpectedly; unable to persist; not able to persist",
    ),
)
