"""Where people live: streets with their numbers and towns, as some countries write them."""

from __future__ import annotations

from runwright.redact.rule import Rule

_STREET = (
    r"(?:Street|St|Avenue|Ave|Road|Rd|Boulevard|Blvd|Lane|Ln|Drive|Dr|Court|Ct|Way|Place|Pl|Terrace|Circle|Cir"
    r"|Highway|Hwy|Parkway|Pkwy|Square|Sq|Trail|Close|Crescent|Row|Mews|Gardens|Grove|Rise|Wharf|Quay|Alley|Hollow"
    r"|Crossing|Cove|Loop|Pike)"
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
        rf"(?:,? (?:Apt|Apartment|Suite|Ste|Unit|Floor|#)\.? ?[0-9A-Za-z-]+)?(?:, {_TOWN})?(?:,? [A-Z]{{2}}\b)?"
        rf"(?: [0-9]{{5}}(?:-[0-9]{{4}})?)?)",
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
        r"(?:,? [A-Z]{2}\b)?(?: [0-9]{5}(?:-[0-9]{4})?)?)",
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
    Rule(
        "address",  # German, Dutch, Scandinavian: the kind of street ends its name
        r"\b([A-Z][A-Za-z.-]*(?:[ -][A-Z][A-Za-z]+)?[ -]?(?:stra(?:ss|x|\x1a)e|str\.|weg|gasse|platz|allee|ring|damm"
        r"|ufer|gracht|straat|laan|plein|kade|dijk|vej|gade|veien|gata|gatan|vagen|Stra(?:ss|x)e|Weg|Platz|Allee) "
        r"[0-9]{1,4} ?[a-zA-Z]?\b(?:,? (?:[A-Z]{1,2}-)?[0-9]{4,5}(?: ?[A-Z]{2})? [A-Z][A-Za-z -]*[a-z])?)",
        (
            "str",
            "weg",
            "gasse",
            "platz",
            "allee",
            "ring",
            "damm",
            "ufer",
            "gracht",
            "laan",
            "plein",
            "kade",
            "dijk",
            "vej",
            "gade",
            "veien",
            "gata",
            "vagen",
        ),
        "lane",
    ),
    Rule(
        "address",  # French, and what is written like it
        r"\b([0-9]{1,4},? ?(?:bis |ter )?(?i:rue|avenue|av\.|boulevard|bd|chemin|place|allee|impasse|quai|route|cours) "
        r"(?:(?:de la|de l'|de|des|du|la|le|les|d'|l') ?)?[A-Z][A-Za-z'-]+(?:[ -][A-Z][A-Za-z'-]+){0,3}"
        r"(?:,? [0-9]{5} [A-Z][A-Za-z-]+)?)",
        ("rue", "av", "boul", "bd", "chemin", "place", "allee", "impasse", "quai", "route", "cours"),
    ),
    Rule(
        "address",  # Spanish, Italian, Portuguese, Polish: the number stands behind
        r"\b((?:Calle|C/|Avda\.?|Avenida|Plaza|Paseo|Carrer|Camino|Via|Viale|Piazza|Corso|Largo|Vicolo|Rua"
        r"|Travessa|Praca"
        r"|ul\.|Aleja|Plac) (?:(?:de la|de los|de|del|della|dei|das?|do"
        r"|dos) )?[A-Z][A-Za-z'-]+(?: [A-Z][A-Za-z'-]+){0,3},? "
        r"(?:n\.? ?)?[0-9]{1,4}[A-Za-z]?\b(?:,? [0-9]{2}-?[0-9]{2,3}(?:-[0-9]{3})? [A-Z][A-Za-z-]+)?)",
        (
            "calle",
            "c/",
            "av",
            "plaza",
            "paseo",
            "carrer",
            "camino",
            "via",
            "piazza",
            "corso",
            "largo",
            "vicolo",
            "rua",
            "travessa",
            "praca",
            "ul.",
            "aleja",
            "plac",
        ),
    ),
    Rule(
        "address",
        r"(?i)\b(?:city|town|village|suburb|ville|ciudad|ort|house[ _-]?(?:number|no)"
        r"""|hausnummer)\\*["']?[ ]?[=:][ ]?\\*["']?"""
        r"([a-z][a-z .'-]{0,40}[a-z]|[0-9]{1,5}[a-z]?)\b",
        ("city", "town", "village", "suburb", "ville", "ciudad", "ort", "house", "haus"),
        "near",
    ),
)
"""Streets and towns."""
