"""People in running text: their names, where the words around say that it is a person, and their addresses.

A name has no form of its own. So these rules find little without its words around it, and every find is looked at
again (`proofs`): words of this trade are no names.
"""

from __future__ import annotations

from runwright.redact.labels import PERSON, WORD
from runwright.redact.rule import Rule
from runwright.redact.views import NEUTRAL

_PAPERS = (
    r"(?:appointment|results?|prescription|referral|chart|encounter|claim|invoice|visit|records?|consent"
    r"(?: form)?|labs?"
    r"|order|immunization|medications?|discharge|summary|surgery|admission|scan|report|file|insurance|message"
    r"|label|bed|alert|reminder|check-?in|booking|voicemail|photo|transfer|session|wheelchair|ambulance)"
)
_NOTES = r"(?:note|letter|biopsy|imaging|mri|ct|x-?ray|ultrasound|statement|refund|therapy|diagnosis|account|balance)"
_FILES = r"\.(?i:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml)\b"

PEOPLE: tuple[Rule, ...] = (
    Rule(
        "name",
        r"([A-Z][a-z'-]+(?: [A-Z]\.?)?(?: [A-Z][a-z'-]+){1,2})[ ,]{1,2}(?:at |on |via |<|\()?\x1a",
        (NEUTRAL,),
        "person",
    ),
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
        rf"\b(?:Dear|Attn|ATTN|Attention|Hello|Hi|Hola|Re|RE|c/o)[:,]? (?:(?:Mr|Mrs|Ms|Miss|Dr"
        rf"|Prof)\.? )?({PERSON}|{WORD})",
        ("dear", "att", "hello", "hi", "hola", "re", "c/o"),
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
        (" ",),
        "person",
    ),
    Rule("name", rf"(?i:\b{_NOTES}s?) (?:for|of|on|about) (?:Mr\.? |Mrs\.? |Ms\.? )?({PERSON})", (" ",), "person"),
    Rule(
        "name",
        rf"\b(?i:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herr|Frau)\.? ({WORD}(?: [A-Z]\.)?(?: {WORD})?)",
        ("mr", "ms", "miss", "mx", "dr", "prof", "frau", "herr"),
        "titled",
    ),
    Rule(
        "name",
        rf"\b(?i:patient|pt)\.?[ :=]{{1,3}}({WORD}) (?:was|is|has|had|did|does|could|can|cannot|refused|arrived"
        rf"|called|left|in)\b",
        ("patient", "pt"),
        "people",
    ),
    Rule(
        "name",
        rf"""(?i:\bpatient|\bpt|\bpatientname)\\*["']?[ ]?=[ ]?\\*["']?({PERSON}|{WORD})""",
        ("patient", "pt"),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\badmitted|\bdischarged|\bdiagnosed|\bintubated|\btransferred|\bvaccinated|\bwife|\bhusband"
        rf"|\bdaughter|\bson|\bmother|\bfather|\bparent|\bguardian|\bbrother|\bsister|\bchild)"
        rf"(?i: of)?(?i: patient)? ({PERSON})",
        ("ed ", "wife", "husband", "daughter", "son", "ther", "parent", "guardian", "sister", "child"),
        "person",
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
        ("ed", "show"),
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
    Rule("name", r"\b([A-Z][A-Za-z'-]+\^[A-Z][A-Za-z'-]+(?:\^[A-Za-z.'-]*){0,4})", ("^",), "caret"),
    Rule(
        "name",
        r"(?i:[/\\](?:patients?|charts?|scans?|medical|ehr|phi)[/\\])("
        r"(?:[A-Z][A-Za-z'-]+)[ _,-]+[A-Z][A-Za-z'-]+(?:[ _-][0-9-]{4,10})?)",
        ("/", "\\"),
        "person",
    ),
    *(
        Rule(
            "name",
            rf"(?:^|[/\\\s\"'])({WORD}[_ ,-]{{1,2}}{WORD})[_ -]{{1,3}}(?i:{papers})[^/\\\s]{{0,24}}{_FILES}",
            (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
            "person",
        )
        for papers in (_PAPERS, _NOTES)
    ),
    *(
        Rule(
            "name",
            rf"(?i:\b{papers}s?)[ _-]{{1,3}}({WORD}[_ ,]{{1,2}}{WORD})[ _-]{{1,3}}[^/\\\n]{{0,24}}{_FILES}",
            (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
            "person",
        )
        for papers in (_PAPERS, _NOTES)
    ),
    Rule(
        "name",
        r"(?i:\b(?:chart|labs?|results?|scan|x-?ray|referral|report|invoice|consent))[ _-]{1,3}("
        r"(?:[A-Z][A-Za-z'-]+)[ _]+[A-Z][A-Za-z'-]+)\.(?i:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml)\b",
        (".pdf", ".doc", ".jp", ".png", ".tif", ".dcm", ".txt", ".rtf", ".hl7", ".xml"),
        "person",
    ),
    Rule(
        "date_of_birth",
        r"(?:^|[^\w/.:-])([0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19[0-9]{2}|20[01][0-9])|(?:19[0-9]{2}"
        r"|20[01][0-9])[/-][0-9]{2}[/-][0-9]{2})(?:$|[^\w/.:T-])",
        ("19", "20"),
        "beside",
    ),
)
"""Names, best known place first."""

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Circle|Cir"
    r"|Highway|Hwy|Parkway|Pkwy|Square|Sq|Trail|Close|Crescent)"
)
_STATE = (
    r"(?:A[KLRZ]|C[AOT]|D[CE]|FL|GA|HI|I[ADLN]|K[SY]|LA|M[ADEINOST]|N[CDEHJMVY]|O[HKR]|PA|RI|S[CD]|T[NX]|UT|V[AT]"
    r"|W[AIVY])"
)
_TOWN = r"[A-Z][A-Za-z.'-]+(?: [A-Z][A-Za-z.'-]+){0,2}"

ADDRESSES: tuple[Rule, ...] = (
    Rule(
        "address",
        rf"\b([0-9]{{1,6}}[A-Za-z]?(?: [NSEW]\.?)?(?: [A-Z][A-Za-z'-]+| [0-9]{{1,3}}(?:st|nd|rd"
        rf"|th)){{1,4}} {_STREET}\b\.?"
        rf"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|#)\.? ?[0-9A-Za-z-]+)?(?:, {_TOWN})?(?:,? [A-Z]{{2}}\b"
        rf"(?: [0-9]{{5}}(?:-[0-9]{{4}})?)?)?)",
        tuple(
            f" {word}"
            for word in (
                "st",
                "av",
                "ro",
                "rd",
                "bo",
                "bl",
                "la",
                "ln",
                "dr",
                "co",
                "ct",
                "wa",
                "pl",
                "te",
                "ci",
                "hi",
                "hw",
                "pa",
                "pk",
                "sq",
                "tr",
                "cl",
                "cr",
            )
        ),
        "address",
    ),
    Rule("address", rf"\b({_TOWN}, {_STATE} [0-9]{{5}}(?:-[0-9]{{4}})?)\b", (", ",)),
    Rule(
        "address",
        r"\b([0-9]{1,6}[A-Z]?(?: [NSEW]\.?)?(?: [A-Z][A-Z'-]+| [0-9]{1,3}(?:ST|ND|RD|TH)){1,4} "
        r"(?:STREET|ST|AVENUE|AVE|ROAD|RD|BOULEVARD|BLVD|LANE|LN|DRIVE|DR|COURT|CT|WAY|PLACE|PL|TERRACE|CIRCLE"
        r"|CIR|HIGHWAY|HWY"
        r"|PARKWAY|PKWY|SQUARE|SQ|TRAIL)\b\.?(?:,? (?:APT|SUITE|STE|UNIT|FLOOR|#)\.? ?[0-9A-Z-]+)?"
        r"(?:, [A-Z][A-Z .'-]+)?"
        r"(?:,? [A-Z]{2}\b(?: [0-9]{5}(?:-[0-9]{4})?)?)?)",
        (
            " st",
            " av",
            " ro",
            " rd",
            " bo",
            " bl",
            " la",
            " ln",
            " dr",
            " co",
            " ct",
            " wa",
            " pl",
            " te",
            " ci",
            " hi",
            " hw",
            " pa",
            " pk",
            " sq",
            " tr",
        ),
        "address",
    ),
    Rule("address", r"\b(?i:p\.?o\.? box) [0-9]{1,6}\b", ("box",)),
)
"""Streets and towns."""
