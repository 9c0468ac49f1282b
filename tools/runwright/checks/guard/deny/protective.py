"""Services and programs that protect a host, by name, and how a line of arguments is marked where it names one.

After MITRE ATT&CK T1562.001 and T1562.004. The rules that ask for the mark are in `protection`.
"""

from __future__ import annotations

from runwright.checks.guard.words import listed

PROTECTIVE = listed(
    "auditd firewalld ufw iptables ip6tables nftables apparmor fail2ban sshguard freshclam mdatp osqueryd syslog "
    "rsyslog rsyslogd syslogd syslog-ng crowdsec tripwire samhain cbdaemon cbagentd ds_agent elastic-agent auditbeat "
    "filebeat elastic-endpoint xagt eset esets eea nails denyhosts psad snort suricata falco kauditd snoopy acct "
    "psacct aide windefend mpssvc wscsvc sense securityhealthservice eventlog wdnissvc wdnisdrv wdfilter wdboot "
    "sysmon sysmon64 sysmondrv bfe mbamservice sepmasterservice mcshield masvc macmnsvc ekrn cbdefense tmlisten "
    "ntrtscan hmpalert applocker appidsvc msmpsvc nissrv winlogbeat splunkforwarder nxlog bdredline klnagent mssecflt "
    "msmpeng savservice veeamsvc backupexecjobengine acrsch2svc sdrsvc webroot msascuil nissvc mpcmdrun_never"
)
"""Services and programs that protect a host, by name."""
PROTECTIVE_STARTS = (
    *(
        "clam",
        "falcon",
        "wazuh",
        "ossec",
        "sentinel",
        "csfalcon",
        "csagent",
        "nessus",
        "qualys",
        "cybereason",
        "tanium",
    ),
    *("carbonblack", "sysdig", "sophos", "mcafee", "symantec", "cylance", "huntress", "veeam", "backupexec", "acronis"),
    *("avast", "bitdefender", "kaspersky", "systemd-journald", "selinux", "crowdstrike", "trendmicro", "malwarebytes"),
)
"""Beginnings of such names."""
GUARD = "<guard>"
"""Stands in a line, in the place of such a name, before the rules that ask for one are tried."""


def marked(line: str) -> str:
    """The line with `GUARD` in the place of every name of something that protects the host."""
    return " ".join(_marked(word) for word in line.replace("=", "= ").replace(",", " ").replace("(", " ").split())


def _marked(word: str) -> str:
    name = word.strip("'\")/.*").casefold().rpartition("/")[2]
    for suffix in (".service", ".socket", ".exe"):
        name = name.removesuffix(suffix)
    return GUARD if name in PROTECTIVE or name.startswith(PROTECTIVE_STARTS) else word
