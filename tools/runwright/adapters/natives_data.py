"""The registry of native operations on data: old files, logs, processes, certificates, backups, servers.

`facts_local` has the others; a name here is the one that `actions` uses.
"""

from __future__ import annotations

from collections.abc import Mapping

from runwright.adapters import (
    facts_backup,
    facts_certificate,
    facts_held,
    facts_processes,
    facts_refusals,
    facts_servers,
    facts_started,
    files_copy,
    files_old,
    http_request,
    shell_processes,
)
from runwright.adapters.native import Args, Native, Values, change, check, reader


def _answers(values: Values, args: Args) -> tuple[bool, str]:
    good = values.get("answers") is True
    return good, f"{args['host']} port {args['port']} {'answers' if good else 'does not answer'}"


def _lasts(values: Values, args: Args) -> tuple[bool, str]:
    left, wanted = values["days_left"], int(args["days"])
    return left >= wanted, f"the certificate ends in {left:g} days; at least {wanted} are wanted"


def _fresh(values: Values, args: Args) -> tuple[bool, str]:
    age, size = values.get("newest_age_hours"), values.get("newest_size_bytes")
    if age is None or size is None:
        return False, f"no file in {args['folder']} matches {args['pattern']}"
    good = age <= float(args["hours"]) and size >= int(args["bytes"])
    return good, f"the newest backup is {age:g} hours old and has {size} bytes"


NATIVES: Mapping[str, Native] = {
    "old_files.facts": reader(files_old.old_files_facts),
    "disk.remove_old_files": change(files_old.remove),
    "disk.copy_end": change(files_copy.copy_end),
    "disk.copy_file": change(files_copy.copy_file),
    "aged_processes.facts": reader(facts_processes.aged_facts),
    "process.end_aged": change(shell_processes.end_aged),
    "pid_file.facts": reader(facts_processes.pid_file_facts),
    "pid_file.remove": change(shell_processes.remove_pid_file),
    "certificate.facts": reader(facts_certificate.file_facts),
    "certificate.valid": check(facts_certificate.file_facts, _lasts),
    "tls.facts": reader(facts_certificate.served_facts),
    "tls.valid": check(facts_certificate.served_facts, _lasts),
    "backup.facts": reader(facts_backup.backup_facts),
    "backup.fresh": check(facts_backup.backup_facts, _fresh),
    "redis.facts": reader(facts_servers.redis_facts),
    "redis.ping": check(facts_servers.redis_facts, _answers),
    "mqtt.facts": reader(facts_servers.mqtt_facts),
    "mqtt.connect": check(facts_servers.mqtt_facts, _answers),
    "http.request": http_request.request,
    "deleted.facts": reader(facts_held.deleted_facts),
    "program.facts": reader(facts_held.program_facts),
    "served.facts": reader(facts_held.served_here),
    "unit.facts": reader(facts_started.started_facts),
    "refusal.facts": reader(facts_refusals.refusal_facts),
}
