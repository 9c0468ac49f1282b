"""More places of secrets in command lines, in calls of programs' own languages and in statements of databases.

`commands` has the options of single programs; here stand those whose secret has a place and no option.
"""

from __future__ import annotations

from runwright.redact.places import TELLING
from runwright.redact.rule import Rule

_PAIRS = (
    r"networkcredential|pscredential|passwordauthentication|usernamepasswordcredentials|httpbasicauth|basicauth"
    r"|setbasicauth|plainauthprovider|plaincredentials"
)

BY_PLACE: tuple[Rule, ...] = (
    Rule(
        "password",  # Oracle's user/password
        r"""\b(?:impdp|expdp|imp|exp|rman|sqlldr|sqlplus|sqlcl|dgmgrl)\b[^\n]*?[ \t="'][A-Za-z]\w*/([^\s@"'/]+)""",
        ("imp", "exp", "rman", "sqlldr", "sqlplus", "sqlcl", "dgmgrl"),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)\b[wx]?l?(?:freerdp|mstsc|rdesktop|rdp)\b[^\n]*?[ \t]/p:["']?([^\s"']+)""",
        ("/p:",),
        "place",
    ),
    Rule("password", r"""\b(?:radtest|htdigest)[ \t]+\S+[ \t]+["']?([^\s"'-][^\s"']*)""", ("radtest",), "place"),
    Rule(
        "password",
        r"""\bmosquitto_passwd\b[^\n]*?[ \t]-b[ \t]+\S+[ \t]+\S+[ \t]+["']?([^\s"']+)""",
        ("mosquitto_passwd",),
        "place",
    ),
    Rule(
        "password",
        r"""\b(?:ldappasswd|smbpasswd|dsmod|dsadd)\b[^\n]*?[ \t]-(?:s|a|pwd)[ \t]+["']?([^\s"'-][^\s"']*)""",
        ("passwd", "dsmod", "dsadd"),
        "strong",
    ),
    Rule(
        "secret",
        r"""\bmc\b[^\n]*?[ \t]alias[ \t]+set[ \t]+\S+[ \t]+\S+[ \t]+\S+[ \t]+["']?([^\s"']+)""",
        ("alias set",),
        "strong",
    ),
    Rule("password", r"""\bsmbclient[ \t]+["']?[/\\]{2}\S+[ \t]+["']?([^\s"'-][^\s"']*)""", ("smbclient",), "strong"),
    Rule("password", r"""\bsend(?:_user)?[ \t]+(?:--[ \t]+)?"([^"\\\n]+)\\[rn]""", ("send",), "mixed"),
    Rule(
        "password",
        r"""\b(?:passwd|chpasswd|sudo|su|kinit|gpg|openssl|login|cryptsetup)\b[^\n<]*<<<[ \t]*["']?([^\s"']+)""",
        ("<<<",),
        "strong",
    ),
    Rule("token", r"""\bvault[ \t]+login[ \t]+(?:-\S+[ \t]+)*(?:token=)?([^\s"'=-][^\s"'=]+)""", ("login",), "strong"),
    Rule(
        "secret",  # setx NAME value, configure set name value, a property and its -v
        rf"""(?i)(?:\b(?:setx|set|setenv|put|write)|[ \t](?:-n|-k|--name|--key))"""
        rf"""[ \t=]+["']?[\w./:-]*(?:{TELLING}|_pass|access_key)"""
        r"""["']?[ \t]+(?:(?:-v|--value|-d)[ \t=]+)?["']?([^\s"'=-][^\s"']*)""",
        ("set", "put", "write", " -n", " -k", "--name", "--key"),
        "strong",
    ),
    Rule(
        "password",
        rf"""(?i)\b(?:{_PAIRS})[ ]?\([^()\n]{{0,120}}?["'][^"'\n]*["'][ ]?,[ ]?["']([^"'\n]+)["'][ ]?[,)]""",
        ("credential", "auth"),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:getconnection|connect)[ ]?\([^()\n]{0,160},"""
        r"""[ ]?["'][^"'\n]*["'][ ]?,[ ]?["']([^"'\n]+)["'][ ]?[,)]""",
        ("connect",),
        "strong",
    ),
    Rule(
        "password",
        r"(?i)\bsp_(?:addlogin|password|addlinkedsrvlogin|setapprole)\b[ \t(]+([^;\n]*'[^;\n]*)",
        ("sp_",),
    ),
    Rule("password", r"""(?i)\bpassword\([ ]?[NE]?["']([^"'\n]+)""", ("password(",), "strong"),
    Rule(
        "password",
        r"""(?i)convertto-securestring(?:[ \t]+-[a-z]+)+[ \t]+(?:"([^"\n]+)"|'([^'\n]+)')""",
        ("convertto-securestring",),
        proof="place",
    ),
    Rule(
        "password",
        r"""\bsnmp(?:walk|get|bulkwalk|bulkget|set|trap|table)\b[^\n]*?[ \t]-A[ \t]*["']?([^\s"']{6,})""",
        ("snmp",),
        proof="place",
    ),
    Rule(
        "password",
        r"""\bsnmp(?:walk|get|bulkwalk|bulkget|set|trap|table)\b[^\n]*?[ \t]-X[ \t]*["']?([^\s"']{6,})""",
        ("snmp",),
        proof="place",
    ),
    Rule(
        "password",
        r"(?i)\b(?:tried|logg?ed (?:in|on)(?: as| with)?|creds?|credentials?|accounts?|user(?:name)?|as|with)[ \t:=]+"
        r"""["']?[\w.@\\-]{2,64}["']?[ ]?(?: / |/|\|)[ ]?["']?([^\s"'/|]*[^\s"'/|.,;:!?)])""",
        ("tried", "log", "cred", "account", "user", "as ", "with"),
        "mixed",
    ),
    Rule(
        "password",
        r"""(?i)cred(?:s|ential|entials)?[ \t(]+["']?[\w.@\\-]{2,64}["']?[ \t,]+["']([^"'\n]+)["']""",
        ("cred",),
        "strong",
    ),
    Rule(
        "password",  # the environment of a container, in YAML
        rf"""(?i)\b(?:name|key):[ \t]*["']?[\w.-]*(?:{TELLING}|_pass)"""
        r"""["']?[ \t]*\r?\n[ \t]*value:[ \t]*["']?([^\s"'#]+)""",
        ("value:",),
        proof="place",
    ),
    Rule("password", r"""(?i)\bcreds?[ \t]+[\w.@\\-]{2,64}:([^\s"':]{4,})""", ("cred",), "strong"),
    Rule(
        "password",
        rf"""(?i)<[a-z:_-]*(?:{TELLING}|pass)(?:[ \t][^<>\n]*)?>(?:<!\[CDATA\[)([^<\n]+?)\]\]>""",
        ("cdata",),
        proof="place",
    ),
    Rule("password", rf"(?i)<[a-z:_-]*(?:{TELLING})[ \t][^<>\n]*>([^<\n]+)</", ("</",), proof="place"),
    Rule(
        "password",
        rf"""(?i)\b(?:key|name|id)=["'][^"'\n]*(?:{TELLING}|pass)["'][^<>\n]*>(?:\s*<value>)?([^<\n]+)</""",
        ("</",),
        proof="place",
    ),
)
"""By the place in a line, whatever the value looks like or where it looks made up."""
