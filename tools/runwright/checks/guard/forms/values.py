"""What an argument of a known-safe form may be: kinds of values, by name.

A kind is a linear-time expression for the whole value, words that must not occur in it, and whether a value that is
known only at run time will do (`free`): then the form stays safe whatever the value is.
"""

# ruff: noqa: E501  # a pattern or a row of a table is read best in one line
from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from runwright.checks.guard.forms.places import (
    HOST,
    KEPT_PRIVATE,
    LISTS,
    LOCAL,
    PEOPLE,
    PRODUCTS,
    REMOTE,
    SITE,
    WATCHERS,
)
from runwright.checks.guard.forms.sql import is_look
from runwright.checks.guard.matching import is_whole, occurs
from runwright.checks.guard.words import Word


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of value."""

    pattern: str
    refused: str = ""
    free: bool = False
    """A variable that the script is given may stand here."""
    computed: bool = False
    """So may anything that the script works out itself."""
    others: tuple[str, ...] = ()
    """Further expressions, of which one will do."""
    never: tuple[str, ...] = ()
    """Further words that must not occur in it."""
    holds: Callable[[str], bool] | None = None
    """What must hold besides, where an expression cannot say it."""


MAX_LENGTH = 4000
_TEXT = r"[\s\S]*"
_READABLE = (
    r"/(var/log(/[\w.@*?-]+)*|var/run/[\w.@-]+\.pid|run/[\w.@/-]+\.pid|sys(/[\w.:@*-]+)+)"
    r"|([\w.@-]+/)*[\w.@*?-]+\.(log|log\.\d+|log\.gz|out|err)|/(opt|srv|home/\w+|usr/local)(/[\w.@*?-]+)+\.(log|log\.\d+|out|err|txt)"
)
_PROC = r"/proc/(loadavg|meminfo|cpuinfo|mdstat|mounts|uptime|swaps|partitions|stat|version|filesystems|diskstats|interrupts|vmstat|slabinfo|buddyinfo|pressure/\w+|net/[\w/]+|sys(/[\w.-]+)+|(\d+|self)/(status|limits|stat|io|mounts|mountinfo|cgroup))"
_LOGREAD = r"/var/log(?:/[\w.@*?-]+)*|/proc/[\w/]+|/etc/(?:hosts|fstab|services)|(?:/opt|/srv)(?:/[\w.@-]+)*/[\w.@*-]+\.(?:log|txt|csv)"
_CONFIG = (
    r"/etc/(os-release|issue|hostname|hosts|resolv\.conf|fstab|timezone|ntp\.conf|crontab|exports|nsswitch\.conf|machine-id|"
    r"sysctl\.conf|rsyslog\.conf|chrony(/[\w.-]+|\.conf)|debian_version|redhat-release|security/limits\.conf|my\.cnf)"
)
_SERVICES = (
    r"/etc/(nginx|apache2|httpd|logrotate\.d|systemd|cron\.\w+|default|sysctl\.d|rsyslog\.d|haproxy|keepalived|php|redis|postgresql|"
    r"mysql|apt|yum\.repos\.d|bind|unbound|postfix|prometheus|mosquitto|rabbitmq|docker)((/[\w.@-]+)+|(/[\w.@-]+)*/(\*\.(conf|cfg|cnf|list|repo|timer|service)|(sites-enabled|conf\.d)/\*))"
    r"|/etc/(cron\.\w+|logrotate\.d|sysctl\.d|rsyslog\.d)/\*"
)
_PATH = r"(?:~|\.{0,2})/?(?:[\w@%+=:,. *?\[\]-]+/?)*|/(?:[\w@%+=:,.*?\[\]-]+/?)*"
_SUFFIX = r"(?:\.service|\.timer|\.socket)?"
_WINPATH = r"(?:[A-Za-z]:)?[\\/]?(?:[\w .$@%+=,()~*?-]+[\\/]?)*"

_EFFECTS = (
    r"writefile|readfile|edit\s*\(|load_extension|lo_\w+\s*\(|_to_xml|setval|nextval|ts_stat|get_lock|pg_(reload|switch|"
    r"promote|drop|stat_reset|create|rotate|replication_slot_advance|wal_replay|notify|backup|advisory)"
)
"""Functions by which a query writes, runs something or holds others up."""


KINDS: dict[str, Kind] = {
    "WORKTREE": Kind(r"(?:/opt|/srv|/home/\w+|/var/www|/data|/usr/local)(?:/[\w.@-]+)+|/etc", refused=r"\.\.|/te?mp"),
    "OLDERMINUTES": Kind(r"\+(?:[6-9]\d|\d{3,6})"),
    "YQ": Kind(
        r"[\w.@:,=*?/\[\]{}()'\"<>!$ \\+%|~^-]{1,500}",
        refused=r"secret|env|@sh|input|load|eval|system|exec|import|include",
    ),
    "UNITFIELD": Kind(r"[\w,]{1,200}", refused=r"environ|credential|passw|secret"),
    "STOPPED": Kind(
        r"[A-Za-z0-9_][\w.@:-]{0,200}",
        refused=r"^(sshd?|dropbear|systemd-\w+|dbus\w*|network\w*|systemd|init|auditd|firewalld|ufw|nftables|iptables|fail2ban)(\.(service|socket))?$|\.target$",
        free=True,
    ),
    "SETASIDE": Kind(r"/(?:mnt|media|srv|data|backups?)(?:/[\w.@-]+)*", refused=r"\.\.|mysql|postgres|mongo"),
    "DATABASE": Kind(r"[A-Za-z0-9_][\w-]{0,62}"),
    "ENDPOINTS": Kind(rf"(?:https?://)?(?:{SITE})(?::\d{{1,5}})?"),
    "PINNED": Kind(rf"[\w.-]{{1,100}}:\d{{1,5}}:{LOCAL}"),
    "ARCHIVE": Kind(_PATH, refused=r":|^-"),
    "OLDER": Kind(r"\+[1-9]\d{0,5}"),
    "FOUNDDIR": Kind(
        r"/var/log(?:/[\w.@-]+)*|/tmp(?:/[\w.@-]+)*|/var/tmp|/var/cache(?:/[\w.@-]+)+|/backups?(?:/[\w.@-]+)+|"
        r"(?:/opt|/srv|/data)(?:/[\w.@-]+)*/(?:logs?|te?mp|cache|backups?)(?:/[\w.@-]+)*",
        refused=r"\.\.|/var/log/(audit|journal)|mysql|postgres|mongo|redis|/db(/|$)",
    ),
    "INT": Kind(r"[+-]?\d{1,12}(?:[.]\d+)?", free=True, computed=True),
    "SIZE": Kind(r"[+-]?\d{1,12}[bcwkKmMgGtTsdhin]?B?", free=True),
    "TIME": Kind(r"\d{1,6}(?:\.\d+)?(?:ms|s|m|h|d|w|min|h|sec|us|days?|hours?|minutes?)?", free=True),
    "WHEN": Kind(r"[\w :.+-]{1,40}", free=True, computed=True),
    "NAME": Kind(r"[A-Za-z0-9_@%+][\w.@:+,=%/-]{0,200}", refused=r"\.\./", free=True),
    "NAMES": Kind(r"[A-Za-z0-9_*?.@%+-][\w.@:+,=%*? /()$-]{0,400}", refused=r"\.\./", free=True, computed=True),
    "UNIT": Kind(r"[A-Za-z0-9_][\w.@:-]{0,200}", free=True),
    "STARTED": Kind(
        r"[A-Za-z0-9_][\w.@:-]{0,200}",
        refused=r"^(reboot|poweroff|halt|rescue|emergency|shutdown|kexec|hibernate|suspend|sleep|debug-shell|runlevel|exit|"
        r"ctrl-alt-del|hybrid-sleep|soft-reboot|systemd-(reboot|poweroff|halt|kexec|suspend|hibernate|hybrid|factory|sysupdate)|umount$|initrd-)|\.target$",
        free=True,
    ),
    "UNITS": Kind(r"[A-Za-z0-9_*][\w.@:*-]{0,200}", free=True),
    "SERVICE": Kind(r"[A-Za-z0-9_][\w.$ -]{0,100}(?:,[\w.$ -]{1,100})*", refused=REMOTE, free=True, computed=True),
    "ONESERVICE": Kind(r"[A-Za-z0-9_][\w.$ -]{0,100}", refused=REMOTE, free=True),
    "HOST": Kind(HOST, free=True),
    "SITE": Kind(SITE, refused=r"^\d+\.?$|^0x", free=True),
    "SITEPORT": Kind(rf"(?:{SITE})(?::\d{{1,5}})?", refused=r"^\d+\.?(:|$)|^0x", free=True),
    "CLOCK": Kind(
        rf"{SITE}|(?:\d\.)?(?:[\w-]+\.)?pool\.ntp\.org|time\.(?:windows|nist|google|cloudflare)\.(?:com|gov)",
        free=True,
    ),
    "PORT": Kind(r"\d{1,5}(?:-\d{1,5})?", free=True),
    "ONEPORT": Kind(r"\d{1,5}", free=True),
    "FAULTY": Kind(r"(?:failed|error|degraded|not-found|bad|masked|activating|auto-restart|,)+"),
    "FSTYPE": Kind(r"(?:no)?(?:ext[234]|xfs|btrfs|zfs|vfat|ntfs3?|tmpfs|devtmpfs|overlay|squashfs|iso9660|f2fs|,)+"),
    "PORTSPEC": Kind(r"[:=\w.@ -]{1,60}", free=True),
    "LOCAL": Kind(LOCAL),
    "URL": Kind(
        rf"(?:https?://)?(?:{LOCAL}|[\w-]+(?:\.(?:local|internal|lan|svc|cluster\.local))+)(?::\d{{1,5}})?(?:/[\w./?=&%:,@~+-]*)?",
        refused=r"/env\b|configprops|heapdump|threaddump|/dump\b|/kv/|secret|token|credential|passw|/debug/|_security|apikey|/config\b|@",
    ),
    "PATH": Kind(_PATH, free=True),
    "SHOWN": Kind(_PATH, refused=KEPT_PRIVATE, never=(LISTS,), free=True),
    "READ": Kind(
        _READABLE,
        refused=r"\.\.|\.key\b|sasl|/etc/redis/|/etc/rabbitmq/|passw|/apt/auth|/etc/netplan|/etc/[\w.@/-]*/(ssl|tls|certs?|keys?)/|\.p(em|12|fx|wd)\b|private|secret|credential|token|htpass|\.acl\b|erlang|debian\.cnf|/dmi\b|/sys/(hypervisor|firmware)|/net/arp",
        others=(_PROC, _CONFIG, _SERVICES),
    ),
    "LOGFILE": Kind(
        r"/var/log/(?:[\w.@-]+/)+[\w.@*-]+|(?:/opt|/srv|/home/\w+|/usr/local)(?:/[\w.@-]+)+/[\w.@*-]+\.(?:log|out|err|trc)(?:\.\d+|\.gz)?",
        refused=r"\.\.|mysql|maria|postgres|mongo|redis|rabbit|etcd|/db/|database|binlog|bin-log|redo|undo|\bwal\b|audit|/var/log/(auth|secure|audit|wtmp|btmp|lastlog|faillog|messages|syslog|kern|journal|sudo)",
    ),
    "STALE": Kind(
        r"(?:/var)?/run/(?:[\w.@-]+/)*[\w.@-]+\.(?:pid|lock)|/var/lock/[\w.@/-]+|/tmp/[\w.@-]+\.(?:lock|pid|tmp)",
        refused=r"\.\.|docker\.sock|dbus|systemd",
    ),
    "OLDLOG": Kind(
        r"/var/log/(?:[\w.@-]+/)*[\w.@*-]*\.(?:gz|[1-9]\d?|old|xz|bz2|zip)|/var/cache/(?:apt/archives|yum|dnf|zypp)(?:/[\w.*-]+)*|/var/crash/[\w.*-]+|/var/tmp/[\w.-]+\.(?:tmp|log)",
        refused=r"\.\.|mysql-bin|maria-bin|binlog|bin-log|redo|undo|\bwal\b|relay|audit",
    ),
    "LOGDIR": Kind(
        r"/var/log(?:/[\w.@-]+)*|/tmp|/var/tmp|/var/cache(?:/[\w.@-]+)+|/var/spool/[\w.-]+|(?:/opt|/srv|/data)(?:/[\w.@-]+)*/(?:logs?|tmp|cache)(?:/[\w.@-]+)*",
        refused=r"\.\.|/var/log/(audit|journal)",
    ),
    "GLOB": Kind(r"[\w.*?\[\]@ -]{1,100}", free=True),
    "TEXT": Kind(_TEXT, free=True, computed=True),
    "WORD": Kind(r"[\w.@:+,=%/ #*?^~!-]{1,400}", free=True),
    "PATTERN": Kind(_TEXT, refused=WATCHERS, free=True, computed=True),
    "FORMAT": Kind(r"[^\x00`]{0,400}", refused=r"%output|^@"),
    "AWK": Kind(r"[^|@`]+", refused=r"system|getline|close\s*\(|environ|>\s*\"|>>|>\s*/|/inet|-f\b|\bprintf?\b[^;}]*>"),
    "SED": Kind(
        r"(?:(?:(?:\d+|\$|/[^/\n]{1,200}/)(?:,(?:\d+|\$|/[^/\n]{1,200}/))?)?[pdq=]|s/(?:[^/\n\\]|\\.)*/(?:[^/\n\\]|\\.)*/[gIp0-9]*|s\|[^|\n]*\|[^|\n]*\|[gIp0-9]*|s#[^#\n]*#[^#\n]*#[gIp0-9]*|;|\s)+"
    ),
    "SQL": Kind(
        r"(?is)\s*(?:select|show|explain|with|values|\\d|\\l|pragma\s+(?:integrity_check|quick_check)|vacuum\s*(?:\(|analyze|full|[\w\".]*)|analyze|reindex|check\s+table|ping|exec\s+sp_who2?|dbcc\s+(?:sqlperf|checkdb|opentran))\b?[^;]*;?\s*|\\(?:l|dt|du|conninfo|d)\+?|status|processlist",
        never=(_EFFECTS,),
        holds=is_look,
        refused=r"pg_read|pg_file|sys_|pg_ls_|lo_(im|ex)port|dblink|\bcopy\b|into\s+(out|dump)file|load_file|xp_|\bprogram\b|passw|authid|pg_shadow|mysql\.user|set_config|pg_terminate|pg_cancel|pg_sleep|authentication_string|\binto\b|\bupdate\b|\bdelete\b|\binsert\b|\bdrop\b|\balter\b|\bgrant\b|\bexecute\b|sys\.sql_logins|--|/\*|benchmark\(|pg_roles|pg_user|pg_auth|server_principals|database_principals|show\s+grants|\\du|syslogins",
    ),
    "FILLED": Kind(r"[a-z][a-z0-9_]{0,40}", refused=r"^(ifs|path|env)$"),
    "COMPOSEFILE": Kind(r"(?:/opt|/srv|/etc)(?:/[\w.-]+)+\.ya?ml", refused=r"\.\."),
    "DEVNULL": Kind(r"/dev/null"),
    "NOWHERE": Kind(r"/dev/null|-"),
    "DATEFORMAT": Kind(r"\+[\w%: .,/-]{1,100}"),
    "JFIELD": Kind(r"_?[A-Z_]{2,40}=[\w.@/-]+|\+"),
    "PSWORD": Kind(r"[\w,=%]{1,200}", refused=r"^[auxfwlje]*e[auxfwlje]*$"),
    "PIPED": Kind(rf"[^/\x00]{{0,80}}|{_LOGREAD}", refused=r"\.\."),
    "LOGGLOB": Kind(r"[\w*?.-]*\.(?:log|gz|tmp|out|err|dump|core|pid|trc|[0-9*]+)|core(?:\.\*)?|\*[\w-]*log[\w-]*\*?"),
    "RESTARTS": Kind(r"(?i)(?:restart/\d{1,7}/?){1,3}(?:\"\"/0)?"),
    "SYSCTL": Kind(r"(?:kernel|vm|net|fs|dev|user|abi)(?:[./][\w-]+)+", free=True),
    "TOPIC": Kind(r"[\w.@:+/#$-]{1,200}", free=True),
    "SETOPT": Kind(r"\+[a-z]{1,6}|pipefail|errexit|nounset|xtrace"),
    "HEADER": Kind(r"[A-Za-z-]{1,40}: ?[\w ./*+;=:,-]{0,100}", refused=r"auth|cookie|token|x-aws|metadata"),
    "GETHEAD": Kind(r"GET|HEAD|OPTIONS"),
    "CERT": Kind(r"[\w./@*-]+\.(?:pem|crt|cer|csr|der|chain|crl)|/dev/stdin|-", refused=r"priv|\.key|\.\./"),
    "CONF": Kind(r"/etc/[\w./@-]+\.(?:conf|cfg|ya?ml|toml|ini)", refused=r"\.\."),
    "SHORT": Kind(r"short|long|conveyance"),
    "PARSE": Kind(r"parse"),
    "LISTMODE": Kind(r"l"),
    "JSONTOOL": Kind(r"json\.tool"),
    "LOGROTATECONF": Kind(r"/etc/logrotate\.(?:conf|d/[\w.-]+)"),
    "DNSWORD": Kind(
        rf"\+\w+(?:=\w+)?|{SITE}", refused=r"^(axfr|ixfr|any|txt|all)", free=True, others=(rf"@(?:{SITE})",)
    ),
    "DNSTYPE": Kind(r"(?i)a|aaaa|cname|mx|ns|ptr|soa|srv|caa|a_aaaa"),
    "GITREF": Kind(r"[A-Za-z0-9_.][\w./@^~-]{0,200}"),
    "AWKVAR": Kind(r"\w+=[\w.:/%-]*"),
    "KNOWNUNIT": Kind(
        rf"(?:nginx|apache2|httpd|chronyd?|ntpd?|sshd?|crond?|rsyslog|auditd|firewalld|ufw|fail2ban|docker|containerd|haproxy|"
        rf"keepalived|named|unbound|dnsmasq|postfix|dovecot|cups|smbd|nmbd|nfs-server|snapd|multipathd|kubelet){_SUFFIX}",
        others=(
            rf"(?:postgresql|mysqld?|mariadb|redis|redis-server|mosquitto|rabbitmq-server|mongod|node_exporter|prometheus|"
            rf"grafana-server|memcached|elasticsearch|php[\d.]*-fpm|tomcat\d*){_SUFFIX}",
            rf"(?:systemd-(?:timesyncd|resolved|networkd|journald)|fstrim|logrotate|apt-daily|NetworkManager|"
            rf"clamav-freshclam|clamav-daemon|apparmor){_SUFFIX}",
        ),
    ),
    "KEPT": Kind(r"\d{1,4}(?:d|w|days?|weeks?|months?|y|years?)|(?:[2-9]\d|\d{3,4})h"),
    "KEPTSIZE": Kind(r"(?:[5-9]\d|\d{3,6})M|\d{1,4}G"),
    "ZERO": Kind(r"0"),
    "FILETYPE": Kind(r"f"),
    "PENDING": Kind(r"-a"),
    "MOUNTED": Kind(r"/[\w.@/-]{0,200}", refused=r"\.\.", free=True),
    "REMOUNT": Kind(r"remount(?:,rw)?"),
    "SHUT": Kind(r"remount,ro"),
    "OWNPATH": Kind(
        r"/(?:var/(?:log|lib|cache|run|spool|www|tmp)|srv|opt|data|run)/[\w.@/-]+",
        refused=r"\.\.|mysql|maria|postgres|pgsql|mongo|redis|etcd|rabbit|docker|containerd|kubelet|samba|ldap|krb5|/db(/|$)|\.(db|sqlite3?)$|/run/(nologin|systemd|utmp|reboot|dbus|user|initctl|lock)|/var/spool/(cron|at)|/var/lib/(dpkg|rpm|systemd|cloud)|authorized|\.ssh|\.(php|jsp|aspx?|cgi)$",
    ),
    "MODE": Kind(r"0?[0-7][0-7][0145]|[ug]{1,2}[+=-][rwxX]{1,3}|[oa]?-[rwx]{1,3}|[ugoa]*\+rX?|[ug]+=[rwX]+,o=r?X?"),
    "OWNER": Kind(r"[a-z_][\w-]{0,31}(?::(?:[a-z_][\w-]{0,31})?)?|:[a-z_][\w-]{0,31}", refused=r"sudo|shadow|disk"),
    "GRACEFUL": Kind(r"graceful|restart"),
    "RELOAD": Kind(r"reload|reopen"),
    "SIGNUMBER": Kind(r"-(?:1|10|12|15|2|0)"),
    "SOFTSIGNAL": Kind(r"(?:SIG)?(?:HUP|USR1|USR2|TERM|INT|WINCH)|1|10|12|15"),
    "PID": Kind(r"[1-9]\d{1,6}"),
    "ANYPID": Kind(r"[1-9]\d{1,6}", free=True, computed=True),
    "PROCESS": Kind(r"[\w.-]{3,40}", refused=r"^(init|systemd|sshd?)$"),
    "NETDEV": Kind(r"[\w.-]{2,15}", free=True),
    "RESOURCES": Kind(
        r"(?:(?:pods?|po|deploy\w*|svc|services?|nodes?|no|events?|ev|ingress(?:es)?|ing|cm|configmaps?|jobs?|cronjobs?|"
        r"daemonsets?|ds|statefulsets?|sts|replicasets?|rs|pvc?|persistentvolume(?:claim)?s?|hpa|endpoints?|ep|namespaces?|"
        r"ns|all|cs|pdb|quota|leases?|crds?|storageclass(?:es)?|certificates?),?)+(?:/[\w.-]+)?",
        refused=r"(?:^|,)(?:all|ns|namespaces?|crds?)(?:,|$)",
    ),
    "KUBEOUT": Kind(r"wide|json|yaml|name|(?:jsonpath|custom-columns|go-template)=.{1,400}", refused=r"secret"),
    "ATLEASTONE": Kind(r"[1-9]\d?"),
    "MONGO": Kind(
        r"(?:printjson\()?(?:db\.(?:stats|serverStatus|hello|isMaster|currentOp|version)\(\)|rs\.(?:status|conf)\(\)|"
        r"db\.(?:adminCommand|runCommand)\(['\"]?\{? ?['\"]?ping['\"]?:? ?1? ?\}?['\"]?\))(?:\.[\w.]+)?\)?;?"
    ),
    "REDISWORD": Kind(r"[\w.-]{1,60}", refused=r"pass|auth|user|acl|key-file|tls"),
    "SHOW": Kind(r"(?:core|sip|pjsip|iax2|dialplan) show [\w ]{1,60}"),
    "PINGMODULE": Kind(r"ping|setup"),
    "AWSVERB": Kind(
        r"(?:describe|list|get)-[a-z-]+", refused=r"secret|passw|token|credential|parameter|object|attribute|console"
    ),
    "JSON": Kind(r"[\w.@:,=*?/\[\]{}()'\"<>!$ \\+%|~^-]{1,500}", refused=r"secret|\benv\b|\$env|@sh|input_filename"),
    "TAG": Kind(r"[\w][\w./:@-]{0,200}", free=True),
    "SIGNAL": Kind(r"(?:SIG)?(?:HUP|USR1|USR2|TERM|INT|WINCH|QUIT|CONT)|1|10|12|15|0"),
    "WINREAD": Kind(
        rf"{_WINPATH}\.(?:log|log\.\d+|evtx_|csv|etl_)|(?:[A-Za-z]:)?[\\/]Windows[\\/](?:Logs|Panther|SoftwareDistribution|WindowsUpdate\.log|inf)(?:[\\/][\w .*-]+)*|(?:[A-Za-z]:)?\\inetpub\\logs(?:\\[\w.*-]+)*|[A-Za-z]:\\ProgramData(?:\\[\w .-]+)+\\logs?(?:\\[\w .*-]+)*|[\w .-]+\.(?:log|csv)|[A-Za-z]:\\Windows\\System32\\drivers\\etc\\hosts",
        refused=r"\.\.",
    ),
    "WINPATH": Kind(_WINPATH, refused=PEOPLE, never=(WATCHERS, PRODUCTS), free=True, computed=True),
    "WINTREE": Kind(
        _WINPATH,
        never=(WATCHERS, PRODUCTS),
        refused=PEOPLE + r"|^[a-z]:[\\/]?(\*[^\\/]*|windows[\\/]?)?$|^[\\/.*]*$",
    ),
    "WINTEMP": Kind(
        r"(?i)[a-z]:\\windows\\(?:temp|softwaredistribution\\download|system32\\spool\\printers|logs\\cbs|prefetch_|minidump_)\\(?:\*|\*\.\*|[\w .*-]*\.(?:tmp|log|txt|etl|cab|dmp|spl|shd))|[a-z]:\\windows\\temp\\\*?|[a-z]:\\inetpub\\logs\\logfiles(?:\\[\w]+)*\\[\w*.-]+\.log|[a-z]:\\users\\user\\appdata\\local\\temp\\(?:\*|\*\.\*|[\w .*-]*\.(?:tmp|log|etl))|[a-z]:\\temp\\[\w *.-]+\.(?:tmp|log|txt)"
    ),
    "REGREAD": Kind(
        r"(?i)(?:registry::)?(?:hklm|hkcu|hkey_local_machine|hkey_current_user):?\\(?:[\w .-]+\\?)*",
        refused=r"\\(sam|security)\b|\\lsa\b|winlogon|putty|vnc|\\snmp|defender|policies|\\run|password|credential|simontatham|safer|\\services\\?(\*|$)|winscp|uninstall|cryptography|\\nls(\\|$)|keyboard layout|usbstor|networklist|\\explorer|internet explorer|mountpoints2|\\network(\\|$)|security center|wireless|userassist|app paths|virtual|vmware|vbox|^[\w:]*:?\\(software|system)?\\?$|\\terminal server client",
    ),
    "PSVALUE": Kind(_TEXT, free=True, computed=True),
    "MEMBER": Kind(r"(?i)name|status|id|fullname|displayname|length|message|count|handle|ipaddress"),
    "PROPERTY": Kind(r"(?i)length|lastwritetime|creationtime|fullname|versioninfo|name|isreadonly|,"),
    "PLAINOBJECT": Kind(
        r"(?i)psobject|pscustomobject|system\.collections\.\w+|timespan|datetime|system\.text\.stringbuilder|object"
    ),
    "KNOWNMODULE": Kind(
        r"(?i)webadministration|iisadministration|activedirectory|dnsserver|dnsclient|dhcpserver|storage|hyper-v|failoverclusters|servermanager|printmanagement|netsecurity|nettcpip|smbshare|scheduledtasks|pswindowsupdate|sqlserver|sqlps|defender|bitlocker|windowsupdate|dfsr|dfsn|remotedesktop|updateservices|exchange\w*|microsoft\.powershell\.\w+|cimcmdlets|dism|netadapter|pki"
    ),
    "ASSEMBLY": Kind(r"(?i)system\.(?:serviceprocess|web|net\.http|xml|core|data)"),
    "VARNAME": Kind(
        r"[A-Za-z]\w{0,40}",
        refused=r"^(profile|executioncontext|pshome|psdefaultparametervalues|__ps\w*|amsi\w*|ofs|erroractionpreference_)$",
    ),
    "CERTSTORE": Kind(
        r"(?i)cert:\\(?:localmachine|currentuser)(?:\\(?:my|webhosting|root|ca|\w+))?(?:\\[0-9a-f]{40})?\\?\*?"
    ),
    "STARTUP": Kind(r"(?i)automatic|automaticdelayedstart|manual"),
    "STATUS": Kind(r"(?i)running"),
    "ALLPROFILES": Kind(r"(?i)(?:all|current|domain|private|public)profiles?"),
    "COMPUTER": Kind(r"(?i)computer"),
    "WINRMCONFIG": Kind(r"(?i)winrm/config(?:/\w+)?"),
    "NAMED": Kind(r"[\w .()&,-]{0,200}\w[\w .()&*,-]{0,200}", free=True, computed=True),
    "INSTANCE": Kind(rf"(?:{SITE})(?:\\[\w$]{{1,32}})?(?:,\d{{1,5}})?", free=True, computed=True),
    "WINNAME": Kind(r"[\w .@()#$,-]{1,120}", free=True, computed=True),
    "TASKNAME": Kind(r"[\w .@()\\#$-]{1,160}", free=True, computed=True),
    "FWPROFILE": Kind(r"(?i)(?:domain|public|private|any|,)+"),
    "FWRULE": Kind(r"[\w .()-]{1,120}", refused=r"remote|winrm|rdp|file and printer|smb|wmi|dcom|ssh"),
    "TRUE": Kind(r"(?i)\$?true|1"),
    "FALSE": Kind(r"(?i)\$?false|0"),
    "IISPATH": Kind(r"(?i)iis:\\(?:apppools|sites)\\[\w .-]+"),
    "OWNFOLDER": Kind(r"(?i)[a-z]:\\(?:temp|logs|backup|data|apps?|ops|scripts)(?:\\[\w .-]+)*"),
    "DIRECTORY": Kind(r"(?i)directory"),
    "DRIVE": Kind(r"[A-Za-z]:?\\?"),
    "STATEWORD": Kind(r"(?i)type=|state=|all|service|inactive|bufsize=|\d{1,6}|driver"),
    "FILTER": Kind(
        r"(?i)(?:imagename|pid|status|memusage|cputime|services|windowtitle|session)\s+(?:eq|ne|gt|lt|ge|le)\s+[\w .*-]+"
    ),
    "NETSHWORD": Kind(r"(?i)[a-z0-9=\"*:. -]{1,60}", refused=r"key|set|add|delete|reset|off"),
    "EVENTLOG": Kind(r"[\w .()/-]{1,100}", refused=r"^security$"),
    "EVENTS": Kind(_TEXT, refused=r"(?:^|['\"=\s(,])security(?:$|['\",;\s)])", free=True, computed=True),
    "COUNTER": Kind(r"\\?[\w() %.*/:\\_-]{1,200}"),
    "BLOCK": Kind(r"\{\}"),
    "PROPERTIES": Kind(r"[\w.*,{}()@=;'\" :%?/$\x00<>-]{1,800}", computed=True),
    "BOOL": Kind(r"(?i)\$?(?:true|false)|0|1|", computed=True),
    "CLASS": Kind(
        r"(?i)(?:root[\\/](?:cimv2|virtualization[\w\\/]*):)?win32_(?:logicaldisk|diskdrive|processor|physicalmemory|volume|pagefileusage|pagefilesetting|networkadapter(?:configuration)?|timezone|printjob|perfformatteddata\w*|perfrawdata\w*|tempearature|battery|uptime_|localtime|diskpartition|reliabilityrecords|physicaldisk)|msft_(?:physicaldisk|disk|volume)"
    ),
    "HOSTCLASS": Kind(
        r"(?i)(?:root[\\/]cimv2:)?win32_(?:operatingsystem|computersystem|bios|quickfixengineering|serverfeature|printer)"
    ),
    "QUERY": Kind(r"[\w =<>!'\".%*&|()\[\]@\\/:-]{1,400}", refused=r"[|&]\s*$|^select", computed=True),
    "LOCALHOST": Kind(r"(?i)localhost|\.|127\.0\.0\.1"),
    "BUSYCLASS": Kind(r"(?i)(?:root[\\/]cimv2:)?win32_(?:service|process)"),
    "WQL": Kind(
        r"(?i)select\s+[\w,* ]+\s+from\s+win32_(?:operatingsystem|logicaldisk|service|process|processor|volume|diskdrive|"
        r"pagefileusage|computersystem)(?:\s+where\s+[\w ='\"<>%.-]+)?"
    ),
    "XPATH": Kind(r"[\s\S]{1,800}", computed=True),
}


def fits(kind: str, word: Word) -> bool:
    """Whether a word is a value of this kind."""
    known = KINDS[kind]
    if not word.known:
        return known.computed or (known.free and bool(word.variable) and word.quoted)
    if any(occurs(words, word.text) for words in (known.refused, *known.never) if words):
        return False
    if known.holds is not None and (len(word.text) > MAX_LENGTH or not known.holds(word.text)):
        return False
    return len(word.text) <= MAX_LENGTH and any(is_whole(p, word.text) for p in (known.pattern, *known.others))
