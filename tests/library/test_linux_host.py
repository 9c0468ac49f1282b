"""What a Linux host itself needs: each runbook meets a real fault in a booted machine and ends it."""

from __future__ import annotations

from tests.support.machine import IN_A_MACHINE, INSIDE, Machine
from tests.support.machine_faults import WEB, answers, failed, refused, repaired, service, time_service, told
from tests.support.until import until

pytestmark = IN_A_MACHINE


def data_service(machine: Machine) -> None:
    """A service that does not start before its data is mounted."""
    machine.write("/etc/fstab", "tmpfs /srv/data tmpfs size=1m,mode=0755 0 0\n")
    machine.do("mkdir", "/srv/data")
    service(machine, "app", "/bin/sleep infinity", "ExecStartPre=/bin/mountpoint -q /srv/data")
    machine.run("systemctl", "start", "app")
    failed(machine, "app.service")


def test_a_lost_file_system_is_mounted_again_and_its_service_started(machine: Machine) -> None:
    data_service(machine)
    repaired(machine, "RB-LIN-MOUNT-001", path="/srv/data", service="app")
    assert machine.do("findmnt", "--noheadings", "--output=FSTYPE", "/srv/data") == "tmpfs"
    assert machine.active("app.service")


def test_nothing_is_mounted_over_files_that_were_written_meanwhile(machine: Machine) -> None:
    data_service(machine)
    machine.write("/srv/data/new-order", "42")
    refused(machine, "RB-LIN-MOUNT-001", path="/srv/data", service="app")
    assert not machine.holds("mountpoint", "/srv/data")


def test_a_service_that_ran_on_without_its_file_system_is_restarted(machine: Machine) -> None:
    data_service(machine)
    service(machine, "app")
    machine.do("systemctl", "start", "app")
    before = machine.shows("app.service", "MainPID")
    repaired(machine, "RB-LIN-MOUNT-001", path="/srv/data", service="app")
    assert machine.shows("app.service", "MainPID") != before


def test_a_read_only_file_system_is_left_to_a_person(machine: Machine) -> None:
    data_service(machine)
    machine.do("mount", "-o", "ro", "/srv/data")
    refused(machine, "RB-LIN-MOUNT-001", path="/srv/data", service="app")


def test_a_mount_that_did_not_help_is_taken_away_again(machine: Machine) -> None:
    data_service(machine)
    service(machine, "app", "/bin/false", "Type=oneshot")
    execution = machine.runbook("RB-LIN-MOUNT-001", path="/srv/data", service="app")
    assert execution["status"] == "failure", told(execution)
    assert not machine.holds("mountpoint", "/srv/data")


def drifted(machine: Machine) -> dict[str, str]:
    """A service that may no longer write in its folder."""
    machine.do("useradd", "--system", "app")
    machine.do("mkdir", "--mode=0700", "/var/lib/app")
    service(machine, "app", "/bin/sh -c 'touch /var/lib/app/lock && exec sleep infinity'", "User=app")
    machine.do("systemctl", "start", "app")
    failed(machine, "app.service")
    return {"path": "/var/lib/app", "owner": "app", "group": "app", "service": "app"}


def test_a_service_gets_its_folder_back(machine: Machine) -> None:
    params = drifted(machine)
    repaired(machine, "RB-LIN-PERMISSION-001", **params)
    assert machine.do("stat", "--format=%U:%G %a", "/var/lib/app") == "app:app 750"
    assert machine.active("app.service")
    assert machine.holds("test", "-e", "/var/lib/app/lock")


def test_a_link_in_the_place_of_the_folder_is_not_followed(machine: Machine) -> None:
    params = drifted(machine)
    machine.do("rmdir", "/var/lib/app")
    machine.do("ln", "-s", "/etc", "/var/lib/app")
    refused(machine, "RB-LIN-PERMISSION-001", **params)
    assert machine.do("stat", "--format=%U", "/etc") == "root"


def test_an_account_that_does_not_exist_changes_nothing(machine: Machine) -> None:
    params = {**drifted(machine), "owner": "nobody-here"}
    execution = machine.runbook("RB-LIN-PERMISSION-001", **params)
    assert execution["executed_steps"][0]["error"].startswith("no such user: 'nobody-here'"), told(execution)
    assert machine.do("stat", "--format=%U %a", "/var/lib/app") == "root 700"


def test_the_clock_follows_its_source_again(machine: Machine) -> None:
    time_service(machine)
    machine.do("systemctl", "disable", "--now", "chrony")
    repaired(machine, "RB-LIN-CLOCK-001")
    assert machine.do("systemctl", "is-enabled", "chrony") == "enabled"
    assert "Leap status     : Normal" in machine.do("chronyc", "tracking")


def test_a_time_service_without_a_source_is_not_called_repaired(machine: Machine) -> None:
    time_service(machine)
    machine.do("systemctl", "stop", "time-source")
    # The same runbook, but for its patience.
    text = machine.do("cat", f"{INSIDE}/runbooks/linux/RB-LIN-CLOCK-001.yaml")
    machine.write("/opt/RB-LIN-CLOCK-001.yaml", text.replace("timeout: 90s", "timeout: 3s"))
    execution = machine.runbook_file("/opt/RB-LIN-CLOCK-001.yaml")
    assert (execution["success"], execution["error_step"]) == (False, "follow"), told(execution)


NAME_SERVER = """\
import socket, struct
server = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
server.bind(("127.0.0.1", 5353))
while True:
    asked, sender = server.recvfrom(512)
    end = asked.index(0, 12) + 5
    known = asked[end - 4 : end - 2] == b"\\0\\1"
    head = asked[:2] + struct.pack("!5H", 0x8180, 1, int(known), 0, 0)
    answer = b"\\xc0\\x0c" + struct.pack("!HHIH4s", 1, 1, 1, 4, bytes([192, 0, 2, 7])) if known else b""
    server.sendto(head + asked[12:end] + answer, sender)
"""


def name_service(machine: Machine) -> None:
    """systemd-resolved and a server for it that knows every name."""
    machine.write("/opt/name_server.py", NAME_SERVER)
    service(machine, "name-server", "/usr/bin/python3 /opt/name_server.py")
    settings = "[Resolve]\nDNS=127.0.0.1:5353\nFallbackDNS=\nDNSSEC=no\nLLMNR=no\nMulticastDNS=no\nDomains=~.\n"
    machine.write("/etc/systemd/resolved.conf.d/test.conf", settings)
    # The resolver asks nobody while the machine has no link but its own.
    machine.do("ip", "link", "add", "wire0", "type", "veth", "peer", "wire1")
    for words in ("address add 192.0.2.2/24 dev wire0", "link set wire0 up", "link set wire1 up"):
        machine.do("ip", *words.split())
    machine.do("systemctl", "start", "name-server")
    machine.do("systemctl", "restart", "systemd-resolved")
    until(lambda: resolves(machine), what="names resolve before they are broken")


def resolves(machine: Machine) -> bool:
    return machine.run("getent", "ahostsv4", "records.clinic.example").out.startswith("192.0.2.7")


def test_names_resolve_again_after_resolv_conf_was_overwritten(machine: Machine) -> None:
    name_service(machine)
    machine.do("rm", "/etc/resolv.conf")
    machine.write("/etc/resolv.conf", "nameserver 127.0.0.9\n")
    machine.do("systemctl", "disable", "--now", "systemd-resolved")
    assert not resolves(machine)
    repaired(machine, "RB-LIN-DNS-001", name="records.clinic.example")
    assert resolves(machine)
    assert machine.do("readlink", "/etc/resolv.conf") == "/run/systemd/resolve/stub-resolv.conf"
    assert machine.do("cat", "/etc/resolv.conf.replaced") == "nameserver 127.0.0.9"
    assert machine.active("systemd-resolved.service")


def test_resolv_conf_comes_back_where_the_name_does_not_resolve_even_then(machine: Machine) -> None:
    machine.do("rm", "/etc/resolv.conf")
    machine.write("/etc/resolv.conf", "nameserver 127.0.0.9\n")
    machine.do("systemctl", "disable", "--now", "systemd-resolved")
    execution = machine.runbook("RB-LIN-DNS-001", name="records.clinic.example")
    assert execution["status"] == "failure", told(execution)
    assert machine.do("cat", "/etc/resolv.conf") == "nameserver 127.0.0.9"
    assert not machine.active("systemd-resolved.service")


def test_a_resolv_conf_that_another_program_keeps_is_left_alone(machine: Machine) -> None:
    machine.do("ln", "-sf", "/run/other/resolv.conf", "/etc/resolv.conf")
    refused(machine, "RB-LIN-DNS-001", name="records.clinic.example")
    assert machine.do("readlink", "/etc/resolv.conf") == "/run/other/resolv.conf"


def test_a_masked_resolver_is_left_to_a_person(machine: Machine) -> None:
    machine.do("systemctl", "mask", "--now", "systemd-resolved")
    refused(machine, "RB-LIN-DNS-001", name="records.clinic.example")


CONTROL = "Package: broken\nVersion: 1\nArchitecture: all\nMaintainer: Tests <tests@example.com>\nDescription: test\n"


def interrupted(machine: Machine) -> None:
    """A package whose configuration was cut off, and the timer of the updates off."""
    machine.write("/tmp/broken/DEBIAN/control", CONTROL)
    machine.write("/tmp/broken/DEBIAN/postinst", "#!/bin/sh\ntest -e /etc/ready\n", "0755")
    machine.do("dpkg-deb", "--build", "/tmp/broken", "/tmp/broken.deb")
    assert machine.run("dpkg", "--install", "/tmp/broken.deb").code != 0
    machine.do("systemctl", "disable", "--now", "apt-daily-upgrade.timer")


def test_interrupted_updates_are_finished(machine: Machine) -> None:
    interrupted(machine)
    machine.write("/etc/ready", "")
    repaired(machine, "RB-LIN-PACKAGE-001")
    assert machine.do("dpkg-query", "--show", "--showformat=${Status}", "broken") == "install ok installed"
    assert machine.active("apt-daily-upgrade.timer")
    assert machine.do("systemctl", "is-enabled", "apt-daily-upgrade.timer") == "enabled"


def test_a_package_that_cannot_be_finished_is_not_called_repaired(machine: Machine) -> None:
    interrupted(machine)
    execution = machine.runbook("RB-LIN-PACKAGE-001")
    assert (execution["success"], execution["error_step"]) == (False, "complete"), told(execution)
    assert not machine.active("apt-daily-upgrade.timer")


HOLDER = (
    "import fcntl, time; f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); time.sleep(99)"
)


def test_packages_that_somebody_works_on_are_left_alone(machine: Machine) -> None:
    interrupted(machine)
    machine.do("systemd-run", "--unit=installer", "python3", "-c", HOLDER)
    until(lambda: machine.facts("packages.locked").get("packages.locked"), what="the lock is held")
    refused(machine, "RB-LIN-PACKAGE-001")


def journal_bytes(machine: Machine) -> int:
    folders = machine.run("sh", "-c", "du --summarize --bytes --total /var/log/journal /run/log/journal 2>/dev/null")
    return int(folders.out.splitlines()[-1].split()[0])


def test_a_journal_that_grew_is_shrunk(machine: Machine) -> None:
    write = "import os\nfor n in range(900): print(os.urandom(20000).hex())"
    machine.do("systemd-cat", "python3", "-c", write)
    machine.do("journalctl", "--sync")
    before = journal_bytes(machine)
    assert before > 24 * 2**20
    repaired(machine, "RB-LIN-JOURNAL-001", keep="8M", limit_bytes=20 * 2**20)
    assert journal_bytes(machine) < 20 * 2**20


def test_a_disk_that_stays_full_is_not_called_repaired_because_the_journal_is_small(machine: Machine) -> None:
    machine.do("mkdir", "--parents", "/var/log/journal")
    machine.do("mount", "-t", "tmpfs", "-o", "size=1m", "tmpfs", "/var/log/journal")
    machine.do("dd", "if=/dev/zero", "of=/var/log/journal/other", "bs=1k", "count=1000")
    execution = machine.runbook("RB-LIN-JOURNAL-001", below_percent=90)
    assert execution["verification_passed"] is False, told(execution)


OPEN = (
    "flush ruleset\ntable inet filter {\n chain input {\n  type filter hook input priority 0; policy accept;\n }\n}\n"
)


def test_a_packet_filter_that_is_off_is_switched_on(machine: Machine) -> None:
    machine.write("/etc/nftables.conf", OPEN)
    machine.do("nft", "flush", "ruleset")
    repaired(machine, "RB-LIN-FIREWALL-001")
    assert "hook input" in machine.do("nft", "list", "ruleset")
    assert machine.do("systemctl", "is-enabled", "nftables") == "enabled"


def test_rules_that_close_the_port_that_must_stay_open_are_unloaded_again(machine: Machine) -> None:
    machine.write("/etc/nftables.conf", OPEN.replace("policy accept;", "policy accept; tcp dport 22 reject;"))
    execution = machine.runbook("RB-LIN-FIREWALL-001")
    assert (execution["status"], execution["verification_passed"]) == ("failure", False), told(execution)
    assert machine.do("nft", "list", "ruleset") == ""
    assert answers(machine, 22)
    assert machine.run("systemctl", "is-enabled", "nftables").out.strip() == "disabled"


def test_rules_that_another_program_loaded_are_not_lost(machine: Machine) -> None:
    machine.write("/etc/nftables.conf", OPEN)
    theirs = "table ip nat {\n chain out {\n  type nat hook postrouting priority 100;\n  masquerade\n }\n}\n"
    machine.do("nft", "--file", "-", text=theirs)
    refused(machine, "RB-LIN-FIREWALL-001")
    assert "masquerade" in machine.do("nft", "list", "ruleset")


def test_rules_that_cannot_be_loaded_are_not_tried(machine: Machine) -> None:
    machine.write("/etc/nftables.conf", "table inet filter { chain input { type filter hook nowhere; } }\n")
    refused(machine, "RB-LIN-FIREWALL-001")


def locked_out(machine: Machine) -> None:
    """An SSH server that does not start because of one line in its configuration."""
    machine.do("cp", "/etc/ssh/sshd_config", "/var/backups/sshd_config")
    machine.do("tee", "--append", "/etc/ssh/sshd_config", text="PermitRotLogin no\n")
    assert machine.run("systemctl", "restart", "ssh").code != 0
    until(lambda: not answers(machine, 22), what="nobody can log in")


def test_the_last_good_configuration_of_the_ssh_server_is_restored(machine: Machine) -> None:
    locked_out(machine)
    repaired(machine, "RB-LIN-SSH-001")
    assert answers(machine, 22)
    assert machine.holds("cmp", "/etc/ssh/sshd_config", "/var/backups/sshd_config")
    assert "PermitRotLogin" in machine.do("cat", "/etc/ssh/sshd_config.refused")


def test_a_good_configuration_that_is_refused_too_is_taken_back(machine: Machine) -> None:
    locked_out(machine)
    machine.write("/var/backups/sshd_config", "AlsoWrong yes\n")
    execution = machine.runbook("RB-LIN-SSH-001")
    assert execution["status"] == "failure", told(execution)
    assert "is refused as well" in execution["error_message"]
    assert "PermitRotLogin" in machine.do("cat", "/etc/ssh/sshd_config")


def test_without_a_good_configuration_the_server_is_left_to_a_person(machine: Machine) -> None:
    locked_out(machine)
    machine.do("rm", "/var/backups/sshd_config")
    refused(machine, "RB-LIN-SSH-001")


def test_the_facts_of_a_host_are_those_that_its_own_programs_tell(machine: Machine) -> None:
    service(machine, "web", f"{WEB} 8080")
    machine.do("systemctl", "start", "web")
    until(lambda: answers(machine, 8080), what="the server listens")
    facts = machine.facts(
        "ports.8080.unit", "services.web.pid", 'mounts["/"].mounted', "packages.consistent", "packages.locked",
        "journal.size_bytes", "resolver.managed", "clock.tracking", "firewall.rules", 'timers["apt-daily.timer"].unit',
    )  # fmt: skip
    assert facts["ports.8080.unit"] == "web.service"
    assert facts["services.web.pid"] == int(machine.shows("web.service", "MainPID"))
    assert facts["services.web.state"] == "running"
    assert facts['mounts["/"].mounted'] is True
    assert (facts["packages.consistent"], facts["packages.locked"]) == (True, False)
    assert facts["journal.size_bytes"] > 0
    assert facts["resolver.managed"] is True
    assert facts["clock.tracking"] is False
    assert facts["firewall.rules"] == 0
    assert facts['timers["apt-daily.timer"].unit'] == "apt-daily.service"


def test_mounts_are_told_by_their_place_whatever_it_is_called(machine: Machine) -> None:
    machine.write("/etc/fstab", "# tmpfs /srv/c tmpfs\ntmpfs /srv/a\\040b tmpfs ro 0 0\ntmpfs /srv/d/ tmpfs\n")
    machine.do("mkdir", "/srv/a b", "/srv/c", "/srv/d")
    machine.do("mount", "/srv/a b")
    machine.write("/srv/c/file", "x")
    facts = machine.facts('mounts["/srv/a b"].mounted', 'mounts["/srv/c"].mounted', 'mounts["/srv/d"].mounted')
    told = {place: [facts[f'mounts["{place}"].{leaf}'] for leaf in ("mounted", "in_fstab", "hides_files")]
            for place in ("/srv/a b", "/srv/c", "/srv/d")}  # fmt: skip
    assert told == {"/srv/a b": [True, True, False], "/srv/c": [False, False, True], "/srv/d": [False, True, False]}
    assert facts['mounts["/srv/a b"].read_only'] is True
