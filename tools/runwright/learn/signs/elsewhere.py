"""Errors that name another trouble than the one that was reported: clocks, packet sizes, connections used up.

Each belongs to a domain of its own; what they mean depends on what the incident was taken for.
"""

from __future__ import annotations

from runwright.learn.signs.mechanism import LIKELY, Mechanism, mechanism

_WHY = "the error speaks of something else than the incident"
ELSEWHERE: tuple[tuple[str, Mechanism], ...] = tuple(
    (domain, mechanism("wrong_diagnosis", _WHY, LIKELY, phrases))
    for domain, phrases in (
        (
            "time",
            "clock skew; not yet valid; not valid yet; not-active-yet; not before; krb_ap_err_skew; clock is;"
            " time difference; time is not synchronized; prior to not before; cannot handle token prior;"
            " in the past; requesttimetooskewed; time skew; (nbf); validity period",
        ),
        (
            "names",
            "cannot be resolved; could not be resolved; no such host; unknown host; name or service not known;"
            " could not resolve; host not found; unresolvable; nxdomain; unrecognized_name",
        ),
        (
            "size",
            "message too long; fragmentation needed; packet too big",
        ),
        (
            "connections",
            "too many clients; too many connections; connection slots are reserved; max_connections;"
            " pool exhausted; connection pool; conntrack; maximum number of processes; ora-00020;"
            " too many sessions",
        ),
        (
            "disk",
            "no space left; disk full; free space; disk alarm; blocked until this alarm; read_only_allow_delete;"
            " read-only / allow delete",
        ),
        (
            "session",
            "client id; clientid; already connected; closing old connection; session taken over",
        ),
        (
            "memory",
            "out of memory; outofmemory; oomkilled; cannot allocate memory; memory_high_watermark",
        ),
        (
            "connection",
            "tcp_closed; connection closed; closed network connection; connection lost; broken pipe; connection reset",
        ),
    )
)
