"""How people are addressed and whose kin they are: titles, greetings, families, in the languages of neighbours."""

from __future__ import annotations

from runwright.redact.label import PERSON, WORD
from runwright.redact.rule import Rule

ADDRESSED: tuple[Rule, ...] = (
    Rule(
        "name",
        rf"\b(?i:Mr|Mrs|Ms|Miss|Mx|Dr|Prof|Herrn?|Frau|Hr|Mme|Mlle|Madame|Monsieur|Senora?|Srta|Sra|Signora?|Sig"
        rf"|Dhr|Mevr"
        rf"|Mevrouw|Meneer)\.? ({WORD}(?: [A-Z]\.)?(?: {WORD})?)",
        (
            "mr",
            "ms",
            "miss",
            "mx",
            "dr",
            "prof",
            "frau",
            "hr",
            "err",
            "mme",
            "mlle",
            "madame",
            "sieur",
            "senor",
            "sr",
            "sig",
            "mevr",
            "meneer",
        ),
        "titled",
    ),
    Rule(
        "name",
        rf"(?i:\badmitted|\bdischarged|\bdiagnosed|\bintubated|\btransferred|\bvaccinated|\bwife|\bhusband"
        rf"|\bdaughter|\bson|\bmother|\bfather|\bparent|\bguardian|\bbrother|\bsister|\bchild)"
        rf"(?i: of)?(?i: patient)? ({PERSON})",
        (
            "admitted ",
            "discharged ",
            "diagnosed ",
            "intubated ",
            "transferred ",
            "vaccinated ",
            "wife",
            "husband",
            "daughter",
            "son",
            "ther",
            "parent",
            "guardian",
            "sister",
            "child",
        ),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:wife|husband|spouse|daughter|son|mother|father|brother|sister|mom|mum|dad|aunt|uncle"
        rf"|grandmother|niece"
        rf"|grandfather|granddaughter|grandson|baby|twin|partner|nephew|widow|family|parents?|child|kid))"
        rf"(?:'s name is|,)? (?i:of )?(?i:patient )?({WORD}(?: {WORD})?)",
        (
            "wife",
            "husband",
            "spouse",
            "daughter",
            "son",
            "ther",
            "sister",
            "mom",
            "mum",
            "dad",
            "aunt",
            "uncle",
            "niece",
            "baby",
            "twin",
            "partner",
            "nephew",
            "widow",
            "family",
            "parent",
            "child",
            "kid",
        ),
        "single",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:his|her|their|my|your|our) (?:late |elderly |older |younger |little )?(?:wife|husband|spouse"
        rf"|daughter"
        rf"|son|mother|father|brother|sister|mom|mum|dad|aunt|uncle|grand\w+|baby|partner|niece|nephew|friend|child))"
        rf",? ({WORD}(?: {WORD})?)",
        ("his ", "her ", "their ", "my ", "your ", "our "),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:your [a-z]+(?: [a-z]+)?|thank you|thanks|welcome(?: back)?|sorry|good (?:morning|afternoon|evening"
        rf"|day)),) ({WORD})",
        ("your ", "thank", "welcome", "sorry", "good "),
        "single",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:hij[oa]|madre|padre|espos[oa]|marido|herman[oa]|mari|femme|fils|fille|mere|pere|frere|soeur"
        rf"|mutter|vater"
        rf"|sohn|tochter|ehefrau|ehemann|bruder|schwester|moglie|marito|figli[oa]|zoon|dochter|moeder|vader|kind"
        rf"|enfant|bebe))"
        rf" (?i:de |von |van |di |del |d')?({WORD}(?: {WORD})?)",
        (
            "hij",
            "adre",
            "espos",
            "mari",
            "herman",
            "femme",
            "fil",
            "ere",
            "soeur",
            "mutter",
            "vater",
            "sohn",
            "tochter",
            "ehe",
            "bruder",
            "schwester",
            "mogli",
            "figli",
            "zoon",
            "dochter",
            "moeder",
            "vader",
            "kind",
            "enfant",
            "bebe",
        ),
        "single",
    ),
    Rule(
        "name",  # kin beside a name, in brackets
        rf"[(\[](?i:his |her )?(?i:wife|husband|spouse|daughter|son|mother|father|brother|sister|mom|mum|dad"
        rf"|dtr|dau|hubby"
        rf"|step[a-z -]{{2,10}}|[a-z]{{3,8}}-in-law|partner|carer|caregiver|friend|cousin|aunt|uncle|niece"
        rf"|nephew|parent|guardian)"
        rf",? ({WORD}(?: {WORD})?)[)\],;]",
        ("(", "["),
        "people",
    ),
    Rule(
        "name",  # kin, for short and by marriage
        rf"(?i:\b(?:dtr|dau|s/o|d/o|w/o|gf|bf|fiancee?|cousin|(?:step|god|foster|half)[ -]?[a-z]{{3,8}}"
        rf"|[a-z]{{3,8}}-in-law|carer|caregiver|neighbou?r|roommate|hubby|bro|sis|nana|grandma|grandpa|gma|gpa"
        rf"|surrogate|proxy|poa))[ ,:]{{1,2}}({WORD}(?: {WORD})?)",
        (
            "dtr",
            "dau",
            "/o",
            "gf",
            "bf",
            "fianc",
            "cousin",
            "step",
            "god",
            "foster",
            "half",
            "in-law",
            "care",
            "neighb",
            "roommate",
            "hubby",
            "bro",
            "sis",
            "nana",
            "grand",
            "gma",
            "gpa",
            "surrogate",
            "poa",
        ),
        "single",
    ),
    Rule(
        "name",  # who does what programs do not
        rf"\b({WORD}) (?:asks|asked|says|said|wants|wanted|called|calls|rang|phoned|texted|thinks|feels|forgot|fell"
        rf"|fainted|complain\w*|refuses|refused|is (?:waiting|pregnant|allergic|deaf|blind)|lost (?:his|her)"
        rf"|needs (?:his|her)|missed (?:his|her)|passed away|died|cannot|can't)\b",
        (
            " ask",
            " say",
            " said",
            " want",
            " call",
            " rang ",
            " phoned",
            " texted",
            " thinks",
            " feels",
            " forgot",
            " fell",
            " faint",
            " complain",
            " refuse",
            " is ",
            " lost ",
            " needs ",
            " missed ",
            " passed away",
            " died",
            " can",
        ),
        "single",
    ),
    Rule(
        "name",
        rf"\b({WORD}) (?:rang|phoned|texted|fainted|fell (?:down|at|in the|off|asleep)|feels (?:ill|sick|better"
        rf"|dizzy|faint)"
        rf"|passed away|is (?:pregnant|allergic)|lost (?:his|her)|needs (?:his|her)|missed (?:his|her)"
        rf"|(?:says|said|asks|thinks|claims|wants) (?:she|he|his|her)|complain\w* of)\b",
        (
            " rang ",
            " phoned",
            " texted",
            " fainted",
            " fell ",
            " feels ",
            " passed away",
            " is ",
            " lost h",
            " needs h",
            " missed h",
            " she",
            " he",
            " his",
            " complain",
        ),
        "people",
    ),
    Rule("name", rf"\b(?:Fr|Hr|Sr|M)\. ({WORD})", ("fr. ", "hr. ", "sr. ", "m. "), "single"),
    Rule("name", rf"\b(?:Fr|Hr)\. ({WORD})", ("fr. ", "hr. "), "people"),
)
"""By a title, a greeting or a family."""
