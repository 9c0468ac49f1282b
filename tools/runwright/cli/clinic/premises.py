"""The clinic's premises: a folder with keys, supervisord's and the agent's configuration."""

from __future__ import annotations

import socket
import sys
from dataclasses import dataclass
from pathlib import Path

from runwright.adapters.keys import create_key
from runwright.release.signers import allowed_signers_line

SITE = "north-valley-dental"
WEB, DATABASE = "appointments-web", "records-db"
ROLES: dict[str, tuple[str, tuple[str, ...]]] = {
    "bot": ("runwright-bot", ("runwright-proposal",)),
    "ci": ("runwright-ci", ("runwright-check",)),
    "reviewer": ("reviewer", ("runwright-decision", "git")),
    "release": ("runwright-release", ("git", "runwright-channel")),
    "next-release": ("runwright-release", ("git", "runwright-channel")),
}
"""Each key: whom it belongs to and what it may sign."""

SUPERVISOR = """\
[unix_http_server]
file={socket}
chmod=0700
[supervisord]
logfile={folder}/supervisord.log
pidfile={folder}/supervisord.pid
childlogdir={folder}
nodaemon=true
silent=true
{user}
[rpcinterface:supervisor]
supervisor.rpcinterface_factory=supervisor.rpcinterface:make_main_rpcinterface
[supervisorctl]
serverurl=unix://{socket}
[program:records-db]
command={python} -m runwright.cli.clinic.records_db {database_port}
autorestart=false
startretries=0
startsecs=1
stopasgroup=true
[program:appointments-web]
command={python} -m runwright.cli.clinic.appointments_web {web_port} {database_port}
autostart=false
autorestart=false
startretries=0
startsecs=1
stopasgroup=true
"""

AGENT = """\
site_id: {site}
hostname: nvdc01
state_dir: {folder}/agent
host:
  service_manager: supervisor
  programs: {{supervisorctl: [{python}, -m, supervisor.supervisorctl, -c, {folder}/supervisord.conf]}}
checks:
  - {{id: web, type: service, service: appointments-web, every: 1s}}
facts:
  services.appointments-web.requires: [records-db]
  services.records-db.requires: []
service: {{url: "{url}", token_file: {folder}/agent.token}}
releases: {{remote: "{remote}", channel: stable, trusted_keys: {folder}/trusted_keys, every: 1s{token}}}
"""


@dataclass(frozen=True, slots=True)
class Premises:
    """Where everything of one demo stands."""

    folder: Path
    socket: Path
    web_port: int
    database_port: int

    @property
    def forge(self) -> Path:
        """The one bare repository."""
        return self.folder / "forge.git"

    def key(self, role: str) -> Path:
        """The private key of a role."""
        return self.folder / "keys" / role

    def supervisorctl(self, *args: str) -> list[str]:
        """A command to the clinic's supervisor."""
        return [sys.executable, "-m", "supervisor.supervisorctl", "-c", str(self.folder / "supervisord.conf"), *args]


def furnish(folder: Path, sockets: Path) -> Premises:
    """Make keys and supervisord's configuration; the repository is the forge's part."""
    premises = Premises(folder, sockets / "supervisor.sock", *_free_ports(2))
    (folder / "keys").mkdir(parents=True, mode=0o700)
    lines = {}
    for role, (principal, namespaces) in ROLES.items():
        key = create_key(premises.key(role), f"{role} of a demo, throw-away")
        lines[role] = allowed_signers_line(principal, key, namespaces)
    everyone = "".join(f"{line.rstrip()}\n" for line in lines.values())
    (folder / "allowed_signers").write_text(everyone)
    (folder / "trusted_keys").write_text("".join(f"{lines[role].rstrip()}\n" for role in ("release", "next-release")))
    _write_supervisor(premises)
    return premises


def write_agent_configuration(premises: Premises, url: str, remote: str, token_file: Path | None = None) -> Path:
    """Write the agent's configuration: the service's address, and where releases are pulled from."""
    path = premises.folder / "agent.yaml"
    token = f", token_file: {token_file}" if token_file else ""
    path.write_text(
        AGENT.format(site=SITE, folder=premises.folder, python=sys.executable, url=url, remote=remote, token=token)
    )
    return path


def _write_supervisor(premises: Premises) -> None:
    import os

    text = SUPERVISOR.format(
        socket=premises.socket,
        folder=premises.folder,
        python=sys.executable,
        user="user=root" if os.geteuid() == 0 else "",
        web_port=premises.web_port,
        database_port=premises.database_port,
    )
    (premises.folder / "supervisord.conf").write_text(text)


def _free_ports(count: int) -> list[int]:
    held = [socket.socket() for _ in range(count)]
    try:
        for one in held:
            one.bind(("127.0.0.1", 0))
        return [one.getsockname()[1] for one in held]
    finally:
        for one in held:
            one.close()
