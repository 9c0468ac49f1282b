"""What ails somebody: complaints, and how ailments are called in languages of neighbours. What English calls them is in
`health`.

Each goes only near words of care or near a name that was erased.
"""

from __future__ import annotations

from runwright.redact.rule import Rule, words

_BEHIND = r"""[ \t]{0,4}[:=][ \t]*["']?([^\W\d_][^\n;|"',.]{2,60})"""

SYMPTOMS: tuple[Rule, ...] = (
    Rule(
        "diagnosis",
        r"(?i)\b((?:(?:severe|acute|chronic|sudden|high) )?(?:chest|abdominal|back|neck|pelvic|joint|stomach|flank)"
        r" pains?|short(?:ness)? of breath|palpitations?|vomiting|nausea|dizziness|high fever|chest tightness"
        r"|(?:rectal|vaginal|internal|heavy) bleeding|cardiac arrest|(?:heart|hip|skull|rib|wrist|femur|ankle)"
        r" (?:fracture|attack)|fractured? (?:hip|skull|femur|wrist|ribs?|ankle)|unconscious)\b",
        words("pain|breath|palpit|vomit|nausea|dizz|fever|tightness|bleeding|arrest|fracture|attack|unconscious"),
        "stricken",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b(myocardial infarction|infarctions?|(?:atrial )?fibrillation|aneurysms?|ulcers?|(?:pulmonary )?o?edema"
        r"|metasta\w+|appendicitis|head injur(?:y|ies)|concussion|stab wound|gunshot wound|in labou?r"
        r"|blood in (?:stool|urine)|weight loss|incontinen(?:t|ce)|intoxicated|hallucinations?)\b",
        words(
            "infarct|fibrill|aneurysm|ulcer|edema|metasta|append|injur|concussion|wound|in lab|blood in|weight"
            "|incontinen|intoxic|hallucin"
        ),
        "stricken",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b([a-z]{2,20}krebs|[a-z]{0,20}entzundung|[a-z]{0,20}insuffizienz|[a-z]{0,16}infarkt|[a-z]{0,16}flimmern"
        r"|[a-z]{0,16}schlaganfall|[a-z]{3,16}fraktur|[a-z]{0,16}embolie|[a-z]{0,16}thrombose|zuckerkrank(?:heit)?"
        r"|demenz|schwanger(?:schaft)?|fehlgeburt|sturz|brustschmerz\w*|bauchschmerz\w*|atemnot|blutdruck|drogen\w*"
        r"|alkohol\w*|suizid\w*|krebs|lungenembolie|vergiftung|kopfschmerz\w*)\b",
        words(
            "krebs|entzundung|insuffizienz|infarkt|flimmern|schlaganfall|fraktur|embolie|thrombose|zuckerkrank|demenz"
            "|schwanger|fehlgeburt|sturz|schmerz|atemnot|blutdruck|drogen|alkohol|suizid|vergiftung"
        ),
        "stricken",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b(enceinte|grossesse|fausse couche|cancer d\w+ \w+|infarctus|insuffisance \w+|diabete|pneumonie|vih"
        r"|sida|embaraz(?:ada|o)|infarto(?: \w+)?|ictus|neumonia|insuficiencia \w+|cancer de \w+|incinta|gravidanza"
        r"|tumore(?: al?l? ?\w+)?|polmonite|insufficienza \w+|gravid(?:a|ez)?|derrame)\b",
        words(
            "enceinte|grossesse|fausse|cancer|infarct|insuff|insuf|diabete|pneumonie|vih|sida|embaraz|infarto|ictus"
            "|neumonia|incinta|gravid|tumore|polmonite|derrame"
        ),
        "stricken",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b(zwanger(?:schap)?|[a-z]{0,12}kanker"
        r"|beroerte|hartinfarct|longontsteking|suikerziekte|ciaz[aey]|zawal\w*|udar\w*|cukrzyc\w+|zapalenie \w+"
        r"|rak \w+|nowotw\w+|kanser\w*|hamile\w*|gebe|kalp krizi|felc|seker hastaligi|[a-z]{0,12}kreft|hj[ae]r?t\w*"
        r"infarkt|lungebetennelse|lunginflammation)\b",
        words(
            "zwanger|kanker|beroerte|longont|suiker|ciaz|zawal|udar|cukrzyc|zapalenie|rak |nowotw|kanser|hamile|gebe"
            "|kalp|felc|seker|kreft|infarkt|lunge|lungin"
        ),
        "stricken",
    ),
    Rule(
        "diagnosis",  # behind its label
        rf"(?i)\b(?:diagnose|diagnosen|diagnostic|diagnostico|diagnosi|diagnoza|rozpoznanie|tani|anamnese|anamnesi"
        rf"|antecedent[ei]s?|vorerkrankung(?:en)?|verdacht auf|v\.a\.|z\.n\.|motif(?: de consultation)?|motivo"
        rf"|allergi(?:en|es|e|a)|medikation|medikamente|medicatie|traitement|leki|beschwerden|symptome?)\b{_BEHIND}",
        words(
            "diagno|rozpozn|tani|anamne|antecedent|vorerkr|verdacht|v.a.|z.n.|moti|allergi|medika|medicat|traitement"
            "|leki|beschwerden|symptom"
        ),
        "stricken",
    ),
)
"""What ails somebody, beside somebody."""
