"""More of what people say about secrets: whose they are, what they are for, and codes that are only digits.

A second half of `prose`, for what stands without a sign between.
"""

from __future__ import annotations

from runwright.redact.rule import Rule

TOLD: tuple[Rule, ...] = (
    Rule(
        "password",
        r"(?i)\b(?:pass|passwords?|pwd|passphrase)\b[^\n]{0,24}?\b(?:entered"
        r"""|typed)[ :]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("entered", "typed"),
        "strong",
    ),
    Rule(
        "password",  # what a prompt was answered
        r"""(?i)\b(?:passphrase|password) for [^\n:]{1,80}: ([^\s:][^\n:]{3,60})$""",
        ("passphrase for", "password for"),
        "phrase",
    ),
    Rule(
        "password",
        r"(?i)\b(?:vnc|ilo|idrac|bmc|ipmi|teamviewer|anydesk|pacs|ssh|ftp|smb|nas|camera|nvr|dvr|wlan|web"
        r"|app|kiosk|firewall|modem)"
        r"""(?: [a-z]+)? (?:password|passwd|pw|pwd|passphrase|passcode)[ \t]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("pass", "pw"),
        "made",
        needs=(" ",),
    ),
    Rule(
        "password",
        r"""(?i)\b(?:admin|administrator|root|sa|user|guest|service|support|operator) / ([^\s"'`/]*[^\s"'`/.,;:!?)])""",
        (" / ",),
        "made",
    ),
    Rule(
        "password",
        r"""(?i)\b(?:psk|pre-?shared key|wpa[23]? key)[ \t]+["'`]?([^\s"'`]*[^\s"'`.,;:!?)])""",
        ("psk", "shared", "wpa"),
        "made",
    ),
    Rule(
        "one_time_code",
        r"(?i)\b(?:maintenance|service|engineer|installer|staff|nurse|master|override) (?:code|pin)(?: is"
        r"""| was|:|=)?[ ]["']?([0-9]{4,8}[#*]?)""",
        (" code", " pin"),
        "pin",
    ),
    Rule(
        "password",
        r"(?i)\b(?:password|passwd|passcode|kennwort|passwort|pw|pwd) (?:is|was|ist|lautet|to|set to"
        r"""|changed to|reset to)[ ]{1,2}["']?"""
        r"""([0-9]{4,12})\b""",
        ("pass", "pw", "kennwort"),
        "pin",
        needs=(" ",),
    ),
)
"""Behind what a sentence says, without a sign."""
