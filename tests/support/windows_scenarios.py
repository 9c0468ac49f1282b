"""What is wrong on the played Windows hosts: for each runbook one fault that it mends and one that it does not.

A scenario is a fault, the parameters of the run and what must come of it. Written after the vendors' pages.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from runwright.actions.action import Result
from tests.support.hand_clock import HandClock
from tests.support.windows_machine import Service, WindowsMachine

Env = Mapping[str, str]


@dataclass(frozen=True)
class Scenario:
    """One fault on one host."""

    name: str
    runbook: str
    fault: Callable[[], WindowsMachine]
    params: Mapping[str, Any]
    status: str = "success"
    error_step: str | None = None


def _host(**services: Service) -> WindowsMachine:
    return WindowsMachine(HandClock(), services=dict(services))


def _set(values: dict[str, Any], **changes: Any) -> Result:
    values.update(changes)
    return Result(0)


def _service(crashes: bool = False) -> WindowsMachine:
    return _host(W3SVC=Service("stopped", crashes=crashes))


def _print(stubborn: bool = False) -> WindowsMachine:
    host = _host(Spooler=Service())
    jobs = host.says["winspool:oldest_minutes"] = {"Files": 4, "OldestMinutes": 95}
    locked = Result(1, error="Remove-Item : The process cannot access the file '00002.SPL', because it is being used.")
    host.does["winspool.clear_queue"] = lambda _: locked if stubborn else _set(jobs, Files=0, OldestMinutes=0)
    return host


def _update(reachable: bool = True) -> WindowsMachine:
    host = _host(wuauserv=Service(start_type="manual"), bits=Service(start_type="manual"))
    store = {"Store": True, "Aside": False, "RebootRequired": False, "AsideDays": None}
    search = {"LastSearchMinutes": 17280}
    host.says |= {"wupdate:reboot_required": store, "wupdate:last_search_minutes": search}
    host.does["wupdate.set_store_aside"] = lambda _: _set(store, Store=False, Aside=True, AsideDays=0)
    host.does["wupdate.restore_store"] = lambda _: _set(store, Store=True, Aside=False, AsideDays=None)

    def detect(_: Env) -> Result:
        store["Store"] = True  # the service makes a new one
        return _set(search, LastSearchMinutes=0) if reachable else Result(0)

    host.does["wupdate.detect"] = detect
    return host


def _defender(obeys: bool = True) -> WindowsMachine:
    host = _host(WinDefend=Service())
    said = {"AMRunningMode": "Normal", "AMServiceEnabled": True, "RealTimeProtectionEnabled": False}
    said |= {"AntivirusSignatureAge": 9, "IsTamperProtected": False}
    host.says["defender:realtime_enabled"] = said
    # Where a policy says otherwise, the cmdlet succeeds and nothing changes.
    host.does["defender.enable_realtime"] = lambda _: _set(
        said, **({"RealTimeProtectionEnabled": True} if obeys else {})
    )
    host.does["defender.update_signatures"] = lambda _: _set(said, AntivirusSignatureAge=0)
    return host


def _firewall(policy: str = "NotConfigured", denied: bool = False) -> WindowsMachine:
    host = _host(mpssvc=Service())
    said = {"Enabled": "False", "DefaultInboundAction": "NotConfigured", "Policy": policy}
    host.says["winfirewall:default_inbound"] = said
    refused = Result(1, error="Set-NetFirewallProfile : Access is denied.")
    host.does["winfirewall.enable"] = lambda _: refused if denied else _set(said, Enabled="True")
    return host


def _chart(offset: str) -> str:
    lines = ("Tracking time.windows.com [192.0.2.123:123].", "Collecting 1 samples.", f"09:00:00, {offset}")
    return "\r\n".join(lines) + "\r\n"


def _time(reachable: bool = True) -> WindowsMachine:
    host = _host(W32Time=Service("stopped"))
    host.says["wintime:mode"] = {"Type": "NTP"}
    host.texts["wintime:drift_seconds"] = _chart("+42.1700000s")
    silent = Result(1, "The computer did not resync because no time data was available.\r\n")

    def resync(_: Env) -> Result:
        if reachable:
            host.texts["wintime:drift_seconds"] = _chart("+00.0120000s")
        return Result(0) if reachable else silent

    host.does["wintime.resync"] = resync
    return host


def _disk(freed: float = 12.0) -> WindowsMachine:
    host = _host(wuauserv=Service("stopped", "manual"))
    host.disk = 96.5
    host.says["wupdate:reboot_required"] = {"Store": True, "Aside": False, "RebootRequired": False, "AsideDays": None}

    def smaller(by: float) -> Result:
        host.clock.move(140)
        host.disk = round(host.disk - by, 1)
        return Result(0)

    host.does["winclean.old_temp_files"] = lambda _: smaller(2.0)
    host.does["winclean.component_store"] = lambda _: smaller(freed)
    return host


def _dns(cached: bool = True) -> WindowsMachine:
    host = _host(Dnscache=Service())
    host.says["windns:servers"] = {"ServerAddresses": ["10.20.0.53"]}
    host.ports[53] = lambda: True

    def flush(_: Env) -> Result:
        host.resolving |= {"files.example"} if cached else set()
        return Result(0)

    host.does["windns.flush"] = flush
    return host


def _task(result: int = 0, disabled: bool = False) -> WindowsMachine:
    host = _host(Schedule=Service())
    said = {"Known": True, "State": "Disabled" if disabled else "Ready", "LastTaskResult": 2147942402}
    said |= {"NumberOfMissedRuns": 1, "LastRunMinutes": 610}
    host.says["schtasks:known"] = said
    host.does["schtask.enable"] = lambda _: _set(said, State="Ready")
    host.does["schtask.disable"] = lambda _: _set(said, State="Disabled")
    host.does["schtask.start"] = lambda _: _set(said, LastTaskResult=result, LastRunMinutes=0)
    return host


def _rdp(crashes: bool = False) -> WindowsMachine:
    host = _host(TermService=Service("stopped", crashes=crashes))
    host.says["rdp:allowed"] = {"fDenyTSConnections": 0, "PortNumber": 3389}
    host.ports[3389] = lambda: host.now_is("TermService") == "running"
    return host


def _sql(crashes: bool = False) -> WindowsMachine:
    host = _host(MSSQLSERVER=Service("stopped", crashes=crashes))
    host.ports[1433] = lambda: host.now_is("MSSQLSERVER") == "running"
    return host


def _certificate(issued: bool = True) -> WindowsMachine:
    host = _host(CertPropSvc=Service())
    said = {"Known": True, "Thumbprint": "A909502DD82AE41433E6F83886B00D4277A32A7B", "DaysLeft": 6}
    host.says["wincert:days_left"] = said
    newer = {"Thumbprint": "3B3F0C0B7B0F4B8E8A3C5D1E2F60718293A4B5C6", "DaysLeft": 365}
    host.does["wincert.autoenroll"] = lambda _: _set(said, **(newer if issued else {}))
    return host


def _event_log(helps: bool = True) -> WindowsMachine:
    host = _host(EventLog=Service())
    said: dict[str, Any] = {
        "IsEnabled": True,
        "IsLogFull": True,
        "FileSize": 20975616,
        "MaximumSizeInBytes": 20971520,
        "LogMode": "Retain",
    }
    host.says["eventlogs:enabled"] = said
    host.says["eventlog.inspect"] = said
    host.does["eventlog.archive"] = lambda _: Result(0)

    def resize(env: Env) -> Result:
        size = int(env["RUNWRIGHT_MAX_BYTES"])
        return _set(said, MaximumSizeInBytes=size, IsLogFull=not (helps and size > said["FileSize"]))

    host.does["eventlog.resize"] = resize
    return host


def _writers(state: str) -> str:
    lines = [
        "Writer name: 'System Writer'",
        f"   State: {state}",
        "",
        "Writer name: 'WMI Writer'",
        "   State: [1] Stable",
    ]
    return "\r\n".join(lines) + "\r\n"


def _writer(helps: bool = True) -> WindowsMachine:
    host = _host(CryptSvc=Service())
    host.texts["vss:failed_count"] = _writers("[9] Failed")

    def restart(_: Env) -> Result:
        host.texts["vss:failed_count"] = _writers("[1] Stable" if helps else "[9] Failed")
        return Result(0)

    host.does["service.restart"] = restart
    return host


def _backup(room: bool = True) -> WindowsMachine:
    host = _host(wbengine=Service("stopped", "manual"))
    said = {"Policy": True, "JobState": "Completed", "LastBackupResultHR": 0, "LastSuccessHours": 83}
    host.says["winbackup:busy"] = said
    host.texts["vss:failed_count"] = _writers("[1] Stable")

    def run(_: Env) -> Result:
        host.clock.move(2400)
        if room:
            return _set(said, LastSuccessHours=0)
        said["LastBackupResultHR"] = -2147023828
        return Result(1, error="Start-WBBackup : There is not enough free space on the backup storage location.")

    host.does["winbackup.run"] = run
    return host


SCENARIOS: tuple[Scenario, ...] = (
    Scenario("stopped", "RB-WIN-SERVICE-001", _service, {"service": "W3SVC"}),
    Scenario(
        "stops-again",
        "RB-WIN-SERVICE-001",
        lambda: _service(True),
        {"service": "W3SVC"},
        "failure",
        error_step="running",
    ),
    Scenario("stuck-jobs", "RB-WIN-PRINT-001", _print, {}),
    Scenario("locked-job", "RB-WIN-PRINT-001", lambda: _print(True), {}, "failure", error_step="clear"),
    Scenario("broken-store", "RB-WIN-UPDATE-001", _update, {}),
    Scenario("server-away", "RB-WIN-UPDATE-001", lambda: _update(False), {}, "failure", error_step="searched"),
    Scenario("switched-off", "RB-WIN-DEFENDER-001", _defender, {}),
    Scenario("off-by-policy", "RB-WIN-DEFENDER-001", lambda: _defender(False), {}, "failure"),
    Scenario("switched-off", "RB-WIN-FIREWALL-001", _firewall, {"profile": "Public"}),
    Scenario(
        "denied",
        "RB-WIN-FIREWALL-001",
        lambda: _firewall(denied=True),
        {"profile": "Public"},
        "failure",
        error_step="enable",
    ),
    Scenario("drift", "RB-WIN-TIME-001", _time, {}),
    Scenario("no-time-data", "RB-WIN-TIME-001", lambda: _time(False), {}, "failure", error_step="resync"),
    Scenario("full", "RB-WIN-DISK-001", _disk, {}),
    Scenario("still-full", "RB-WIN-DISK-001", lambda: _disk(1.5), {}, "failure"),
    Scenario("cached-failure", "RB-WIN-DNS-001", _dns, {"name": "files.example", "server": "10.20.0.53"}),
    Scenario(
        "no-such-name",
        "RB-WIN-DNS-001",
        lambda: _dns(False),
        {"name": "files.example", "server": "10.20.0.53"},
        "failure",
    ),
    Scenario("failed-once", "RB-WIN-TASK-001", _task, {"task": "\\Backup\\Nightly"}),
    Scenario(
        "fails-again",
        "RB-WIN-TASK-001",
        lambda: _task(1, True),
        {"task": "\\Backup\\Nightly"},
        "failure",
        error_step="succeeded",
    ),
    Scenario("stopped", "RB-WIN-RDP-001", _rdp, {}),
    Scenario("stops-again", "RB-WIN-RDP-001", lambda: _rdp(True), {}, "failure", error_step="running"),
    Scenario("stopped", "RB-WIN-SQL-001", _sql, {}),
    Scenario("stops-again", "RB-WIN-SQL-001", lambda: _sql(True), {}, "failure", error_step="running"),
    Scenario("expiring", "RB-WIN-CERT-001", _certificate, {"name": "www.example"}),
    Scenario(
        "not-issued",
        "RB-WIN-CERT-001",
        lambda: _certificate(False),
        {"name": "www.example"},
        "failure",
        error_step="renewed",
    ),
    Scenario("full", "RB-WIN-EVENTLOG-001", _event_log, {"log": "Application", "folder": "D:\\Logs"}),
    Scenario(
        "stays-full",
        "RB-WIN-EVENTLOG-001",
        lambda: _event_log(False),
        {"log": "Application", "folder": "D:\\Logs"},
        "failure",
        error_step="has-room",
    ),
    Scenario("failed-writer", "RB-WIN-BACKUP-001", _writer, {"writer": "System Writer", "service": "CryptSvc"}),
    Scenario(
        "fails-again",
        "RB-WIN-BACKUP-001",
        lambda: _writer(False),
        {"writer": "System Writer", "service": "CryptSvc"},
        "failure",
    ),
    Scenario("stale", "RB-WIN-BACKUP-002", _backup, {}),
    Scenario("no-room", "RB-WIN-BACKUP-002", lambda: _backup(False), {}, "failure", error_step="run"),
)
