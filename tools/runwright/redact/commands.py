"""Where secrets stand in command lines: behind which option of which program.

Options that say what they are (`--password`) are left to `rules`.
"""

from __future__ import annotations

from runwright.redact.places import TELLING
from runwright.redact.rule import Rule

COMMANDS: tuple[Rule, ...] = (
    Rule("password", r"""\bssh-keygen\b[^\n]*?[ \t]-[NP][ \t]*["']?([^\s"']+)""", ("ssh-keygen",), "place"),
    Rule(
        "password",
        r"""(?i)\bnet(?:\.exe)?[ \t]+use[ \t]+\S+[ \t]+\\\\\S+[ \t]+"?([^\s/*"][^\s"]*)[ \t]+/user:""",
        ("/user:",),
        proof="place",
    ),
    Rule(
        "password",
        r"""\b(?:docker|podman|nerdctl|buildah|helm|skopeo|crane|oras|az|oc|cf|argocd|mc|ftp|ncftp|rdesktop|cqlsh"""
        r"""|influx|nats"""
        r"""|ipmitool|certutil|mssql-cli|telnet|snow(?:sql)?|kafkacat)\b[^\n]*?[ \t]-(?:p|P|pw"""
        r"""|password)[ \t=]*["']?([^\s"']+)""",
        (" -p", "\t-p"),
        proof="strong",
    ),
    Rule(
        "password",
        r"""(?i)[ \t]--?(?:src-|dest-)?(?:creds|credentials|user|auth)[ \t=]+["']?[\w.@-]+[:,]([^\s"',:]{4,})""",
        ("creds", "credentials", "-user", "-auth"),
        proof="strong",
    ),
    Rule("password", r"""\blftp\b[^\n]*?[ \t]-u[ \t]*[^\s,]+,["']?([^\s"']+)""", ("lftp",), "place"),
    Rule(
        "password",
        r"""\bhtpasswd\b[^\n]*?[ \t]-[a-zA-Z]*b[a-zA-Z]*[ \t]+\S+[ \t]+\S+[ \t]+["']?([^\s"']+)""",
        ("htpasswd",),
        "place",
    ),
    Rule(
        "password",
        r"""\b(?:echo|printf|write-output)\b[^|\n]*?[ \t]["']?([^\s"'|]{4,})["']?[ \t]*\|[ \t]*(?:sudo[ \t]+-S"""
        r"|(?:docker|podman"
        r"|helm|az|gh|oc|crane|skopeo)[^\n]{0,60}login|passwd|chpasswd|kinit|gpg|openssl|cryptsetup|su\b"
        r"|smbpasswd|htpasswd|vault"
        r"""|ssh-add|op|plink|sshpass|net use|runas)""",
        ("|",),
        "strong",
    ),
    Rule(
        "password",
        r"""\bopenssl\b[^\n]*?[ \t]-(?:k|K|passin|passout)[ \t]+["']?([^\s"':]{4,})(?:["'\s]|$)""",
        ("openssl",),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)\bnmcli\b[^\n]*?(?:[ \t]password|\.psk|\.password)[ \t]+["']?([^\s"']+)""",
        ("nmcli",),
        "place",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:identified[ \t]+by|password)[ \t]+(?:as[ \t]+)?[NE]?(?:'([^'\n]+)'|"([^"\n]+)")""",
        ("identified", "password"),
        proof="place",
    ),
    Rule("password", r"(?i)\blogin[ \t]+\S+[ \t]+password[ \t]+(\S+)", ("password",), proof="place"),
    Rule(
        "password",
        r"""(?i)\b(?:curl|wget)\b[^\n]*?[ \t](?:-u|--user)[ \t]*["']?[^\s:"']+:([^\s"'/][^\s"']*)""",
        ("curl", "wget"),
        proof="place",
    ),
    Rule(
        "password", r"""\bmysql(?:dump|admin|show|import)?\b[^\n]*?[ \t]-p["']?([^\s"']+)""", ("mysql",), proof="place"
    ),
    Rule("password", r"""\bsshpass[ \t]+-p[ \t]*["']?([^\s"']+)""", ("sshpass",), proof="place"),
    Rule(
        "password",
        r"""(?i)\bnet(?:\.exe)?[ \t]+user[ \t]+[^\s/]\S*[ \t]+"?([^\s/*"][^\s"]*)""",
        ("net",),
        proof="place",
    ),
    Rule(
        "password",
        r"""(?i)\bnet(?:\.exe)?[ \t]+use\b[^\n]*?[ \t]/u(?:ser)?:\S+[ \t]+"?([^\s/*"][^\s"]*)""",
        ("/u",),
        proof="place",
    ),
    Rule("password", r"""(?i)[ \t]/(?:pass|rp|password|pw|p):?[ \t]*"?([^\s/*"][^\s"]*)""", ("/pass", "/rp"), "place"),
    Rule(
        "password",
        r"""\b(?:sqlcmd|bcp|osql|isql|psexec|plink|pscp)(?:\.exe)?\b[^\n]*?[ \t](?:-P|-pw|-p)[ \t]+["']?([^\s"']+)""",
        ("sqlcmd", "bcp", "osql", "isql", "psexec", "plink", "pscp"),
        proof="place",
    ),
    Rule(
        "password",
        r"""\b(?:redis-cli\b[^\n]*?[ \t](?:-a|--pass)|ldap(?:search|modify|add|delete|whoami|passwd)\b[^\n]*?[ \t]-w"""
        r"""|mosquitto_(?:pub|sub)\b[^\n]*?[ \t]-P|mongo(?:sh|dump|restore)?\b[^\n]*?[ \t]-p)[ \t]+["']?([^\s"']+)""",
        ("redis-cli", "ldap", "mosquitto_", "mongo"),
        proof="place",
    ),
    Rule("password", r"""(?i)\bsqlplus\b[^\n/]*?[ \t][A-Za-z]\w*/([^\s@"']+)@""", ("sqlplus",), proof="place"),
    Rule(
        "password",
        r"""[ \t]-(?:u|U|l|user|username|login)[ \t]*\S+[^\n]*?[ \t]-(?:p|P|pw|w)[ \t]*["']?([^\s"']+)""",
        (" -p", " -w", "\t-p"),
        proof="strong",
    ),
    Rule("password", r"[ \t]-U[ \t]*[^\s%]+%([^\s\"']+)", ("%",), proof="strong"),
    Rule("password", r"(?i)-pass(?:in|out|word)?[ \t]+pass:(\S+)", ("pass:",), proof="place"),
    Rule(
        "password",
        r"""(?i)convertto-securestring(?:[ \t]+-[a-z]+)*[ \t]+(?:"([^"\n]+)"|'([^'\n]+)'|([^\s"'$()|-][^\s"'()|]*))""",
        ("convertto-securestring",),
        proof="place",
    ),
    Rule(
        "password",
        r"""\b(?:7z[ar]?|zip|unzip|rar|unrar)\b[^\n]*?[ \t]-(?:p|P)[ \t]*["']?([^\s"']+)""",
        ("7z", "zip", "rar"),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)[ \t]-(?:src|dest)?(?:store|key)pass[ \t]+["']?([^\s"']+)""",
        ("storepass", "keypass"),
        "place",
    ),
    Rule(
        "password",
        r"""\brabbitmqctl\b[^\n]*?(?:change_password|add_user)[ \t]+\S+[ \t]+["']?([^\s"']+)""",
        ("rabbitmqctl",),
        "place",
    ),
    Rule(
        "password", r"""["' \t][\w.-]+:([^\s"'|:]+)["']?[ \t]*\|[ \t]*(?:sudo[ \t]+)?chpasswd""", ("chpasswd",), "place"
    ),
    Rule(
        "password",
        rf"""(?i)/v[ \t]+"?\w*(?:{TELLING})"""
        r"""(?:[_-]?(?:value|text|old|new|data|[0-9]+))?"?[ \t][^\n]*?/d[ \t]+"?([^\s"]+)""",
        ("/d ",),
        proof="place",
    ),
    Rule(
        "snmp_community",
        r"""\bsnmp(?:walk|get|bulkwalk|bulkget|set|trap|table)\b[^\n]*?[ \t]-c[ \t]*["']?([^\s"']+)""",
        ("snmp",),
        proof="place",
    ),
)
