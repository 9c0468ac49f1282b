"""People in what programs ask each other: parts of addresses and of forms, and names of files.

What is known by its form alone is in `personal`; how names look in running text is left to `people`.
"""

from __future__ import annotations

from runwright.redact.rule import Rule

_AT = r"(?:[?&;]|\b|%26)"
_OTHER_NAMES = (
    "fname", "lname", "mname", "forename", "vorname", "nachname", "nombre", "apellido", "apellidos", "prenom",
    "cognome",    "voornaam", "achternaam", "maiden", "nok", "guardian", "guarantor", "pname", "ptname",
)  # fmt: skip
_STREET_NAMES = ("street", "strasse", "straat", "calle", "address", "addr", "line1", "line_1", "line2", "line_2")
_FILED = (
    r"mrns?|pat(?:ient)?(?:[_-]?(?:id|no|nr))?|pt(?:[_-]?id)|chart(?:[_-]?(?:id|no))?|acct|accession|specimen|wristband"
)

REQUESTS: tuple[Rule, ...] = (
    Rule(
        "name",
        rf"(?i){_AT}(?:first|last|middle|given|family)=([a-z%][a-z%0-9'+.-]{{1,62}})",
        ("first=", "family="),
        "named",
        needs=("=", "&"),
    ),
    Rule(
        "name",
        rf"(?i){_AT}(?:last|given)=([a-z%][a-z%0-9'+.-]{{1,62}})",
        ("last=", "given="),
        "named",
        needs=("=", "&"),
    ),
    Rule(
        "name",
        rf"(?i){_AT}(?:{'|'.join(_OTHER_NAMES)})=([a-z%][a-z%0-9'+.-]{{1,62}})",
        tuple(f"{name}=" for name in _OTHER_NAMES),
        "named",
    ),
    Rule(
        "address",
        rf"(?i){_AT}(?:home_?|mailing_?|billing_?|patient_?)?(?:{'|'.join(_STREET_NAMES)})[_-]?[12]?="
        r"([0-9]{1,6}[a-z]?(?:\+|%20|_|%2c|,)+[^&\s\"']{3,80}|[a-z.%-]+(?:\+|%20|_)[^&\s\"']{0,60}?[0-9]{1,4}[a-z]?\b)",
        tuple(f"{name}" for name in _STREET_NAMES),
        needs=("=",),
    ),
    Rule(
        "address",
        rf"(?i){_AT}(?:city|town|ort|plz|zip|zip_?code|postal_?code|postcode)=([^&\s\"';]{{2,40}})",
        ("city=", "town=", "ort=", "plz=", "zip", "code="),
        "near",
    ),
    Rule(
        "mrn",
        rf"(?i)(?:^|[^a-z])(?:{_FILED})[_-]{{0,2}}#?([0-9]{{5,12}})(?:[^0-9a-z]|$)",
        ("mrn", "pat", "pt", "chart", "acct", "accession", "specimen", "wristband"),
    ),
    Rule(
        "date_of_birth",
        r"(?i)(?:^|[^a-z])(?:dob|birth(?:date|day)?|geb)[_-]{1,2}((?:19|20)[0-9]{2}[_-]?[0-9]{2}[_-]?[0-9]{2}"
        r"|[0-9]{1,2}[_-][0-9]{1,2}[_-](?:19|20)[0-9]{2})",
        ("dob", "birth", "geb"),
    ),
)
"""By the name of a part, and by a word in the name of a file."""
