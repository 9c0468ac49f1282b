"""More of where people are mentioned: papers, greetings, calls, and files named after somebody.

A second half of `people`; whether a word is a name at all is asked of `persons`.
"""

from __future__ import annotations

from runwright.redact.label import PERSON, WORD
from runwright.redact.rule import Rule, words

_ONE = rf"{WORD}(?: [A-Z]\.)?(?: {WORD})?"

MENTIONS: tuple[Rule, ...] = (
    Rule(
        "name",  # papers, in the languages of neighbours
        r"(?i:\b(?:akten?|befunde?|arztbrief\w*|termine?|rezepte?|uberweisung\w*|rechnung\w*|aufnahme|entlassung|rontgen"
        r"|bilder|dossier|ordonnance|rendez-vous|resultats?|compte rendu|ficha|historial|cita|receta|informe"
        r"|referto|ricetta|visita|appuntamento|prontuario|exame|afspraak|uitslag|recept|wyniki?|wizyta"
        rf"|recepta|skierowanie|henvisning|timebok\w*))"
        rf"(?i: (?:von|fur|de|del|di|da|van|voor|du|para|per|for|dla))?[: ]+({PERSON})",
        words(
            "akte|befund|arzt|termin|rezept|berweis|rechnung|aufnahme|entlassung|ontgen|bilder|dossier|ordonn|rendez"
            "|resultat|compte|ficha|historial|cita|receta|informe|referto|ricetta|visita|appunt|prontu|exame|afspraak"
            "|uitslag|recept|wynik|wizyta|skier|henvis|timebok"
        ),
        "likely",
    ),
    Rule(
        "name",
        r"(?i:/(?:patients?|persons?|members?|residents?|people|clients?)\b[^\s\"']{0,80}?[?&]\w*(?:name|nom|given"
        r"|family|surname)=)([A-Z][a-z'-]+(?:(?:\+|%20| )[A-Z][a-z'-]+)*)",
        ("/pat", "/pers", "/mem", "/res", "/peo", "/cli"),
        "people",
    ),
    Rule(
        "name",
        rf"\b(?i:der|die|das|dem|den|the|le|la|el|il|o|a) (?i:kleinen?|kleiner|little|young|old|petite?|pequen[oa]"
        rf"|piccol[oa]) ({WORD})",
        (" klein", " little ", " young ", " old ", " petit", " pequen", " piccol"),
        "single",
    ),
    Rule(
        "name",
        rf"\b(?i:call|phone|ring|text|email|remind|notify|contact|ask|tell|inform) ({WORD})\b",
        ("call ", "phone ", "ring ", "text ", "email ", "remind ", "notify ", "contact ", "ask ", "tell ", "inform "),
        "sole",
    ),
    Rule(
        "name",
        rf"(?i:\bname (?:(?:was|is|now|shown|displayed|entered|typed|spelt|spelled|stored|printed|recorded|shows"
        rf"|reads|appears) ){{1,3}}(?:up )?(?:as |to )?)[\"'\[]?({PERSON})",
        words("name was|name is|name now|name s|name dis|name en|name ty|name pr|name re|name ap"),
        "person",
    ),
    Rule(
        "name",
        r"(?i:\b(?:good (?:morning|afternoon|evening|day)|guten (?:morgen|tag|abend)|buenos dias|buongiorno|welcome"
        rf"(?: back)?|willkommen|bienvenue|bienvenid[oa]|benvenut[oa]|welkom|witaj))[, !]{{1,2}}({WORD})\b",
        ("good ", "guten ", "buenos", "buongi", "welcome", "willkommen", "bienven", "benvenut", "welkom", "witaj"),
        "single",
    ),
    Rule("name", rf"(?:^|[\"'(] ?)({WORD}),? (?:your|you|dein|deine|ihre?) ", (" you", " dein", " ihr"), "single"),
    Rule(
        "name",  # whose kin, where a capital inside of a sentence is a name
        r"(?i:\b(?:madre|padre|hij[oa]|espos[oa]|mere|pere|fils|fille|figli[oa]|mae|pai|filh[oa]|moeder|vader|zoon|dochter"
        rf"|marido|mari|femme|moglie|marito|mulher|vrouw|man)) (?i:de|di|del|della|do|da|van|d') ?({_ONE})",
        words(
            "adre |hij|espos|mere |pere |fil|figli|mae |pai |oeder|vader|zoon|dochter|mari|femme|moglie|mulher|vrouw"
        ),
        "people",
    ),
    Rule(
        "name",
        rf"(?i:\b(?:utente|interessado|assistid[oa])) ({PERSON})",
        ("utente", "interessado", "assistid"),
        "person",
    ),
    Rule("name", rf"\b({WORD}), ?\(?[0-9]{{1,3}}\)?,", (",",), "sole", shapes=()),
    Rule(
        "name",
        rf"[(\[]({WORD}, ?{WORD})[)\]]\.(?i:pdf|docx?|jpe?g|png|tiff?|dcm|txt|rtf|hl7|xml|zip)\b",
        (").", "]."),
        "placed",
    ),
    Rule(
        "email",  # written so that no program finds it
        r"(?i)\b([a-z0-9][a-z0-9._+-]{1,40} ?[\[({<] ?(?:at|arroba|chiocciola|a) ?[\])}>] ?[a-z0-9-]{2,40}"
        r"(?: ?(?:\.|[\[({<] ?(?:dot|punkt|punto|point|ponto) ?[\])}>]) ?[a-z0-9-]{2,24}){1,4})\b",
        ("at]", "at)", "at}", "at>", "at ]", "at )", "arroba", "chiocciola", "[a]", "(a)"),
    ),
)
"""By what somebody is mentioned for."""
