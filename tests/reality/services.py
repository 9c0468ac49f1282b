"""Situations of services, timers and units below systemd."""

from __future__ import annotations

from tests.support.reality import Scenario

SLEEP = "/bin/sleep infinity"
ONCE_IT_MAY = '/bin/sh -c "test -e /run/{name} && exec sleep infinity"'
"""A program that fails until a file is there."""


def unit(
    name: str, command: str = SLEEP, more: str = "", head: str = "", install: str = "WantedBy=multi-user.target"
) -> str:
    """Write a service that the site has made itself; `|` parts lines."""
    tail = f"[Install]|{install}" if install else ""
    text = f"[Unit]|{head}|[Service]|ExecStart={command}|{more}|{tail}|".replace("|", "\n")
    return f"cat > /etc/systemd/system/{name}.service <<'END'\n{text}END\n"


def vendor(name: str) -> str:
    """Write a service as a package brings it: below /usr, where a mask can hide it."""
    return unit(name).replace("/etc/systemd/system/", "/usr/lib/systemd/system/")


def ended(name: str, state: str = "failed") -> str:
    """Start a service that fails, and wait until systemd has given up."""
    return f"""
systemctl start {name} || true
for n in $(seq 200); do [ "$(systemctl show --property=SubState --value {name})" = {state} ] && break; sleep 0.05; done
[ "$(systemctl show --property=SubState --value {name})" = {state} ]
"""


def run(name: str) -> str:
    return f"systemctl start {name}\n"


def masked(name: str) -> str:
    return f"{vendor(name)}systemctl mask --quiet {name}\n"


def on(name: str) -> dict[str, str]:
    return {"service": name}


def mended(name: str) -> str:
    """A service that has failed and would not fail again."""
    return f"rm -f /run/{name}\n{unit(name, ONCE_IT_MAY.format(name=name))}{ended(name)}touch /run/{name}\n"


CRASHES = "Restart=always|RestartSec=10ms"
LIMITED = "StartLimitIntervalSec=600|StartLimitBurst=3"
TRAPS = '/bin/sh -c "trap \\"exit 3\\" TERM; touch /run/traps; while :; do sleep 0.05; done"'
HOLDS = "/usr/bin/tail -f /srv/{0}/old.log"
HELD = (("deleted_open", "percent"), ("deleted_open", "holder"), ("disks", "used_percent"))
SERVES = "/usr/bin/python3 /srv/serves.py"
PROGRAM = """
import http.server, os, signal, socket, ssl
folder = "/etc/letsencrypt/live/localhost/"
context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
def read(*_):
    context.load_cert_chain(folder + "fullchain.pem", folder + "privkey.pem")
def tell(word):
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as one:
        one.sendto(word, os.environ["NOTIFY_SOCKET"])
read()
signal.signal(signal.SIGHUP, read)
server = http.server.ThreadingHTTPServer(("127.0.0.1", 8443), http.server.BaseHTTPRequestHandler)
server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
tell(b"READY=1")
server.serve_forever()
"""
"""A server of TLS that reads its certificate again when it is told to, as nginx does."""


MADE = """
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
folder, days, now, key = Path(sys.argv[1]), int(sys.argv[2]), datetime.now(UTC), ec.generate_private_key(ec.SECP256R1())
name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "localhost")])
made = x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key())
made = made.serial_number(x509.random_serial_number()).not_valid_before(now).not_valid_after(now + timedelta(days))
kinds = serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
(folder / "privkey.pem").write_bytes(key.private_bytes(*kinds))
(folder / "fullchain.pem").write_bytes(made.sign(key, hashes.SHA256()).public_bytes(kinds[0]))
"""


def certificate(days: int) -> str:
    """Put a certificate in the place where certbot keeps it, and the server's program beside it."""
    folder = "/etc/letsencrypt/live/localhost"
    return f"""
mkdir -p {folder}
python3 - {folder} {days} <<'END'{MADE}END
cat > /srv/serves.py <<'END'{PROGRAM}END
"""


def holding(name: str) -> str:
    """Let a service hold a large file open, on a disk of its own, and delete it."""
    return f"""
mkdir -p /srv/{name}
mount -t tmpfs -o size=64m tmpfs /srv/{name}
head -c 32M /dev/zero > /srv/{name}/old.log
systemctl start {name}
for n in $(seq 200); do
  [ -n "$(find /proc/$(systemctl show --property=MainPID --value {name})/fd -lname '*old.log')" ] && break; sleep 0.05
done
rm /srv/{name}/old.log
"""


REQUIRES = "Requires={0}.service|After={0}.service"

STARTS = (
    Scenario("a stopped service is started", "service.start", on("a1"), unit("a1"),
             only_if=("start_leaves eq running", "not start_leaves eq stopped", "not start_leaves eq unsure",
                      "not starts_others eq True")),
    Scenario("a service that runs is left alone", "service.start", on("a2"), unit("a2") + run("a2")),
    Scenario("a failed service is started", "service.start", on("a3"), mended("a3")),
    Scenario("a start brings what the service requires", "service.start", on("a4"),
             unit("a4-db") + unit("a4", head=REQUIRES.format("a4-db")), only_if=("starts_others eq True",)),
    Scenario("a start brings what the service wants", "service.start", on("a5"),
             unit("a5-db") + unit("a5", head="Wants=a5-db.service"), only_if=("starts_others eq True",)),
    Scenario("a start ends what the service cannot live with", "service.start", on("a6"),
             unit("a6-old") + unit("a6", head="Conflicts=a6-old.service") + run("a6-old")),
    Scenario("a job that ends by itself does not run afterwards", "service.start", on("a7"),
             unit("a7", "/bin/true", "Type=oneshot"),
             only_if=("start_leaves eq stopped", "not start_leaves eq running")),
    Scenario("a job that remains counts as running", "service.start", on("a8"),
             unit("a8", "/bin/true", "Type=oneshot|RemainAfterExit=yes")),
    Scenario("a timer is started", "service.start", on("a9.timer"),
             unit("a9") + "printf '[Timer]\\nOnCalendar=daily\\n' > /etc/systemd/system/a9.timer"),
    Scenario("a service whose condition did not hold the last time may be left alone again", "service.start", on("a10"),
             unit("a10", head="ConditionPathExists=/no/such") + "systemctl enable --quiet a10\n" + run("a10"),
             only_if=("start_leaves eq unsure",)),
    Scenario("a service that nobody installed is not started", "service.start", on("a11"), unmet="services.a11.known"),
    Scenario("a masked service is not started", "service.start", on("a12"), masked("a12"), unmet="services.a12.masked"),
    Scenario("a masked service that runs is not started either", "service.start", on("a21"),
             vendor("a21") + run("a21") + "systemctl mask --quiet a21", unmet="services.a21.masked"),
    Scenario("a service that runs is not started where what it requires is masked now", "service.start", on("a22"),
             vendor("a22-db") + unit("a22", head=REQUIRES.format("a22-db")) + run("a22")
             + "systemctl stop a22-db; systemctl mask --quiet a22-db; systemctl start a22 || true",
             unmet='services["a22-db.service"].masked'),
    Scenario("a unit without a program is not started", "service.start", on("a13"),
             "printf '[Service]\\nNothing=1\\n' > /etc/systemd/system/a13.service", unmet="services.a13.known"),
    Scenario("a service that requires a masked one is not started", "service.start", on("a14"),
             masked("a14-db") + unit("a14", head=REQUIRES.format("a14-db")), unmet='services["a14-db.service"].masked'),
    Scenario("a service that requires one that nobody installed is not started", "service.start", on("a15"),
             unit("a15", head=REQUIRES.format("a15-db")), unmet='services["a15-db.service"].known'),
    Scenario("a service that failed too often is refused", "service.start", on("a16"),
             unit("a16", "/bin/false", CRASHES, LIMITED) + ended("a16"),
             blind="systemd tells nobody that a unit has reached its limit of starts"),
    Scenario("a condition that does not hold is not foreseen the first time", "service.start", on("a17"),
             unit("a17", head="ConditionPathExists=/no/such"),
             blind="systemd tells of conditions once it has tried them"),
    Scenario("a program that is not there is not foreseen", "service.start", on("a18"),
             unit("a18", "/no/such/program", "Type=exec"), blind="what the program does is the program's"),
    Scenario("a job that fails is not foreseen", "service.start", on("a19"),
             unit("a19", "/bin/false", "Type=oneshot"), blind="what the program does is the program's"),
    Scenario("a required service that fails is not foreseen", "service.start", on("a20"),
             unit("a20-db", "/bin/false", "Type=oneshot") + unit("a20", head=REQUIRES.format("a20-db")),
             blind="what the program does is the program's"),
)  # fmt: skip
STOPS = (
    Scenario("a service that runs is stopped", "service.stop", on("b1"), unit("b1") + run("b1"),
             only_if=("state ne failed", "not stops_others eq True")),
    Scenario("a stopped service stays stopped", "service.stop", on("b2"), unit("b2")),
    Scenario("a failed service stays failed", "service.stop", on("b3"), unit("b3", "/bin/false") + ended("b3"),
             only_if=("not state ne failed",)),
    Scenario("a stop takes along what requires the service", "service.stop", on("b4"),
             unit("b4") + unit("b4-web", head=REQUIRES.format("b4")) + run("b4-web"),
             only_if=("stops_others eq True",)),
    Scenario("a stop takes along what is part of the service", "service.stop", on("b5"),
             unit("b5") + unit("b5-web", head="PartOf=b5.service") + run("b5 b5-web"),
             only_if=("stops_others eq True",)),
    Scenario("a masked service that runs is stopped", "service.stop", on("b6"),
             vendor("b6") + run("b6") + "systemctl mask --quiet b6"),
    Scenario("a timer is stopped", "service.stop", on("b7.timer"),
             unit("b7") + "printf '[Timer]\\nOnCalendar=daily\\n' > /etc/systemd/system/b7.timer\n" + run("b7.timer")),
    Scenario("a service that nobody installed is not stopped", "service.stop", on("b8"), unmet="services.b8.known"),
    Scenario("a program that ends badly is not foreseen", "service.stop", on("b9"),
             unit("b9", TRAPS) + run("b9") + "until [ -e /run/traps ]; do sleep 0.02; done",
             blind="what the program does is the program's"),
)  # fmt: skip
RESTARTS = (
    Scenario("a service that runs is restarted", "service.restart", on("c1"), unit("c1") + run("c1"),
             only_if=("start_leaves eq running", "not start_leaves eq stopped", "not start_leaves eq unsure",
                      "not starts_others eq True", "not stops_others eq True",
                      "daemon_reload_pending eq False", "not start_leaves ne running")),
    Scenario("a stopped service is started by a restart", "service.restart", on("c2"), unit("c2")),
    Scenario("a failed service is started by a restart", "service.restart", on("c3"), mended("c3")),
    Scenario("a restart takes along what requires the service", "service.restart", on("c4"),
             unit("c4") + unit("c4-web", head=REQUIRES.format("c4")) + run("c4-web"),
             only_if=("stops_others eq True",)),
    Scenario("a restart brings what the service requires", "service.restart", on("c5"),
             unit("c5-db") + unit("c5", head=REQUIRES.format("c5-db")), only_if=("starts_others eq True",)),
    Scenario("a restart does not read a changed unit file", "service.restart", on("c6"),
             unit("c6") + run("c6") + "touch --date=tomorrow /etc/systemd/system/c6.service",
             only_if=("not daemon_reload_pending eq False",)),
    Scenario("a job that ends by itself does not run after a restart", "service.restart", on("c7"),
             unit("c7", "/bin/true", "Type=oneshot"),
             only_if=("start_leaves eq stopped", "not start_leaves eq running", "start_leaves ne running")),
    Scenario("a restart of what its condition left alone may leave it alone again", "service.restart", on("c8"),
             unit("c8", head="ConditionPathExists=/no/such") + "systemctl enable --quiet c8\n" + run("c8"),
             only_if=("start_leaves eq unsure",)),
    Scenario("a service that nobody installed is not restarted", "service.restart", on("c9"),
             unmet="services.c9.known"),
    Scenario("a masked service is not restarted", "service.restart", on("c10"), masked("c10"),
             unmet="services.c10.masked"),
    Scenario("a service that requires a masked one is not restarted", "service.restart", on("c11"),
             masked("c11-db") + unit("c11", head=REQUIRES.format("c11-db")), unmet='services["c11-db.service"].masked'),
    Scenario("a service that requires one that nobody installed is not restarted", "service.restart", on("c12"),
             unit("c12", head=REQUIRES.format("c12-db")), unmet='services["c12-db.service"].known'),
)  # fmt: skip
INSTALLS = (
    Scenario("a service is enabled", "service.enable", on("d1"), unit("d1"), only_if=("installable eq True",)),
    Scenario("an enabled service stays enabled", "service.enable", on("d2"),
             unit("d2") + "systemctl enable --quiet d2"),
    Scenario("a service that says nothing of it is not enabled", "service.enable", on("d3"), unit("d3", install=""),
             only_if=("not installable eq True",)),
    Scenario("one that names another enables that too", "service.enable", on("d4"),
             unit("d4-also") + unit("d4", install="WantedBy=multi-user.target|Also=d4-also.service")),
    Scenario("a service that nobody installed is not enabled", "service.enable", on("d5"), unmet="services.d5.known"),
    Scenario("a masked service is not enabled", "service.enable", on("d6"), masked("d6"), unmet="services.d6.masked"),
    Scenario("a service is disabled and runs on", "service.disable", on("e1"),
             unit("e1") + "systemctl enable --quiet --now e1", only_if=("masked eq False",)),
    Scenario("a disabled service stays disabled", "service.disable", on("e2"), unit("e2")),
    Scenario("a masked service stays masked", "service.disable", on("e3"), masked("e3"),
             only_if=("not masked eq False",)),
    Scenario("a service that nobody installed is not disabled", "service.disable", on("e4"), unmet="services.e4.known"),
    Scenario("a mask is lifted", "service.unmask", on("f1"), masked("f1")),
    Scenario("where there is no mask, none is lifted", "service.unmask", on("f2"), unit("f2")),
    Scenario("what nobody installed has no mask", "service.unmask", on("f3")),
    Scenario("a unit is masked", "unit.mask", on("g1"), vendor("g1")),
    Scenario("an enabled unit that runs is masked and runs on", "unit.mask", on("g2"),
             vendor("g2") + "systemctl enable --quiet --now g2"),
    Scenario("what nobody installed can be masked", "unit.mask", on("g3")),
    Scenario("a mask stays a mask", "unit.mask", on("g4"), masked("g4")),
    Scenario("a unit of the site's own is not masked", "unit.mask", on("g5"), unit("g5"), unmet="services.g5.local"),
)  # fmt: skip
UNITS = (
    Scenario("a failed unit is forgiven", "unit.reset_failed", on("h1"), unit("h1", "/bin/false") + ended("h1"),
             only_if=("state eq failed",)),
    Scenario("a unit that runs needs no forgiveness", "unit.reset_failed", on("h2"), unit("h2") + run("h2"),
             only_if=("not state eq failed",)),
    Scenario("a unit that never ran needs no forgiveness", "unit.reset_failed", on("h3"), unit("h3")),
    Scenario("what nobody installed needs no forgiveness", "unit.reset_failed", on("h4")),
    Scenario("a changed unit file is read", "unit.reload", {},
             unit("i1") + run("i1") + "touch --date=tomorrow /etc/systemd/system/i1.service",
             also=("services.i1.state", "services.i1.same_on_disk", "services.i1.known", "services.i1.up_to_date")),
    Scenario("a unit file that says something else of how it starts is read", "unit.reload", {},
             unit("i2") + run("i2") + unit("i2", more="Type=oneshot") + "touch --date=tomorrow "
             "/etc/systemd/system/i2.service", also=("services.i2.state", "services.i2.same_on_disk")),
    Scenario("reading unchanged files changes nothing", "unit.reload"),
)  # fmt: skip
RELOADS = (
    Scenario("a service reads its settings again", "service.reload", on("j1"),
             unit("j1", more="ExecReload=/bin/true") + run("j1")),
    Scenario("a renewed certificate is served after a reload", "service.reload", on("j2.service"),
             certificate(2) + unit("j2", SERVES, "ExecReload=/bin/kill -HUP $MAINPID|Type=notify|NotifyAccess=all")
             + run("j2") + certificate(60),
             also=("tls.localhost.8443.days_left", "tls.localhost.8443.renewed_days_left",
                   "tls.localhost.8443.served_by")),
    Scenario("a service that does not run reads nothing", "service.reload", on("j3"),
             unit("j3", more="ExecReload=/bin/true"), unmet="services.j3.state"),
    Scenario("a service that nobody installed reads nothing", "service.reload", on("j4"),
             unmet="services.j4.known"),
    Scenario("a service that says nothing of it cannot read again", "service.reload", on("j5"),
             unit("j5") + run("j5"), unmet="services.j5.reloadable"),
)  # fmt: skip
RELEASES = (
    Scenario("a service lets go of deleted files", "disk.release_deleted", on("k1.service"),
             unit("k1", HOLDS.format("k1")) + holding("k1"),
             only_if=("not starts_others eq True", "not stops_others eq True", "masked eq False"),
             also=tuple(f'{fact}["/srv/k1"].{leaf}' for fact, leaf in HELD)),
    Scenario("a service that holds no deleted file is restarted", "disk.release_deleted", on("k2"),
             unit("k2") + run("k2")),
    Scenario("what the service requires comes along", "disk.release_deleted", on("k3"),
             unit("k3-db") + unit("k3", head=REQUIRES.format("k3-db")) + run("k3"),
             only_if=("starts_others eq True",)),
    Scenario("what requires the service comes along", "disk.release_deleted", on("k4"),
             unit("k4") + unit("k4-web", head=REQUIRES.format("k4")) + run("k4-web"),
             only_if=("stops_others eq True",)),
    Scenario("a service that does not run is left alone", "disk.release_deleted", on("k5"), unit("k5")),
    Scenario("what nobody installed holds nothing", "disk.release_deleted", on("k6"), unmet="services.k6.known"),
    Scenario("of a masked service nobody knows what it lets go of", "disk.release_deleted", on("k7"),
             vendor("k7") + run("k7") + "systemctl mask --quiet k7", only_if=("not masked eq False",)),
)  # fmt: skip
SCENARIOS = (*STARTS, *STOPS, *RESTARTS, *INSTALLS, *UNITS, *RELOADS, *RELEASES)
