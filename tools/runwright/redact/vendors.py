"""What vendors' keys and tokens look like, after the vendors' own pages; where secrets stand is left to `places`."""

from __future__ import annotations

from runwright.redact.rule import Rule

KEYS: tuple[Rule, ...] = (
    Rule(
        "private_key",  # the beginning was cut off
        r"((?:[A-Za-z0-9+/=]{16,}[\s\\rn\"',]+)+[A-Za-z0-9+/=]*[\s\\rn\"',]*)-----END [A-Z0-9 ]*PRIVATE KEY",
        ("private key",),
    ),
    Rule(
        "private_key",
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----(?s:.*?)-----END [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----",
        ("private key",),
    ),
    Rule(
        "private_key",  # the end was cut off
        r"-----BEGIN [A-Z0-9 ]*PRIVATE KEY(?: BLOCK)?-----"
        r"(?:[\s\\rn]*[A-Za-z0-9+/=]{20,})+(?:[\s\\rn]*[A-Za-z0-9+/=]{1,19})?",
        ("private key",),
    ),
    Rule("private_key", r"\bPrivate-Lines: [0-9]+((?:[\s\\rn]+[A-Za-z0-9+/=]{20,})+)", ("private-lines",)),
    Rule("private_key", r"\bAGE-SECRET-KEY-(?:PQ-)?1[A-Z0-9]{50,}", ("age-secret-key-",)),
    Rule("password_hash", r"\$(?:1|2[abxy]|5|6|7|y|gy|apr1|argon2id?)\$[./A-Za-z0-9$=,+-]{16,}", ("$",)),
    Rule(
        "password_hash",
        r"\b(?:aad3b435b51404ee[0-9a-fA-F]{16}|[0-9a-fA-F]{32}):[0-9a-fA-F]{32}(?::::|\b)",
        (":::", "aad3b435b51404ee"),
    ),
    Rule(
        "password_hash",
        r"\{(?:SSHA|SHA|SMD5|SSHA256|SSHA512|CRYPT)\}[A-Za-z0-9+/=$.]{20,}",
        ("{ssha", "{sha", "{smd5", "{crypt"),
    ),
    Rule(
        "password_hash", r"\b(?:SCRAM-SHA-(?:1|256)\$|pbkdf2_sha[0-9]+\$)[A-Za-z0-9+/=$:]{20,}", ("scram-", "pbkdf2_")
    ),
    Rule("password_hash", r"""(?i)(?:password|passwd|rolpassword)["' :=]+(md5[0-9a-f]{32})\b""", ("md5",)),
    Rule("password_hash", r"\*[0-9A-F]{40}\b", ("*",)),
    Rule("recovery_key", r"\b[0-9]{6}(?:-[0-9]{6}){7}\b", shapes=("000000-000000",)),
    Rule("recovery_key", r"(?i)\bproduct key[ :=]+([A-Z0-9]{5}(?:-[A-Z0-9]{5}){4})\b", ("product key",)),
)

VENDORS: tuple[Rule, ...] = (
    Rule(
        "github_token",
        r"\b(?:ghs_[A-Za-z0-9]+_eyJ[A-Za-z0-9_.-]{20,}|gh[pousr]_[A-Za-z0-9]{20,255}|github_pat_[A-Za-z0-9_]{22,255})",
        ("gh", "github_pat_"),
    ),
    Rule("gitlab_token", r"\bgl(?:pat|dt|rt|ptt|cbt|oas|soat|ft|imt|agent|ffct)-[A-Za-z0-9_.-]{20,}", ("gl",)),
    Rule("aws_key", r"\b(?:AKIA|ASIA|ABIA|ACCA)[A-Z0-9]{16}\b", ("akia", "asia", "abia", "acca")),
    Rule("aws_key", r"\b(?:FwoGZXIvYXdz|IQoJb3JpZ2lu)[A-Za-z0-9+/=]{60,}", ("fwogzxivyxdz", "iqojb3jpz2lu")),
    Rule("slack_token", r"\b(?:xox[abceoprs]-[A-Za-z0-9-]{10,}|xapp-[0-9]-[A-Za-z0-9-]{10,})", ("xox", "xapp-")),
    Rule("slack_webhook", r"hooks\.slack\.com/(?:services|workflows|triggers)/([A-Za-z0-9/_-]{12,})", ("hooks.slack",)),
    Rule(
        "webhook",
        r"(?i)(?:discord(?:app)?\.com/api/webhooks|office\.com/webhook(?:b2)?|hooks\.zapier\.com/hooks/catch"
        r"|chat\.googleapis\.com/v1/spaces|maker\.ifttt\.com/trigger)/([A-Za-z0-9@/_=?&%.-]{12,})",
        ("webhook", "hooks.zapier", "chat.googleapis", "maker.ifttt"),
    ),
    Rule("openai_key", r"\bsk-(?:proj-|svcacct-|admin-|ant-|or-)?[A-Za-z0-9_-]{20,}", ("sk-",)),
    Rule(
        "google_key",
        r"\b(?:AIza[A-Za-z0-9_-]{35}|ya29\.[A-Za-z0-9_-]{20,}|GOCSPX-[A-Za-z0-9_-]{20,}|1//0[A-Za-z0-9_-]{30,})",
        ("aiza", "ya29.", "gocspx-", "1//0"),
    ),
    Rule("azure_key", r"[A-Za-z0-9_~.-]{3}[78]Q~[A-Za-z0-9_~.-]{31,34}", ("7q~", "8q~")),
    Rule("azure_sas", r"[?&;]sig=([A-Za-z0-9%/+=_-]{20,})", ("sig=",)),
    Rule(
        "stripe_key",
        r"\b(?:(?:sk|rk)_(?:live|test)_[A-Za-z0-9]{10,}|whsec_[A-Za-z0-9+/=]{20,})",
        ("_live_", "_test_", "whsec_"),
    ),
    Rule("jwt", r"\beyJ[A-Za-z0-9_-]{8,}(?:\.[A-Za-z0-9_-]*){1,4}", ("eyj",)),
    Rule("sendgrid_key", r"\bSG\.[A-Za-z0-9_-]{16,}\.[A-Za-z0-9_-]{16,}", ("sg.",)),
    Rule("twilio_key", r"\bSK[0-9a-f]{32}\b", ("sk",)),
    Rule(
        "registry_token",
        r"\b(?:npm_[A-Za-z0-9]{36}|pypi-[A-Za-z0-9_-]{16,}|dckr_(?:pat|oat)_[A-Za-z0-9_-]{20,}|rubygems_[0-9a-f]{48}"
        r"|oy2[a-z0-9]{43})",
        ("npm_", "pypi-", "dckr_", "rubygems_", "oy2"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:hf_[A-Za-z0-9]{30,}|hv[sbr]\.[A-Za-z0-9_-]{24,}|do[opr]_v1_[a-f0-9]{64}"
        r"|shp(?:at|ss|ca|pa)_[a-f0-9]{32})",
        ("hf_", "hvs.", "hvb.", "hvr.", "_v1_", "shp"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:dt0[a-z][0-9]{2}\.[A-Z0-9]{24}\.[A-Z0-9]{64}|gl(?:sa|c)_[A-Za-z0-9+/=_]{32,}|dapi[0-9a-f]{32}(?:-[0-9])?"
        r"|NR(?:AK|JS|II|RA)-[A-Za-z0-9]{20,}|PMAK-[0-9a-f-]{40,}|tskey-[a-z]+-[A-Za-z0-9-]{16,}"
        r"|AT(?:ATT|CTT)3xFf[A-Za-z0-9_=-]{40,}|ATBB[A-Za-z0-9]{28,})",
        ("dt0", "glsa_", "glc_", "dapi", "nrak-", "nrjs-", "nrii-", "nrra-", "pmak-", "tskey-", "3xff", "atbb"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:sntry[su]_[A-Za-z0-9+/=_]{40,}|lin_api_[A-Za-z0-9]{32,}|ntn_[A-Za-z0-9]{40,}|secret_[A-Za-z0-9]{43}\b"
        r"|figd_[A-Za-z0-9_-]{30,}|dp\.[a-z]{2,5}\.[A-Za-z0-9]{40,}|pul-[0-9a-f]{40}|HRKU-[A-Za-z0-9_-]{30,}"
        r"|nfp_[A-Za-z0-9]{36,}|sbp_[0-9a-f]{40}|pscale_(?:tkn|pw|oauth)_[A-Za-z0-9_.=-]{32,})",
        ("sntry", "lin_api_", "ntn_", "secret_", "figd_", "dp.", "pul-", "hrku-", "nfp_", "sbp_", "pscale_"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:gsk_[A-Za-z0-9]{40,}|r8_[A-Za-z0-9]{30,}|xai-[A-Za-z0-9]{40,}|pplx-[A-Za-z0-9]{40,}"
        r"|xkeysib-[0-9a-f]{64}-[A-Za-z0-9]{16}|key-[0-9a-f]{32}\b|[0-9a-f]{32}-us[0-9]{1,2}\b"
        r"|sq0(?:atp|csp|idp)-[A-Za-z0-9_-]{22,}|access_token\$(?:production|sandbox)\$[0-9a-z]{16}\$[0-9a-f]{32})",
        ("gsk_", "r8_", "xai-", "pplx-", "xkeysib-", "key-", "-us", "sq0", "access_token$"),
    ),
    Rule(
        "vendor_token",
        r"\b(?:[A-Za-z0-9]{14}\.atlasv1\.[A-Za-z0-9_=-]{60,}|LTAI[A-Za-z0-9]{16,20}\b|CCIPAT_[A-Za-z0-9_]{40,}"
        r"|bkua_[0-9a-f]{40}|cmVmdGtu[A-Za-z0-9]{50,}|AKCp[A-Za-z0-9]{60,}|EAA[A-Za-z0-9]{80,}|NRBR-[0-9a-f]{19}"
        r"|CFPAT-[A-Za-z0-9_-]{43}|nvapi-[A-Za-z0-9_-]{40,}|fo1_[A-Za-z0-9_-]{43})",
        (".atlasv1.", "ltai", "ccipat_", "bkua_", "cmvmdgtu", "akcp", "eaa", "nrbr-", "cfpat-", "nvapi-", "fo1_"),
    ),
    Rule("vendor_token", r"\bpat[A-Za-z0-9]{14}\.[0-9a-f]{64}", ("pat",)),
    Rule("bot_token", r"(?:\b|/bot)([0-9]{8,10}:AA[A-Za-z0-9_-]{30,})", (":aa",)),
    Rule(
        "bot_token", r"\b[MNO][A-Za-z0-9_-]{23,27}\.[A-Za-z0-9_-]{6}\.[A-Za-z0-9_-]{27,}", ("discord", "bot", "token")
    ),
)
"""Forms that prove themselves."""
