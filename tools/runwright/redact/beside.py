"""Names, days and numbers beside what was erased already, or beside each other: rows, pairs and names of files.

A mark tells that a person is spoken of; so these rules find more in each further pass (`text`).
"""

from __future__ import annotations

from runwright.redact.label import PERSON, WORD
from runwright.redact.rule import Rule
from runwright.redact.views import NEUTRAL

_AFTER_MARK = tuple(
    f"{NEUTRAL}{sign}0" for sign in (" ", "_", "-", ",", "(", "[", " (", ", ", " [", ' "', " '", '","', "', '", '", "')
)
_AFTER_OPEN = tuple(f"{NEUTRAL}{sign}" for sign in (" (", "(", ", ", '" (', "' ("))
_IDS_AFTER_MARK = tuple(
    f"{NEUTRAL}{sign}{word}" for sign in (" ", ", ", " (", '" ', "' ") for word in ("id", "n", "mrn")
)
_BEFORE_MARK = tuple(f"{sign}{NEUTRAL}" for sign in (" ", '"', "'", ",", "(", "<"))
_CELLS = ('","', '", "', "','", "', '", '";"')
_OPEN_AFTER_MARK = tuple(f"{NEUTRAL}{sign}" for sign in (" [", " (", '" [', '" (', "' [", "' ("))

BESIDE: tuple[Rule, ...] = (
    Rule("mrn", r"\x1a / ([A-Z]{1,4}-?[0-9]{4,12}|[0-9]{6,12})\b", (f"{NEUTRAL} / ",)),
    Rule(
        "name",
        rf"""({PERSON})[ "',(]{{1,3}}(?:at |on |via |ID |<|\()?\x1a""",
        _BEFORE_MARK,
        "person",
    ),
    Rule("name", rf"""\x1a["']?[ (,]{{1,3}}({WORD},? [A-Z]\b\.?)""", _AFTER_OPEN, "people"),
    Rule("name", rf"""["']({WORD})["']""", _CELLS, "row"),
    Rule(
        "name",
        r"(?i)[/\\_ =]([a-z]{3,20}[_-][a-z]{3,20})(?:[_-][0-9]{2,8})?(?:[/\\.&\s]|$)",
        ("_", "-"),
        "both",
    ),
    Rule(
        "date_of_birth",
        r"\bdate\(((?:19[0-9]{2}|20[01][0-9]), ?[0-9]{1,2}, ?[0-9]{1,2})\)",
        ("date(",),
        "near",
    ),
    Rule("mrn", r"""["']([0-9]{5,10})["'], ?["']?\x1a""", _CELLS),
    Rule(
        "date_of_birth",
        r"\x1a[\"' _,(\[-]{1,4}((?:19[0-9]{2}|20[01][0-9])[-/.]?(?:0[1-9]|1[0-2])[-/.]?(?:0[1-9]|[12][0-9]"
        r"|3[01])|[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19[0-9]{2}|20[01][0-9]))"
        r"(?:[^0-9T:]|$)",
        proof="born",
        shapes=_AFTER_MARK,
    ),
    Rule("mrn", r"\x1a[\"']? [\[(]#?([A-Z]{0,3}-?[0-9]{5,12})[\])]", _OPEN_AFTER_MARK),
    Rule(
        "mrn", r"\x1a[\"']?[ ,(]{1,3}(?i:id|nr|no|number|mrn)\b[.:# =]{0,3}([A-Z]{0,4}-?[0-9]{4,14})\b", _IDS_AFTER_MARK
    ),
    Rule("name", rf"[;|\t] ?({WORD}) ?[;|\t]", (";", "|", "\t"), "row"),
    Rule("name", rf"(?:^|: )({WORD})[;|\t]", (";", "|", "\t"), "row"),
    Rule(
        "date_of_birth",
        r"[;|\t] ?([0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:19[0-9]{2}|20[01][0-9])) ?(?:[;|\t]|$)",
        (";", "|", "\t"),
        "near",
    ),
)
"""By what stands beside."""
