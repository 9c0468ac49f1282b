"""Numbers of persons whose form alone says what they are, most of them given out by a state; and places on a map."""

from __future__ import annotations

from runwright.redact.rule import Rule

FORMS: tuple[Rule, ...] = (
    Rule(
        "national_id", r"(?:^|[^\w.-])([0-9]{3}\.[0-9]{3}\.[0-9]{3}-[0-9]{2})(?:$|[^\w-])", shapes=("000.000.000-00",)
    ),  # Brazil
    Rule("national_id", r"(?:^|[^\w.-])(756\.[0-9]{4}\.[0-9]{4}\.[0-9]{2})(?:$|[^\w-])", ("756.",)),  # Switzerland
    Rule(
        "national_id",  # Italy
        r"\b([A-Z]{6}[0-9]{2}[A-EHLMPR-T][0-9]{2}[A-Z][0-9]{3}[A-Z])\b",
        shapes=tuple(f"00{month}00" for month in "abcdehlmprst"),
    ),
    Rule(
        "national_id", r"\b([A-Z]{4}[0-9]{6}[HMX][A-Z]{5}[A-Z0-9][0-9])\b", shapes=("000000h", "000000m", "000000x")
    ),  # Mexico
    Rule(
        "national_id",  # United Kingdom
        r"\b([A-CEGHJ-PQR-TW-Z][A-Z] ?[0-9]{2} [0-9]{2} [0-9]{2} ?[A-D])\b",
        shapes=("00 00 00",),
    ),
    Rule("license", r"\b([A-Z9]{5}[0-9]{6}[A-Z9]{2}[A-Z0-9]{3})\b", shapes=("000000",)),  # United Kingdom
    Rule(
        "mrn",  # what a resource of FHIR refers to
        r"\b(?:Patient|Person|RelatedPerson|Encounter|Coverage|Claim|Appointment"
        r"|EpisodeOfCare)/([A-Za-z.-]{0,40}[0-9][A-Za-z0-9.-]{2,40})",
        ("patient/", "person/", "encounter/", "coverage/", "claim/", "appointment/", "episodeofcare/"),
    ),
    Rule(
        "national_id",  # France
        r"(?:^|[^\w.-])([12] [0-9]{2} [0-9]{2} [0-9][0-9AB] [0-9]{3} [0-9]{3}(?: [0-9]{2})?)(?:$|[^\w-])",
        shapes=("0 00 00 0",),
    ),
    Rule(
        "national_id", r"(?:^|[^\w.-])([0-9]{3} [0-9]{3} [0-9]{4})(?:$|[^\w-])", proof="nhs", shapes=("000 000 0000",)
    ),  # NHS
    Rule(
        "national_id",
        r"(?:^|[^\w.-])([0-9]{6}[-+A][0-9]{3}[0-9A-FHJ-NPR-Y])(?:$|[^\w-])",
        proof="hetu",
        shapes=("000000-000", "000000+000", "000000a000"),
    ),  # Finland
    Rule(
        "national_id", r"(?:^|[^\w.-])([0-9]{13})(?:$|[^\w-])", proof="said", shapes=("0000000000000",)
    ),  # South Africa
    Rule(
        "date_of_birth",
        r"""(?i)(?:dateofbirth|birth_?date|date_of_birth|dob)\\*["']?[ ]?[:=][ ]?\{([^{}\n]{4,80})\}""",
        ("{",),
    ),
    Rule(
        "account",
        r"(?i)\b(?:facebook|instagram|twitter|linkedin|tiktok|t)\.(?:com|me)/(?:in/"
        r"|@)?([a-z][a-z0-9._-]*[._0-9-][a-z0-9._-]*[a-z0-9])",
        ("facebook.", "instagram.", "twitter.", "linkedin.", "tiktok.", "t.me/"),
    ),
    Rule(
        "location",
        r"(?:^|[^\w.-])(-?[0-9]{1,2}\.[0-9]{4,8}, ?-?[0-9]{1,3}\.[0-9]{4,8})(?:$|[^\w.-])",
        proof="place",
        shapes=(".0000,", ".00000,", ".000000,", ".0000000,", ".00000000,"),
    ),
    Rule("mrn", r"(?:MRN|Mrn)[ :=#]{0,3}([0-9]{5,12})\b", ("mrn",)),
    Rule("mrn", r"""\bPatient\?(?:[^\s"']*&)?identifier=(?:[^|\s&]*\|)?([^&\s"']{3,64})""", ("identifier=",)),
    Rule(
        "insurance_id",
        r"(?i:\binsurance|\beligibility)[^\n]{0,24}?\b([A-Z]{1,4}[0-9]{6,12})\b",
        ("insurance", "eligibility"),
    ),
    Rule("name", r"\^FD([^^\n]{2,80})\^FS", ("^fd",)),  # what a printer of labels is told (ZPL)
    Rule(
        "name",  # CDA, the documents of HL7
        r"""(?i)<(?:given|family|streetAddressLine)(?: [^<>\n]*)?>([^<\n]{2,80})</""",
        ("<given", "<family", "<street"),
        "tagged",
    ),
    Rule(
        "national_id",
        r"(?:^|[^\w.-])((?:19|20)?[0-9]{6}[-+][0-9]{4})(?:$|[^\w-])",
        proof="pnr",
        shapes=("000000-0000", "000000+0000"),
    ),  # Sweden
    Rule("name", r"""<(?:family|given)\s+value=["']([^"'<>\n]{2,80})""", ("<family", "<given"), "people"),  # FHIR
    Rule(
        "phone",
        r"(?i)\b(?:sips?|tel|callto|fax|sms|whatsapp):\+?([0-9][0-9().-]{5,18}[0-9])",
        ("sip", "tel:", "callto:", "fax:", "sms:", "whatsapp:"),
        "long",
    ),
    Rule("name", r"(?:^|[\s\"':])F?N(?:;[^:\n]{0,40})?:([A-Z][^\s:;]*(?:[; ][^\s:;]+){0,4})", ("vcard",), "people"),
    Rule(
        "mrn",  # the same documents: what somebody is known by
        r"""(?i)<id\b[^<>\n]{0,160}?\bextension=["']([^"'<>\n]{3,64})""",
        ("extension=",),
        "fhir",
    ),
    Rule("date_of_birth", r"""(?i)\bbirthTime[^0-9\n]{1,10}([12][0-9]{7})""", ("birthtime",)),
)
"""Numbers that have a form of their own."""
