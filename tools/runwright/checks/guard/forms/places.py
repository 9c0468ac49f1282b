"""Hosts and folders that the kinds of values tell apart: what belongs to the site, and what says too much.

They are parts of linear-time expressions, written without regard to case.
"""

# ruff: noqa: E501  # a pattern is read best in one line
from __future__ import annotations

SITE = (
    r"(?i)[a-z0-9](?:[a-z0-9_-]{0,61}[a-z0-9])?\.?|(?:127|10)(?:\.\d{1,3}){3}|0\.0\.0\.0|(?:192\.168|169\.254)(?:\.\d{1,3}){2}|"
    r"172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2}|\[?(?:::1|fe[89ab][0-9a-f]:[0-9a-f:]*|f[cd][0-9a-f]{2}:[0-9a-f:]*)\]?|"
    r"[a-z0-9][\w-]{0,61}(?:\.[\w-]{1,62}){0,5}\.(?:local|localdomain|internal|intranet|lan|home\.arpa|svc)\.?"
)
"""Hosts that belong to the site whatever network it is on: names without a domain, private addresses and names."""
KEPT_PRIVATE = (
    r"^~|(^|/)(home|root|users|applications|library)(/\*?)?$|/\.(mozilla|config|ssh|aws|kube|gnupg|azure|thunderbird|docker|"
    r"netrc|cache|local|\w+_history)(/|$)|/(chromium|google-chrome)(/|$)|sudoers|pam\.d|system-connections|wpa_supplicant|falcon|crowdstrike|sentinel|carbonblack"
)
"""Folders that say who works here, what they keep, and what watches them."""
LISTS = r"^/(etc/(init\.d|rc\.d|rc\d?\.d|systemd|cron[\w.]*|xinetd\.d)|(usr/)?lib/systemd|library/launch\w+|var/spool/cron)(/(system|user|init\.d|crontabs))?/?\*?$"
"""Folders whose list is the list of services or of what starts by itself."""
PEOPLE = r"[\\/]users[\\/]|favorites|bookmarks|documents|desktop|^[a-z]:[\\/]users$"
WATCHERS = (
    r"falcon|nessus|cbagent|td-agent|packetbeat|auditbeat|osquery|crowdstrike|sentinelone|carbonblack|little.?snitch|msmpeng|sysmon|symantec|sophos|"
    r"mcafee|kaspersky|bitdefender|cylance|malwarebytes|procmon|wireshark|lsass|virus|carbon.?black|\bsense\b|vbox|vmw_|vmxnet|virtio|xen-|qemu|hypervisor|\bkvm\b|virtualbox|sentinel"
)
"""Names of what watches a host, and of what it may run inside: who looks for several of them looks for a way around."""
PRODUCTS = (
    r"[\\/](program files( \(x86\))?|programdata)[\\/.*]*$|windows defender|microsoft security client|vmware tools"
)
"""Folders whose list is the list of what is installed, and those of what protects the host."""
HOST = r"[A-Za-z0-9](?:[A-Za-z0-9_-]{0,30}[A-Za-z0-9])?(?:\.[A-Za-z0-9_-]{1,31}){0,7}\.?|[0-9a-fA-F:]{2,39}"
LOCAL = r"(?:localhost|127\.0\.0\.\d{1,3}|\[::1\]|::1|0\.0\.0\.0|10(?:\.\d{1,3}){3}|192\.168(?:\.\d{1,3}){2}|172\.(?:1[6-9]|2\d|3[01])(?:\.\d{1,3}){2})"
REMOTE = r"remoteregistry|tlntsvr|telnet|psexesvc|winrm|termservice|sshd"
"""Services that open a host to others."""
