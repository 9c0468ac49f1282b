"""Where secrets stand in sentences, as people write them in notes, tickets and logs; settings are left to `places`."""

from __future__ import annotations

from runwright.redact.rule import Rule

_STEMS = r"password|passwd|pwd|pw|pass ?phrase|passcode|kennwort|passwort|mot de passe|contrasena|senha|wachtwoord"
"""What opens something, as people call it."""

_USERS = (
    "root:", "admin", "sa:", "guest:", "oracle:", "postgres:", "pi:", "ubnt:", "cisco:", "service:", "support:", "user:"
)  # fmt: skip

PROSE: tuple[Rule, ...] = (
    Rule(
        "password",
        r"""(?i)\b(?:pre-?shared[ -]key|psk|(?:access|door|gate|alarm|pass|unlock|entry)[ -]?code"""
        r"""|community string|recovery key|"""
        r"""(?:secret|private|api|access|encryption|shared) key|credentials?|pin)[ \t]*(?:is|was|are|were|=|:)[ \t]*"""
        r"""(?:"([^"\n]{4,64})"|'([^'\n]{4,64})'|`([^`\n]{4,64})`)""",
        ("shared", "psk", " code", "-code", "community string", " key", "credential", "pin ", "pin:", "pin="),
        proof="place",
    ),
    Rule(
        "password",
        r"(?i)\b(?:pre-?shared[ -]key|psk|(?:access|door|gate|alarm|pass|unlock|entry)[ -]?code|community string)[ \t]*"
        r"(?:is|was|=|:)[ \t]*([^\s\"']{6,}[^\s\"'.,;:!?)])",
        ("shared", "psk", "code", "community"),
        proof="strong",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:password|passphrase|passwd|pwd|secret|token)[ \t]+["']?([^\s"']{6,}?)["']?[ \t]+"""
        r"(?:is|was|has|had|failed|rejected|expired|wrong|invalid|accepted|leaked|refused|does|did|will|for|on"
        r"|at|to)\b",
        ("password", "passphrase", "passwd", "pwd", "secret", "token"),
        proof="strong",
    ),
    Rule(
        "password",
        r"(?i)\bpass(?:word|wd|phrase|code)(?:[ \t]+[^\s:=]{1,40}){1,4}[ \t]*[:=][ \t]*"
        r"""["']?([^\s"']*[^\s"'.,;:!?)])""",
        ("password", "passwd", "passphrase", "passcode"),
        proof="strong",
    ),
    Rule(
        "password",
        r"(?i)\b(?:password|passwd|passphrase|passcode|pwd)(?:[ \t]+(?:for|of)[ \t]+[^\s]{1,64})?"
        r"""[ \t]+(?:(?:was |is |now |has been )?(?:reset|set|changed) to|will be|is now|is|was|now|to)[ \t]+["']?"""
        r"""([^\s"']*[^\s"'.,;:!?)])""",
        ("passw", "passphrase", "passcode", "pwd"),
        proof="strong",
    ),
    Rule(
        "password",  # "the password for the imaging server is …", also in the languages of neighbours
        r"(?i)\b(?:pass(?:word|wd|phrase|code)s?|pwd|kennwort|passwort|mot de passe|contrasena|senha|wachtwoord)"
        r"(?:[ \t]+[^\s:=;,.]{1,40}){0,8}?"
        r"""[ \t]+(?:is|was|are|set to|changed to|reset to|lautet|ist|est|es|era|was|e)"""
        r"""[ \t:]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "pwd", "kennwort", "contrasena", "senha", "wachtwoord"),
        proof="strong",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:password|passphrase)[ \t]+is[ \t]+(?:"([^"\n]{4,64})"|'([^'\n]{4,64})')""",
        ("password", "passphrase"),
        proof="place",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:with|using|wrong|bad|invalid|tried|new|old|default) (?:the )?(?:password|passphrase"""
        r"""|pwd)[ \t]+["']?"""
        r"""([^\s"']*[^\s"'.,;:!?)])""",
        ("password", "passphrase", "pwd"),
        proof="strong",
    ),
    Rule(
        "password",
        r"""(?i)(?:^|[^a-z0-9_-])(?:pw|(?:creds"""
        r"""|login)[ \t]*[:=]?[ \t]*["']?[\w.-]+[ \t]*/)[ \t]*[:=]?[ \t]*["']?([^\s"'/]*[^\s"'.,;:!?)/])""",
        ("pw:", "pw=", "pw ", "creds", "login ", "login:", "login="),
        proof="strong",
    ),
    Rule(
        "token",
        r"""(?i)\b(?:token|api key|access key|secret)[ \t]+(?:is|was|now|set to|changed to)[ \t]+["']?"""
        r"""([^\s"']{7,}[^\s"'.,;:!?)])""",
        ("token", "key", "secret"),
        proof="strong",
    ),
    Rule(
        "password",  # a name, some words, a sign: "contrasena del usuario sa = …"
        rf"(?i)\b(?:{_STEMS}|pin|credentials?|(?:wpa[23]?|wi-?fi|wlan|network|access|unlock|master|guest"
        rf"|door|api|licen[cs]e"
        rf"""|pre-?shared|encryption|storage|host|admin|room) (?:key|code))(?:[ \t]+[^\s:=;,.]{{1,24}}){{1,6}}[ \t]*"""
        r"""(?::|=|->|=>|:=)[ \t]*["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "pw", "kennwort", "contrasena", "senha", "wachtwoord", "pin", "credential", "key", "code"),
        "told",
    ),
    Rule(
        "password",
        rf"""(?i)\b(?:{_STEMS}|(?:wpa[23]?|wi-?fi|wlan|network|access|unlock|master|guest|door|alarm) (?:key|code))"""
        rf"(?:[ \t]+(?:for|on|of|at|to|in|the|a|[a-z-]+)){{0,6}}?[ \t]+(?:is|was|lautet|ist|est|es|set to"
        rf"|set back to|reset to"
        r"""|changed to|entered)[ \t:]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "pw", "kennwort", "contrasena", "senha", "wachtwoord", "key", "code"),
        "strong",
    ),
    Rule(
        "password",  # "log in with … as temporary password"
        rf"""(?i)["'`]?([^\s"'`]{{6,64}})["'`]? (?:as|is|was|for|like|=) (?:the |a |an |his |her |my |your """
        rf"|their |our )?"
        rf"(?:(?:new|old|temporary|temp|initial|default|one-time|admin|root|first|shared|wifi"
        rf"|wi-fi) ){{0,2}}(?:{_STEMS}"
        r"""|pin|secret|access code|api key|token)\b""",
        (" as ", " is ", " was ", " for ", " like ", " = "),
        "made",
    ),
    *(
        Rule(
            "password",
            rf"""(?i)\b(?:{_STEMS}|pin|code)(?: [a-z]+){{0,5}}? from ["'`]?{value}["'`]?""",
            (" from ",),
            "strong",
        )
        for value in (
            r"""([^\s"'`]*[^\s"'`.,;:!?)])""",
            r"""[^\s"'`]+["'`]? to ["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        )
    ),
    Rule(
        "password",  # in quotes, also of plain words
        rf"(?i)(?:\b(?:{_STEMS}|unlock phrase|psk|pre-?shared key)|[\w-](?:password|passwd|pass ?phrase"
        rf"|passcode))(?: (?:is|was|to|set|entered|lautet|ist|est"
        rf"|es|now|typed|the"
        r"""|temporary|of|phrase|:))*[ \t:=]+(?:"([^"\n]{4,64})"|'([^'\n]{4,64})'|`([^`\n]{4,64})`)""",
        ("pass", "pw", "kennwort", "contrasena", "senha", "wachtwoord", "phrase", "psk", "shared"),
        "quoted",
    ),
    Rule(
        "password",
        r"(?i)(?:\b|_)(?:pass ?phrase|(?:seed|recovery|unlock|mnemonic|backup) (?:phrase|words)|mnemonic"
        r"|security answer|secret word)"
        r"""(?: [a-z]+){0,6}[ \t]*[:=][ \t]*["']?((?:[A-Za-z][a-z'-]*|[0-9]{1,4})(?: (?:[A-Za-z][a-z'-]*"""
        r"|[0-9]{1,4})){1,24})",
        ("phrase", "words", "mnemonic", "answer", "secret word"),
        "phrase",
    ),
    Rule(
        "one_time_code",  # digits, with words between
        r"(?i)\b(?:pin|passcode|(?:door|key|access|unlock|alarm|gate|entry|safe|cabinet|lock|room|keypad"
        r"|voicemail) ?code)s?\b"
        r"""(?: [a-z']+){0,8}?(?:[ ]?[:=]|[ ](?:is|was|to))[ ]?["']?([0-9]{4,8}[#*]?|[0-9]{3}[ -][0-9]{3})""",
        ("pin", "code"),
        "pin",
    ),
    Rule(
        "one_time_code",
        r"(?i)\b(?:pin|passcode|(?:door|access|unlock|alarm|gate|entry|safe|cabinet"
        r"""|keypad) code)s? ["']?([0-9]{4,8}[#*]?)""",
        ("pin", "code"),
        "pin",
    ),
    Rule(
        "password",
        rf"""(?i)\b(?:key|code|{_STEMS}) ([^\s"'`]{{6,64}}) (?:to|for|und|and) (?:unlock|open|log ?(?:in|on)"""
        rf"|sign|enter|access|connect)",
        (" to ", " for "),
        "made",
    ),
    Rule(
        "password",  # the name of an account, and then
        r"""(?i)\b(?:user(?:name)?|login|account|uid|usr)[ :=]{1,3}["']?[\w.@\\-]{2,64}["']?[ \t,;/|]+(?:pass"""
        r"|pw|pwd|password)"
        r"""[ :=]{1,3}["']?([^\s"']*[^\s"'.,;:!?)])""",
        ("pass", "pw"),
        "strong",
    ),
    Rule(
        "password",
        r"""(?i)\bcred(?:s|ential|entials)?[ \t]*[:=(]?[ \t]*["']?[\w.@\\-]{2,64}["']?(?:[ ]?[,/|:][ ]?|[ ])["']?"""
        r"""([^\s"',/|]*[^\s"'.,;:!?)/|])""",
        ("cred",),
        "strong",
    ),
    Rule(
        "secret",
        r"(?i)\b(?:totp|hotp|otp|mfa|2fa|authenticator)[ _-]?(?:seed|secret|key)[\"' :=]{1,4}([A-Z2-7]{16,64})\b",
        ("otp", "mfa", "2fa", "authenticator"),
    ),
    Rule(
        "recovery_key",
        r"\b([A-Z0-9]{5}(?:-[A-Z0-9]{5}){4})\b",
        ("key", "licen", "serial", "activat", "product"),
        "digits2",
    ),
    Rule(
        "password",  # what nobody would call anything else, in a line about signing in
        r"""(?:^|[\s"'`=:(,>])([A-Za-z0-9][A-Za-z0-9._-]*[!#%^&*?~+][A-Za-z0-9!#%^&*?~+._-]*[A-Za-z0-9!#*?])"""
        r"""(?:$|[\s"'`),;<.])""",
        ("!", "#", "%", "^", "&", "*", "?", "~", "+"),
        "shaped",
    ),
    Rule(
        "password",  # whose it is
        r"(?i)\b(?:bios|uefi|admin|root|vendor|default|factory|service|local|guest|shared|master|wi-?fi"
        r"|bitlocker|backup|archive|zip"
        r"|vpn|rdp|database|db|sql|sa|portal|router|switch|printer|initial|temporary|temp|new|old"
        r"|current) (?:password|passwd|pw|pwd"
        r"""|passphrase|pass|passcode)[ \t]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "pw"),
        "made",
    ),
    Rule(
        "password",
        r"(?i)\b(?:ssid|wi-?fi|wlan|user|login|account)\b[^\n]{0,40}?\b(?:pass|uses"
        r"""|key)[ :]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "uses", "key"),
        "made",
    ),
    Rule(
        "password",
        r"(?i)\b(?:root|admin|administrator|sa|guest|oracle|postgres|pi|ubnt|cisco|service|support"
        r"""|user):([^\s:"'/@=]{5,32})(?:$|[\s"',)])""",
        _USERS,
        "made",
    ),
    Rule(
        "one_time_code",
        r"(?i)\b(?:pin|passcode|badge code|(?:door|alarm|gate"
        r"""|safe) code)s?\b(?: [^\s:=;,.]{1,16}){0,6}? (?:is|was|to)[ ]["']?([0-9]{4,8}[#*]?)""",
        ("pin", "code"),
        "pin",
    ),
    Rule(
        "one_time_code",  # of a lock
        r"(?i)\b(?:badge code|keypad(?: code)?|combination(?: (?:for|to|of|on|is|the)){0,4}(?: (?:safe|lock"
        r"|cabinet|vault|locker|padlock|door))?(?: is)?)[ :=]{1,3}([0-9]{4,8}[#*]?|[0-9]{1,2}-[0-9]{1,2}-[0-9]{1,2}\b)",
        ("badge code", "keypad", "combination"),
        "pin",
    ),
    Rule(
        "token",
        r"(?i)(?:^|[^a-z])(?:session|sess|sid|remember(?:_me)?|xsrf|csrf|ticket|sso|auth"
        r"""|login)=["']?([A-Za-z0-9_-]{16,})""",
        ("session=", "sess=", "sid=", "remember", "srf=", "ticket=", "sso=", "auth=", "login="),
        "random",
    ),
    Rule(
        "token",
        r"(?i)/(?:invite|reset|verify|confirm|activate|magic|unsubscribe|share|join|token|login|auth"
        r"|accept)/([A-Za-z0-9_-]{20,})",
        (
            "/invite/",
            "/reset/",
            "/verify/",
            "/confirm/",
            "/activate/",
            "/magic/",
            "/unsubscribe/",
            "/share/",
            "/join/",
            "/token/",
            "/login/",
            "/auth/",
            "/accept/",
        ),
        "random",
    ),
    Rule("password", r"""\bpass(?:wd|code)?[ \t]+(?:"([^"\n]{4,64})"|'([^'\n]{4,64})')""", ("pass",), "strong"),
    Rule(
        "password",
        rf"""(?i)\b(?:{_STEMS})(?: [^\s"'`:=]{{1,20}}){{0,6}} ?(?:is|was|lautet|ist|est|es"""
        rf"""|[:=])[ ]{{0,2}}(?:"([^"\n]{{4,64}})"|'([^'\n]{{4,64}})')""",
        ("pass", "pw", "kennwort", "contrasena", "senha", "wachtwoord"),
        "quoted",
    ),
)
"""Behind what a sentence says."""
