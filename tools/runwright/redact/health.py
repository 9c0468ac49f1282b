"""What ails somebody, in running text: by the words around it, by its own name, and by how such names end."""

from __future__ import annotations

from runwright.redact.rule import Rule

_AILMENTS: tuple[str, ...] = (
    r"hiv|aids|hepatitis(?: [abc])?|cancer|carcinoma|tumou?r|leuk[ae]+mia|diabet(?:es|ic)|pneumonia|dementia"
    r"|alzheimer'?s"
    r"|epilepsy|asthma|copd|depression|chemotherapy|miscarriage|covid(?:-19)?|tuberculosis|sepsis|stroke|overdose",
    r"hypertension|syphilis|herpes|psoriasis|anorexia|parkinson'?s|multiple sclerosis|chlamydia|gonorrhea|autism"
    r"|adhd|ptsd"
    r"|abortion|seizures?|heart (?:failure|attack)|influenza|measles|lupus|gout|hernia",
    r"(?:alcohol|drug|substance|opioid) (?:abuse|use disorder|dependence|addiction|withdrawal)|alcoholic"
    r"|opioids?|anaphylaxis"
    r"|psychiatric (?:hold|admission|history|patient)|(?:dialysis|hospice|transplant) patient",
)
_HINTS: tuple[tuple[str, ...], ...] = (
    (
        "hiv", "aids", "hepatitis", "cancer", "carcinoma", "tumo", "leuk", "diabet", "pneumonia", "dementia",
        "alzheimer", "epilepsy", "asthma", "copd", "depression", "chemotherapy", "miscarriage", "covid",
        "tuberculosis", "sepsis", "stroke", "overdose",
    ),
    (
        "hypertension", "syphilis", "herpes", "psoriasis", "anorexia", "parkinson", "sclerosis", "chlamydia",
        "gonorrhea", "autism", "adhd", "ptsd", "abortion", "seizure", "heart ", "influenza", "measles", "lupus",
        "gout", "hernia",
    ),
    (
        "abuse", "use disorder", "alcoholic", "opioid", "addiction", "withdrawal",
        "anaphylaxis", "psychiatric", "s patient", "e patient", "t patient",
    ),
)  # fmt: skip
_DEGREE = (
    r"(?:(?:acute|chronic|severe|major|mild|recurrent|metastatic|type [12]|stage [0-9a-z]{1,5}|breast|prostate"
    r"|lung|colon|skin|ovarian|brain|gestational|viral) ){0,2}"
)
_AFTER = r"(?: positive| negative| (?:type )?(?:ii?i?|iv|[12])\b)?"
_END = r"(?:[ ](?:in|at|on|by|and|from|since|was|is|twice|once|daily|every|with|for)\b|[.,;:)\"'\n]|$)"

_DONE: tuple[tuple[str, tuple[str, ...]], ...] = (
    (
        r"dialysis|chemo(?:therapy)?|radiotherapy|radiation(?: therapy)?|hospice(?: care)?|palliative care"
        r"|rehab|detox|ivf"
        r"|hormone therapy|antiretrovirals?|birth control",
        (
            "dialysis", "chemo", "radi", "hospice", "palliative", "rehab", "detox", "ivf", "hormone", "antiretro",
            "birth control",
        ),
    ),
    (
        r"antidepressants?|antipsychotics?|blood thinners?|insulin|methadone|steroids|c-section|colonoscopy"
        r"|(?:kidney|liver|heart|lung|marrow) transplant|(?:hip|knee) replacement",
        (
            "antidep", "antipsy", "thinner", "insulin", "methadone", "steroids", "transplant", "replacement",
            "c-section", "colonoscopy",
        ),
    ),
)  # fmt: skip
"""What is done for somebody who is ill."""

HEALTH: tuple[Rule, ...] = (
    Rule(
        "diagnosis",
        rf"(?i)\b(?:diagnosed with|suffers from|suffering from|tested positive for|tests positive for|recovering from"
        rf"|allergic to|status post|complains of|(?:patient|pt|he|she|who|baby|mother) (?:present(?:s|ed)"
        rf"|was admitted|is in)"
        rf" (?:with|for)) ([a-z0-9][a-z0-9 -]{{2,40}}?){_END}",
        (
            "diagnosed",
            "suffer",
            "positive",
            "allergic",
            "recovering",
            "status post",
            "complains",
            "present",
            "admitted",
            "is in",
        ),
        "health",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b([a-z][a-z-]{3,30} [0-9][0-9.,]{0,6} ?(?:mg|mcg|units|iu)\b)",
        (" mg", "mg", "mcg", "units", "iu"),
        "care",
    ),
    Rule(
        "diagnosis",
        r"""(?i)\b(?:allerg(?:y|ies)|conditions?|comorbidities|medications?|immunizations?)"""
        r"""(?: list)?\\*["']?[ \t]*[:=][ \t]*[\[(]?\\*["']?"""
        r"([a-z][a-z0-9 ,/-]{2,80})",
        ("allerg", "condition", "comorbid", "medication", "immunization"),
        "ailment",
    ),
    Rule(
        "diagnosis",  # what no program has
        rf"(?i)\b({_DEGREE}(?:suicid(?:al|e attempt)|schizophreni[ac]|bipolar(?: disorder)?"
        rf"|depressive disorder|panic (?:attacks?|disorder)|eating disorder|hiv[ -]positive"
        rf"|hiv\+|covid[ -](?:19[ -])?positive|down syndrome|gender dysphoria|stillbirth|self-harm|brca[12] (?:positive"
        rf"|mutation)){_AFTER})\b",
        (
            "suicid",
            "schizophren",
            "bipolar",
            "depressive",
            "panic ",
            "eating dis",
            "hiv",
            "covid",
            "down syn",
            "dysphoria",
            "stillbirth",
            "self-harm",
            "brca",
        ),
        "sure",
    ),
    *(
        Rule("diagnosis", rf"(?i)\b({_DEGREE}(?:{names}){_AFTER})\b", hints, "care")
        for names, hints in zip(_AILMENTS, _HINTS, strict=True)
    ),
    Rule(
        "diagnosis",  # an ailment by its last word
        r"(?i)\b((?:(?:end|early|late)[ -]stage )?(?:metastatic|coronary(?: artery)?|heart|kidney|renal|liver"
        r"|crohn'?s|celiac"
        r"|coeliac|graves'?|lyme|huntington'?s|sickle[ -]cell|alzheimer'?s|addison'?s|cushing'?s|lung|bowel|autoimmune"
        r"|vascular|thyroid|[a-z]{3,14}'s|mental|mood|anxiety|personality|bleeding|motor neurone?|pulmonary|valve)"
        r" (?:disease|disorder|syndrome|failure|palsy|illness|infection|embolism))\b",
        ("disease", "disorder", "syndrome", "failure", "palsy", "illness", "infection", "embolism"),
        "care",
    ),
    *(
        Rule(
            "diagnosis",  # what is done for somebody
            r"(?i)\b(?:on|needs?|started?|starts|begins?|began|receiv\w+|getting|gets|for|refus\w+|takes?|taking|after"
            rf"|had|has|stopped|missed|back from|your|his|her) (?:the |his |her |a |weekly |daily )?({done})\b",
            hints,
            "care",
        )
        for done, hints in _DONE
    ),
    Rule(
        "diagnosis",  # behind its label
        r"(?i)(?:^|[^a-z_-])(?:diagnos[ei]s|dx|impression|chief complaint|reason for (?:visit|admission"
        r"|referral)|pmh|hx)"
        r"[ \t]{0,4}[:=][ \t]*[\"']?([a-z][a-z0-9' ,/-]{2,60}?)(?:  |[.;|\"\n]|'[^a-z]|$| [A-Z]{3,}:)",
        ("diagnos", "dx", "impression", "complaint", "reason for", "pmh", "hx"),
        "illness",
    ),
    Rule(
        "diagnosis",
        r"(?i)\b((?:[0-9]{1,2} (?:weeks?|months?) )?pregnan(?:t|cy)(?:,? [0-9]+ weeks)?)\b",
        ("pregnan",),
        "sure",
    ),
    Rule(
        "diagnosis",  # how names of ailments and of operations end
        rf"(?i)\b({_DEGREE}[a-z]{{3,24}}(?:itis|oma|emia|aemia|osis|opathy|algia|ectomy|ostomy|oplasty|plegia"
        rf"|rrh(?:o?ea|age)"
        rf"|penia|uria|trophy|sclerosis|phobia|syndrome){_AFTER})\b",
        (
            "itis",
            "oma",
            "emia",
            "osis",
            "opathy",
            "algia",
            "ectomy",
            "ostomy",
            "oplasty",
            "plegia",
            "rrh",
            "penia",
            "uria",
            "trophy",
            "sclerosis",
            "phobia",
            "syndrome",
        ),
        "ill",
    ),
    Rule(
        "diagnosis",  # how names of medicines end, and those that end like nothing else
        r"(?i)\b([a-z]{2,20}(?:cillin|mycin|statin|sartan|olol|prazole|conazole|azepam|zolam|dipine|formin"
        r"|gliptin|zumab|ximab"
        r"|umab|tinib|ciclovir|tegravir|oxetine|triptan|setron|caine|codone|morphone|thiazide|parin|floxacin"
        r"|cycline|terol"
        r"|sone|solone)|lithium|methadone|insulin|warfarin|morphine|fentanyl|ritalin|prozac|naloxone|suboxone"
        r"|viagra|digoxin"
        r"|[a-z]{3,12}pril)\b",
        (
            "cillin",
            "mycin",
            "statin",
            "sartan",
            "olol",
            "azole",
            "azepam",
            "zolam",
            "dipine",
            "formin",
            "gliptin",
            "mab",
            "tinib",
            "vir",
            "oxetine",
            "triptan",
            "setron",
            "caine",
            "codone",
            "morphone",
            "thiazide",
            "parin",
            "floxacin",
            "cycline",
            "terol",
            "sone",
            "solone",
            "lithium",
            "methadone",
            "insulin",
            "warfarin",
            "morphine",
            "fentanyl",
            "ritalin",
            "prozac",
            "naloxone",
            "suboxone",
            "viagra",
            "digoxin",
            "pril",
        ),
        "ill",
    ),
)
"""What ails somebody, where the words around say so."""
