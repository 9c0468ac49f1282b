"""More of how people are named: titles of many languages, ages beside a name, records that are joined, and files.

A second half of `kin` and `people`; whether a word is a name at all is asked of `persons`.
"""

from __future__ import annotations

from runwright.redact.label import PERSON, WORD
from runwright.redact.rule import Rule, words
from runwright.redact.views import NEUTRAL

_ONE = rf"{WORD}(?: [A-Z]\.)?(?: {WORD})?"
_AGE = (
    r"[0-9]{1,3} ?(?:J\b\.?|Jahre|jr\b|jaar|ans\b|anos|anni\b|lat\b|let\b|ar\b|yas\w*|yo\b|y/o|yrs?\b|years?[ -]old"
    r"|Monate|mois\b|meses|mesi\b|months? old|weeks? old)"
)
_AGES = tuple(
    f"0{blank}{unit}"
    for blank in ("", " ")
    for unit in ("j", "ans", "anos", "anni", "lat", "let", "ar", "yas", "y", "mo", "me", "w")
)
_AND = ("and", "und", "et", "y", "e", "en", "i", "og", "och", "&")
_SPOKEN = (
    r"\.(?i:wav|mp3|m4a|ogg|opus|dss|ds2|amr|avi|mp4|mov|webm|zip|7z|odt|xlsx?|csv|eml|msg|vcf|heic|bmp|gif|svs)\b"
)
_JOINED = r"(?:re-?)?(?:un)?(?:merged?|merging|linked?|split|mixed up|swapped|confused|mistook|mistaken|renamed)"

COURTESY: tuple[Rule, ...] = (
    Rule(
        "name",  # a title, small words, and then the name
        r"\b(?i:mr|mrs|ms|mx|dr|prof|herrn?|frau|hr|mme|mlle|madame|monsieur|senora?|srta|sra|signora?|sig"
        r"|dhr|mevr|mevrouw|meneer|sr|dona|don)\.? ((?:(?:von|van|vom|zu|zur|zum|de|der|den|del|della|di|da|dos|du|la"
        rf"|le|al|el|bin|ibn|ten|ter|af|av) ){{1,3}}{WORD})",
        words(
            " von | van | vom | zu | zur | zum | de | der | den | del | della | di | da | dos | du | la | le | al | el "
            "| bin | ibn | ten | ter | af | av "
        ),
        "people",
    ),
    Rule(
        "name",  # French, where a letter is a title
        rf"\bM\. ({WORD}) (?:ne|n'|a|est|et|attend|demande|veut|peut|appelle|souhaite|signale|se|doit"
        r"|sera|etait|avait|vient)\b",
        ("m. ",),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:his|her|my|their|whose) name(?: is|'s| was)) ({WORD})\b",
        (" name is ", " name's", " name was"),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:mri|mrt|ct|x-?ray|us|ecg|ekg|eeg|pet|dexa|echo|rontgen|sono|biopsy|scan)) ({PERSON})",
        words("mri |mrt |ct |ray |us |ecg |ekg |eeg |pet |dexa |echo |rontgen |sono |biopsy |scan "),
        "likely",
    ),
    Rule(
        "name",
        rf"(?m)^[ \t]*(?:first|last|given|family|middle): ?[\"']?({WORD})[\"']?[ \t]*$",
        ("first:", "last:", "given:", "family:"),
        "people",
        needs=("\n",),
    ),
    Rule(
        "name",
        r"\b(?i:pani[ae]?|panstwo|sayin|senhora?|dona|fru|froken|frk|rouva|herra|gospod(?:in|ja)|doamna|domnul"
        rf"|shrimati|smt|veuve|ehepaar|sig\.ra|sig\.na|kyria)\.? ({_ONE})",
        words(
            "pani|panst|sayin|senhor|dona |fru |froken|frk|rouva|herra|gospod|doamna|domnul|shrimati|smt|veuve"
            "|ehepaar|sig.|kyria"
        ),
        "titled",
    ),
    Rule(
        "name",
        r"\b(?i:pan[aeu]?|panem|don|dom|d\.|dna\.?|dl\.|familie|fam\.|famille|familia|famiglia|rodzina|lady|rev\.?"
        rf"|reverend|rabbi|imam|sheikh|hajji|shri|mw\.?|de heer|dhr|sir|sister|father|mej\.?) ({_ONE})",
        words(
            "pan|don |dom |d. |dna|dl.|fam|rodzina|lady|rev|rabbi|imam|sheikh|hajji|shri|mw|heer|dhr|sir |sister"
            "|father|mej"
        ),
        "single",
    ),
    Rule(
        "name",
        rf"\b({_ONE}) (?:Bey|Hanim|Beyefendi|Hanimefendi|Efendi)(?:'?[a-z]{{1,4}})?\b",
        (" bey", " hanim", " efendi"),
        "people",
    ),
    Rule(
        "name",
        rf"\b({WORD})-(?:san|sama|chan|kun|sensei|ji|ssi|nim)\b",
        ("-san", "-sama", "-chan", "-kun", "-sensei", "-ji", "-ssi", "-nim"),
        "single",
    ),
    Rule("name", rf"\b[Nn]ame ({PERSON})", ("name ",), "likely"),
    Rule(
        "name",
        rf"(?i:\bpatient(?:in|en|e)?|\bpt|\bpaciente|\bpaziente)\.?[ :=]{{1,3}}({WORD})\b",
        ("patient", "pt ", "pt.", "pt:", "pt=", "paciente", "paziente"),
        "single",
    ),
    Rule(
        "name",  # and how old
        rf"[(\[,] ?({WORD}), ?{_AGE}",
        proof="people",
        needs=(",",),
        shapes=_AGES,
    ),
    Rule("name", rf"({PERSON}),? \(?{_AGE}", proof="person", shapes=_AGES),
    Rule(
        "name",
        rf"(?i:\b{_JOINED}) (?i:patients? |charts? |records? )?(?i:of )?({PERSON}) (?i:into|with|to|and|for)\b",
        ("merge", "merging", "link", "split", "mix", "swap", "confuse", "mist", "rename"),
        "person",
    ),
    Rule(
        "name",
        rf"(?i:\b{_JOINED}) [^\n]{{1,40}}? (?i:into|with|to|and|for) ({PERSON})",
        ("merge", "merging", "link", "split", "mix", "swap", "confuse", "mist", "rename"),
        "single",
    ),
    Rule(
        "name",
        rf"(?:^|[/\\\s\"'=])({WORD}[_ ,-]{{1,2}}{WORD})(?:[_ -]{{1,3}}[0-9]{{4,8}}){{0,2}}{_SPOKEN}",
        tuple(
            f".{end}"
            for end in (
                "wav",
                "mp3",
                "m4a",
                "og",
                "op",
                "ds",
                "amr",
                "avi",
                "mp4",
                "mov",
                "webm",
                "zip",
                "7z",
                "odt",
                "xls",
                "csv",
                "eml",
                "msg",
                "vcf",
                "heic",
                "bmp",
                "gif",
                "svs",
            )
        ),
        "likely",
    ),
    Rule("name", r"\b((?:O'|Mc|Fitz|Mac)[A-Z][a-z]{2,}(?:-[A-Z][a-z]+)?)\b", ("o'", "mc", "fitz", "mac"), "clan"),
    Rule(
        "phone",  # told digit by digit
        r"(?i)\b((?:(?:double|triple|zero|oh|one|two|three|four|five|six|seven|eight|nine|null|eins|zwei|zwo"
        r"|drei|vier|funf|sechs|sieben|acht|neun|un|deux|trois|quatre|cinq|sept|huit|neuf|cero|uno|dos|tres|cuatro"
        r"|cinco|seis|siete|ocho|nueve|due|tre|quattro|cinque|sei|sette|otto|nove|nul|een|twee|drie|vijf|zes|zeven"
        r"|negen|[0-9])\b[ ,.-]{0,2}){7,20})",
        words(
            "zero |oh |one |two |three |four |five |zero,|one,|two,|five,|zero-|one-|null |eins |zwei|drei |funf "
            "|cinq|deux |trois |cero|uno |dos |cinco|due |twee |drie |vijf "
        ),
        "spelled",
    ),
    Rule(
        "name",  # whose kin, in the languages of neighbours
        r"(?i:\b(?:angehorige\w*|eltern|papa|mama|oma|opa|enkel\w*|verwandte\w*|partner(?:in)?|betreuer(?:in)?|proches?"
        r"|parents?|famille|epoux|epouse|familiares?|padres|abuel[oa]|niet[oa]|parenti|genitori|nonn[oa]|familie|ouders"
        r"|partner|rodzice|corka|syn|zona|maz|matka|ojciec|foraldrar|foreldre|pappa|mamma|annesi|babasi|kizi|oglu|esi))"
        rf" (?i:de la |de |del |von |van |di |d'|da |do |av |til )?({_ONE})",
        words(
            "angeh|elter|papa|mama|oma |opa |enkel|verwandt|partner|betreuer|proche|parent|famil|epou|padres|abuel"
            "|niet|genitori|nonn|ouders|rodzice|corka|syn |zona |maz |matka|ojciec|foraldr|foreldre|pappa|mamma"
            "|annesi|babasi|kizi |oglu |esi "
        ),
        "single",
    ),
    Rule(
        "name",  # a patient, where no word of programs is called so
        r"(?i:\b(?:patiente|paciente|paziente|pacjent(?:k[aię]|a|owi)?|pasient(?:en)?|potilas|pacient(?:ka|ul|a)?|bolnik"
        rf"|bolnica|beteg))[ :]{{1,2}}({_ONE})",
        ("patiente", "pacient", "pazient", "pacjent", "pasient", "potilas", "bolni", "beteg"),
        "people",
    ),
    Rule(
        "name",
        rf"\b(?:[Dd]er|[Dd]ie|[Dd]en|[Dd]em|[Dd]es) [Pp]atient(?:in|en)? ({_ONE}) (?:wurde|wird|ist|hat|war|kann|soll"
        r"|muss|lasst|klagt|wartet|bittet|fehlt|steht|kommt|bekommt|sieht)",
        ("der patient", "die patient", "den patient", "dem patient", "des patient"),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:bed|bett|lit|cama|letto|room|rm|zimmer|zi\.|chambre|camera|kamer|bay|ward|box|crib))"
        rf" ?[0-9]{{1,3}}[a-zA-Z]? ?[:=,-] ?({WORD})\b",
        proof="single",
        shapes=tuple(
            f"{place}{blank}0"
            for blank in ("", " ")
            for place in (
                "bed",
                "bett",
                "lit",
                "cama",
                "letto",
                "room",
                "rm",
                "zimmer",
                "zi.",
                "chambre",
                "camera",
                "kamer",
                "bay",
                "ward",
                "box",
                "crib",
            )
        ),
    ),
    Rule(
        "name",
        rf"\b(?i:she|he|it)(?:'s| is) ({WORD})[,. ]",
        ("she's ", "she is ", "he's ", "he is ", "it's ", "it is "),
        "single",
    ),
    Rule(
        "name",
        rf"\b({WORD}) (?:and|und|et|y|e|en|i|og|och|&) \x1a",
        tuple(f" {word} {NEUTRAL}" for word in _AND),
        "single",
    ),
    Rule(
        "name",
        rf"\x1a (?:and|und|et|y|e|en|i|og|och|&|vs\.?|/) ({WORD}(?: {WORD})?)",
        tuple(f"{NEUTRAL} {word}" for word in (*_AND, "vs", "/")),
        "single",
    ),
)
"""By a title, an age, a joining or a file."""
