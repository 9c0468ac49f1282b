"""Switches protection off, or removes the traces of what was done.

After MITRE ATT&CK T1562 (impair defenses), T1070 (indicator removal), T1112, T1548, T1553.
"""

# a pattern or a row of a table is read best in one line
from __future__ import annotations

from runwright.checks.guard.deny.rule import rule

_DEFENDER = "set-mppreference add-mppreference remove-mppreference"

RULES = (
    rule(
        "switches protection off", _DEFENDER, r"-d\w+\s+(\$?true|1)(\s|$)|-\w*(action|fault)\w*\s+(allow|noaction|6|9)"
    ),
    rule("switches protection off", "", r"msft_mppreference|exclusion(path|process|extension)\s*="),
    rule(
        "stops the record of what is done",
        "sed perl awk tee echo printf",
        r"storage\s*=\s*none|\bauditd?\.conf\b.*(disk_full|max_log)",
    ),
    rule(
        "keeps the shell from recording what was done",
        "set-psreadlineoption",
        r"historysavestyle|addtohistoryhandler|historysavepath",
    ),
    rule(
        "falsifies the times of files",
        "",
        r"\.(creationtime|lastwritetime|lastaccesstime)(utc)?\s*=\s*[^=]|setcreationtime|setlastwritetime|setlastaccesstime",
    ),
    rule("hides files", "setfile chflags", r"hidden|-a\s+V"),
    rule("removes traces of logins and commands", "log", r"erase"),
    rule("switches a protective service off", "systemctl", r"\b(stop|disable|mask|kill)\b.*<guard>"),
    rule("switches a protective service off", "service rc-service", r"^<guard>\s+stop"),
    rule(
        "switches a protective service off",
        "rc-update update-rc.d chkconfig sv initctl",
        r"<guard>.*\b(off|del|remove|disable|stop)\b|\b(off|del|remove|disable|stop|delete)\b.*<guard>",
    ),
    rule(
        "ends a protective program", "kill pkill killall skill", "<guard>", r"(^|\s)-(s\s+)?(sig)?(hup|usr[12]|winch)\b"
    ),
    rule(
        "removes a protective program",
        "apt apt-get aptitude yum dnf zypper dpkg rpm pacman apk snap",
        r"(^|\s)(remove|purge|erase|autoremove|del|-r|-e|-p|--purge|--remove)(\s|$).*<guard>",
    ),
    rule("switches SELinux to permissive", "setenforce", r"\b(0|permissive)\b"),
    rule(
        "switches SELinux off",
        "semanage semodule setsebool",
        r"permissive\s+-a|^-d[a-z]?\s+\w+$|--disable|secure_mode|\s-P?\s*\w*selinux\w*\s",
    ),
    rule(
        "switches the firewall off",
        "ufw",
        r"\b(disable|reset)\b|default\s+allow\s+(in|incoming)|allow\s+from\s+any\s+to\s+any|--force\s+(disable|reset)",
    ),
    rule(
        "switches the firewall off",
        "iptables",
        r"(^|\s)((?-i:-[FX])(\s|$)|--flush|--delete-chain)|(?-i:-P)\s+(INPUT|FORWARD)\s+ACCEPT|(?-i:-[AI])\s+(INPUT|FORWARD)\s+(\d+\s+)?(-s\s+0\.0\.0\.0/0\s+)?-j\s+ACCEPT",
    ),
    rule("switches the firewall off", "nft", r"flush\s+ruleset|delete\s+table|flush\s+(table|chain)"),
    rule(
        "switches the firewall off",
        "firewall-cmd",
        r"set-default-zone[= ]trusted|--panic-off|add-source=0\.0\.0\.0/0|set-target[= ]accept",
    ),
    rule("switches the firewall off", "pfctl", r"-d\b|-F\s"),
    rule("switches the audit log off", "auditctl", r"-e\s*0|(?-i:-[DW])\b|--loginuid|-d\s"),
    rule("switches the audit log off", "augenrules service", r"auditd\s+stop"),
    rule("switches AppArmor off", "aa-teardown aa-disable aa-complain apparmor_parser", r"(?-i:-R)\b|^$|^[^-]\S*$"),
    rule(
        "weakens the kernel's protection",
        "sysctl",
        r"(randomize_va_space|ptrace_scope|kptr_restrict|dmesg_restrict|unprivileged_bpf_disabled|modules_disabled|protected_(hard|sym)links|suid_dumpable|core_pattern|kernel\.modprobe|perf_event_paranoid)\s*=?\s*\S+",
        r"^(-n\s+|-e\s+)?[\w.]+$",
    ),
    rule("loads or removes code of the kernel", "insmod kmod", r"\.ko|^insmod|remove"),
    rule(
        "loads or removes code of the kernel",
        "rmmod modprobe",
        r"(audit|apparmor|selinux|falco|nf_tables|ip_tables)|\s(-f|--force)|/\S+\.ko|(^|\s)-C\s",
    ),
    rule("keeps the shell from recording what was done", "history", r"-c|-d|-w"),
    rule("keeps the shell from recording what was done", "unset", r"\b(hist\w+|prompt_command|tmout)\b"),
    rule("keeps the shell from recording what was done", "set", r"\+o\s+history"),
    rule("keeps the shell from recording what was done", "shopt", r"-u\s+(-o\s+)?(history|histappend)|-ou\s+history"),
    rule(
        "removes traces of logins and commands",
        "rm unlink mv cp ln truncate sed tee perl cat dd chattr touch",
        r"(/var/log/(auth|secure|audit|wtmp|btmp|lastlog|faillog|messages|syslog|kern|journal|sudo)|/run/utmp|/var/run/utmp|_history\b|\.lesshst)",
        r"^(-n\s|-n[a-z]*\s|/var/log/\S+\s*$|-[0-9n])",
    ),
    rule(
        "removes traces of logins and commands",
        "rm unlink truncate",
        r"/var/log/(auth|secure|audit|wtmp|btmp|lastlog|faillog|messages|syslog|kern|journal|sudo)[^ ]*|_history\b",
        r"\.(gz|[1-9]\d*|xz|bz2|old)(\s|$)",
    ),
    rule(
        "removes whole logs of the system",
        "journalctl",
        r"--vacuum-(time|size|files)[= ]\s*([01](s|sec|ms|us|m|min|h|k|kb|b)?|[0-9]{1,2}(s|sec|ms|us|k|m?b|min))(\s|$)",
        r"vacuum-size[= ]\s*\d{2,}m",
    ),
    rule("falsifies records of logins", "utmpdump", r"-r"),
    rule(
        "falsifies the times of files", "touch", r"(^|\s)(-[acm]*r|--reference)|(-[acm]*t)\s+\d{8,}|-[acm]*d\s|--date"
    ),
    rule("falsifies the times of files", "debugfs", r"-w"),
    rule("hides or locks files against repair", "chattr", r"\+[a-z]*i\b.*(/etc|/usr|/var/spool|/root|\.ssh|/tmp)"),
    rule(
        "opens remote logins",
        "sed perl awk tee echo printf ed",
        r"(permitrootlogin|passwordauthentication|permitemptypasswords|permituserenvironment|authorizedkeysfile|authorizedkeyscommand|gatewayports)\W+(yes|/|\.)",
    ),
    rule("switches SELinux off", "sed perl echo tee printf awk", r"selinux\s*=\s*(disabled|permissive)"),
    rule(
        "switches protection off",
        "mdatp",
        r"config\s+real-time-protection.*disabled|exclusion|config\s+\S+\s+--value\s+disabled|threat\s+(restore|allowed)",
    ),
    rule(
        "switches protection off",
        "falconctl sentinelctl esets_daemon csrutil spctl jamf",
        r"disable|--uninstall|unload|-d\b|uninstall|stop|-f\s+-d",
    ),
    rule(
        "switches protection off",
        _DEFENDER,
        r"-(disable|exclusion|mapsreporting|submitsamples|puaprotection|enablecontrolledfolder\w*|\w+threatdefaultaction|enablenetworkprotection|attacksurface|cloud\w+|severethreat|highthreat|signaturedisable|uilockdown|scan\w*disable)",
        r"(-disable\w+|-exclusion\w+)\s+(\$?false|0)(\s|$)",
    ),
    rule(
        "switches protection off",
        "mpcmdrun",
        r"-(removedefinitions|restore|disable|wdenable\s+0|removedynamic|resetplatform|downloadfile)",
    ),
    rule(
        "switches protection off",
        "uninstall-windowsfeature remove-windowsfeature disable-windowsoptionalfeature dism",
        r"defender|/disable-feature.*defender",
    ),
    rule(
        "switches a protective service off",
        "sc net stop-service set-service suspend-service remove-service taskkill stop-process pskill psservice wmic",
        r"<guard>",
        r"^\s*(query|qc|queryex|start|sdshow|interrogate)\s|start=\s*auto|startuptype\s+(automatic|manual)",
    ),
    rule(
        "switches the firewall off",
        "netsh",
        r"(state|mode)\s*=?\s*(off|disable)|firewall\s+set\s+opmode\s+(mode\s*=\s*)?disable|firewall\s+delete\s+rule\s+(name\s*=\s*)?all|firewall\s+set\s+rule.*enable\s*=?\s*no.*all",
    ),
    rule(
        "opens the firewall for everything",
        "netsh",
        r"firewall\s+add\s+rule\s.*action\s*=\s*allow(.*program\s*=|.*(localport|protocol)\s*=\s*any)|firewallpolicy\s+allowinbound|firewall\s+add\s+allowedprogram",
    ),
    rule(
        "switches the firewall off",
        "set-netfirewallprofile",
        r"-enabled:?\s+\$?(false|0)|-defaultinboundaction\s+allow",
    ),
    rule(
        "switches the firewall off",
        "disable-netfirewallrule remove-netfirewallrule",
        r"-all\b|^\s*$|\*|-displaygroup\s+\*",
    ),
    rule(
        "opens the firewall for everything",
        "new-netfirewallrule",
        r"-action\s+allow",
        r"-localport|-remoteaddress\s+[\d.]+",
    ),
    rule(
        "clears or stops the event log",
        "wevtutil",
        r"(^|\s)(cl|clear-log|sl|set-log)\s(.*(/e:false|/enabled:false|/ms:|/retention))?",
        r"^sl\s.*(/e:true|/ms:\d{6,}|/enabled:true)",
    ),
    rule("clears or stops the event log", "clear-eventlog remove-eventlog limit-eventlog clear-winevent"),
    rule(
        "clears or stops the event log",
        "",
        r"clear-?(event)?log\(|globalsession\]?::?clearlog|eventlogsession.*clearlog|\.clearlog\(|eventlog\]?::(delete|clear)",
    ),
    rule("clears or stops the event log", "wmic", r"nteventlog.*(cleareventlog|backupeventlog)"),
    rule("stops the record of what is done", "auditpol", r"/(clear|remove)|disable|/restore"),
    rule(
        "stops the record of what is done",
        "logman",
        r"\b(stop|delete|update)\b.*(eventlog|etw|autologger|defender|security|trace)|update\s+trace.*-ets",
    ),
    rule("stops the record of what is done", "fltmc", r"\bunload|detach\b"),
    rule("stops the record of what is done", "sysmon", r"-u\b"),
    rule("stops the record of what is done", "remove-etwtraceprovider set-etwtraceprovider stop-etwtracesession"),
    rule(
        "removes traces of commands",
        "remove-item clear-content set-content clear-history set-psreadlineoption del",
        r"consolehost_history|psreadline.*history|historysavestyle\s+savenothing|\\winevt\\|\.evtx|\\prefetch|^$",
        r"^$",
    ),
    rule("removes traces of commands", "clear-history"),
    rule(
        "evades the scanner of PowerShell",
        "",
        r"amsi(utils|initfailed|context|scanbuffer|session|\.dll)|amsiinit|\bamsi\b",
    ),
    rule(
        "evades the scanner of PowerShell",
        "",
        r"(scriptblocklogging|etweventwrite|etwprovider|psetwlogprovider|cachedgrouppolicysettings|signature\w*bypass|__psenforcelockdown|__pslockdownpolicy|system\.management\.automation\.(tracing|utils))",
    ),
    rule(
        "removes a protective program",
        "wmic uninstall-package",
        r"(product|^).*(anti.?virus|endpoint|defend|\bsecurity|sophos|mcafee|symantec|\beset|kaspersky|crowdstrike|sentinel).*(uninstall|$)",
        r"^\S+\s+get\b|/namespace",
    ),
    rule(
        "makes files of the system changeable", "set-acl", r"[a-z]:\\(windows|program files)?(\\system32)?\\?(\s|$|,)"
    ),
    rule("lets every script run", "set-executionpolicy", r"bypass|unrestricted", r"-scope\s+process"),
    rule(
        "switches on a protocol with known holes",
        "enable-windowsoptionalfeature dism set-smbserverconfiguration install-windowsfeature",
        r"smb1|telnet|tftp|enablesmb1protocol\s+\$?(true|1)|requiresecuritysignature\s+\$?(false|0)",
    ),
    rule("weakens the protection of processes", "set-processmitigation", r"-disable|-remove"),
    rule(
        "switches encryption of drives off",
        "manage-bde disable-bitlocker suspend-bitlocker",
        r"-off|-protectors\s+-(delete|disable)|^[^-]|-mountpoint|-rebootcount",
    ),
    rule(
        "locks drives behind a key", "enable-bitlocker manage-bde", r"-on\b|-password|-pwprotector|-forcerecovery|-lock"
    ),
    rule(
        "trusts a foreign certificate",
        "certutil",
        r"-addstore\s+(-f\s+)?(-\S+\s+)*\"?(root|trustedpublisher|authroot|ca)",
    ),
    rule(
        "trusts a foreign certificate",
        "import-certificate import-pfxcertificate",
        r"\\(root|trustedpublisher|authroot)",
    ),
    rule("trusts a foreign certificate", "update-ca-certificates update-ca-trust trust", r"--fresh|anchor\s+\S"),
    rule(
        "accepts any certificate", "", r"servercertificatevalidationcallback\s*=?\s*\{?\s*\$?true|trustallcertspolicy"
    ),
    rule("makes security policy weaker", "secedit lgpo ntrights", r"/configure|/import|\+r|/m\s|/g\s"),
    rule(
        "makes files of the system changeable",
        "takeown icacls cacls xcacls",
        r"(/f\s+)?\"?[a-z]:\\?(\\windows(\\system32)?\\?\*?)?\"?(\s.*(/r\b|/t\b|everyone|/grant|/reset)|\s*$)|(everyone|\*s-1-1-0|users?|\*s-1-5-11)\"?:\s*\(?(\(\w+\))*\(?f|\\system32\\\S+.*(everyone|/grant)",
    ),
    rule("keeps security updates away", "", r"noautoupdate|disablewindowsupdateaccess|donotconnecttowindowsupdate"),
    rule("hides files with a system mark", "attrib", r"\+h\s.*\+s|\+s\s.*\+h|\+s\s+\+h"),
    rule(
        "hides names and addresses of updates",
        "",
        r"(127\.0\.0\.1|0\.0\.0\.0)\s+\S*(windowsupdate|microsoft|crowdstrike|sentinelone|symantec|mcafee|kaspersky|eset|sophos)\S*",
    ),
)
