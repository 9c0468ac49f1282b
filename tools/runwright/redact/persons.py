"""Whether words are a name of a person or an address: by the words themselves and those around them.

What ails somebody is left to `ailing`.
"""

from __future__ import annotations

import re

from runwright.redact.names import GIVEN as GIVEN_HERE
from runwright.redact.names import SURNAMES
from runwright.redact.names_abroad import GIVEN_ABROAD, SURNAMES_ABROAD
from runwright.redact.rule import Check, Part
from runwright.redact.views import NEUTRAL
from runwright.redact.vocabulary import VOCABULARY
from runwright.redact.words import MAKERS, NO_NAMES
from runwright.redact.words_abroad import WORDS_ABROAD

_WORD = re.compile(r"[^\W\d_]+(?:['-][^\W\d_]+)*")
NEAR = 80
"""Characters around a name in which the words are looked at."""
_CARE = re.compile(
    r"(?i)\b(?:patients?|phi|pt|chart|clinic|ward|appointments?|admitted|discharged?|diagnos\w+|prescri\w+|medications?"
    r"|nurse|doctor|physician|dob|mrn|ssn|insur\w+|births?|born|labs?|lab report|allerg\w+|surgery|referral|guarantor"
    r"|vaccin\w+|checked in|no-show|encounter|radiology|x-?ray|hospital|next of kin|he|she|her|his|bed|wristband"
    r"|label|pump"
    r"|labels|specimen|samples?|voicemail|voice|visit|results?|note|fall|wrong person|duplicate|mother|father|family"
    r"|guest|bill"
    r"|refund|claim|biopsy|shows|delivery|shift|waiting list|worklist|interpreter|merge|worklist|kin|spouse"
    r"|consent|caller|sms|transfusion|therapy|treat\w*|test(?:ed)?"
    r"|history of|refill|positive|recording|video|fingerprint|recipient)\b|\ufffc"
)
"""Words of care."""
PERSONAL = re.compile(
    r"(?i)\b(?:patient'?s?|patient(?:name|cache|record|list|index|search|lookup|match|merge)\w*|chart|mri|ct"
    r"|x-?ray|ultrasound"
    r"|mammogra\w+|ecg|biopsy|wristband|discharge summary|lab (?:order|report|results?)|mrn|dob|rn"
    r"|appointment|consent|referral|prescription|next of kin|guarantor|insured|subscriber|ward|bed|room|nurse|born"
    r"|please (?:unlock|call|help|reprint|delete|merge|resend|reset|inform|tell)|confirmed with|spoke|talked"
    r"|told|dossier|paciente|befund"
    r"|verordnung|rezept|termin|hij[oa]|interpreter|ambulance|waiting list|worklist|eob|hospice|autopsy|maternity"
    r"|his (?:son|wife)|her (?:son|husband)|daughter|mother|father|patientnotfoundexception|admitted|discharged)\b"
)
"""Words that stand beside a person's name."""
_AUTHOR = re.compile(
    r"(?i)author|commit|copyright|\(c\)|signed-off|maintain|reviewed|merged|licen[cs]e|contributor|\bby $"
)
_PARTICLE = re.compile(
    r"(?:(?: (?:de|van|von|der|den|del|della|la|le|di|da|dos|du|al|el|bin|ibn|ter|ten|zu|af"
    r"|y)){1,3} | (?:al|el|ad|as|an|ash|ben|ibn|abu)-|(?: de)? [dl]')[A-Z][^\W\d_]+(?:['-][^\W\d_]+)*"
)
"""The rest of a name behind its small words."""


_TITLES = frozenset(
    """
mr mrs miss mx herr frau hr mme mlle madame monsieur mademoiselle senor senora srta sra sig signor signora signorina
dhr mevr mevrouw meneer pani pania panie panstwo sayin senhor senhora fru froken frk rouva herra gospodin gospodja
doamna domnul shrimati smt veuve ehepaar kyria ra na
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""Before a name, and before nothing else."""
_DEAR = re.compile(
    r"(?i)\b(?:dear|liebe[rn]?|geehrte[rn]? (?:herrn?|frau)|bonjour|cher|chere|estimad[oa]|querid[oa]|car[oa]"
    r"|gentile|beste)[ ,]$"
)
"""How people are addressed."""
_ROLE = re.compile(
    r"(?i)(?:\b(?:of|for|about|from|to|by|with|pt|meant|got|between|caller|guest|person|for user named|named"
    r"|name|behalf of"
    r"|typed|is|and)[ ,:(\"'-]{1,3}|[-:/(] |[\"'(])$"
)
"""Before a name, weakly."""
_CONTACT = frozenset(
    """
call phone ring text email fax remind notify contact ask tell inform visit see meet book bill refund schedule reschedule
invite examine admit discharge transfer escort vaccinate page message register enroll interview help
""".split()  # noqa: SIM905 -- a list of words is read as words
)
"""What somebody is told to do with a person."""
_CONCERN = re.compile(
    r"(?i),? (?:about|re|regarding|concerning|(?:for|with) (?:his|her|their)|his|her|to (?:confirm|reschedule"
    r"|come|pay|pick)"
    r"|back\b)"
)
"""Why somebody is told to reach a person."""
_AFTER_SOMEBODY = re.compile(
    r"(?i)\b(?:hosts?|nodes?|servers?|vms?|machines?|station|building|site|campus|cluster|wing|tower|hall|street|school"
    r"|gebaude|haus|standort|batiment|edificio|budynek) [\"']?$"
)
"""Before what is named after somebody."""
_GREETED = re.compile(
    r", {1,2}(?:your|you|we|this is|please|thank|it's time|here|i|just|our|a reminder)\b", re.IGNORECASE
)
"""Behind the name of whoever is greeted."""
_ACT = re.compile(
    r"(?i)[,;:]? (?:\([FMfm],? ?[0-9]|rang|called|calls|left a|says|said|report(?:s|ed) (?:that|she|he)"
    r"|complain\w*|asks?|asked|wants"
    r"|wanted|faint\w*|fell|is (?:deaf|blind|waiting|pregnant|allergic|in (?:bed|room)|still)|typed|phoned"
    r"|texted|wrote|writes"
    r"|died|passed away|forgot|feels|thinks|was given|was told|refuses|needs (?:a|his|her)|(?:cannot|can't"
    r"|could not|did not"
    r"|didn't|couldn't) (?:log|see|open|find|get|reach|pay|book|hear)|lost (?:his|her)|waiting|no-show"
    r"|missed (?:his|her|the))\b"
)
"""What people do and programs do not."""


def words_of(text: str, start: int, end: int) -> list[re.Match[str]]:
    """The words of a part of a text."""
    return list(_WORD.finditer(text, start, end))


KNOWN_WORDS = NO_NAMES | VOCABULARY | MAKERS | WORDS_ABROAD
"""Words of programs, of their trade and of its makers."""
GIVEN = GIVEN_HERE | GIVEN_ABROAD
"""Given names."""
_KNOWN = GIVEN | SURNAMES | SURNAMES_ABROAD
_MADE = re.compile(
    r"(?:tion|ment|ness|ity|ance|ence|able|ible|ics|ism|ware|logy|graphy|scope|[a-z]{2}ing|ive|ous|ful|less|ship|ator"
    r"|[A-Za-z]{2}[iy][sz]er"
    r"|[A-Za-z]{3}[iy][sz]ed?|ally|ical)s?$|^(?!Mc|Mac|De|Di|La|Le|Van|Von|O'|Fitz|St)[A-Z]?[a-z]+[A-Z]"
)
"""How words of programs and of nature end, or how products are written: no names, unless they are known as such."""
_FAMILY = re.compile(
    r"(?:sson|sen|ski|ska|skiego|skiemu|skiej|sky|skaya|wicz|vich|ovi[cć]|enko|chuk|czyk|yan|dze|shvili|oglu|[a-z]ez|quez|inho|eira|elli"
    r"|etti|ucci|mann|berg|burg|stein|feld|bauer|me[iy]er|maier|hofer|schmidt|bach|dorf|thal|qu?vist|str[oö]m|lund|gren"
    r"|gaard|[a-z]ov|[a-z]ova|[a-z]eva|escu|eanu|poulos|akis|idis|appa|swamy|murthy|dottir|worth|combe|croft"
    r"|hurst|shaw|bury|[a-z]{2}ington|[a-z]{3}ley|[a-z]{3}ham|[a-z]{3}son|[a-z]{3}ford)$|^(?:Mc|O')[A-Z]",
)
"""How families' names begin and end in many languages."""


def is_name(word: str) -> bool:
    """Whether a word may be a name: it is none of programs, and is not made like one."""
    small = word.lower()
    parts = [small, *(part for part in small.split("-") if len(part) > 2)]
    if any(part in KNOWN_WORDS for part in parts):
        return False
    return small in _KNOWN or not _MADE.search(word)


def is_likely(word: str) -> bool:
    """Whether a word is known as a name, or ends as names of families do."""
    known = word.removesuffix("'s").lower() in _KNOWN
    return known or (len(word) > 5 and not word.isupper() and bool(_FAMILY.search(word.capitalize())))


def person_of(least: int) -> Check:
    """A proof that takes the first words as long as they can be a name; at least so many must be."""

    def check(text: str, start: int, end: int) -> Part | None:
        words = words_of(text, start, end)
        good = next((place for place, word in enumerate(words) if not is_name(word.group())), len(words))
        long = [word for word in words[:good] if len(word.group()) > 1]
        if len(long) < least or NEUTRAL in text[start:end]:
            return None
        last = end if good == len(words) else words[good - 1].end()
        rest = _PARTICLE.match(text, last) or _PARTICLE.match(text, words[0].end())
        return start, max(last, rest.end()) if rest else last

    return check


person, people = person_of(2), person_of(1)


def likely(text: str, start: int, end: int) -> Part | None:
    """Two words and more, of which one is known as a name or ends as one."""
    found = person(text, start, end)
    return found if found and any(is_likely(word.group()) for word in words_of(text, *found)) else None


def placed(text: str, start: int, end: int) -> Part | None:
    """Two words in the place of a name: one of them may look like a word of programs, if it is none."""
    words = [word.group() for word in words_of(text, start, end)]
    known = any(part in KNOWN_WORDS for word in words for part in word.lower().split("-"))
    return (start, end) if len(words) > 1 and not known and any(is_name(word) for word in words) else None


def single(text: str, start: int, end: int) -> Part | None:
    """A name that may be one word: that word is known as a name, or another stands beside it."""
    found = people(text, start, end)
    words = words_of(text, *found) if found else []
    return found if len(words) > 1 or any(is_likely(word.group()) for word in words) else None


def titled(text: str, start: int, end: int) -> Part | None:
    """A name behind a title: with its stop, or with two words; a title that is nothing else needs neither."""
    found = people(text, start, end)
    before = text[max(0, start - 11) : start].lower().strip()
    sure = (
        before.endswith(".")
        or text[max(0, start - 3) : start] == "Ms "
        or (re.split(r"[^a-z]+", before) or [""])[-1] in _TITLES
    )
    return found if found and (sure or len(words_of(text, *found)) > 1) else None


def given(text: str, start: int, end: int) -> Part | None:
    """A known given name and another word, near words of care where they are small."""
    words = words_of(text, start, end)
    if "_" in text[start:end] and text[start:end].isupper():
        return None  # how programs name a constant, a table or an index
    place = next((place for place, word in enumerate(words) if word.group().lower() in GIVEN), None)
    if place is None:
        return near_care(text, start, end)
    if _AFTER_SOMEBODY.search(text, max(0, words[place].start() - 24), words[place].start()):
        return None
    between = text[words[place - 1].end() : words[place].start()].strip() if place else "-"
    last_first = between == "," or (place == 1 and between in ("", "_"))
    whole = person(text, words[place - 1].start(), end) if last_first else None
    found = whole or person(text, words[place].start(), end)
    small = text[start:end].islower() and not cared(text, start, end)
    return found if found and not small and not wrote(text, start) else None


def near_care(text: str, start: int, end: int) -> Part | None:
    """Words that nobody knows as words of programs, where a person is spoken of."""
    start = _name_from(text, start, end)
    found = person(text, start, end)
    if found is None or text[start:end].islower() or wrote(text, start):
        return None
    named = any(is_likely(word.group()) for word in words_of(text, *found))
    if _CONCERN.match(text, found[1]) and _before(text, found[0]) in _CONTACT:
        return found
    if named and _before(text, found[0]) in _CONTACT:
        return found
    if named and (_ROLE.search(text, max(0, start - 24), start) or _ACT.match(text, found[1])):
        return found
    near = spoken_of(text, start, end) or (named and _weakly_spoken_of(text, start, end))
    return found if near and (named or found == (start, end)) else None


def _before(text: str, start: int) -> str:
    """The word before a place, small."""
    return text[max(0, start - 24) : start].rstrip().rpartition(" ")[2].strip("\"'([:").lower()


def _name_from(text: str, start: int, end: int) -> int:
    """Where words begin that may be a name: what somebody is told to do stands before it ("Call …")."""
    words = words_of(text, start, end)
    told = len(words) > 2 and words[0].group().lower() in _CONTACT
    return words[1].start() if told else start


def _weakly_spoken_of(text: str, start: int, end: int) -> bool:
    first = max(0, start - NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    return bool(_CARE.search(text, first, start) or _CARE.search(text, end, end + NEAR // 2))


def spoken_of(text: str, start: int, end: int) -> bool:
    """Whether words that stand beside a person's name are around a part of a line."""
    first = max(0, start - NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    return bool(PERSONAL.search(text, first, start) or PERSONAL.search(text, end, end + NEAR // 2))


def wrote(text: str, start: int) -> bool:
    """Whether somebody who wrote the program is named."""
    return bool(_AUTHOR.search(text, max(0, start - 40), start))


def cared(text: str, start: int, end: int) -> bool:
    """Whether words of care stand around a part of a line."""
    first = max(0, start - NEAR)
    first = max(first, text.rfind("\n", first, start) + 1)
    last = min(end + NEAR, len(text))
    stop = text.find("\n", end, last)
    last = last if stop < 0 else stop
    return bool(_CARE.search(text, first, start) or _CARE.search(text, end, last))


def salute(text: str, start: int, end: int) -> Part | None:
    """Whoever is addressed: a name of two words, a known one, one behind a title, or whoever is dear."""
    found = people(text, start, end)
    words = words_of(text, *found) if found else []
    known = any(is_likely(word.group()) for word in words)
    dear = _DEAR.search(text, max(0, start - 12), start) is not None
    greeted = found is not None and _GREETED.match(text, found[1]) is not None
    return (
        found
        if len(words) > 1 or known or (found and dear) or greeted or text[max(0, start - 2) : start] == ". "
        else None
    )


def initial(text: str, start: int, end: int) -> Part | None:
    """A name of which one part is a letter, where the other is known or a person is spoken of."""
    words = [word.group() for word in words_of(text, start, end) if len(word.group()) > 1]
    if not words or not all(is_name(word) for word in words) or wrote(text, start):
        return None
    near = (
        (words[0].lower() in GIVEN and text[start].isupper())
        or spoken_of(text, start, end)
        or (any(is_likely(word) for word in words) and _weakly_spoken_of(text, start, end))
    )
    return (start, end) if near else None
