"""Numbers that check themselves, and how many digits a number has."""

from __future__ import annotations

from runwright.redact.rule import Check, Part

_IBAN_LENGTHS = {
    "GB": 22, "DE": 22, "FR": 27, "ES": 24, "IT": 27, "NL": 18, "BE": 16, "CH": 21, "AT": 20, "PL": 28, "SE": 24,
}  # fmt: skip
"""Characters of an account's number in countries where most are from (ISO 13616); others have 15 to 34."""


def _digits(text: str, start: int, end: int) -> str:
    return "".join(char for char in text[start:end] if "0" <= char <= "9")


def luhn(digits: str) -> bool:
    """Whether the last digit checks the others (ISO/IEC 7812)."""
    total = 0
    for place, char in enumerate(reversed(digits)):
        digit = int(char) * (1 + place % 2)
        total += digit - 9 if digit > 9 else digit
    return total % 10 == 0


def card(text: str, start: int, end: int) -> Part | None:
    """A card of a known network, with the right last digit."""
    digits = _digits(text, start, end)
    head, size = digits[:4], len(digits)
    known = (
        (digits[0] == "4" and size == 16)
        or (("51" <= head[:2] <= "55" or "2221" <= head <= "2720") and size == 16)
        or (head[:2] in ("34", "37") and size == 15)
        or ((head == "6011" or head[:2] == "65" or head[:2] == "35") and size == 16)
    )
    return (start, end) if known and luhn(digits) else None


def is_iban(written: str) -> bool:
    """Whether the check digits of an account's number are right (ISO 13616)."""
    letters = "".join(written.split())
    if len(letters) != _IBAN_LENGTHS.get(letters[:2], len(letters)) or not 15 <= len(letters) <= 34:
        return False
    turned = "".join(str(int(char, 36)) for char in letters[4:] + letters[:4])
    return int(turned) % 97 == 1


def iban(text: str, start: int, end: int) -> Part | None:
    """An account's number with the right check digits."""
    return (start, end) if is_iban(text[start:end]) else None


def at_least(count: int) -> Check:
    """A proof that asks for so many digits."""

    def check(text: str, start: int, end: int) -> Part | None:
        return (start, end) if len(_digits(text, start, end)) >= count else None

    return check


def phone(text: str, start: int, end: int) -> Part | None:
    """A number that one can call: enough digits, and no plain count or address of a host."""
    count = len(_digits(text, start, end))
    value = text[start:end]
    plain = value.isdigit() and not value.startswith("0") and count < 10
    return (start, end) if 7 <= count <= 15 and not plain and value.count(".") != 3 else None


def nhs(text: str, start: int, end: int) -> Part | None:
    """A number of the NHS: the last digit checks the others (NHS Data Dictionary, NHS NUMBER)."""
    digits = [int(char) for char in _digits(text, start, end)]
    rest = sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False)) % 11
    return (start, end) if (11 - rest) % 11 == digits[9] else None


def hetu(text: str, start: int, end: int) -> Part | None:
    """A Finnish personal identity code: a day of birth, and a sign that checks it."""
    written = text[start:end]
    day, month = int(written[:2]), int(written[2:4])
    sign = "0123456789ABCDEFHJKLMNPRSTUVWXY"[int(written[:6] + written[7:10]) % 31]
    return (start, end) if 1 <= day <= 31 and 1 <= month <= 12 and written[-1] == sign else None


def said(text: str, start: int, end: int) -> Part | None:
    """A South African identity number: a day of birth, and a digit that checks it."""
    digits = text[start:end]
    month, day = int(digits[2:4]), int(digits[4:6])
    return (start, end) if 1 <= month <= 12 and 1 <= day <= 31 and digits[10] in "01" and luhn(digits) else None


def spelled(text: str, start: int, end: int) -> Part | None:
    """A number told digit by digit: most of its digits are words, and no word stands alone for a count."""
    said = text[start:end].rstrip(" ,.-")
    words = said.replace(",", " ").replace("-", " ").replace(".", " ").split()
    return (start, start + len(said)) if sum(word.isalpha() for word in words) >= 5 else None


def pnr(text: str, start: int, end: int) -> Part | None:
    """A Swedish identity number: a day of birth, and a digit that checks it."""
    digits = _digits(text, start, end)[-10:]
    month, day = int(digits[2:4]), int(digits[4:6]) % 60
    return (start, end) if 1 <= month <= 12 and 1 <= day <= 31 and luhn(digits) else None
