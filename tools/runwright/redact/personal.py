"""Personal data that is known by its form alone; what ails somebody is left to `health`."""

from __future__ import annotations

from runwright.redact.rule import Rule

_BEFORE = r"(?:^|[^\w.+-])"
_AFTER = r"(?:$|[^\w-])"

_COUNTRIES = (
    "gb00", "de00", "fr00", "es00", "it00", "nl00", "be00", "ch00", "at00", "pl00", "se00", "dk00", "no00", "fi00",
    "pt00", "ie00", "lu00", "gr00", "cz00", "hu00", "ro00", "bg00", "hr00", "si00", "sk00", "lt00", "lv00", "ee00",
    "cy00", "mt00", "li00", "mc00", "sm00", "is00", "tr00", "il00", "sa00", "ae00",
)  # fmt: skip
"""How accounts' numbers of some countries begin (ISO 13616)."""

_DEVICE = (
    r"pacemaker|implant|infusion pump|insulin pump|defibrillator|hearing aid|prosthesis|ventilator|cpap"
    r"|glucose (?:monitor|meter)|heart monitor|stent|catheter|dialy[sz]er"
)
_SERIAL = (
    r"(?:serial(?:[ _-]?(?:numbers?|no\.?))?|s/n|sn)[ :=#]{1,3}([A-Z0-9]*[0-9][A-Z0-9-]{3,}|[A-Z]{1,5}-[A-Z0-9-]{4,})"
)
"""What stands in a person or beside one, and its number (Safe Harbor, 13)."""

FORMS: tuple[Rule, ...] = (
    Rule(
        "ssn",
        r"(?i)(?:ssn|\bsocial)[^\n]{0,60}?[^\w.-]([0-9]{3}[- ][0-9]{2}[- ][0-9]{4}|[0-9]{9})(?:$|[^\w-])"
        r"|(?:^|[^\w.-])([0-9]{3}[- ][0-9]{2}[- ][0-9]{4}|[0-9]{9})[^\w-][^\n]{0,40}(?:\bssn|social security)",
        ("ssn", "social"),
    ),
    Rule("ssn", rf"{_BEFORE}([0-9]{{3}}-[0-9]{{2}}-[0-9]{{4}}){_AFTER}", shapes=("000-00-0000",)),
    Rule("mrn", r"\b(?:MRN|mrn|Mrn)([0-9]{5,12})\b", ("mrn",)),
    Rule(
        "email",
        r"([A-Za-z0-9][A-Za-z0-9.!#$'*+/=?^_`{|}~-]{0,63}@[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?"
        r"(?:\.[A-Za-z0-9](?:[A-Za-z0-9-]{0,62}[A-Za-z0-9])?)+)",
        ("@",),
        "email",
    ),
    Rule(
        "ssn",
        r"(?i)\b(?:ssn|social)[^\n]{0,24}(?:last (?:four|4)|ending)[^0-9\n]{0,12}([0-9]{4})\b|\b(?:last (?:four"
        r"|4))[^0-9\n]{0,24}(?:ssn|social)[^0-9\n]{0,6}([0-9]{4})\b",
        ("last four", "last 4", "ending"),
    ),
    Rule(
        "card",
        r"(?i)\b(?:card|visa|mastercard|amex)\b[^0-9\n]{0,24}\b(?:ending|last (?:four|4))[^0-9\n]{0,12}([0-9]{4})\b",
        ("ending", "last four", "last 4"),
    ),
    Rule(
        "phone",
        rf"{_BEFORE}(1[-. ](?:\([0-9]{{3}}\) ?|[0-9]{{3}}[-. ])[0-9]{{3}}[-. ][0-9]{{4}}){_AFTER}",
        shapes=("0-000", "0.000", "0 000", "-(000", "0-(000", "0 (000"),
    ),
    Rule("phone", rf"{_BEFORE}(\(?[2-9][0-9]{{2}}(?:\) ?|-)[0-9]{{3}}-[0-9]{{4}}){_AFTER}", shapes=("000-0000",)),
    Rule("phone", rf"{_BEFORE}(\([0-9]{{3}}\) ?[0-9]{{3}}[-. ][0-9]{{4}}){_AFTER}", ("(",)),
    Rule("phone", rf"{_BEFORE}([2-9][0-9]{{2}}\.[2-9][0-9]{{2}}\.[0-9]{{4}})(?:$|[^\w.-])", shapes=("000.000.0000",)),
    Rule(
        "phone",
        r"(?:^|[^\w.+-])(\+[1-9][0-9]{0,2}[ .-]?\(?[0-9]{1,4}\)?(?:[ .-]?[0-9]{2,4}){2,4})(?:$|[^\w.:-])",
        ("+",),
        "phone",
    ),
    Rule(
        "card",
        rf"{_BEFORE}([3-6][0-9]{{3}}(?:[ -][0-9]{{4}}){{3}}|3[47][0-9]{{2}}[ -][0-9]{{6}}[ -][0-9]{{5}}){_AFTER}",
        proof="card",
        shapes=("0000 0000", "0000-0000", "00 000000", "00-000000"),
    ),
    Rule("card", rf"{_BEFORE}([3-6][0-9]{{14,15}}){_AFTER}", proof="card", shapes=("000000000000000",)),
    Rule(
        "iban",
        rf"{_BEFORE}([A-Z]{{2}}[0-9]{{2}}(?: ?[A-Z0-9]{{4}}){{2,7}}(?: ?[A-Z0-9]{{1,3}})?){_AFTER}",
        proof="iban",
        shapes=_COUNTRIES,
    ),
    Rule(
        "insurance_id",
        r"\b([1-9][A-HJ-NP-RT-Y][0-9A-HJ-NP-RT-Y][0-9]-[A-HJ-NP-RT-Y][0-9A-HJ-NP-RT-Y][0-9]-[A-HJ-NP-RT-Y]{2}"
        r"[0-9]{2})\b",
        shapes=("0-",),
    ),
    Rule("age", r"\b(9[0-9]|1[01][0-9])[ -](?i:years?|yrs?)[ -]old\b", ("old",), "old"),
    Rule("age", r"\b((?:9[0-9]|1[01][0-9])(?:[ -](?i:years?|yrs?)[ -]old| ?y/?o))\b", ("old", "y/o", "yo"), "old"),
    Rule(
        "ip_address",
        r"(?:^|[^\w.])([0-9]{1,3}(?:\.[0-9]{1,3}){3}(?:\.[0-9]+)*)",
        (),
        "public",
        shapes=(".0.", ".00.", ".000."),
    ),
    Rule(
        "ip_address",
        r"(?:^|[^\w:.])([23][0-9A-Fa-f]{3}:[0-9A-Fa-f:]{2,35}(?:[0-9]{1,3}(?:\.[0-9]{1,3}){3})?)",
        (":",),
        "public",
    ),
    Rule(
        "mrn",
        r"(?i)\b(?:patients?|charts?|mrn|persons?|members?)/([a-z]{0,3}-?[0-9][a-z0-9-]{2,40})",
        ("patient", "chart", "mrn/", "person", "member"),
        needs=("/",),
    ),
    Rule(
        "mrn",
        r"(?i)[?&](?:patient|subject|patient_?id|identifier)=(?:patient/)?([^&\s\"']{3,64})",
        ("patient=", "subject=", "identifier=", "id="),
        "digits",
    ),
    Rule(
        "name",
        r"(?i)(?:[?&]|\b)(?:family|given|surname|last_?name|first_?name|patient_?name|full_?name)="
        r"([a-z'-]{2,40}(?:(?:\+|%20|%2c|,|_)+[a-z'-]{1,40}){1,4})",
        ("name=", "family=", "given="),
        "named",
    ),
    Rule(
        "name",
        r"[?&](?:family|given|surname|lastname|firstname|patient_?name)=([^&\s\"']{2,64})",
        ("name=", "family=", "given="),
    ),
    Rule("device", rf"(?i)\b(?:{_DEVICE})\b[^\n]{{0,40}}?\b{_SERIAL}", ("serial", "s/n", "sn"), "id"),
    Rule("device", rf"(?i)\b{_SERIAL}[^\n]{{0,24}}\b(?:{_DEVICE})\b", ("serial", "s/n", "sn"), "id"),
    Rule(
        "device",
        rf"(?i)\b(?:serial|ref|lot|s/n"
        rf"|sn)\b[^\n]{{0,24}}?\b(?:{_DEVICE})s?[ :=#]{{1,3}}([A-Z]{{0,4}}-?[0-9][A-Z0-9-]{{3,}})",
        ("serial", "ref", "lot", "s/n", "sn"),
        "id",
    ),
    Rule(
        "device",
        rf"(?i)\b(?:{_DEVICE})s? (?:ref|lot|id|no|number|model no)\b[ .:=#]{{0,3}}([A-Z]{{0,4}}-?[0-9][A-Z0-9-]{{3,}})",
        (
            "pacemaker",
            "implant",
            "pump",
            "defibrillator",
            "hearing",
            "prosthesis",
            "ventilator",
            "cpap",
            "glucose",
            "heart mon",
            "stent",
            "catheter",
            "dialy",
        ),
        "id",
    ),
    Rule("date_of_birth", r"(?i)[?&](?:birthdate|dob)=(?:eq|ge|le)?([^&\s\"']{6,20})", ("dob=", "birthdate=")),
)
"""By form, and in addresses of web services."""
