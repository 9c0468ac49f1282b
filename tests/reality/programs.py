"""Situations of processes, ports, names, addresses, messages and the jobs of a site."""

from __future__ import annotations

from tests.support.reality import Scenario


def program(name: str, body: str = "sleep 300", user: str = "root") -> str:
    """Start a process of that name, and wait until it has it."""
    return f"""
[ -e /usr/local/bin/{name} ] || cp /bin/sleep /usr/local/bin/{name}
systemd-run --quiet --uid={user} --unit={name}-$RANDOM /usr/local/bin/{name} {body.removeprefix("sleep ")}
until pgrep -x {name} > /dev/null; do sleep 0.02; done
"""


def server(port: int, code: str = "") -> str:
    """Let something listen on a port."""
    return f"""
mkdir -p /srv/www; echo well > /srv/www/index.html
systemd-run --quiet --unit=web-{port} /usr/bin/python3 -m http.server --bind 127.0.0.1 --directory /srv/www {port}
until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2> /dev/null; do sleep 0.05; done
"""


def hook(port: int, status: int) -> str:
    """Let something answer every POST with a status."""
    text = f"""
import http.server
class Hook(http.server.BaseHTTPRequestHandler):
    def do_POST(self):
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self.send_response({status}); self.send_header("Content-Length", "0"); self.end_headers()
http.server.HTTPServer(("127.0.0.1", {port}), Hook).serve_forever()
"""
    return f"""
cat > /opt/hook-{port}.py <<'END'
{text}END
systemd-run --quiet --unit=hook-{port} /usr/bin/python3 /opt/hook-{port}.py
until (exec 3<>/dev/tcp/127.0.0.1/{port}) 2> /dev/null; do sleep 0.05; done
"""


def supervised(name: str) -> str:
    """A service whose process has that name."""
    return f"""
cp /bin/sleep /usr/local/bin/{name}
printf '[Service]\\nExecStart=/usr/local/bin/{name} 300\\n' > /etc/systemd/system/{name}.service
systemctl start {name}; until pgrep -x {name} > /dev/null; do sleep 0.02; done
"""


AGED = {"user": "nobody", "seconds": 1, "at_most": 2}
PID = "/run/rw-{0}.pid"


def url(port: int, path: str = "") -> dict[str, object]:
    return {"url": f"http://127.0.0.1:{port}/{path}"}


PROCESSES = (
    Scenario("a program runs", "process.running", {"name": "rwp1"}, program("rwp1")),
    Scenario("a program does not run", "process.running", {"name": "rwp2"}, unmet="processes.rwp2.count"),
    Scenario("a program is ended", "process.terminate", {"name": "rwp3"}, program("rwp3")),
    Scenario("the program of a service is ended", "process.terminate", {"name": "rwp4"}, supervised("rwp4"),
             also=("services.rwp4.state",)),
    Scenario("a program that does not run is not ended", "process.terminate", {"name": "rwp5"},
             unmet="processes.rwp5.count"),
    Scenario("aged processes are ended", "process.end_aged", {"name": "rwp6", **AGED},
             program("rwp6", user="nobody") + "sleep 1.2"),
    Scenario("young processes are left alone", "process.end_aged", {"name": "rwp7", **AGED, "seconds": 600},
             program("rwp7", user="nobody")),
    Scenario("where there are none, none is ended", "process.end_aged", {"name": "rwp8", **AGED}),
    Scenario("too many aged processes are left alone", "process.end_aged", {"name": "rwp9", **AGED},
             program("rwp9", user="nobody") * 3 + "sleep 1.2", unmet="aged_processes.rwp9.nobody.1.count"),
    Scenario("a stale pid file is removed", "process.remove_pid_file", {"path": PID.format(1), "program": "rwpid1"},
             f"echo 999999 > {PID.format(1)}"),
    Scenario("where there is no pid file, none is removed", "process.remove_pid_file",
             {"path": PID.format(2), "program": "rwpid2"}),
    Scenario("the pid of another program is stale", "process.remove_pid_file",
             {"path": PID.format(3), "program": "rwpid3"}, f"echo 1 > {PID.format(3)}"),
    Scenario("a pid file that is held is left alone", "process.remove_pid_file",
             {"path": PID.format(4), "program": "rwpid4"}, program("rwpid4") + f"pgrep -x rwpid4 > {PID.format(4)}",
             unmet=f'pid_files["{PID.format(4)}"].rwpid4.state'),
    Scenario("a pid file that cannot be read is left alone", "process.remove_pid_file",
             {"path": PID.format(5), "program": "rwpid5"}, f"echo nonsense > {PID.format(5)}",
             unmet=f'pid_files["{PID.format(5)}"].rwpid5.state'),
)  # fmt: skip
NETWORK = (
    Scenario("a port is open", "net.port_open", {"port": 6001}, server(6001)),
    Scenario("a port is closed", "net.port_open", {"port": 6002}, unmet='endpoints["127.0.0.1"].6002.open'),
    Scenario("a port is waited for", "wait.for_port", {"port": 6001}),
    Scenario("a port is waited for in vain", "wait.for_port", {"port": 6003}, unmet='endpoints["127.0.0.1"].6003.open',
             seconds=0.5),
    Scenario("a while passes", "wait.for", {"duration": "100ms"}),
    Scenario("a name resolves", "net.resolves", {"name": "localhost"}),
    Scenario("a name does not resolve", "net.resolves", {"name": "no-such.invalid"},
             unmet='dns["no-such.invalid"].resolves'),
    Scenario("an address answers", "http.get", url(6001)),
    Scenario("an address answers with another status", "http.get", url(6001, "none"),
             unmet='http["http://127.0.0.1:6001/none"].status'),
    Scenario("an address that is expected to be missing is missing", "http.get", {**url(6001, "none"), "status": 404}),
    Scenario("an address does not answer", "http.get", url(6004), silent="where nothing answers there is no status"),
    Scenario("a request is answered", "http.request", url(6005, "go"), hook(6005, 200)),
    Scenario("a request is refused", "http.request", url(6006, "go"), hook(6006, 503),
             blind="what a server makes of a request is the server's"),
    Scenario("a message is sent", "notify.send", {"channel": "operations", "message": "full"}, hook(7001, 204)),
    Scenario("a message reaches nobody", "notify.send", {"channel": "nobody", "message": "full"},
             blind="whether somebody listens, nobody tells"),
)  # fmt: skip
JOBS = (
    Scenario("a backup is young and large enough", "backup.fresh", {"folder": "/srv/b1", "pattern": "*.dump"},
             "mkdir -p /srv/b1; echo x > /srv/b1/a.dump"),
    Scenario("a backup is too old", "backup.fresh", {"folder": "/srv/b2", "pattern": "*.dump"},
             "mkdir -p /srv/b2; touch --date='3 days ago' /srv/b2/a.dump",
             unmet='backups["/srv/b2"]["*.dump"].newest_age_hours'),
    Scenario("a backup is too small", "backup.fresh", {"folder": "/srv/b3", "pattern": "*.dump", "bytes": 100},
             "mkdir -p /srv/b3; echo x > /srv/b3/a.dump", unmet='backups["/srv/b3"]["*.dump"].newest_size_bytes'),
    Scenario("there is no backup", "backup.fresh", {"folder": "/srv/b4", "pattern": "*.dump"}, "mkdir -p /srv/b4",
             unmet='backups["/srv/b4"]["*.dump"].count'),
    Scenario("a backup is made", "backup.run", {"job": "copy", "folder": "/srv/b5", "pattern": "*.dump"},
             "mkdir -p /srv/b5 /opt/jobs; printf '#!/bin/sh\\necho x > $RUNWRIGHT_FOLDER/x.dump\\n' > /opt/jobs/copy\n"
             "chmod 755 /opt/jobs/copy"),
    Scenario("a job that fails is not foreseen", "backup.run",
             {"job": "fail", "folder": "/srv/b6", "pattern": "*.dump"}, "mkdir -p /srv/b6",
             blind="what a job does is the site's"),
)  # fmt: skip
SCENARIOS = (*PROCESSES, *NETWORK, *JOBS)
