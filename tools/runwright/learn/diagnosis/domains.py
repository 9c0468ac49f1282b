"""What an incident, a fact or an error is about: network, names, time, certificates, disks, memory, access, data.

A run was started because somebody took the trouble for one of these; facts that are in order there, and trouble in
another, say that it was taken for the wrong one. Names only, never a value's meaning: that is left to `premise`.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

_WORDS: Mapping[str, str] = {
    "network": "network net tcp udp port ports link ping packet packets loss route gateway firewall vpn wan lan"
    " internet latency connectivity connection connect connections unreachable wireless wifi adapter switch"
    " publisher registry blocked 503 dhcp lease leases ip address arp upstream proxy host bandwidth flapping subnet"
    " nic tunnel ipv4 ipv6",
    "names": "dns resolver resolvers resolve resolves hostname name names nameserver resolution nslookup domain"
    " lookup ptr hosts record records spf mx zone nxdomain",
    "time": "clock ntp time skew drift chrony chronyd w32time timesync offset synchronized ntpd timezone",
    "certificate": "cert certs certificate certificates tls ssl x509 ca days expiry expired https crt",
    "disk": "disk disks root rootfs fs filesystem volume volumes space df du storage inodes inode mount partition"
    " quota bytes logs iowait nfs cifs smb iscsi zpool zfs raid mdadm lvm ceph san nas",
    "memory": "mem memory swap ram heap oom cache buff buffers cached rss commit pagefile paging paged",
    "processor": "cpu load processor throttled",
    "access": "auth authentication authorization login logon account accounts password credential credentials token"
    " keytab cookie secret user users role roles permission sso ldap kerberos mfa",
    "data": "db database databases postgres postgresql pg mysql mariadb mssql sql oracle mongo mongodb redis replica"
    " primary replication master slave leader follower table index cluster broker queue kafka rabbitmq mq search"
    " elasticsearch",
    "backup": "backup backups snapshot restore vss repo",
    "printing": "print printer printers spooler printing",
    "service": "service services svc process daemon unit app application pod pods container server site agent",
    "packages": "package packages module patch patches update updates software version",
}
_OF: Mapping[str, str] = {word: domain for domain, words in _WORDS.items() for word in words.split()}
_TOKEN = re.compile(r"[a-z]+|(?<!\d)\d{3}(?!\d)")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z])")
MAX_NAME = 120


def tokens(name: str) -> frozenset[str]:
    """The words of a name such as `tcp_80_update_server`, `FreeDiskSpace` or `services.web.state`."""
    return frozenset(_TOKEN.findall(_HUMP.sub(" ", name[:MAX_NAME]).lower()))


def domains_of(name: str) -> frozenset[str]:
    """The domains that a name speaks of."""
    return frozenset(_OF[token] for token in tokens(name) if token in _OF)


def primary_domains(incident_type: str | None, runbook_id: str) -> frozenset[str]:
    """What a run was for: by its incident's type, or by its runbook's name where that says nothing."""
    found = domains_of(incident_type or "") or domains_of(runbook_id)
    particular = found - {"service"}
    return particular or found
