"""The mechanisms behind error texts: which words show one, and which facts tell whether it is at work.

Add a mechanism, not a program: programs say the same thing in many ways. Each names the page that its wording comes
from. How words become facts stands in `error_facts`; what becomes of them is left to `extracting`.
"""

from __future__ import annotations

from runwright.learn.error_facts import (
    LINUX,
    WINDOWS,
    Mechanism,
    of_connection,
    of_deleted_files,
    of_endpoint,
    of_folder,
    of_full_disk,
    of_host,
    of_name,
    of_named_service,
    of_port,
    of_service,
    of_spawned,
    together,
    words,
)
from runwright.learn.program_mechanisms import PROGRAMS
from runwright.model.path import Path

_UNIT = r"[A-Za-z0-9@_.:-]{1,120}"
_PORT = r"(?:[\w.\]*:]:|\bport[ =:]{1,2})(?P<port>\d{2,5})\b"
_SELINUX: Path = ("selinux", "mode")
_WATCHES: Path = ("kernel_settings", "fs.inotify.max_user_watches", "value")
_INSTANCES: Path = ("kernel_settings", "fs.inotify.max_user_instances", "value")
_SYSTEMD = "https://www.freedesktop.org/software/systemd/man/latest/systemctl.html"
_EXEC = "https://www.freedesktop.org/software/systemd/man/latest/systemd.exec.html#Process%20Exit%20Codes"
_WIN32 = "https://learn.microsoft.com/en-us/windows/win32/debug/system-error-codes--1000-1299-"
_ERRNO = "https://man7.org/linux/man-pages/man3/errno.3.html"
_AUDIT2WHY = "https://man7.org/linux/man-pages/man1/audit2why.1.html"
MECHANISMS: tuple[Mechanism, ...] = (
    Mechanism("unit masked", words(rf"unit (?P<unit>{_UNIT}) is masked"), of_service(masked=True), _SYSTEMD, LINUX),
    Mechanism(
        "unit not found",
        words(
            rf"unit (?P<unit>{_UNIT}) (?:not found|could not be found)|failed to start (?P<u2>{_UNIT}): unit not found"
        ),
        of_service(known=False),
        _SYSTEMD,
        LINUX,
    ),
    Mechanism(
        "unit changed on disk",
        words(rf"(?P<unit>{_UNIT}) changed on disk|daemon-reload"),
        of_service("same_on_disk", "up_to_date", daemon_reload_pending=True),
        _SYSTEMD,
        LINUX,
    ),
    Mechanism(
        "dependency failed",
        words(rf"dependency (?:job|failed) for (?P<unit>{_UNIT})|dependency service or group failed"),
        of_service("requires"),
        _SYSTEMD,
    ),
    Mechanism(
        "started too often",
        words(r"start request repeated too quickly|start-limit-hit"),
        of_service("state", "restarts", result="start-limit-hit"),
        _SYSTEMD,
        LINUX,
    ),
    Mechanism(
        "service disabled",
        words(r"\b1058\b|either because it is disabled"),
        of_service(start_type="disabled"),
        _WIN32,
        WINDOWS,
    ),
    Mechanism("dependency failed (1068)", words(r"\b1068\b"), of_service("requires", "start_type"), _WIN32, WINDOWS),
    Mechanism(
        "service unknown (1060)",
        words(r"\b1060\b|does not exist as an installed service"),
        of_service(known=False),
        _WIN32,
        WINDOWS,
    ),
    Mechanism(
        "service too slow (1053)",
        words(r"\b1053\b|did not respond to the start or control request"),
        of_service("state", "requires"),
        _WIN32,
        WINDOWS,
    ),
    Mechanism(
        "program cannot be started",
        words(r"failed at step EXEC spawning (?P<path>/[^\s:]{1,400}): (?P<why>[^\n]{1,80})"),
        of_spawned,
        _EXEC,
        LINUX,
    ),
    Mechanism(
        "SELinux is off",
        words(r"selinux policy is not managed|selinux is (?:not enabled|disabled)|setenforce: selinux"),
        of_host(said=((_SELINUX, "disabled"),)),
        "https://man7.org/linux/man-pages/man8/semanage.8.html",
        LINUX,
    ),
    Mechanism(
        "SELinux refused",
        words(r"avc: {1,4}denied|selinux is preventing"),
        together(of_host(_SELINUX), of_service("refused_by")),
        _AUDIT2WHY,
        LINUX,
    ),
    Mechanism(
        "bind refused",
        words(r"(?:bind|socket)[^\n]{0,80}(?:permission denied|\(13\)|EACCES)"),
        together(of_host(_SELINUX), of_service("refused_by")),
        "https://man7.org/linux/man-pages/man2/bind.2.html",
        LINUX,
    ),
    Mechanism(
        "port in use",
        words(rf"{_PORT}(?!\.)[^\n]{{0,80}}?address already in use"),
        of_port,
        _ERRNO,
    ),
    Mechanism(
        "port in use, named behind",
        words(rf"(?:address already in use|EADDRINUSE|\b10048\b)[^\n]{{0,120}}?{_PORT}"),
        of_port,
        _ERRNO,
    ),
    Mechanism(
        "inotify limit",
        words(r"inotify[^\n]{0,120}(?:limit|no space left|too many open files)|max_user_(?:watches|instances)"),
        of_host(_WATCHES, _INSTANCES),
        "https://man7.org/linux/man-pages/man7/inotify.7.html",
        LINUX,
    ),
    Mechanism(
        "disk full", words(r"no space left on device|\bENOSPC\b|disk quota exceeded"), of_full_disk, _ERRNO, LINUX
    ),
    Mechanism(
        "deleted and still open",
        words(r"\(deleted\)|(?:file (?:meta )?descriptor|holds?|held)[^\n]{0,120}deleted|deleted[^\n]{0,60}still open"),
        of_deleted_files,
        "https://man7.org/linux/man-pages/man5/proc_pid_fd.5.html",
        LINUX,
    ),
    Mechanism(
        "old certificate served",
        words(
            r"certificate has expired|days left|without (?:a )?(?:reload|restart)|certificate[^\n]{0,60}not yet valid"
        ),
        of_endpoint,
        "https://docs.openssl.org/master/man1/openssl-verification-options/",
    ),
    Mechanism(
        "read-only file system",
        words(r"read-only file system|\bEROFS\b"),
        lambda _match, subject: [(("mounts", subject.place, "read_only"), True)],
        _ERRNO,
        LINUX,
    ),
    Mechanism(
        "not mounted",
        words(r"(?<![\w./])(?P<folder>/[A-Za-z0-9._/-]{1,200})['\"]?:? (?:is )?not (?:mounted|a mount ?point)\b"),
        of_folder,
        "https://man7.org/linux/man-pages/man1/mountpoint.1.html",
        LINUX,
    ),
    Mechanism(
        "name not resolved",
        words(r"could not resolve (?:host|hostname)?:? ?'?(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,200})"),
        of_name,
        "https://curl.se/libcurl/c/libcurl-errors.html",
    ),
    Mechanism(
        "connection refused",
        words(r"(?P<host>[A-Za-z0-9][A-Za-z0-9.-]{0,200}):(?P<port>\d{1,5})\b[^\n]{0,60}connection refused"),
        of_connection,
        _ERRNO,
    ),
    Mechanism(
        "index read-only for want of room",
        words(r"read-only / allow delete|flood.?stage"),
        of_full_disk,
        "https://www.elastic.co/guide/en/elasticsearch/reference/current/disk-usage-exceeded.html",
        LINUX,
    ),
    Mechanism(
        "a service that should run",
        words(r"the (?P<unit>[A-Za-z0-9_-]{2,64}) service is (?:not (?:running|reachable|started)|stopped)"),
        of_named_service,
        "https://learn.microsoft.com/en-us/powershell/module/printmanagement/get-printer",
    ),
    *PROGRAMS,
)
