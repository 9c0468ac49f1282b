"""People in running text: their names, where the words around say that it is a person.

A name has no form of its own. So these rules find little without its words around it, and every find is looked at
again (`proofs`): words of this trade are no names. Where they live is left to `addresses`.
"""

from __future__ import annotations

from runwright.redact.label import PERSON, WORD
from runwright.redact.rule import Rule

_PAPERS = (
    r"(?:appointment|results?|prescription|referral|chart|encounter|claim|invoice|visit|records?|consent"
    r"(?: form)?|labs?"
    r"|order|immunization|medications?|discharge|summary|surgery|admission|scan|report|file|insurance|message"
    r"|label|bed|alert|reminder|check-?in|booking|voicemail|photo|transfer|session|wheelchair|ambulance)"
)
_NOTES = r"(?:note|letter|biopsy|imaging|mri|ct|x-?ray|ultrasound|statement|refund|therapy|diagnosis|account|balance)"
_HELD = (
    r"(?:duplicate|specimen|sample|wristband|bracelet|pump|recording|bill|receipt|refund|interpreter|family"
    r"|bed monitor|relative"
    r"|wrong person|guest(?: name)?|user named|caller|sign(?:ed|ature)|meant|double entry|entry|test|certificate"
    r"|monitor|meal"
    r"|transport|dialysis|vaccination|passenger|infant|newborn|data|identity)"
)
_PAPER_HINTS = (
    "appoint", "result", "prescription", "referral", "chart", "encounter", "claim", "invoice", "visit", "record",
    "consent", "lab", "order", "immuniz", "medication", "discharge", "summary", "surgery", "admission", "scan",
    "report", "file", "insurance", "message", "bed", "alert", "reminder", "check", "booking", "voicemail", "photo",
    "transfer", "session", "wheelchair", "ambulance",
)  # fmt: skip
_NOTE_HINTS = (
    "note", "letter", "biopsy", "imaging", "mri", "ct", "ray", "ultrasound", "statement", "refund", "therapy",
    "diagnosis", "account", "balance",
)  # fmt: skip
_HELD_HINTS = (
    "duplicate", "specimen", "sample", "wristband", "bracelet", "pump", "recording", "bill", "receipt", "refund",
    "interpreter", "family", "monitor", "relative", "person", "guest", "user", "caller", "sign", "meant", "entry",
    "test", "certificate", "meal", "transport", "dialysis", "vaccination", "passenger", "infant", "newborn", "data",
    "identity",
)  # fmt: skip
_FILES = r"\.(?i:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml)\b"

PEOPLE: tuple[Rule, ...] = (
    Rule(
        "name",
        rf"(?i:\b(?:this is|name is|i am|i'm|caller|spoke (?:to|with)|check-?in|seen by|notify|contacted"
        rf"|reminded|texted))[ ,:]{{1,2}}({PERSON})",
        ("is ", "i am", "i'm", "caller", "spoke", "check", "seen by", "notify", "contacted", "reminded", "texted"),
        "person",
    ),
    Rule("name", rf"(?i:\bpatient|\bpt)[ ]?[:=][ ]?({WORD},? [A-Z]\b\.?)", ("patient", "pt"), "people"),
    Rule("name", r"(?i)\b(?:patient|pt|for|of) ([a-z]{2,20} [a-z]{2,20})\b", ("patient", "pt", "for", "of"), "given"),
    Rule(
        "name",
        rf"\b(?:Dear|Attn|ATTN|Attention|Hello|HELLO|Hi|Hola|Hallo|Re|RE|c/o|Liebe[rn]?|Bonjour|Cher|Chere|Estimad[oa]"
        rf"|Querid[oa]|Gentile|Beste|Car[oa])[:,]? (?:(?:Mr|Mrs|Ms|Miss|Dr|Prof)\.? )?({PERSON}|{WORD})",
        (
            "dear",
            "attn",
            "attention",
            "hello",
            "hi ",
            "hi,",
            "hi:",
            "hola",
            "hallo",
            "re ",
            "re:",
            "re,",
            "c/o",
            "liebe",
            "bonjour",
            "cher",
            "estimad",
            "querid",
            "gentile",
            "beste",
            "caro",
            "cara",
        ),
        "salute",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:dx|allergy|allergies|symptoms|complaint|therapy|treatment|vitals|referred|seen|examined))"
        rf" ?(?::|for|of|by|in)? ({PERSON})",
        ("dx", "allerg", "symptom", "complaint", "therapy", "treatment", "vitals", "referred", "seen", "examined"),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b{_PAPERS}s?) (?:for|of|on|belonging to|about) (?:Mr\.? |Mrs\.? |Ms\.? )?({PERSON})",
        _PAPER_HINTS,
        "person",
    ),
    Rule("name", rf"(?i:\b{_NOTES}s?) (?:for|of|on|about) (?:Mr\.? |Mrs\.? |Ms\.? )?({PERSON})", _NOTE_HINTS, "person"),
    Rule(
        "name",
        rf"\b(?i:patient|pt)\.?[ :=]{{1,3}}({WORD}) (?:was|is|has|had|did|does|could|can|cannot|refused|arrived"
        rf"|called|left|in|not|with|complain\w*|says|said|asks|wants|again|died|fell|moved|from|waiting|needs|on"
        rf"|and)\b",
        ("patient", "pt"),
        "people",
    ),
    Rule(
        "name",
        rf"""(?i:\bpatient|\bpt|\bpatientname)\\*["']?[ ]?=[ ]?\\*["']?({PERSON}|{WORD})""",
        ("patient", "pt"),
        "people",
        needs=("=",),
    ),
    Rule(
        "name",
        rf"(?i:\b(?:letter|fax|sms|text|bill|statement|invoice|reminder|call|voicemail|message|e-?mail|copy|mailing"
        rf"|refill|request|complaint|question|payment|form|upload|signature|referral)s?)"
        rf" (?:to|from|by) (?:Mr\.? |Mrs\.? |Ms\.? )?({PERSON})",
        (" to ", " from ", " by "),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:visit|appointment|consult|consultation|follow-?up|intake|procedure|encounter|call|chat|session)s?)"
        rf" with (?:Mr\.? |Mrs\.? |Ms\.? )?({PERSON})",
        (" with ",),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:no-?show|walk-?in|cancell?ed"
        rf"|rescheduled|arrived|waiting|late|missed|checked in)) ?[:,-] ?({PERSON})",
        ("show", "walk", "cancel", "rescheduled", "arrived", "waiting", "late", "missed", "checked in"),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b[0-9]{{1,3}}(?:[ -]?(?:years?|yrs?|months?|weeks?)[ -]old|[ ]?y/?o)(?: male| female| man| woman| boy"
        rf"| girl| patient)?),? ({PERSON})",
        ("old", "y/o", "yo"),
        "person",
    ),
    Rule("name", r"""["']([A-Z][A-Z'-]+, ?[A-Z][A-Z'-]+(?: [A-Z]\b\.?)?)["']""", (", ", ","), "person"),
    Rule(
        "name",
        rf"({PERSON})(?:'s)? (?:was|is|has been)? ?(?i:admitted|discharged|diagnosed|prescribed|intubated"
        rf"|hospitali[sz]ed|referred|vaccinated|no-show)\b",
        (
            "admitted",
            "discharged",
            "diagnosed",
            "prescribed",
            "intubated",
            "hospitali",
            "referred",
            "vaccinated",
            "show",
        ),
        "person",
    ),
    Rule(
        "name",
        rf"({PERSON})'s (?i:chart|record|appointment|medication|prescription|labs?|results?|insurance|mother"
        rf"|father|invoice|visit|room|bed|allergies|surgery)",
        ("'s ",),
        "person",
    ),
    Rule(
        "name",
        rf"({PERSON}),? \(?(?i:dob|d\.o\.b\.|mrn|ssn|born|aged? [0-9]|[0-9]{{1,3}} ?y/?o|date of birth)\b",
        ("dob", "d.o.b", "mrn", "ssn", "born", "age", "y/o", "yo", "birth"),
        "person",
    ),
    Rule(
        "name",
        rf"""(?i:\b(?:first|last|given|family|middle))[ ]?=[ ]?["']({WORD}(?: {WORD})?)["']""",
        ("first", "last", "given", "family", "middle"),
        "people",
    ),
    Rule("name", rf"\b([A-Z]\. {WORD}),? \(?[0-9]{{1,3}} ?(?:[MF]\b|(?i:y/?o|yrs?|years?)\b)", (". ",), "people"),
    Rule("name", r"(?i)[/\\_ ]([a-z]{3,20}_[a-z]{3,20})(?:[/\\._\n]|$)", ("_",), "given"),
    Rule("name", rf"\b({PERSON})\b", (" ", ","), "given"),
    Rule("name", r"\b([A-Z][A-Z'-]{2,}, ?[A-Z][A-Z'-]{2,}(?: [A-Z]\b\.?)?)", (", ", ","), "given"),
    Rule(
        "name",
        r"\b((?:[A-Z]{0,3}[0-9]{3,15}\^)?[A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]+(?:\^[A-Za-z.'-]*){0,4})",
        ("^",),
        "caret",
    ),
    Rule(
        "name",
        r"(?i:[/\\](?:patients?|charts?|scans?|medical|ehr|phi)[/\\])("
        r"(?:[A-Z][A-Za-z'-]+)[ _,-]+[A-Z][A-Za-z'-]+(?:[ _-][0-9-]{4,10})?)",
        ("patient", "chart", "scan", "medical", "ehr", "phi"),
        "person",
    ),
    *(
        Rule(
            "name",
            rf"(?:^|[/\\\s\"'])({WORD}[_ ,-]{{1,2}}{WORD})[_ -]{{1,3}}(?i:{papers})[^/\\\s]{{0,24}}{_FILES}",
            (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
            "placed",
        )
        for papers in (_PAPERS, _NOTES)
    ),
    *(
        Rule(
            "name",
            rf"(?i:\b{papers}s?)[ _-]{{1,3}}({WORD}[_ ,]{{1,2}}{WORD})[ _-]{{1,3}}[^/\\\n]{{0,24}}{_FILES}",
            (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
            "placed",
        )
        for papers in (_PAPERS, _NOTES)
    ),
    Rule(
        "name",
        r"(?i:\b(?:chart|labs?|results?|scan|x-?ray|referral|report|invoice|consent|summary|letter))[ _-]{1,3}("
        r"(?:[A-Z][A-Za-z'-]+),?[ _]+[A-Z][A-Za-z'-]+)\.(?i:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml)\b",
        (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
        "placed",
    ),
    Rule("name", rf"(?i:\b{_PAPERS}s?) (?:for|of|on|belonging to|about|to|from|by) ({WORD})", _PAPER_HINTS, "single"),
    Rule(
        "name",
        rf"(?i:\b(?:letter|fax|sms|text|bill|statement|invoice|reminder|call|voicemail|message|e-?mail|copy)s?)"
        rf" (?:to|from|for) ({WORD})",
        (" to ", " from ", " for "),
        "single",
    ),
    Rule("name", rf"""["']({WORD}["'], ?["']{WORD})["']""", ("', ", '", ', "','", '","'), "likely"),
    Rule(
        "name",
        r"(?i)\b(?:patient|person|member|subscriber)[\[._](?:full_?|first_?|last_?|family_?"
        r"|given_?)?name\]?=([^&\s\"']{2,64})",
        ("name",),
        "people",
    ),
    Rule("name", r"(?i:\bname)[ :=]{1,2}([A-Z][A-Z'-]+, ?[A-Z][A-Z'-]+)", ("name",), "people"),
    Rule(
        "mrn",
        r"(?i)\b(?:patient|person|member"
        r"""|subscriber)[ ]?[({\[][^)}\n]{0,40}?\bid["']?[:=] ?["']?([A-Z]{0,3}-?[0-9]{4,14})\b""",
        ("patient", "person", "member", "subscriber"),
        needs=("id",),
    ),
    Rule("mrn", r"(?i)\bADT[ ^]A[0-9]{2}(?: message)? (?:for|of) ([A-Z]{0,3}-?[0-9]{4,12})\b", ("adt",)),
    Rule(
        "name",
        rf"(?i:\b{_HELD}s?) (?:(?:for|of|on|from|by|named|name|to)[: ]{{1,2}}|\(|: ?)({PERSON})",
        _HELD_HINTS,
        "person",
    ),
    Rule("name", r"\b([A-Z][a-z'-]{2,} [A-Z]\.)", (".",), "initial"),
    Rule("name", rf"\b([A-Z]\. ?{WORD})", (".",), "initial"),
    Rule("name", r"\b([a-z]{3,20}, ?[a-z]{3,20})\b", (",",), "given"),
    Rule(
        "name",
        r"""(?i)(?:[?&]|\b)(?:q|query|search|term|keyword|filter|lookup)(?:=|: ?)["']?([a-z]{2,20}(?:(?:[ +]"""
        r"|%20)[a-z]{2,20})?)",
        ("q=", "q:", "query", "search", "term", "keyword", "filter", "lookup"),
        "sought",
    ),
    Rule(
        "date_of_birth",
        r"(?:^|[^\w/.:-])([0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19[0-9]{2}|20[01][0-9])|(?:19[0-9]{2}"
        r"|20[01][0-9])[/-][0-9]{2}[/-][0-9]{2})(?:$|\.[a-z]{3,4}\b|[^\w/.:T-])",
        ("19", "20"),
        "beside",
    ),
    Rule("name", rf"(?i:\bpatient|\bpt)\.?[ :=]{{1,3}}({WORD})(?:[,.;)]|$)", ("patient", "pt"), "single"),
)
"""Names, best known place first."""
