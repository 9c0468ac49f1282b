"""Situations of a host with a supervisor: its services, databases, caches, brokers, web servers and certificates.

A word with a dollar sign stands for a port or the folder of the servers.
"""

from __future__ import annotations

from tests.support.reality import Scenario

DB = {"host": "127.0.0.1", "port": "$DB_PORT"}
CACHE = {"host": "127.0.0.1", "port": "$CACHE_PORT"}
BROKER = {"host": "127.0.0.1", "port": "$BROKER_PORT"}
NOBODY = {"host": "127.0.0.1", "port": "$NO_PORT"}
NO_DB = 'postgres["127.0.0.1"].$NO_PORT.state'
NO_CACHE = 'redis["127.0.0.1"].$NO_PORT.answers'
SLOT = 'postgres_slots["127.0.0.1"].$DB_PORT.{0}.{1}'
SQL = "psql -X -q -h 127.0.0.1 -p $DB_PORT -U postgres -d postgres -v ON_ERROR_STOP=1"
SERVER = "what the server does with it is the server's"


def on(name: str) -> dict[str, str]:
    return {"service": name}


def slot(name: str) -> str:
    return f'{SQL} -c "{MAKE_SLOT.replace("NAME", name)}" > /dev/null\n'


def until(query: str, wanted: str) -> str:
    """Wait until the database answers a query so."""
    return f"""
for n in $(seq 200); do [ "$({SQL} -A -t -c "{query}")" = {wanted} ] && break; sleep 0.05; done
[ "$({SQL} -A -t -c "{query}")" = {wanted} ]
"""


MAKE_SLOT = "SELECT pg_create_physical_replication_slot('NAME', true)"
RECEIVER = """
mkdir -p $FOLDER/wal
setsid pg_receivewal -h 127.0.0.1 -p $DB_PORT -U postgres -S used --no-loop \\
    -D $FOLDER/wal > /dev/null 2>&1 < /dev/null &
"""
RECEIVED = slot("used") + RECEIVER + until("SELECT active FROM pg_replication_slots WHERE slot_name = 'used'", "t")
SESSION = """
$SQL -c 'CREATE ROLE app LOGIN' > /dev/null
{ (echo 'SELECT 1;'; sleep 30) | setsid psql -X -q -h 127.0.0.1 -p $DB_PORT -U app -d postgres; } > /dev/null 2>&1 &
""".replace("$SQL", SQL)
IDLE = (
    SESSION  # noqa: S608  # a fixed text for a shell
    + until("SELECT count(*) FROM pg_stat_activity WHERE usename = 'app' AND state = 'idle'", "1")
    + "sleep 1.2\n"
)
SERVICES = (
    Scenario("a stopped service is started", "service.start", on("idle-1"), also=("services.idle-2.state",)),
    Scenario("a service that runs is left alone", "service.start", on("idle-1")),
    Scenario("a service that needs another one is not started", "service.start", on("needy"),
             unmet="services.idle-4.state"),
    Scenario("a service that needs another one is not restarted", "service.restart", on("needy"),
             unmet="services.idle-4.state"),
    Scenario("a service is started where the other one runs", "service.start", on("needy"), "$CTL start idle-4"),
    Scenario("a service is restarted where the other one runs", "service.restart", on("needy")),
    Scenario("a service that runs is left alone though the other one has ended", "service.start", on("needy"),
             "$CTL stop idle-4"),
    Scenario("a service that nobody installed is not started", "service.start", on("no-such"),
             unmet="services.no-such.known"),
    Scenario("a program that ends at once is not foreseen", "service.start", on("brittle"),
             blind="what the program does is the program's"),
    Scenario("a failed service stays failed", "service.stop", on("brittle"), only_if=("not state ne failed",)),
    Scenario("a service that runs is restarted", "service.restart", on("idle-1")),
    Scenario("a stopped service is started by a restart", "service.restart", on("idle-2")),
    Scenario("a service that nobody installed is not restarted", "service.restart", on("no-such"),
             unmet="services.no-such.known"),
    Scenario("a service that runs is stopped", "service.stop", on("idle-2"), only_if=("state ne failed",),
             also=("services.idle-1.state",)),
    Scenario("a stopped service stays stopped", "service.stop", on("idle-3")),
    Scenario("a service that nobody installed is not stopped", "service.stop", on("no-such"),
             unmet="services.no-such.known"),
)  # fmt: skip
DATABASE = (
    Scenario("a database takes connections", "database.accepts", DB),
    Scenario("there is no database", "database.accepts", NOBODY, unmet=NO_DB),
    Scenario("idle sessions are ended", "database.end_idle_sessions", {**DB, "seconds": 1}, IDLE),
    Scenario("where no session is idle, none is ended", "database.end_idle_sessions", {**DB, "seconds": 600}),
    Scenario("of no database no session is ended", "database.end_idle_sessions", {**NOBODY, "seconds": 1}, unmet=NO_DB),
    Scenario("a slot is dropped", "database.drop_slot", {**DB, "slot": "unused"}, slot("unused")),
    Scenario("a slot that is not there is not dropped", "database.drop_slot", {**DB, "slot": "none"},
             unmet=SLOT.format("none", "exists")),
    Scenario("a slot that a receiver uses is not dropped", "database.drop_slot", {**DB, "slot": "used"}, RECEIVED,
             unmet=SLOT.format("used", "active")),
    Scenario("of no database no slot is dropped", "database.drop_slot", {**NOBODY, "slot": "none"}, unmet=NO_DB),
)  # fmt: skip
CACHES = (
    Scenario("a cache answers", "cache.answers", CACHE),
    Scenario("there is no cache", "cache.answers", NOBODY, unmet=NO_CACHE),
    Scenario("a cache tells its limit", "cache.memory_limit", CACHE),
    Scenario("no cache tells no limit", "cache.memory_limit", NOBODY, unmet=NO_CACHE),
    Scenario("a cache gets another limit", "cache.set_memory_limit", {**CACHE, "bytes": 8388608}),
    Scenario("no cache gets no limit", "cache.set_memory_limit", {**NOBODY, "bytes": 8388608}, unmet=NO_CACHE),
    Scenario("a broker answers", "broker.answers", BROKER),
    Scenario("there is no broker", "broker.answers", NOBODY, unmet='mqtt["127.0.0.1"].$NO_PORT.answers'),
)  # fmt: skip
WEB = (
    Scenario("nginx accepts its configuration", "web.config_valid", {"config": "$FOLDER/nginx.conf"}),
    Scenario("nginx refuses a configuration", "web.config_valid", {"config": "$FOLDER/broken.conf"},
             unmet='nginx["$FOLDER/broken.conf"].valid'),
    Scenario("nginx reads its configuration again", "web.reload", {"config": "$FOLDER/nginx.conf"}),
    Scenario("nginx does not read what it refuses", "web.reload", {"config": "$FOLDER/broken.conf"},
             unmet='nginx["$FOLDER/broken.conf"].valid'),
    Scenario("an nginx that does not run is not foreseen", "web.reload", {"config": "$FOLDER/nginx.conf"},
             "$CTL stop web", blind="whether the nginx of this configuration runs, nobody tells"),
    Scenario("a certificate lasts", "cert.valid", {"path": "$FOLDER/web.pem"}),
    Scenario("a certificate ends soon", "cert.valid", {"path": "$FOLDER/old.pem"},
             unmet='certificates["$FOLDER/old.pem"].days_left'),
    Scenario("a certificate that is served lasts", "cert.served", {"port": "$TLS_PORT"},
             "$CTL start web\n"
             "for n in $(seq 100); do (exec 3<>/dev/tcp/127.0.0.1/$TLS_PORT) 2> /dev/null && break; sleep 0.05; done"),
    Scenario("a certificate that is served ends too soon", "cert.served", {"port": "$TLS_PORT", "days": 100},
             unmet='tls["127.0.0.1"].$TLS_PORT.days_left'),
    Scenario("no certificate is served", "cert.served", {"port": "$NO_PORT"}, silent="what nobody serves has no end"),
    Scenario("a certificate is renewed", "cert.renew", {"job": "renew", "path": "$FOLDER/old.pem"}),
    Scenario("a job that fails is not foreseen", "cert.renew", {"job": "fail", "path": "$FOLDER/old.pem"},
             blind="what a job does is the site's"),
)  # fmt: skip
SCENARIOS = (*SERVICES, *DATABASE, *CACHES, *WEB)
