"""Situations of the system itself: clock, names, packet filter, packages, SSH; in this order in one machine."""

from __future__ import annotations

from tests.support.machine_faults import TIME_SOURCE
from tests.support.reality import Scenario

NO_RIGHT = "the machine has no right to set the clock of its host"
RESOLVED = 'services["systemd-resolved.service"]'
ALONE = """
mkdir -p /etc/systemd/system/chrony.service.d
cat > /etc/chrony/source.conf <<'END'
"""
ALONE += f"{TIME_SOURCE}END"
ALONE += """
cat > /etc/systemd/system/time-source.service <<'END'
[Service]
ExecStart=/usr/sbin/chronyd -n -x -u root -f /etc/chrony/source.conf
END
printf '[Unit]\\nConditionCapability=\\n' > /etc/systemd/system/chrony.service.d/container.conf
printf 'DAEMON_OPTS="-x"\\n' > /etc/default/chrony
echo > /etc/chrony/chrony.conf
systemctl daemon-reload
systemctl start chrony
until chronyc tracking > /dev/null; do sleep 0.05; done
"""
FOLLOWED = """
printf 'server 127.0.0.1 port 1123 iburst minpoll 0 maxpoll 0\\n' > /etc/chrony/chrony.conf
systemctl restart time-source chrony
for n in $(seq 150); do chronyc tracking | grep -q 'Leap status     : Normal' && break; sleep 0.1; done
chronyc tracking | grep -q 'Leap status     : Normal'
"""
PACKAGE = """
mkdir -p /tmp/{0}/DEBIAN
cat > /tmp/{0}/DEBIAN/control <<'END'
Package: {0}
Version: 1
Architecture: all
Maintainer: Tests <tests@example.com>
{2}Description: test
END
printf '#!/bin/sh\\n{1}\\n' > /tmp/{0}/DEBIAN/postinst
chmod 755 /tmp/{0}/DEBIAN/postinst
dpkg-deb --build /tmp/{0} /tmp/{0}.deb > /dev/null
"""
HOLDER = (
    "import fcntl, time; f = open('/var/lib/dpkg/lock-frontend', 'w'); fcntl.lockf(f, fcntl.LOCK_EX); "
    "open('/run/held', 'w'); time.sleep(99)"
)
HALF = "! dpkg --install /tmp/{0}.deb > /dev/null 2>&1\n"
"""The package is not whole afterwards."""
LOCKED = f"""
rm -f /run/held
systemd-run --quiet --unit=holder python3 -c "{HOLDER}"
until [ -e /run/held ]; do sleep 0.05; done
"""
FREE = "systemctl stop holder 2> /dev/null || true\n"
OPEN = "table inet filter {\\n chain input {\\n  type filter hook input priority 0; policy accept;\\n }\\n}\\n"


def package(name: str, script: str = "true", more: str = "") -> str:
    return PACKAGE.format(name, script, more)


CLOCK = (
    Scenario("without a time service no source is asked", "clock.ask_sources", {}, unmet="clock.answers"),
    Scenario("without a time service the clock is not set", "clock.step", {}, unmet="clock.answers"),
    Scenario("without a time source the clock is not set", "clock.step", {}, ALONE, unmet="clock.tracking"),
    Scenario("the sources are asked", "clock.ask_sources", {}, FOLLOWED),
    Scenario("a clock that is another host's is not set", "clock.step", {}, blind=NO_RIGHT),
)  # fmt: skip
NAMES = (
    Scenario("resolv.conf is handed to the resolver", "dns.use_resolved", {},
             "rm -f /etc/resolv.conf; echo nameserver 127.0.0.9 > /etc/resolv.conf"),
    Scenario("resolv.conf is handed to what the resolver was told", "dns.use_resolved",
             {"target": "/run/systemd/resolve/resolv.conf"}, also=('files["/etc/resolv.conf"].kind',)),
    Scenario("the cache of the resolver is emptied", "dns.flush", {}, "systemctl start systemd-resolved"),
    Scenario("the cache of a resolver that does not run is not emptied", "dns.flush", {},
             "systemctl stop systemd-resolved; systemctl mask --quiet systemd-resolved", unmet=f"{RESOLVED}.state"),
    Scenario("without a resolver resolv.conf is handed to nobody, and says so no less", "dns.use_resolved", {},
             "systemctl unmask systemd-resolved; mv /lib/systemd/system/systemd-resolved.service /tmp/\n"
             "systemctl daemon-reload"),
)  # fmt: skip
FILTER = (
    Scenario("rules can be loaded", "firewall.check_rules", {}, f"printf '{OPEN}' > /etc/nftables.conf"),
    Scenario("rules cannot be loaded", "firewall.check_rules", {},
             "echo 'table inet filter { nonsense }' > /etc/nftables.conf", unmet="firewall.rules_valid"),
    Scenario("there are no rules", "firewall.check_rules", {}, "rm /etc/nftables.conf", unmet="firewall.rules_valid"),
)  # fmt: skip
PACKAGES = (
    Scenario("nothing is pending", "package.configure_pending", {}),
    Scenario("a package is configured", "package.configure_pending", {},
             package("rwone", "test -e /etc/ready") + HALF.format("rwone") + "touch /etc/ready"),
    Scenario("nothing is broken", "package.fix_broken", {}),
    Scenario("a package is configured by the way", "package.fix_broken", {},
             package("rwtwo", "test -e /etc/ready2") + HALF.format("rwtwo") + "touch /etc/ready2"),
    Scenario("packages that somebody works on are not configured", "package.configure_pending", {}, LOCKED,
             unmet="packages.locked"),
    Scenario("packages that somebody works on are not mended", "package.fix_broken", {}, unmet="packages.locked"),
    Scenario("a package whose script fails is not foreseen", "package.configure_pending", {},
             FREE + package("rwthree", "false") + HALF.format("rwthree"),
             blind="what a package's script does is the package's"),
    Scenario("a package that needs what nobody has is not foreseen", "package.fix_broken", {},
             "dpkg --purge --force-all rwthree > /dev/null 2>&1\n"
             + package("rwfour", "true", "Depends: no-such-package\n") + HALF.format("rwfour"),
             blind="which packages can be had, nobody tells"),
)  # fmt: skip
SSH = (
    Scenario("the SSH server accepts its configuration", "ssh.check_config", {}),
    Scenario("the SSH server refuses its configuration", "ssh.check_config", {},
             "echo 'PermitRotLogin no' >> /etc/ssh/sshd_config", unmet="ssh.config_valid"),
)  # fmt: skip
SCENARIOS = (*CLOCK, *FILTER, *PACKAGES, *SSH, *NAMES)
