"""Secrets in the configuration of devices and in the files of protocols, where a word stands before them and no sign.

Routers, switches, firewalls, wireless controllers, SNMP, PPP, IPsec, RADIUS; sentences are left to `prose`.
"""

from __future__ import annotations

from runwright.redact.rule import Rule

_KEYED = (
    r"(?:isakmp|ikev?[12]?|ipsec|tacacs(?:\+|-server)?|radius(?:-server)?|ntp|bgp|ospf|eigrp|hmac|tsig|server"
    r"|shared|pre-?shared"
    r"|wep|wpa[23]?|encryption|authentication|message-digest|master|client|trusted)[ -]key(?:[ -]?[0-9]{1,5}\b)?|key"
)
_FORM = (
    r"(?:[05-9]|md5|sha[0-9-]*|hmac-\S{1,16}|ascii(?:-text)?|hex|encrypted|cipher|simple|plain(?:text)?"
    r"|clear(?:-?text)?|enc"
    r"|hash|(?:level|type) [0-9]+)"
)
_VALUE = r"""["']?([^\s"';\[][^\s"';]{3,}[^\s"';.,:)])"""

DEVICES: tuple[Rule, ...] = (
    Rule(
        "password",  # enable secret 5 …, ntp authentication-key 1 md5 …
        rf"(?i)(?:password|passwd|secret|psk|passphrase|community|key-string"
        rf"|{_KEYED})(?:[ \t]+{_FORM}){{1,3}}[ \t]+{_VALUE}",
        ("pass", "secret", "psk", "community", "key"),
        "strong",
    ),
    Rule(
        "password",  # words that no sentence has
        r"(?i)\b(?:requirepass|masterauth|bindpw|rootpw|wpa[-_]?(?:psk|passphrase)|key-string|psksecret"
        r"|authpassword|privpassword"
        r"|[a-z0-9]+[_-](?:pass|passwd|password|pwd|pw|passphrase|psk|secret))"
        rf"[ \t]+{_VALUE}",
        ("pass", "pw", "auth", "psk", "key-string", "secret"),
        "strong",
    ),
    Rule(
        "password",  # at the end of a line of words that are no sentence
        rf"(?im)^[ \t]*[a-z][\w.:/#-]*(?:[ \t]+[\w.:/#-]+){{0,6}}?[ \t]+(?:password|secret|{_KEYED})[ \t]+{_VALUE}"
        r"""["']?(?:[ \t]+(?:address|host|no-xauth|timeout|port|auth-port|privilege|role|level"""
        r"|encrypted)\b[^\n]*)?[ \t]*$",
        ("password", "secret", "key"),
        "config",
    ),
    Rule(
        "password",  # SNMPv3
        rf"(?i)\b(?:auth(?:entication)?|authproto|a)[ \t]+(?:md5"
        rf"|sha(?:-?[0-9]{{1,3}})?)[ \t]+(?:auth[a-z]*[ \t]+)?{_VALUE}",
        ("snmp", "usm", "createuser", "auth"),
        "strong",
    ),
    Rule(
        "password",
        rf"(?i)\bpriv(?:acy)?[ \t]+(?:3?des|aes)(?:[ -]?(?:128|192|256))?[ \t]+(?:priv[a-z]*[ \t]+)?{_VALUE}",
        ("priv",),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)\bcreateuser[ \t]+\S+[ \t]+(?:md5|sha\S*)[ \t]+["']?([^\s"']+)""",
        ("createuser",),
        "place",
    ),
    Rule(
        "password",  # ipsec.secrets
        r"(?:^|\s):[ \t]*(?:PSK|EAP|XAUTH|NTLM|PIN[ \t]+\S+|(?:RSA|ECDSA|P12"
        r"""|PKCS8)[ \t]+\S+)[ \t]+(?:"([^"\n]+)"|(0[xs]\S{8,}))""",
        ("psk", "eap", "xauth", "ntlm", "pin", "rsa", "ecdsa", "p12", "pkcs8"),
    ),
    Rule(
        "password",  # chap-secrets
        r"""(?m)^["']?[\w.@\\-]+["']?[ \t]+(?:\*[ \t]+["']?([^\s"'*]{6,})["']?[ \t]+(?:\*|[0-9.]{7,15})"""
        r"""|[\w.-]+[ \t]+["']?([^\s"'*]{6,})["']?[ \t]+\*)[ \t]*$""",
        ("*",),
        "strong",
    ),
    Rule("password", r"""\]:[0-9]{2,5}[ \t]+[\w.@+-]+:([^\s"']+)""", ("]:",), "place"),  # sasl_passwd of Postfix
    Rule("password", r"::[\w.-]{0,64}:([0-9A-Fa-f]{16}:[0-9A-Fa-f]{32})(?::|$)", ("::",)),  # an answer of NTLMv2
    Rule(
        "secret", r"""\\*"(?:k|d|p|q|dp|dq|qi)\\*"\s*:\s*\\*"([A-Za-z0-9_-]{20,})""", ('"',), needs=("kty",)
    ),  # RFC 7517
    Rule(
        "password",  # users and their passwords, as members of an object
        r"""(?i)\\*"(?:registered_?users|credentials|htpasswd|basic_?auth|passwords)\\*"\s*:\s*\{([^{}\n]{4,900})\}""",
        ("registered", "credentials", "htpasswd", "basic", "passwords"),
        "object",
    ),
    Rule(
        "password",
        r"(?i)\b(?:bindpw|rootpw|requirepass|masterauth|trapcommunity|wpa-passphrase)[ \t]+([^\s\"']+)",
        ("bindpw", "rootpw", "requirepass", "masterauth", "trapcommunity", "wpa-passphrase"),
        "prose",
    ),
    Rule("password", r"\bAUTH[ ]+[A-Za-z][\w.-]*[ ]+([^\s\"']+)", ("auth ",), "made"),
    Rule(
        "password",
        r"""(?m)(?:^|userlist[^"\n]{0,20})[ \t]*"[\w.@-]+"[ \t]+"([^"\n]{4,200})"[ \t]*$""",
        ('" "',),
        "strong",
    ),
    Rule(
        "password",
        r"(?i)\b(?:chpasswd|chpass|set_?password|change_?password|setpasswd|passwd)[ \t]+[\w.@\\-]+[ \t]+([^\s\"']+)",
        ("pass",),
        "made",
    ),
    Rule("authorization", r"""(?i)\busername="[^\n]{0,400}?\bresponse="?([0-9a-f]{32,64})""", ("response=",)),
)
"""Behind a word, at the end of a line, or in columns."""
