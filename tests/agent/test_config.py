"""The agent's configuration: every mistake is told with its file, line and column, all in one pass."""

from __future__ import annotations

from datetime import timedelta

import pytest

from runwright.agent.config import DiskCheck, HttpCheck, PortCheck, ServiceCheck, read_config
from runwright.errors import ContentError

GOOD = """\
site_id: north-valley-dental
client_id: acme-dental
state_dir: ./agent
host:
  service_manager: supervisor
  programs: {supervisorctl: [/x/supervisorctl, -c, /x/supervisord.conf]}
checks:
  - {id: web, type: service, service: appointments-web, every: 5s}
  - {id: api, type: port, host: 127.0.0.1, port: 8080, every: 30s}
  - {id: site, type: http, url: "http://127.0.0.1:8080/health", status: 200}
  - {id: root, type: disk, path: /, below_percent: 90}
facts:
  services.appointments-web.requires: [records-db]
service: {url: "http://127.0.0.1:8000", token_file: agent.token}
releases: {remote: /path/forge.git, channel: stable, trusted_keys: trusted_keys, revoked: [], every: 60s}
"""
CHECKS = "site_id: a\nchecks:\n"


def read(text: str) -> ContentError:
    with pytest.raises(ContentError) as caught:
        read_config(text.encode(), "agent.yaml")
    return caught.value


def test_the_documented_configuration_is_read() -> None:
    config, _ = read_config(GOOD.encode(), "agent.yaml")
    assert [type(check) for check in config.checks] == [ServiceCheck, PortCheck, HttpCheck, DiskCheck]
    assert config.checks[0].every == timedelta(seconds=5)
    assert config.checks[2].every == timedelta(seconds=60)
    assert config.facts == {"services.appointments-web.requires": ["records-db"]}
    assert config.service is not None
    assert config.releases is not None


def test_secrets_groups_and_labels_are_read() -> None:
    text = (
        CHECKS + "  - {id: a, type: disk}\nsecrets: {db: {file: /etc/db}, api: {command: [vault, read]}, t: {env: T}}\n"
    )
    config, _ = read_config((text + "host: {groups: [web], labels: {site: north}}\n").encode(), "agent.yaml")
    assert (config.secrets["db"].file, config.secrets["api"].command) == ("/etc/db", ("vault", "read"))
    assert (config.host.groups, config.host.labels) == (("web",), {"site": "north"})


def test_the_smallest_configuration_has_sensible_defaults() -> None:
    config, _ = read_config(b"site_id: a\nchecks: [{id: web, type: service, service: web}]\n", "agent.yaml")
    assert (config.host.service_manager, config.service, config.releases) == ("auto", None, None)


def test_a_service_of_windows_may_have_a_dollar_sign_in_its_name() -> None:
    config, _ = read_config((CHECKS + "  - {id: a, type: service, service: MSSQL$SALES}\n").encode(), "agent.yaml")
    assert isinstance(config.checks[0], ServiceCheck)
    assert config.checks[0].service == "MSSQL$SALES"


def test_fact_paths_are_brought_to_their_canonical_form() -> None:
    text = CHECKS + "  - {id: a, type: disk}\nfacts: {'services[\"web\"].requires': [db]}\n"
    config, _ = read_config(text.encode(), "agent.yaml")
    assert config.facts == {"services.web.requires": ["db"]}


@pytest.mark.parametrize(
    ("text", "place", "said"),
    [
        ("site_id: a\nchecks: [\n", "agent.yaml:3:1", "not valid YAML"),
        ("- a\n", "agent.yaml:1:1", "the file"),
        ("site_id: a\n", "agent.yaml:1:1", "`checks` is missing"),
        ("site_id: a\nsite_id: b\n", "agent.yaml:2:1", "given twice"),
        ("site_id: a\nchecks: []\n", "agent.yaml:2:1", "give at least one"),
        (CHECKS + "  - {id: a, type: disk}\nsurprise: 1\n", "agent.yaml:4:1", "`surprise` is not a field here"),
        (CHECKS + "  - {id: a, service: web}\n", "agent.yaml:3:5", "`checks[0]` has no `type`; expected service"),
        (CHECKS + "  - {id: a, type: ping}\n", "agent.yaml:3:13", "`checks[0].type` is 'ping'; expected service"),
        (CHECKS + "  - {id: a, type: service}\n", "agent.yaml:3:5", "`checks[0].service` is missing"),
        (CHECKS + "  - {id: a, type: service, service: 'a b'}\n", "agent.yaml:3:28", "`checks[0].service`"),
        (CHECKS + "  - {id: a, type: service, service: w, port: 1}\n", "agent.yaml:3:40", "`checks[0].port` is not"),
        (CHECKS + "  - {id: a, type: port, port: 70000}\n", "agent.yaml:3:25", "less than or equal to 65535"),
        (CHECKS + "  - {id: a, type: port, port: '80'}\n", "agent.yaml:3:25", "valid integer"),
        (CHECKS + "  - {id: a, type: http, url: ftp://x}\n", "agent.yaml:3:25", "`checks[0].url`"),
        (CHECKS + "  - {id: a, type: disk, every: soon}\n", "agent.yaml:3:25", "'soon' is not a duration"),
        (CHECKS + "  - {id: a, type: disk, every: 1ms}\n", "agent.yaml:3:25", "write 1s or more"),
        (CHECKS + "  - {id: A, type: disk}\n", "agent.yaml:3:6", "`checks[0].id`"),
        (
            CHECKS + "  - {id: a, type: disk}\n  - {id: a, type: disk}\n",
            "agent.yaml:2:1",
            "check id 'a' is used twice",
        ),
        (
            CHECKS + "  - {id: a, type: disk}\nhost: {service_manager: openrc}\n",
            "agent.yaml:4:8",
            "'systemd', 'supervisor', 'windows' or 'auto'",
        ),
        (CHECKS + "  - {id: a, type: disk}\nfacts: {services..x: 1}\n", "agent.yaml:4:1", "cannot read 'services..x'"),
        (CHECKS + "  - {id: a, type: disk}\nservice: {url: x}\n", "agent.yaml:4:11", "`service.url`"),
        (
            CHECKS + "  - {id: a, type: disk}\nreleases: {remote: x}\n",
            "agent.yaml:4:1",
            "`releases.trusted_keys` is missing",
        ),
        (
            CHECKS + "  - {id: a, type: disk}\nsecrets: {db: {env: A, file: b}}\n",
            "agent.yaml:4:11",
            "`secrets.db`: give exactly one of env, file and command",
        ),
        (CHECKS + "  - {id: a, type: disk}\nsecrets: {db: {}}\n", "agent.yaml:4:11", "give exactly one of"),
        (CHECKS + "  - {id: a, type: disk}\nsecrets: {db: {env: 'a b'}}\n", "agent.yaml:4:16", "`secrets.db.env`"),
        (CHECKS + "  - {id: a, type: disk}\nhost: {groups: [A B]}\n", "agent.yaml:4:17", "`host.groups[0]`"),
        (CHECKS + "  - {id: a, type: disk}\nhost: {programs: {x: []}}\n", "agent.yaml:4:19", "give at least one"),
    ],
)
def test_a_mistake_is_told_at_its_place(text: str, place: str, said: str) -> None:
    error = read(text)
    assert str(error).startswith(place + ": ")
    assert said in str(error)


def test_all_mistakes_are_told_in_one_pass() -> None:
    error = read("checks:\n  - {id: a, type: port}\n  - {id: b, type: disk, every: x}\nmore: 1\n")
    lines = str(error).splitlines()
    assert [line.split(": ")[0] for line in lines] == [
        "agent.yaml:1:1",
        "agent.yaml:2:5",
        "agent.yaml:3:25",
        "agent.yaml:4:1",
    ]
