"""Personal data in the formats of health care and in the errors of databases.

HL7 v2 (segments that are about a person), X12 (NM1, N3, N4, DMG, REF), DICOM (group 0010), FHIR (Patient and its kin).
"""

from __future__ import annotations

from runwright.redact.rule import Rule

_REST = r"""((?:[^\r\n\\"']|\\[^rnx"]|')+)"""
_OWN = tuple(f"{sign}|" for sign in "abcdefghijklmnopqrstuvwxyz0123456789")
"""How segments of a site's own end: Z and two signs."""
_FHIR = ("resourcetype",)
_ABOUT = (
    r"patient|person|member|contact|customer|client|subscriber|guarantor|appointment|encounter|visit|claim|insured"
    r"|resident"
)
_WHO = "last_?name|first_?name|patient|address|zip|insurance"
_COLUMNS = (
    r"ssn|mrn|name|e-?mail|phone|dob|birth|address|addr|zip|street|social|passport|licen[cs]e|insurance|policy"
    r"|patient|member"
    r"|subscriber|person|card|iban|npi|account_n|guardian"
)

CLINICAL: tuple[Rule, ...] = (
    Rule(
        "name",
        r"""(?i:\\*"(?:first|last|middle|given|family)(?:_?name)?\\*")\s*:\s*\\*"([A-Z][A-Za-z'-]+)""",
        ("first", "last"),
        "people",
        needs=("first", "last"),
    ),
    Rule(
        "sql_row",
        rf"(?i)'([^'\n]{{4,40}})'[^'\n]{{0,24}}(?:field|column|attribute)[ =:\"']{{1,3}}\w*(?:birth|dob|ssn|mrn"
        rf"|phone|email|{_WHO})",
        ("field", "column", "attribute"),
    ),
    Rule("hl7", r"\b([A-Za-z0-9-]{3,24}\^\^\^[A-Za-z0-9&._-]*(?:\^[A-Za-z0-9&._-]*)*)", ("^^^",)),
    Rule("dicom", r"""\(0010,[ ]?[0-9A-Fa-f]{4}\)[ \t]+[A-Z]{2}[ \t]+(["'=][^#\r\n]*[^#\s])""", ("(0010,",)),
    Rule("hl7", rf"\b(?:PID|NK1|GT1|PD1|MRG|IN2)\|[0-9]*\|{_REST}", ("pid|", "nk1|", "gt1|", "pd1|", "mrg|", "in2|")),
    Rule(
        "hl7",
        rf"\b(?:IN[13]|PV[12]|OBX|DG1|AL1|PR1|ORC|ACC|FT1|RX[EOADG]|NTE|SCH|IAM|PRB|CTD|DB1|ARV|REL|UB2|PRT|GOL"
        rf"|DSP|Z[A-Z0-9]{{2}})\|[0-9]*\|{_REST}",
        (
            "in1|",
            "in3|",
            "pv1|",
            "pv2|",
            "obx|",
            "dg1|",
            "al1|",
            "pr1|",
            "orc|",
            "acc|",
            "ft1|",
            "rxe|",
            "rxo|",
            "rxa|",
            "rxd|",
            "rxg|",
            "nte|",
            "sch|",
            "iam|",
            "prb|",
            "ctd|",
            "db1|",
            "arv|",
            "rel|",
            "ub2|",
            "prt|",
            "gol|",
            "dsp|",
            *_OWN,
        ),
    ),
    Rule(
        "hl7",
        r"""\b(?:PID|NK1|GT1|IN1)[-.][1-9][0-9]?(?:\.[0-9]+)*\)?[ \t]*(?:=|:|is|value)[ \t]*["'(]?([^\s"'|;,)]+)""",
        ("pid", "nk1", "gt1", "in1"),
        "place",
    ),
    Rule("x12", r"\bNM1\*(?:IL|QC|74|03|EY|QE|S1|P0|DK|DN|82|72|1P)\*1\*([^~\r\n\"']+)", ("nm1*",)),
    Rule("x12", r"\b(?:N3|N4|DMG|SBR|PAT)\*([^~\r\n\"']{2,})", ("n3*", "n4*", "dmg*", "sbr*", "pat*")),
    Rule("x12", r"\bREF\*(?:SY|1W|0F|IG|EJ|EA|F6|1L|Y4|23)\*([^~\r\n\"']+)", ("ref*",)),
    Rule("x12", r"\bHI\*([^~\r\n\"']+)", ("hi*",)),
    Rule("x12", r"\b(?:CLM|CLP|TRN\*[12])\*([^*~\r\n\"']{3,})", ("clm*", "clp*", "trn*")),
    Rule("x12", r"\bCLP(?:\*[^*~\r\n]*){6}\*([^*~\r\n\"']{4,})", ("clp*",)),
    Rule("x12", r"\bDTP\*[0-9]{3}\*(?:D8|RD8|DT)\*([0-9-]{8,})", ("dtp*",)),
    Rule("x12", r"\bPER\*[A-Z]{2}\*([^*~\r\n\"']{3,})", ("per*",), "caps"),
    Rule(
        "x12",
        r"\*(?:TE|FX|CP|HP|WP|EM)\*([^*~\r\n\"']{5,})",
        ("*te*", "*fx*", "*cp*", "*hp*", "*wp*", "*em*"),
        needs=("per*",),
    ),
    Rule(
        "sql_row",
        rf"(?i)\bcolumn [^\n(]{{0,80}}?(?:{_COLUMNS})[^\n(]{{0,40}}\(values?: ?([^)\n]+)\)",
        ("value",),
    ),
    Rule(
        "name",
        r"""\\*"name\\*"\s*:\s*\[\s*\{[^\]\n]{0,120}?\\*"text\\*"\s*:\s*\\*"([^"\\]+)""",
        ("text",),
        "people",
    ),
    Rule("dicom", r"\(?\b0010,[ ]?[0-9A-Fa-f]{4}\)?[ \t]+(?:[A-Z]{2}[ \t]+)?\[([^\]\r\n]+)\]", ("0010,",)),
    Rule("dicom", r"""\(?\b0010,[ ]?[0-9A-Fa-f]{4}\)?[^\r\n\[:|]{0,64}:[ \t]*["']?([^"'\r\n\]]+)""", ("0010,",)),
    Rule(
        "dicom",
        r"\(?\b0008,[ ]?(?:0050|0090|1048|1050|1060|1070)\)?[ \t]+(?:[A-Z]{2}[ \t]+)?\[([^\]\r\n]+)\]",
        ("0008,",),
    ),
    Rule(
        "name",
        r"""\b(?:PatientName|PatientsName|OtherPatientNames"""
        r"""|ReferringPhysicianName)\b\\*["']?[ \t]*[:=>][ \t]*\\*["'\[(]?([^\s"'\\\]<,;]+(?:\^[^\s"'\\\]<,;]*)*)""",
        ("patientname", "patientsname", "patientnames", "physicianname"),
        "place",
    ),
    Rule(
        "dicom",
        r"\b(?:PatientBirthDate|PatientAge|PatientAddress|PatientTelephoneNumbers?|PatientMotherBirthName"
        r"|OtherPatientIDs"
        r"""|AccessionNumber)\b\\*["']?[ \t]*[:=>][ \t]*\\*["'\[(]?([^"'\\\]<;\r\n=]+)""",
        (
            "patientbirthdate",
            "patientage",
            "patientaddress",
            "patienttelephone",
            "patientmother",
            "patientids",
            "accessionnumber",
        ),
        "place",
    ),
    Rule(
        "fhir",
        r"""\\*"(?:family|birthDate|city|district|postalCode|deceasedDateTime)\\*"\s*:\s*\\*"([^"\\]+)""",
        ("family", "birthdate", "city", "district", "postalcode", "deceased"),
        needs=_FHIR,
    ),
    Rule("fhir", r"""\\*"(?:given|line)\\*"\s*:\s*\[\s*([^\]]+)\]""", ("given", "line"), needs=_FHIR),
    Rule(
        "fhir",
        r"""\\*"(?:value|id|text|display|reference|div)\\*"\s*:\s*\\*"([^"\\]+)""",
        ("value", "id", "text", "display", "reference", "div"),
        "fhir",
        needs=_FHIR,
    ),
    Rule(
        "fhir",
        r"""<(?:family|given|birthDate|city|postalCode|line|value|text)\s+value=["']([^"'<>]+)""",
        ("<patient", "<family", "<given", "<birthdate", "<line"),
        "fhir",
    ),
    Rule("sql_row", rf"(?i)\bkey \([^)\n]*(?:{_COLUMNS})[^)\n]*\)=\(([^\n]+?)\)(?: |\.|$|\n)", ("key (",)),
    Rule("sql_row", r"(?i)\bfailing row contains \((.+?)\)(?:\.|$|\n|\\n)", ("failing row",)),
    Rule("sql_row", rf"(?i)\bduplicate entry '([^'\n]+)' for key '[^'\n]*(?:{_COLUMNS})", ("duplicate entry",)),
    Rule("sql_row", r"(?i)\bduplicate key value is \(([^\n]+?)\)(?:\.|$|\n)", ("duplicate key value is",)),
    Rule(
        "sql_row",
        rf"(?i)\binsert\s+into\s+[^\s(]*(?:{_ABOUT})[^\s(]*\s*(?:\([^)]*\)\s*)?values\s*\(([^\n]+?)\)\s*(?:;"
        rf"|$|--|\n"
        rf"""|["\\])""",
        ("insert",),
    ),
    Rule(
        "sql_row",
        rf"""(?i)\binvalid (?:input syntax|byte sequence|value) for [^:\n]+: "([^"\n]+)"[^\n]*(?:{_COLUMNS})""",
        ("invalid",),
    ),
    Rule(
        "sql_row",
        r"""(?i)\b(?:unparseable|invalid|bad|malformed|(?:cannot|could not|failed to) parse)"""
        r""" (?:date|value|number|input)[^"'\n]{0,16}["']([^"'\n]+)["'][^\n]*(?:birth|dob|ssn|mrn|phone|patient)""",
        ("unparse", "invalid", "bad", "malformed", "parse"),
    ),
    Rule("sql_row", r"(?i)\bparameters: (\$1 = '[^\n]+)", ("parameters: $1",)),
    Rule(
        "sql_row",  # what a statement was given, by number
        r"(?i)\b(?:params?|parameters|binds?|bindings|bound|args|values)[ :=]{1,3}[\[({]?((?:[$:@]|\? ?)1 ?[=:]"
        r"[^\n\])}]{2,800})",
        ("$1", ":1", "@1", "?1", "? 1"),
    ),
    Rule(
        "sql_row",
        rf"(?i)\bcolumn [^\n(]{{0,80}}?(?:{_COLUMNS})[^\n]{{0,40}}\bvalue:? ?['\"]([^'\"\n]+)['\"]",
        ("value",),
        needs=("column",),
    ),
    Rule("sql_row", rf"(?i)\bincorrect [a-z]+ value: '([^'\n]+)' for column '[^'\n]*(?:{_COLUMNS})", ("incorrect",)),
)
"""Each rule takes what belongs to a person and leaves the frame around it."""
