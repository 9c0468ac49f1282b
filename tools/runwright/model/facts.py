"""The facts' dictionary: well-known paths, their types, units and kinds; other paths are allowed.

Kinds decide how long a value may be believed during a replay: *state* stays until a declared writer changes
it, *measure* is stale once the run diverged, *derived* follows from others, *clock* never stands still.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from runwright.model.path import Path

Kind = Literal["state", "measure", "derived", "clock"]


@dataclass(frozen=True, slots=True)
class FactSpec:
    """One well-known family of facts; `*` stands for any name."""

    path: tuple[str, ...]
    type: str
    kind: Kind
    description: str
    values: tuple[str, ...] = ()
    hourly: float | None = None
    """How far a clock's value moves in an hour; None where it does not move evenly, or may jump by itself."""


STATES = ("running", "stopped", "failed", "starting", "stopping", "pausing", "paused")

WELL_KNOWN: tuple[FactSpec, ...] = (
    FactSpec(("services", "*", "state"), "string", "state", "What the service manager says of a service.", STATES),
    FactSpec(("services", "*", "known"), "boolean", "state", "The service manager knows the service."),
    FactSpec(("services", "*", "pid"), "integer", "measure", "The main process's id."),
    FactSpec(("services", "*", "masked"), "boolean", "state", "A systemd mask keeps the unit from starting."),
    FactSpec(
        ("services", "*", "daemon_reload_pending"), "boolean", "state", "The unit's file changed since systemd read it."
    ),
    FactSpec(
        ("services", "*", "start_type"),
        "string",
        "state",
        "When the service starts.",
        ("automatic", "manual", "disabled"),
    ),
    FactSpec(("services", "*", "result"), "string", "state", "How the unit last ended; systemd's own words."),
    FactSpec(("services", "*", "restarts"), "integer", "measure", "How often systemd has started it again by itself."),
    FactSpec(
        ("services", "*", "conditions_met"),
        "boolean",
        "measure",
        "What the unit asks of the host held when it was last started; if not, systemd left it stopped.",
    ),
    FactSpec(("services", "*", "requires"), "array", "state", "The services that this one needs."),
    FactSpec(
        ("services", "*", "start_leaves"),
        "string",
        "state",
        "What a start that went well leaves; unsure where the unit's conditions did not hold the last time.",
        ("running", "stopped", "unsure"),
    ),
    FactSpec(("services", "*", "starts_others"), "boolean", "state", "A start of it starts or stops others as well."),
    FactSpec(("services", "*", "stops_others"), "boolean", "derived", "A stop of it stops others as well."),
    FactSpec(("services", "*", "installable"), "boolean", "state", "The unit's file says what enabling it means."),
    FactSpec(
        ("services", "*", "local"), "boolean", "state", "The unit's file is the site's own, which no mask can hide."
    ),
    FactSpec(
        ("services", "*", "up_to_date"),
        "boolean",
        "state",
        "What runs was started after systemd had read the unit's files as they stand on the disk.",
    ),
    FactSpec(
        ("services", "*", "same_on_disk"),
        "boolean",
        "state",
        "What the unit's files say of others and of how it starts is what systemd has read of them.",
    ),
    FactSpec(("services", "*", "reloadable"), "boolean", "state", "The unit says how to let the service read again."),
    FactSpec(("services", "*", "programs"), "array", "state", "The paths of the programs that a start of it runs."),
    FactSpec(
        ("services", "*", "refused_by"),
        "array",
        "state",
        "The SELinux booleans that, off, kept its programs from something since the host started.",
    ),
    FactSpec(("disks", "*", "used_percent"), "number", "measure", "How full the disk is, in per cent."),
    FactSpec(("disks", "*", "free_bytes"), "integer", "measure", "Bytes that are free for everybody."),
    FactSpec(
        ("disks", "*", "inodes_used_percent"), "number", "measure", "How many of the inodes are used, in per cent."
    ),
    FactSpec(("files", "*", "exists"), "boolean", "state", "Something exists at this path."),
    FactSpec(
        ("files", "*", "kind"), "string", "state", "What stands at this path.", ("file", "folder", "link", "other")
    ),
    FactSpec(("files", "*", "size_bytes"), "integer", "measure", "The file's size in bytes."),
    FactSpec(("files", "*", "mode"), "string", "state", "Four octal digits of permission."),
    FactSpec(("files", "*", "owner"), "string", "state", "The owning user's name."),
    FactSpec(("files", "*", "group"), "string", "state", "The owning group's name."),
    FactSpec(("files", "*", "names"), "integer", "state", "How many names (hard links) the file has; 1 for a folder."),
    FactSpec(("files", "*", "reachable"), "boolean", "state", "Every folder on the way is there, and none is a link."),
    FactSpec(
        ("files", "*", "vacant"), "boolean", "state", "Nothing but a regular file stands in the way of a file here."
    ),
    FactSpec(("files", "*", "read_only"), "boolean", "state", "The file system there is mounted read-only."),
    FactSpec(
        ("files", "*", "label_right"), "boolean", "state", "The file has the SELinux label that the policy wants."
    ),
    FactSpec(
        ("selinux", "mode"),
        "string",
        "state",
        "Whether SELinux refuses, only notes, or does nothing.",
        ("enforcing", "permissive", "disabled"),
    ),
    FactSpec(("selinux_booleans", "*", "on"), "boolean", "state", "The policy's boolean is on."),
    FactSpec(
        ("deleted_open", "*", "percent"),
        "number",
        "measure",
        "How much of the disk, in per cent, deleted files take up that one service still holds open.",
    ),
    FactSpec(
        ("deleted_open", "*", "holder"), "string", "measure", "The systemd unit that holds most of what was deleted."
    ),
    FactSpec(("programs", "*", "present"), "boolean", "state", "A program of this name stands on the search path."),
    FactSpec(
        ("programs", "*", "version"), "string", "state", "The version of the Debian package that brought the program."
    ),
    FactSpec(
        ("kernel_settings", "*", "value"), "string", "state", "The value of a kernel setting, as sysctl names it."
    ),
    FactSpec(("ports", "*", "listening"), "boolean", "derived", "A process listens on this TCP port."),
    FactSpec(("ports", "*", "unit"), "string", "derived", "The systemd unit whose process listens on this port."),
    FactSpec(("ports", "*", "owner"), "string", "derived", "The program that listens on this port."),
    FactSpec(("endpoints", "*", "*", "open"), "boolean", "derived", "This host and port accept a connection."),
    FactSpec(("dns", "*", "resolves"), "boolean", "measure", "The name has an address."),
    FactSpec(("http", "*", "status"), "integer", "derived", "The status code of the answer."),
    FactSpec(("http", "*", "ok"), "boolean", "derived", "The answer's status code is below 400."),
    FactSpec(("processes", "*", "count"), "integer", "derived", "How many processes have this name."),
    FactSpec(("processes", "*", "memory_mib"), "integer", "measure", "Memory of all processes of this name, in MiB."),
    FactSpec(
        ("aged_processes", "*", "*", "*", "count"),
        "integer",
        "measure",
        "Processes of this name and this user that have run for at least so many seconds.",
    ),
    FactSpec(
        ("pid_files", "*", "*", "state"),
        "string",
        "derived",
        "Whether a process of that name, the second part of the path, holds this pid file.",
        ("absent", "stale", "held", "unreadable"),
    ),
    FactSpec(
        ("old_files", "*", "*", "*", "count"),
        "integer",
        "measure",
        "Regular files below a folder that match a pattern, are so many days old, and that no process has open.",
    ),
    FactSpec(("old_files", "*", "*", "*", "bytes"), "integer", "measure", "How much they take up, in bytes."),
    FactSpec(
        ("certificates", "*", "days_left"),
        "number",
        "clock",
        "Days until the certificate in a file ends.",
        hourly=1 / 24,
    ),
    FactSpec(("tls", "*", "*", "days_left"), "number", "clock", "Days until the certificate served there ends."),
    FactSpec(
        ("tls", "*", "*", "renewed_days_left"),
        "number",
        "clock",
        "Days until the certificate ends that certbot keeps for this host name, served or not.",
        hourly=1 / 24,
    ),
    FactSpec(("tls", "*", "*", "served_by"), "string", "derived", "The systemd unit of this host that serves it."),
    FactSpec(
        ("backups", "*", "*", "newest_age_hours"),
        "number",
        "clock",
        "The age of the newest file, in hours.",
        hourly=1.0,
    ),
    FactSpec(("backups", "*", "*", "newest_size_bytes"), "integer", "measure", "The size of the newest file."),
    FactSpec(("backups", "*", "*", "count"), "integer", "measure", "Files in a folder that match a pattern."),
    FactSpec(
        ("postgres", "*", "*", "state"),
        "string",
        "derived",
        "Whether PostgreSQL takes connections at this host and port.",
        ("accepting", "rejecting", "silent"),
    ),
    FactSpec(("postgres", "*", "*", "connections"), "integer", "measure", "Sessions of clients."),
    FactSpec(("postgres", "*", "*", "idle_sessions"), "integer", "measure", "Idle sessions of ordinary roles."),
    FactSpec(("postgres", "*", "*", "max_connections"), "integer", "state", "How many sessions there may be."),
    FactSpec(("postgres", "*", "*", "connections_percent"), "number", "measure", "Sessions of those there may be."),
    FactSpec(("postgres_slots", "*", "*", "*", "exists"), "boolean", "state", "The replication slot exists."),
    FactSpec(("postgres_slots", "*", "*", "*", "active"), "boolean", "measure", "A receiver uses the slot."),
    FactSpec(
        ("postgres_slots", "*", "*", "*", "retained_bytes"), "integer", "measure", "WAL kept for the slot, in bytes."
    ),
    FactSpec(("redis", "*", "*", "answers"), "boolean", "derived", "A Redis server answers PING here."),
    FactSpec(("redis", "*", "*", "used_memory_percent"), "number", "measure", "Memory used of the limit, in per cent."),
    FactSpec(("redis", "*", "*", "memory_limit_bytes"), "integer", "state", "maxmemory; 0 means none."),
    FactSpec(("redis", "*", "*", "eviction_policy"), "string", "state", "maxmemory-policy, such as noeviction."),
    FactSpec(("redis", "*", "*", "role"), "string", "state", "master or slave."),
    FactSpec(("mqtt", "*", "*", "answers"), "boolean", "derived", "An MQTT broker answers CONNECT here."),
    FactSpec(("nginx", "*", "valid"), "boolean", "derived", "nginx accepts this configuration file."),
    # Windows alone
    FactSpec(("winspool", "queued_files"), "integer", "measure", "Files of print jobs in the spooler's folder."),
    FactSpec(
        ("winspool", "oldest_minutes"),
        "integer",
        "measure",
        "How long the oldest of these files has waited, in minutes.",
    ),
    FactSpec(
        ("defender", "running_mode"),
        "string",
        "state",
        "How Microsoft Defender Antivirus runs: Normal, or passive beside another product.",
    ),
    FactSpec(
        ("defender", "service_enabled"), "boolean", "derived", "The service of Microsoft Defender Antivirus runs."
    ),
    FactSpec(("defender", "realtime_enabled"), "boolean", "state", "Its real-time protection is on."),
    FactSpec(
        ("defender", "signature_age_days"), "integer", "clock", "The age of its signatures, in days.", hourly=1 / 24
    ),
    FactSpec(
        ("defender", "tamper_protected"), "boolean", "state", "Tamper protection keeps programs from turning it off."
    ),
    FactSpec(("winfirewall", "*", "enabled"), "boolean", "state", "The profile of the Windows firewall is on."),
    FactSpec(
        ("winfirewall", "*", "default_inbound"),
        "string",
        "state",
        "What the profile does with connections that no rule names.",
        ("allow", "block", "not_configured"),
    ),
    FactSpec(
        ("winfirewall", "*", "policy"),
        "string",
        "state",
        "What a group policy says about the profile.",
        ("on", "off", "not_configured"),
    ),
    FactSpec(
        ("wintime", "mode"),
        "string",
        "state",
        "Where the Windows Time service takes the time from.",
        ("domain", "manual", "all", "none"),
    ),
    FactSpec(
        ("wintime", "*", "drift_seconds"),
        "number",
        "measure",
        "How far the clock is from that server's, in seconds, whichever way.",
    ),
    FactSpec(
        ("wupdate", "store_exists"),
        "boolean",
        "measure",
        "Windows Update has its folder of downloads; the service makes one when it starts.",
    ),
    FactSpec(("wupdate", "store_set_aside"), "boolean", "state", "A folder that was set aside is still there."),
    FactSpec(
        ("wupdate", "set_aside_days"), "integer", "clock", "How many days ago it was last written.", hourly=1 / 24
    ),
    FactSpec(("wupdate", "reboot_required"), "boolean", "state", "An update waits for a restart."),
    FactSpec(
        ("wupdate", "last_search_minutes"),
        "integer",
        "clock",
        "Minutes since Automatic Updates last searched with success.",
        hourly=60.0,
    ),
    FactSpec(("schtasks", "*", "known"), "boolean", "state", "The Windows task scheduler knows the task."),
    FactSpec(
        ("schtasks", "*", "state"),
        "string",
        "measure",
        "What the task does now.",
        ("disabled", "queued", "ready", "running"),
    ),
    FactSpec(("schtasks", "*", "last_result"), "integer", "measure", "The exit code of the task's last run."),
    FactSpec(
        ("schtasks", "*", "missed_runs"), "integer", "measure", "How often the task did not run when it should have."
    ),
    FactSpec(
        ("schtasks", "*", "last_run_minutes"), "integer", "clock", "Minutes since the task last started.", hourly=60.0
    ),
    FactSpec(("eventlogs", "*", "enabled"), "boolean", "state", "The event log takes events."),
    FactSpec(("eventlogs", "*", "full"), "boolean", "measure", "The event log is full."),
    FactSpec(("eventlogs", "*", "size_bytes"), "integer", "measure", "The size of the log's file, in bytes."),
    FactSpec(("eventlogs", "*", "max_bytes"), "integer", "state", "How large the file may grow, in bytes."),
    FactSpec(
        ("eventlogs", "*", "mode"),
        "string",
        "state",
        "What happens when the log is full.",
        ("circular", "retain", "auto_backup"),
    ),
    FactSpec(
        ("wincert", "*", "known"),
        "boolean",
        "measure",
        "The machine store holds a certificate with a key for this DNS name.",
    ),
    FactSpec(("wincert", "*", "thumbprint"), "string", "measure", "The thumbprint of the one that ends last."),
    FactSpec(
        ("wincert", "*", "days_left"),
        "integer",
        "clock",
        "Days until that one ends; below zero when it has.",
        hourly=1 / 24,
    ),
    FactSpec(("wintls", "tls12_by_default"), "boolean", "state", "A new Windows PowerShell offers TLS 1.2 by itself."),
    FactSpec(
        ("winimage", "health"),
        "string",
        "measure",
        "What Windows says of its own component store.",
        ("healthy", "repairable", "damaged"),
    ),
    FactSpec(("winimage", "source_set"), "boolean", "state", "A policy names where components are repaired from."),
    FactSpec(("powershell", "version"), "string", "state", "The version of Windows PowerShell."),
    FactSpec(("psproviders", "*", "installed"), "boolean", "state", "The package provider is installed."),
    FactSpec(("winbackup", "has_policy"), "boolean", "state", "Windows Server Backup has a schedule."),
    FactSpec(("winbackup", "busy"), "boolean", "measure", "A backup runs."),
    FactSpec(("winbackup", "last_result"), "integer", "measure", "The result code of the last backup; 0 is success."),
    FactSpec(
        ("winbackup", "last_success_hours"),
        "integer",
        "clock",
        "Hours since the last backup that succeeded.",
        hourly=1.0,
    ),
    FactSpec(("vss", "writers"), "array", "measure", "The writers of the Volume Shadow Copy Service."),
    FactSpec(("vss", "failed_writers"), "array", "measure", "Those of them that are in a failed state."),
    FactSpec(("vss", "failed_count"), "integer", "measure", "How many of them are in a failed state."),
    FactSpec(("rdp", "allowed"), "boolean", "state", "Remote Desktop connections are allowed."),
    FactSpec(("rdp", "port"), "integer", "state", "The port that Remote Desktop is set to."),
    FactSpec(("windns", "servers"), "array", "state", "The DNS servers that this host asks."),
    FactSpec(("timers", "*", "unit"), "string", "state", "What the timer starts."),
    FactSpec(("timers", "*", "scheduled"), "boolean", "derived", "The timer will start it again."),
    FactSpec(("timers", "*", "has_run"), "boolean", "measure", "The timer has started it before."),
    FactSpec(("mounts", "*", "mounted"), "boolean", "state", "A file system is mounted on this folder."),
    FactSpec(("mounts", "*", "read_only"), "boolean", "state", "Nothing can be written to it."),
    FactSpec(("mounts", "*", "in_fstab"), "boolean", "state", "The table of file systems names this folder."),
    FactSpec(("mounts", "*", "hides_files"), "boolean", "measure", "Nothing is mounted, and files lie in the folder."),
    FactSpec(("clock", "answers"), "boolean", "derived", "The time service answers."),
    FactSpec(("clock", "tracking"), "boolean", "measure", "The time service follows a time source."),
    FactSpec(("clock", "offset_seconds"), "number", "clock", "How far the clock is from the source, in seconds."),
    FactSpec(("resolver", "managed"), "boolean", "state", "systemd-resolved keeps /etc/resolv.conf."),
    FactSpec(("resolver", "servers"), "array", "derived", "The name servers in /etc/resolv.conf."),
    FactSpec(("firewall", "rules"), "integer", "derived", "How many rules the packet filter has."),
    FactSpec(("firewall", "filters_input"), "boolean", "derived", "The packet filter looks at what comes in."),
    FactSpec(("firewall", "rules_valid"), "boolean", "derived", "The rules on the disk can be loaded."),
    FactSpec(("packages", "consistent"), "boolean", "state", "No package is half installed."),
    FactSpec(("packages", "locked"), "boolean", "measure", "Somebody works on the packages now."),
    FactSpec(("ssh", "config_valid"), "boolean", "derived", "The SSH server accepts its configuration."),
    FactSpec(("journal", "size_bytes"), "integer", "measure", "What systemd's journal takes up, in bytes."),
    FactSpec(("memory", "used_percent"), "number", "measure", "How much of the memory is used, in per cent."),
    FactSpec(("cpu", "load_1m"), "number", "measure", "The load average of the last minute."),
    FactSpec(("platform", "os"), "string", "state", "The operating system.", ("linux", "windows")),
    FactSpec(
        ("platform", "service_manager"),
        "string",
        "state",
        "What runs the services.",
        ("systemd", "supervisor", "windows"),
    ),
    FactSpec(("platform", "distribution"), "string", "state", "The ID of os-release(5), such as debian; or windows."),
    FactSpec(("platform", "version"), "string", "state", "The system's version, such as 12."),
    FactSpec(("platform", "kernel"), "string", "state", "The kernel's release."),
    FactSpec(("platform", "architecture"), "string", "state", "The machine's architecture, such as x86_64."),
    FactSpec(("platform", "locale"), "string", "state", "The system's locale, such as en_US.UTF-8."),
)


@lru_cache(maxsize=16384)
def hourly_of(path: Path) -> float | None:
    """How far the value of a clock moves in an hour; None for any other fact."""
    spec = spec_of(path)
    return spec.hourly if spec else None


@lru_cache(maxsize=16384)
def kind_of(path: Path) -> Kind:
    """The kind of a fact; a path that the dictionary does not know is a measure."""
    spec = spec_of(path)
    return spec.kind if spec else "measure"


def spec_of(path: Path) -> FactSpec | None:
    """The dictionary's entry for a path, if it has one."""
    for spec in WELL_KNOWN:
        if len(spec.path) == len(path) and all(a in ("*", b) for a, b in zip(spec.path, path, strict=True)):
            return spec
    return None
