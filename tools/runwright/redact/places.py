"""Where secrets stand in headers, addresses and settings, whatever they look like."""

from __future__ import annotations

from runwright.redact.rule import Rule
from runwright.redact.views import NEUTRAL

TELLING = "password|passwd|pwd|passphrase|secret|token|api_?key|credential"

HEADERS: tuple[Rule, ...] = (
    Rule(
        "authorization",
        r"""(?i)authorization\\*["']?[ \t]*[:=][ \t]*\\*["']?"""
        r"""((?:basic|bearer|token|digest|negotiate|ntlm|apikey|splunk|aws4-hmac-sha256)[ \t]+[^\r\n"'\\]+)""",
        ("authorization",),
    ),
    Rule(
        "authorization",  # whatever the scheme is called
        r"""(?i)authorization\\*["']?[ \t]*[:=]?[ \t]*\\*["']?[a-z][a-z0-9_.-]{1,31}[ \t]+(?:[a-z_-]{2,16}=\\*["']?)?"""
        r"""([^\s"'\\=,]*[^\s"'\\,;)])""",
        ("authorization",),
        "strong",
    ),
    Rule(
        "authorization",
        r"""(?i)\bauthorization\\*["']?[ \t]*[:=][ \t]*\\*["']?([^\s"'\\]{8,})""",
        ("authorization",),
        proof="place",
    ),
    Rule(
        "bearer",
        r"(?i)\bbearer[ \t]+([A-Za-z0-9._~+/=-]{20,}|[A-Za-z._~+/=-]*[0-9][A-Za-z0-9._~+/=-]{7,})",
        ("bearer",),
        proof="place",
    ),
    Rule("cookie", r"""(?i)\b(?:set-)?cookie\\*["']?[ \t]*:[ \t]*\\*["']?([^\s"'\\=;]+=[^\r\n"'\\]+)""", ("cookie",)),
    Rule(
        "token",
        r"""(?i)\b(?:jsessionid|phpsessid|asp\.net_sessionid|connect\.sid|sessionid|samlresponse|aspsessionid[a-z]*)"""
        r"""\\*["']?[ \t]*[=:][ \t]*\\*["']?([A-Za-z0-9%._~+/=-]{8,})""",
        ("sess", "connect.sid", "samlresponse"),
        proof="place",
    ),
)

ADDRESSES: tuple[Rule, ...] = (
    Rule("url_password", r"""(?i)[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:([^\s/"'<>]+)@""", ("://",), proof="place"),
    Rule(
        "url_password",  # a console put a line break in the middle
        r"""(?i)[a-z][a-z0-9+.-]*://[^\s/:@"'<>]*:([^\s/"'<>@]+\r?\n[ \t]{0,8}[^\s/"'<>@:]+)@[a-z0-9]""",
        ("://",),
        needs=("\n", "@"),
    ),
    Rule("url_password", r"://([A-Za-z0-9_-]{20,})@[A-Za-z0-9]", ("://",), "random", needs=("@",)),
    Rule("url_password", r"://([0-9a-f]{32})(?::[0-9a-f]{32})?@", ("://",)),
    Rule(
        "url_password",
        r"""(?:^|[\s"'=(])[A-Za-z][\w.-]*:([^\s:@/"'<>]{4,})@([A-Za-z0-9][\w.-]*)(?:[:/\s"',)]|$)""",
        ("@",),
        proof="host",
    ),
    Rule(
        "signature",
        r"(?i)[?&](?:x-amz-signature|x-goog-signature|x-amz-security-token|signature|hmac)=([A-Za-z0-9%/+=_.-]{16,})",
        ("signature=", "token=", "hmac="),
    ),
    Rule(
        "token",
        r"""(?i)[?&](?:code|key|auth|ticket|sid|otp|jwt|assertion)=([A-Za-z0-9%/+=_.-]{12,})""",
        ("code=", "key=", "auth=", "ticket=", "sid=", "otp=", "jwt=", "assertion="),
        "strong",
    ),
    Rule("secret", r"(?i)otpauth://[^\s\"']*[?&]secret=([A-Z2-7=]{8,})", ("otpauth",)),
    Rule("password", r"(?i)\bjdbc:oracle:[a-z]+:[^\s/@]+/([^\s@/\"']+)@", ("jdbc:oracle",), proof="place"),
)

SETTINGS: tuple[Rule, ...] = (
    Rule(
        "password",
        r"(?i)(?:passw(?:or)?d|pass[ -]?phrase|passcode|pwd|bindpw|requirepass|masterauth|authtok|psk|secret|community"
        r"""|(?:tacacs|radius|shared|wep|wpa|enable|server) key)[ \t]+["']?([^\s"']{5,63}[^\s"'.,;:!?)])""",
        ("pass", "pwd", "bindpw", "masterauth", "authtok", "psk", "secret", "community", "key"),
        proof="mixed",
    ),
    Rule(
        "password",
        r"""(?:^|[\s"'=(])[A-Za-z][\w.-]{1,31}:([^\s:@/"']{6,63})(?:@|["'\s,;)]|$)""",
        ("!", "#", "$", "%", "^", "&", "*", "?"),
        proof="signed",
    ),
    Rule("password", r"""\bPASS[ \t]+([^\s"']{4,})""", ("pass ",), proof="strong"),
    Rule(
        "password",
        r"""(?i)\bauth(?:enticate)?[ ]+(?:plain|login|cram-md5|xoauth2)[ ]+([A-Za-z0-9+/=]{8,})""",
        ("auth",),
        "strong",
    ),
    Rule("password", r"""(?i)\bauth[ ]+([^\s"']{6,63})""", ("auth ",), proof="mixed"),
    Rule(
        "password",
        r"(?i)passphrase[ \t]*[:=][ \t]*([a-z]+(?: [a-z]+){2,7})(?:$|[\n;,\"'.])",
        ("passphrase",),
        proof="phrase",
    ),
    Rule(
        "authorization",
        r"(?i)authorization\\*[\"']?[ \t]*[:=][ \t]*\\*[\"']?digest[ \t]+([^\r\n]+)",
        ("digest",),
    ),
    Rule(
        "one_time_code",
        r"(?i)\b(?:otp|(?:2fa|mfa|verification|security|login|sms|auth)[ -]?code)[ :=]{1,3}([0-9]{3}[- ]?[0-9]{3,5})\b",
        ("otp", "2fa", "mfa", "code"),
    ),
    Rule(
        "recovery_key",
        r"(?i)\b(?:recovery|backup|rescue|scratch"
        r"|emergency)[ -]codes?[ :=]{1,3}([a-z0-9]{4,}(?:[ ,;-]{1,2}[a-z0-9]{4,}){1,15})",
        ("recovery code", "recovery-code", "backup code", "backup-code", "rescue", "scratch", "emergency"),
        proof="id",
    ),
    Rule(
        "one_time_code",
        r"""(?i)\bcode(?: is| was|:|=)[ \t]*["']?([0-9]{4,8}|[0-9]{3}[- ][0-9]{3})\b""",
        ("code is", "code was", "code:", "code="),
        proof="code",
    ),
    Rule(
        "password",
        rf"(?i)<[a-z:_-]*(?:{TELLING})>(?:\s*<value>)?([^<\n]+)</",
        ("</",),
        proof="place",
    ),
    Rule(
        "password",
        rf"""(?i)(?:key|name)=["'][^"'\n]*(?:{TELLING})["'][ \t]+value=["']([^"'\n]+)""",
        ("value=",),
        proof="place",
    ),
    Rule(
        "password",
        rf"""(?i)\\*"(?:k|key|name|field|param)\\*"\s*:\s*\\*"[^"\\]*(?:{TELLING})\\*"\s*,\s*\\*"(?:v|val"""
        rf"""|value)\\*"\s*:\s*"""
        r"""\\*"([^"\\]+)""",
        ('"v', '\\"v'),
        proof="place",
    ),
    Rule("password", r"(?i)password[ \t]+reg_(?:sz|expand_sz)[ \t]+(\S+)", ("reg_",), proof="place"),
    Rule(
        "password",
        r"""(?m)(?:^|[\s"'=(])[\w.*-]+:(?:[0-9]{3,5}|\*):[\w.*-]+:[\w.*-]+:([^\s:"']{4,})(?:[\s"',;)]|$)""",
        (),
        proof="strong",
        shapes=(":000:", ":0000:", ":00000:", ":*:"),
    ),
    Rule("snmp_community", r"(?i)\br[ow]community6?[ \t]+([^\s#]+)", ("community",), proof="place"),
    Rule("snmp_community", r"(?i)\bsnmp-server[ \t]+community[ \t]+(\S+)", ("community",), proof="place"),
    Rule(
        "password",
        r"""(?i)(?:^|[^a-z])(?:wpa_?)?(?:psk|pre-?shared-?key|wpa[_-]psk|key content)\\*["']?[ \t]*[=:][ \t]*\\*["']?"""
        r"""([^\s"'\\]{8,}|"[^"\n]{8,}")""",
        ("psk", "shared", "key content"),
        proof="place",
    ),
    Rule(
        "password",  # crypto isakmp key … address 0.0.0.0
        r"(?i)\b(?:isakmp|ikev[12])[ \t]+key[ \t]+(?:[067][ \t]+)?(\S+)[ \t]+(?:address|hostname)",
        ("isakmp", "ikev"),
    ),
    Rule("password", r"(?i)\bwpa_passphrase[ \t]+\S+[ \t]+(\S{8,})", ("wpa_passphrase",), proof="place"),
    Rule("password", r"\b(?:password|secret) [0-9] ([0-9A-F]{8,}|\S{12,})", ("password ", "secret "), proof="strong"),
    Rule(
        "one_time_code",
        r"(?i)\b(?:verification|security|login|sign-in|2fa|mfa|authentication|confirmation) code"
        r"(?: is|:|=)[ \t]*([0-9]{4,8})\b",
        ("ication code", "security code", "login code", "sign-in code", "2fa code", "mfa code", "confirmation code"),
    ),
    Rule(
        "one_time_code",
        r"(?i)(?:^|[^a-z])pin(?:[ _-]?(?:code|number))?[ \t]*(?:is|[:=])[ \t]*([0-9]{4,8})\b",
        ("pin:", "pin code", "pin=", "pin is", "pin :", "pin =", "pin number", "pin_code"),
    ),
    Rule(
        "one_time_code",
        r"\b(?:OTP|otp|one-time (?:pass)?code|TOTP|PIN code)(?: is|[ \t]?[:=])[ \t]*([0-9]{4,8})\b",
        ("otp", "one-time", "pin code"),
    ),
)

NAMED: tuple[Rule, ...] = (
    Rule(
        "password",
        r"""\b[A-Z][A-Z0-9_]*_(?:AUTH|CRED|CREDS|PW)=["']?([^\s"']{6,})""",
        ("_auth=", "_cred", "_pw="),
        "strong",
    ),
    Rule("password", r"""(?i)\bpassword[ \t]+"[^"\n]{1,40}"[ \t]+"?([^\s"]{6,})""", ('password "',), "strong"),
    Rule(
        "secret",
        r"(?:^|[^A-Za-z0-9])[A-Z0-9_]*(?:SECRET|PASSWORD|PASSWD|TOKEN|API_?KEY|PRIVATE_KEY|CREDENTIALS?)[A-Z0-9_]*"
        r"""_(?:BASE|VALUE|PROD|DEV|STAGING|TEST|OLD|NEW|SALT|SEED|PEM|B64|BASE64|STRING|CURRENT|PREVIOUS"""
        r"""|[0-9]+)[ \t]*[=:][ \t]*["']?"""
        r"""([^\s"',;]{6,})""",
        ("secret", "password", "passwd", "token", "key", "credential"),
        proof="strong",
        needs=("_",),
    ),
    Rule("password", r"""\\*"_?auth\\*"\s*:\s*\\*"([A-Za-z0-9+/_-]{8,}={0,2})""", ('auth"', 'auth\\"'), proof="strong"),
    Rule(
        "password",
        r"""(?i)(?:cred(?:s|ential|entials)?|userpass|user_pass|basic_?auth"""
        r"""|login)\\*["']?[ \t]*[=:][ \t]*\\*["']?[\w.@\\-]{1,64}:"""
        r"""([^\s"':]{4,})""",
        ("cred", "userpass", "user_pass", "basic", "login:", "login="),
        proof="strong",
    ),
)

PLACES: tuple[Rule, ...] = (*ADDRESSES, *SETTINGS, *NAMED)

RANDOM: tuple[Rule, ...] = (
    Rule(
        "token",  # what is left of one behind a line break
        r"\x1a\r?\n[ \t]{0,8}([A-Za-z0-9_+/=.-]{8,})",
        (f"{NEUTRAL}\n", f"{NEUTRAL}\r\n"),
        proof="random",
    ),
    Rule(
        "secret",  # a word that no program uses
        r"""(?i)(?:^|[^a-z0-9_-])(?:[a-z0-9]+[_-]){0,3}secret\\*["']?[ \t]*=[ \t]*\\*["']?([a-z]{6,24})(?:$"""
        r"""|[\s"',;&)])""",
        ("secret",),
        "rare",
        needs=("=",),
    ),
    Rule(
        "token",
        r"(?i)\b(?:token|secret|(?:(?:api|access|secret|auth|account|license|encryption)[ _-]?)?key"
        r"|credentials?|password|passphrase|auth)s?\b"
        r"""[^\n]{0,40}?[ \t"':=(\[]([A-Za-z0-9_+/=.~-]{20,})""",
        ("token", "secret", "key", "credential", "password", "passphrase", "auth"),
        proof="random",
    ),
    Rule(
        "secret",  # any name of a key
        r"(?i)(?:^|[^a-z0-9])[\w.-]{0,60}?(?:key|salt|seed|hmac|nonce_secret"
        r"""|signature_secret)[ _]?\\*["']?[ \t]*[:=][ \t]*\\*["']?"""
        r"""(?:base64:)?([A-Za-z0-9+/_-]{22,}={0,2})(?:[^A-Za-z0-9+/_-]|$)""",
        ("key", "salt", "seed", "hmac"),
        proof="random",
    ),
)
"""What looks random, near a word that announces a secret: the last to give a name."""
