"""More places of secrets in command lines, in calls of programs' own languages and in statements of databases.

`commands` has the options of single programs; here stand those whose secret has a place and no option.
"""

from __future__ import annotations

from runwright.redact.places import TELLING
from runwright.redact.rule import Rule

_PAIRS = (
    r"networkcredential|pscredential|passwordauthentication|usernamepasswordcredentials|httpbasicauth|basicauth"
    r"|setbasicauth|plainauthprovider|plaincredentials|login|log_?in|sign_?in|authenticate|credentials?|auth"
    r"|logon|db(?:i->connect)?"
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
        rf"(?i)\b(?:{_PAIRS})\]?(?:::new"
        rf"""|=)?[ ]?\([^()\n]{{0,120}}?["'][^"'\n]*["'][ ]?,[ ]?["']([^"'\n]+)["'][ ]?[,)]""",
        ("credential", "auth", "log", "sign", "dbi"),
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
    Rule(
        "password",
        r"(?i)\bconnect[ \t]+to[ \t]+\S+[ \t]+user[ \t]+\S+[ \t]+using[ \t]+([^\s;]+)",
        (" using ",),
        "place",
    ),  # Db2
    Rule(
        "password",
        r"(?i)\b(?:to|user|role|login|account"
        r"""|grant)\b[^;\n]{0,120}?[ \t]identified[ \t]+by[ \t]+(?:values[ \t]+)?([^\s"';,]{3,})""",
        ("identified",),
        "identified",
    ),
    Rule(
        "password",
        r"""(?i)\bopen(?:rowset|datasource)[ ]?\([^()\n]{0,160}?'[^'\n]*'[ ]?;[ ]?'[^'\n]*'[ ]?;[ ]?'([^'\n]+)'""",
        ("openrowset", "opendatasource"),
        "place",
    ),
    Rule(
        "password", r"""\b[A-Za-z]{0,4}[0-9]{1,6}[ ]LOGIN[ ]+\S+[ ]+["']?([^\s"']+)""", ("login",), "place"
    ),  # RFC 3501
    Rule(
        "secret",  # a store of secrets is written
        r"(?i)\b(?:vault[ \t]+(?:kv[ \t]+(?:put|patch)|write)|(?:consul[ \t]+kv"
        r"|etcdctl)[ \t]+put)[ \t]+(?:-\S+[ \t]+)*\S+[ \t]+"
        r"""([^\s@|;&-][^\n|;&]*)""",
        ("vault", "consul", "etcdctl"),
        "place",
    ),
    Rule("secret", r"""--from-literal[= ][\w.-]+=["']?([^\s"']+)""", ("--from-literal",), "place"),
    Rule("password", r"""(?i)\bnetsh\b[^\n]*?[ \t]key=["']?([^\s"']+)""", ("netsh",), "place"),
    Rule("password", r"""(?i)[ \t]/p(?:w|wd|ass)?[ \t:]+["']?([^\s"'=/\\]{6,})(?:["'\s]|$)""", ("/p",), "made"),
    Rule(
        "password",
        r"""[ \t]-(?:pa|ap|pp|xp|rp|sp|spw|dp|tp)[ \t=]["']?([^\s"'=/\\]{6,})(?:["'\s]|$)""",
        (" -",),
        "made",
    ),
    Rule(
        "password",  # an option of one letter, and what nobody would call anything else
        r"""[ \t]-(?:p|P|pw|w|W|pass|pwd|a|A|X|x|k|K|s)[ \t=]?["']?([^\s"'=/\\]{8,})(?:["'\s]|$)""",
        (" -",),
        "signed",
    ),
    Rule(
        "password",
        r"""\bi?u?sql(?:[ \t]+-[a-z]+)*[ \t]+["']?[\w.-]+["']?[ \t]+[\w.\\-]+[ \t]+["']?([^\s"'-][^\s"']*)""",
        ("sql ",),
        "made",
    ),
    Rule(
        "password",  # a call with a name and a value: define('DB_PASSWORD', '…'), {password,<<"…">>}
        rf"""(?i)[\[({{,][ ]?:?(?:<<)?\\*["']?[\w.-]*(?:{TELLING}|pass|_pw|-key)\\*["']?(?:>>)?[ ]?,[ ]?"""
        rf"""(?:<<)?\\*["']([^"'\\\n]+)"""
        r"""\\*["'](?:>>)?[ ]?[\])}]""",
        ("pass", "pwd", "_pw", "secret", "token", "key", "credential"),
        "pair",
        needs=(",",),
    ),
    Rule(
        "password",
        r"""(?i)<input\b[^<>\n]{0,200}?(?:type|name)=["']?[\w-]*(?:password|passwd|pwd"""
        r"""|pass)\b[^<>\n]{0,200}?[ ]value=["']?([^\s"'<>]+)""",
        ("<input",),
        "place",
    ),
    Rule("password", r"(?i)<(?:pass|pw|pwd|passwd)(?:[ \t][^<>\n]*)?>([^<\n]+)</", ("<p",), "place"),
    Rule(
        "password",
        r"""(?i)\{(?:xor|aes|des|cipher|enc)\}([A-Za-z0-9+/=_-]{8,})""",
        ("{xor", "{aes", "{des", "{cipher", "{enc"),
    ),
    Rule("password", r"""\bENC\(([A-Za-z0-9+/=]{12,})\)""", ("enc(",)),
    Rule(
        "secret",
        r"(?i)\b(?:secret|keyvault|secretsmanager|put-parameter|put-secret-value)\b[^\n]*?[ \t]--(?:value"
        r"|secret-string|secret-value)"
        r"""[ =]["']?([^\s"'][^\s"']*)""",
        ("--value", "--secret-"),
        "place",
    ),
    Rule(
        "authorization",
        r"""(?i)authorization[ \t]+\\*["']?(?:basic|bearer|token)[ \t]+([A-Za-z0-9+/=._~-]{8,})""",
        ("authorization",),
        "strong",
    ),
    Rule("password", r"""\{(?:PLAIN|CLEARTEXT|CLEAR)\}([^\s"']{4,})""", ("{plain", "{clear")),
)
"""By the place in a line, whatever the value looks like or where it looks made up."""
