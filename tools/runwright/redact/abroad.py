"""Where secrets stand in sentences of many languages, and what else people write about them without a sign.

What such sentences look like in English is in `prose` and `told`. Accents are taken away before a rule is asked.
"""

from __future__ import annotations

from runwright.redact.rule import Rule, words

_NOUNS = (
    (
        r"pass(?:word|wd|phrase|code)s?|pwd|pw|kennwort|passwort|zugangscode|mot de passe|mdp|code d'acces"
        r"|contrasen[yi]?a|clave(?: de acceso)?|senha|palavra-?passe|wachtwoord|toegangscode|password",
        words("pass|pwd|pw|kennwort|zugangscode|mdp|code d'a|contrasen|clave|senha|wachtwoord|toegangscode"),
    ),
    (
        r"hasl[oaeu]|hesl[oaeu]|jelsz[oa]\w{0,4}|parol[aei]\w{0,4}|sifre\w{0,4}|(?:losen|pass|kode)ord(?:et)?"
        r"|adgangskode[nr]?|salasana\w{0,3}|lozink[aeu]|gesl[oa]|parool|slaptazodis|kata (?:sandi|laluan)"
        r"|mat khau|nenosiri",
        words(
            "hasl|hesl|jelsz|parol|sifre|losenord|passord|adgangskode|kodeord|salasana|lozink|gesl|parool|slaptazodis"
            "|kata |mat khau|nenosiri"
        ),
    ),
)  # fmt: skip
"""What opens something, in the languages of hospitals."""
_WORDS = r"(?:[ \t]+[^\s:=]{1,30}){0,9}?"
_NOW = r"(?: (?:now|jetzt|nun|neu|maintenant|desormais|ahora|adesso|ora|nu|teraz|nyt|acum|agora|again))?"
_IS = r"(?:is|was|ist|war|lautet|est|sera|es|era|e)"
_IS_THERE = r"(?:jest|brzmi|to|je|er|ar|este|on|oli|adalah|la|on nyt|var)"
_CHANGED = (
    r"(?:re-?set|set|chang\w+|replac\w+|geandert|gesetzt|gewechselt|remplac\w+|modifi\w+|cambia\w+|impostat\w"
    r"|gewijzigd|veranderd|zmieni\w+|ustawi\w+|altera\w+|endret|andrat|zmenen\w|schimbat\w)"
    r" (?:to|by|with|auf|zu|in|par|en|a|por|su|con|naar|op|na|para|till?|pa)"
)
_BARE = r"""["'`]?([^\s"'`]*[^\s"'`.,;:!?)])"""
_IN_QUOTES = r"""(?:"([^"\n]{4,64})"|'([^'\n]{4,64})'|`([^`\n]{4,64})`)"""
_SIGN = r"(?::|=|->|=>|-)"


def _told(nouns: str, verbs: str, hints: tuple[str, ...]) -> tuple[Rule, ...]:
    noun = rf"(?i)\b(?:{nouns})"
    return (
        Rule("password", rf"{noun}{_WORDS} {verbs}{_NOW}[ \t:]+{_BARE}", hints, "strong"),
        Rule("password", rf"{noun}{_WORDS} {verbs}{_NOW}[ \t:]+{_IN_QUOTES}", hints, "quoted"),
        Rule("password", rf"{noun}[?,]?(?:[ \t]+[^\s:=]{{1,24}}){{1,6}}?[ \t]*{_SIGN}[ \t]*{_BARE}", hints, "told"),
        Rule("password", rf"{noun}[ \t]{{1,2}}{_BARE}", hints, "made"),
        Rule("password", rf"{noun}[^\n]{{0,80}}? {_NOW_ALONE}[ :]{{1,2}}{_BARE}", _POINTING, "mixed"),
    )


_NOW_ALONE = (
    r"(?:it'?s|it is|is now|that is|namely|new one(?: is)?|es ist|c'est|und zwar|namlich|a saber|cioe)(?: now)?"
)
"""Behind what was named before."""
_POINTING = words(" it's | its | it is | is now | that is |namely|new one|und zwar|namlich|a saber|cioe| es ist|c'est")

_CALLED = (
    r"(?i)\b(?:pass\w*|mot de passe|wachtwoord|kennwort|pwd?|contrase\w+|clave|senha|sifre\w*"
    r"|hasl\w|hesl\w|mdp|parol\w*|losenord\w*|kodeord\w*|adgangskode\w*)\b"
)
_VERBS = words(
    "set |chang|replac|geandert|gesetzt|gewechselt|remplac|modifi|cambia|impostat|gewijzigd|veranderd|zmieni|ustawi"
    "|altera|endret|andrat|zmenen|schimbat"
)

ABROAD: tuple[Rule, ...] = (
    *(
        rule
        for (nouns, hints), verbs in zip(_NOUNS, (_IS, _IS_THERE), strict=True)
        for rule in _told(nouns, verbs, hints)
    ),
    Rule("password", rf"{_CALLED}[^\n]{{0,80}}? {_CHANGED}[ \t:]+{_BARE}", _VERBS, "strong"),
    Rule("password", rf"{_CALLED}[^\n]{{0,80}}? {_CHANGED}[ \t:]+{_IN_QUOTES}", _VERBS, "quoted"),
    Rule(
        "password",  # of a sign-in that was named before
        rf"(?i)\b(?:log-?in|log-?on|sign-?in|credentials?|pin|code|psk|key)\b[^\n.]{{0,80}}? {_NOW_ALONE}[ :]{{1,2}}"
        rf"{_BARE}",
        _POINTING,
        "mixed",
    ),
    Rule(
        "password",  # plain words, up to the end of what is said
        r"(?i)\bpass ?phrases?(?: [^\s:=.,]{1,24}){0,8}? (?:is|was)(?: now)? ([a-z]{2,16}(?: [a-z]{2,16}){2,9})"
        r"(?:$|[.,;\n])",
        ("phrase",),
        "words",
    ),
    Rule(
        "password",  # who is given a password, with it, for a program that reads both
        r"""\b(?:echo|printf)\b[^|\n]{0,40}?["'][\w.@\\-]+:([^"'\n|]{4,80})["'][ \t]*\|[^\n]{0,20}\bchpasswd\b""",
        ("chpasswd",),
        "place",
    ),
    Rule(
        "password",  # a call that sets what it names
        r"""(?i)\b(?:define|putenv|setenv|set_?env|set_?property|add_?property|put|set_?parameter|config\.set|setx?)"""
        r"""[ ]?\([ ]?["'][\w.-]*(?:password|passwd|_pwd|_pass|passphrase|secret|token|api_?key)["'][ ]?,[ ]?"""
        r"""["']([^"'\n]{4,80})["'][ ]?[,)]""",
        ("define", "env(", "property", "put(", "set(", "setx(", "parameter("),
        "quoted",
    ),
    *(
        Rule(
            "one_time_code",
            rf"(?i)\b(?:pin|passcode|code)\b[^\n]{{0,60}}? from {code}",
            proof="pin",
            shapes=(" from 0000",),
        )
        for code in (r"([0-9]{4,8})\b", r"[0-9]{4,8} to ([0-9]{4,8})\b")
    ),
    Rule(
        "password",  # of a wireless network
        r"(?i)\b(?:(?:code|cle|clave|codigo|codice|key|schlussel|klucz|pass|mdp)(?: d[eu]l?a?| della)?(?: la)?[ ]?"
        r"(?:wi-?fi|wlan|reseau)|(?:wi-?fi|wlan)[- ]?(?:code|key|schlussel|pass\w*|kod\w*|nokkel|kennwort|sleutel))"
        rf"(?: [^\s:=]{{1,20}}){{0,4}}?[ ]?(?::|=|->| is| ist| est| es| e)[ ]?{_BARE}",
        ("wifi", "wi-fi", "wlan", "reseau"),
        "strong",
    ),
    Rule(
        "password",  # a name and a password, in a list
        r"""["'](?:auth|credentials?|creds|login|basic_?auth)["'][ ]?(?::|=>?)[ ]?[\[(][ ]?["'][^"'\n]+["'][ ]?,[ ]?"""
        r"""["']([^"'\n]+)["']""",
        ("auth", "cred", "login"),
        "place",
    ),
    Rule(
        "password",
        r"(?i)\b(?:log-?in|creds?|credentials?|zugang|acces|accesso|acceso)\b[^\n]{0,20}? [\w.-]{2,32}/"
        r"([^\s\"'/]{5,40}[^\s\"'/.,;:)])",
        ("login", "log-in", "cred", "zugang", "acces"),
        "signed",
        ("/",),
    ),
    Rule(
        "password",  # what was set stands before the verb
        r"(?i)\b(?:passwor?t|kennwort|pw|pwd|zugang)\b[^\n]{0,80}? ([^\s\"']{5,64}) (?:gesetzt|geandert|vergeben"
        r"|eingestellt|eingetragen|hinterlegt|genommen|verwendet)\b",
        words("gesetzt|geandert|vergeben|eingestellt|eingetragen|hinterlegt|genommen|verwendet"),
        "strong",
    ),
    Rule(
        "password",  # a line of a list of secrets: who, where, and the secret
        r"""(?i)\b(?:chap|pap)[- ]secrets?[^\n]{0,20}?[:\s](?:["']?[\w.*@-]+["']?[ \t]+){2}"""
        r"""["']?([^\s"'*]{3,64})""",
        ("chap", "pap"),
        "place",
    ),
    Rule(
        "secret",  # what two devices share
        r"""(?i)\b(?:radius|tacacs\+?)\b[^\n]{0,100}?[ \t](?:key|secret)[ \t]+(?:[0-9] )?["']?([^\s"']{3,64})""",
        ("radius", "tacacs"),
        "place",
    ),
    Rule(
        "token",  # a program is told a token
        r"""(?i)(?:^|[^a-z])(?:add-?|auth-?|set-?|api-?|access-?)*(?:tokens?|secret|api-?key|authkey)[ \t]+"""
        r"""["']?([A-Za-z0-9_-]{20,})""",
        ("token", "secret", "key"),
        "random",
    ),
    Rule(
        "password",  # who may come in, and with what
        r"(?i)\b(?:zugangsdaten|anmeldedaten|logins?|identifiants?|acces|credenciales|credenziali|inloggegevens|dane"
        r" logowania|access data|sign-?in data|giris bilgileri)[ \t]*[:=-][ \t]*[\w.@\\-]{2,64}[ \t]*[/,|;: ][ \t]*"
        rf"{_BARE}",
        ("daten", "login", "identifiant", "acces", "credenc", "credenz", "inlog", "dane", "sign", "giris"),
        "strong",
    ),
    Rule(
        "password",  # to come in with
        r"(?i)\b(?:unlock|log ?in|log ?on|sign ?in|open|decrypt|authenticate|entsperr\w+|anmelden|einloggen)"
        r"(?: [a-z]+){0,3}? (?:with|using|mit) ([^\s\"'`/:]{2,}[!#$%^&*?@~][^\s\"'`/:]*[^\s\"'`.,;:!?)])",
        (" with ", " using ", " mit "),
        "strong",
    ),
    Rule(
        "password",  # what another program says, in the place of a file
        r"""(?:pass|auth|cred|secret|key)[\w-]*[= ][ ]?<\((?:echo|printf)(?:[ ]-\w+)*[ ]+["']?"""
        r"""(?:[^)"'\n]*\\n)?([^\s"')\\]+)""",
        ("<(",),
        "place",
    ),
    Rule(
        "password",
        r"""(?i)[ ]-\w*(?:password|passwd|pwd|secret|passphrase)[ ]+\([^()\n]{0,60}?'([^'\n]{4,80})'""",
        ("word (", "wd (", "secret (", "phrase ("),
        "quoted",
    ),
    Rule(
        "password",
        r"""[ "'](?:-u|-U|--user)[ =]?[\w.@\\-]{2,64}[ ]+-[pPwW][ =]?["']?([^\s"'-][^\s"']{4,64})""",
        ("-u", "--user"),
        "strong",
    ),
    Rule(
        "password",  # the environment of a container, in one line
        r"""(?i)["']?(?:name|key)["']?[ ]?[:=][ ]?["']?[\w.-]*(?:password|passwd|pwd|secret|token|api_?key|_pass|_pw)"""
        r"""["']?[ ]?,[ ]?["']?value["']?[ ]?[:=][ ]?["']?([^\s"'{}<>$,]{4,})""",
        ("value",),
        "place",
    ),
    Rule(
        "password",  # in a list of arguments
        r"""(?i)\\*["']--?[\w-]*(?:password|passwd|passphrase|pwd|secret|token|api-?key|-pass|-pw)\\*["'][ ]?,[ ]?"""
        r"""\\*["']([^"'\\\n]{3,120})""",
        ("pass", "pwd", "secret", "token", "key", "-pw"),
        "quoted",
        needs=(",",),
    ),
)
"""By what a sentence says, in many languages."""
