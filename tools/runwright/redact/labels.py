"""Names that announce personal data: what stands behind one goes when it has the shape that such data has.

The identifiers are those of HIPAA's Safe Harbor (45 CFR 164.514(b)(2)). The same table serves texts (`MRN: 00482913`)
and the members of JSON objects (`{"mrn": 482913}`).
"""

from __future__ import annotations

from runwright.redact.label import DATE, PERSON, WORD, Label

_ID = r"(?:[A-Za-z]{1,5}[ -]?)?[0-9][A-Za-z0-9]*(?:-[A-Za-z]{0,3}[0-9][A-Za-z0-9]*){0,4}"
_MIXED = r"(?:[A-Za-z]{1,6}-)?[A-Za-z0-9]*[0-9][A-Za-z0-9]*(?:-[A-Za-z0-9]+){0,5}"
_CAPITALS = r"(?:[A-Z]{1,4}[ -])?[A-Z0-9]*[0-9][A-Z0-9]*(?:[ -][A-Z0-9]+){0,4}\b"
_PLACE = r"(?:, [A-Z0-9][A-Za-z0-9 .'-]*){0,4}"

_NO = r"(?:[ _-]?(?:numbers?|num|no\b\.?|nr\.?|identifier|id|code|#))?"
_ID_NO = r"[ _-]?(?:numbers?|num|no\b\.?|nr\.?|identifier|id\b|#)"
_FOR_SURE = r"[ _-]?(?:numbers?|num|no\b\.?|nr\.?|#)"

_REACHED = (
    "phone", "tel", "mobile", "cell", "fax", "number", "contact", "call", "sms", "pager", "msisdn", "home", "reach"
)  # fmt: skip

LABELS: tuple[Label, ...] = (
    Label(
        "ssn",
        (
            rf"ssn{_NO}",
            r"itin",
            r"ss ?#|ss[ _-](?:no|nr|num|number)\b\.?",
            rf"social[ _-]?security{_NO}",
            rf"tax[ _-]?payer[ _-]?id{_NO}",
            "tin",
            "sin",
        ),
        r"[0-9]{3}[-. ]?[0-9]{2}[-. ]?[0-9]{4}\b|[0-9X*]{0,2}[X*]{1,3}-?[X*]{2}-?[0-9]{4}",
        ("ssn", "itin", "ss#", "ss #", "ss n", "ss_n", "ss-n", "social", "tax", "tin", "sin"),
        far=True,
        whole=True,
        camel="SSN|Ssn|SocialSecurityNumber",
    ),
    Label(
        "mrn",
        (
            rf"mrn{_NO}",
            rf"med(?:ical)?[ _-]?rec(?:ord)?{_NO}",
            r"patient[ _.-]?(?:id|identifier|no|num|number|key|#|mrn|account)",
            r"pat[ _-]?id|mr ?#|m\.r\.n\.?",
            rf"(?:chart|rx|prescription){_FOR_SURE}",
            rf"health[ _-]?record{_FOR_SURE}",
            r"(?:encounter|visit|accession|admission)[ _-]?(?:id|no|num|number|#)",
        ),
        _ID,
        (
            "mrn",
            "mr#",
            "mr #",
            "m.r",
            "rec",
            "pat",
            "chart",
            "rx",
            "prescription",
            "encounter",
            "visit",
            "accession",
            "admission",
        ),
        "id",
        far=True,
        whole=True,
        camel="MRN|Mrn|MedicalRecordNumber",
    ),
    Label(
        "mrn",
        ("encounter", "visit", "member", "subscriber", "admission", "mrns?", "accession", "claim"),
        r"[A-Za-z]{1,4}-?[0-9]{2,12}(?:-[0-9]{1,12})*\b|[0-9]{6,12}\b",
        ("encounter", "visit", "member", "subscriber", "admission", "mrn", "accession", "claim"),
        "id",
    ),
    Label(
        "mrn",
        ("patient",),
        r"#?[0-9]{5,12}\b|[0-9]{2,3}-[0-9]{2}-[0-9]{2,4}\b|#[0-9]{2,12}\b|[A-Z]{1,3}-?[0-9]{4,12}\b",
        ("patient",),
    ),
    Label(
        "date_of_birth",
        (
            "dob",
            r"d\.o\.b\.?",
            "birth[ _-]?date",
            "date[ _-]?of[ _-]?birth",
            "birth[ _-]?day",
            "born(?: on)?",
            r"b\.",
            r"geburtsdatum",
            r"geb\.?(?: am)?",
            "fecha de nacimiento",
            "date de naissance",
            "data di nascita",
            "geboortedatum",
        ),
        DATE,
        ("dob", "d.o.b", "birth", "born", "b.", "geb", "nacimiento", "naissance", "nascita", "geboorte"),
        far=True,
        whole=True,
        camel="DOB|Dob|BirthDate|DateOfBirth",
    ),
    Label(
        "date",
        (
            r"(?:admi(?:t\w*|ssion)|discharged?|death|deceased|service)[ _-]?(?:date|on)",
            r"(?:visit|encounter|appointment|surgery)[ _-]?(?:date|on)",
            r"date[ _-]?of[ _-]?(?:death|service|admission|discharge)|dod|deceased",
        ),
        DATE,
        ("admi", "discharg", "death", "deceased", "service", "visit", "encounter", "appointment", "surgery", "dod"),
    ),
    Label(
        "name",
        (
            r"(?:patient|pt|member|subscriber|insured|guarantor|beneficiary|contact|guardian|spouse|caregiver)"
            r"(?:'?s)?[ _.-]?(?:full|first|last|given|family)?[ _-]?name",
            r"(?:resident|father|mother|parent|child|next of kin|person)(?:'?s)? ?name",
            r"(?:first|last|given|middle|maiden|sur|family)[ _-]?name|[fl]name",
        ),
        rf"{PERSON}|{WORD}",
        ("name",),
        "people",
        whole=True,
        camel="(?:First|Last|Middle|Given|Family)Name|Surname",
    ),
    Label(
        "name",
        ("patient", r"pt\.?", "subscriber", "insured", "guarantor", "next of kin", "emergency contact", "guardian"),
        PERSON,
        ("patient", "pt", "subscriber", "insured", "guarantor", "kin", "contact", "guardian"),
        "person",
    ),
    Label(
        "name",
        (
            r"patient(?:en|in)?(?:vor|nach)?name|name des patienten|patientin",
            r"(?:nombre|apellidos?|nom|prenom|nome|cognome|naam)(?: (?:del?|d[uao]|de la|van) pa[a-z]{3,6}[aeot]?)?",
            r"paciente|paziente|patiente|versicherter?|vorname|nachname",
        ),
        PERSON,
        ("name", "patient", "nom", "apellido", "naam", "pacient", "pazient", "versichert"),
        "person",
    ),
    Label(
        "name",
        ("spouse", "beneficiary", "resident", "policy ?holder", "caregiver", "member", "enrollee", r"claimant|dece\w+"),
        PERSON,
        ("spouse", "beneficiary", "resident", "holder", "caregiver", "member", "enrollee", "claimant", "dece"),
        "person",
    ),
    Label(
        "phone",
        (
            r"(?:tele|cell|home|work|mobile|contact|emergency|daytime)?[ _-]?phone(?:[ _-]?(?:no|number))?\.?",
            r"tel\.?|telefono?|telephone",
            "mobile(?:[ _-]?number)?",
            "cell",
            "fax(?:[ _-]?number)?",
            "telecom",
            "(?:contact|callback|my|his|her|their)[ _-]?number",
            "call(?:ed|back)?",
            "sms(?: to)?",
            "pager",
            "msisdn",
            "home on",
            "reach(?:able|ed) (?:at|on)",
        ),
        r"\+?\(?[0-9][0-9 ()./-]{4,18}[0-9]\b",
        _REACHED,
        "phone",
        camel="Phone(?:Number|No)?|Mobile|Fax(?:Number)?|Telephone",
    ),
    Label(
        "address",
        (
            "(?:home|mailing|street|postal|residential|billing|patient)[ _-]?(?:address|addr)",
            "address",
            "street",
            "line1",
            "addr1",
            "home",
            "lives? (?:at|in)",
        ),
        rf"[0-9]{{1,6}}[A-Za-z]?(?: (?:[A-Z0-9][A-Za-z0-9.'-]*|de|la|le|du|des|van|von|der|den|del|di|am|im|zum"
        rf"|zur)){{1,6}}{_PLACE}"
        rf"|[Pp]\.?[Oo]\.? ?[Bb]ox [0-9]+{_PLACE}",
        ("addr", "street", "line1", "live", "home"),
        "address",
    ),
    Label(
        "postal_code",
        ("zip(?:[ _-]?code)?", "post(?:al)?[ _-]?code"),
        r"[0-9]{5}(?:-[0-9]{4})?\b|[A-Z]{1,2}[0-9][0-9A-Z]? ?[0-9][A-Z]{2}\b|[A-Z][0-9][A-Z] ?[0-9][A-Z][0-9]\b",
        ("zip", "post"),
    ),
    Label(
        "insurance_id",
        (
            rf"(?:member|subscriber|insurance|insured|beneficiary|health[ _-]?plan(?: beneficiary)?|enrollee){_ID_NO}",
            rf"(?:medicare|medicaid|mbi|hicn?){_NO}",
            rf"(?:insurance )?policy{_FOR_SURE}",
            rf"claim{_ID_NO}|group{_FOR_SURE}",
        ),
        _MIXED,
        (
            "member",
            "subscriber",
            "insur",
            "medica",
            "benefici",
            "plan",
            "hic",
            "mbi",
            "enrollee",
            "policy",
            "claim",
            "group",
        ),
        "id",
    ),
    Label(
        "card",
        (r"(?:(?:credit|debit|payment|bank)[ _-]?)?card(?:[ _-]?(?:numbers?|num|no\.?|#))?", "pan", "cc"),
        r"[0-9]{4}(?:[ -]?[0-9]{2,6}){2,4}\b",
        ("card", "pan", "cc"),
        "digits",
        far=True,
    ),
    Label(
        "card",
        ("cvv2?", "cvc2?", "card[ _-]?(?:verification|security)[ _-]?(?:code|value)"),
        r"[0-9]{3,4}\b",
        ("cv", "card"),
    ),
    Label("iban", ("iban",), r"[A-Z]{2}[0-9]{2}(?: ?[A-Z0-9]{2,4}){3,8}", ("iban",)),
    Label(
        "account_number",
        (rf"(?:bank )?account{_FOR_SURE}", rf"acct{_NO}", rf"routing{_FOR_SURE}", rf"aba{_FOR_SURE}", "sort code"),
        r"[A-Z]{0,4}[0-9](?:[ -]?[0-9]){4,20}\b",
        ("account", "acct", "routing", "aba", "sort code"),
    ),
    Label(
        "account_number", (rf"ein{_NO}", rf"employer id{_NO}"), r"[0-9]{2}-?[0-9]{7}\b", ("ein", "employer"), far=True
    ),
    Label("account_number", ("account", "acct"), r"#[ ]?[0-9][0-9-]{3,20}\b", ("account", "acct"), "id"),
    Label("insurance_id", ("policy", "claim", "group"), rf"#[ ]?{_MIXED}", ("policy", "claim", "group"), "id"),
    Label("npi", (rf"npi{_NO}",), r"[0-9]{10}\b", ("npi",), camel="NPI|Npi"),
    Label(
        "license",
        (
            rf"dea{_NO}",
            rf"driver'?s?[ _-]?licen[cs]e{_NO}",
            rf"driving licen[cs]e{_NO}",
            rf"dl{_FOR_SURE}",
            rf"passport{_NO}",
            rf"medical licen[cs]e{_NO}",
            rf"national[ _-]?id{_NO}",
            rf"nhs{_NO}",
            "nino",
        ),
        _CAPITALS,
        ("dea", "licen", "dl", "passport", "national", "nhs", "nino"),
        "id",
    ),
    Label("vehicle", (rf"vin{_NO}", rf"vehicle identification{_NO}"), r"[A-HJ-NPR-Z0-9]{17}\b", ("vin", "vehicle")),
    Label("vehicle", (rf"licen[cs]e[ _-]?plates?{_NO}", "number plate", "plate"), _CAPITALS, ("plate",)),
    Label(
        "device",
        (
            "(?:pacemaker|implant|pump|infusion pump|defibrillator|hearing aid|prosthesis|ventilator|cpap|medical)"
            rf"[ _-](?:device[ _-])?serial{_NO}",
            "implant id",
            r"serial(?:[ _-]?(?:number|no\.?))? \((?:pacemaker|implant|pump|defibrillator)\)",
            "udi(?:-di)?",
        ),
        r"\([0-9]{2}\)[0-9A-Z()./-]{6,60}|(?:[A-Z]{1,5}-)?[A-Z0-9]*[0-9][A-Z0-9-]{3,}",
        ("serial", "implant", "udi"),
        "id",
        far=True,
    ),
    Label("age", ("age", "aged"), r"(?:9[0-9]|1[01][0-9])\b", ("age",), "old"),
    Label(
        "diagnosis",
        (
            "diagnos[ie]s(?:[ _-]?codes?)?",
            "dx",
            "icd(?:[ _-]?(?:9|10))?(?:[ _-]?cm)?(?:[ _-]?codes?)?",
        ),
        r"[A-TV-Z][0-9][0-9AB](?:\.[0-9A-TV-Z]{1,4})?\b",
        ("diagnos", "dx", "icd"),
    ),
)
