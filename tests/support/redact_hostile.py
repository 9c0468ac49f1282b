"""Texts of 64 KiB that make careless matchers slow: beginnings without ends, repetitions, encodings in encodings."""

from __future__ import annotations

import base64

SIZE = 65_536

_UNITS = {
    "one key after the other": "password=",
    "keys and blanks": "password= ",
    "keys and quotes": "password='",
    "one letter": "a",
    "blanks": " ",
    "line breaks": "\n",
    "tabs": "\t",
    "beginnings of keys": "-----BEGIN PRIVATE KEY-----",
    "beginnings of addresses": "://a:",
    "beginnings of tokens": "eyJ",
    "dots": "eyJhbGciOi.",
    "quotes and backslashes": "\"'\\",
    "commands": "curl -u ",
    "accounts": "net user ",
    "tags": "<password>",
    "markers": "[erased:password]",
    "halves of markers": "[erased:",
    "marks of no kind": "[erased:x]",
    "cookies": "cookie: a=b; ",
    "many small secrets": "pwd=x1 ",
    "dollars": "$6$",
    "bearers": "bearer ",
    "numbers of bots": "1234567890:AA",
    "capital words": "Aaaa ",
    "names of patients": "Patient: Jane Roe ",
    "names and commas": "Roe, ",
    "names and carets": "ROE^JANE^",
    "titles": "Mr. Dr. ",
    "papers": "record of ",
    "segments": "PID|1||",
    "segments and ends": "PID|1||a\r",
    "fields of X12": "NM1*IL*1*",
    "tags of DICOM": "(0010,0010) PN [",
    "resources": '{"resourceType":"Patient","id":"',
    "members of resources": '"family":"a","given":["',
    "rows": "Key (ssn)=(",
    "failing rows": "Failing row contains (",
    "inserts": "insert into patient values (",
    "digits": "1",
    "digits and dashes": "000-",
    "digits and dots": "203.0.113.",
    "public addresses": "203.0.113.9 ",
    "colons": "2001:",
    "long addresses": "2001:db8::1 ",
    "cards": "4111 ",
    "accounts of banks": "GB82 WEST ",
    "telephones": "+1 555 ",
    "brackets and digits": "(555) ",
    "at signs and dots": "a@b.",
    "mail": "a@b.example ",
    "streets": "12 Elm ",
    "files named after people": "/Anna_Berg.wav",
    "names in another alphabet": "\u59d3\u540d\u738b\u5c0f\u660e",
    "fathers' names": "\u0438\u0432\u0430\u043d\u043e\u0432\u0438\u0447 ",
    "quotes that never close": 'password="a ',
    "digits told one by one": "one two ",
    "families of letters": "<family>Roe</family>",
    "labels": "mrn dob ssn ",
    "labels and words": "dob on file on file ",
    "labels and signs": "ssn:::::",
    "percent signs": "%25",
    "escapes of JSON": "\\u005c",
    "escapes of HTML": "&amp;",
    "entities": "&#x26;#x26;",
    "backslashes": "\\\\",
    "control sequences": "\x1b[31m",
    "beginnings of control sequences": "\x1b[",
    "zeros": "p\x00",
    "zero width": "a\u200b",
    "accents": "e\u0301\u0302",
    "ligatures": "\ufdfa",
    "wide letters": "\uff21\uff22\uff23 ",
    "neutral characters": "\ufffc",
    "base64 of letters": "QUFB",
    "base64 of secrets": base64.b64encode(b"password=hunter2 ").decode() + " ",
    "hexadecimal digits": "70617373",
    "hexadecimal with blanks": "70 61 ",
    "pairs of letters": "ghp_",
    "passwords in prose": "the password is ",
    "random tokens": "key aB3dE5fG7hJ9kL1mN3pQ5rS7 ",
    "ailments": "diagnosed with ",
    "asterisks": "*",
    "slashes": "/patients/",
}


def hostile() -> dict[str, str]:
    """Each text by what it is."""
    repeated = {name: unit * (SIZE // len(unit)) for name, unit in _UNITS.items()}
    return {**repeated, **_built()}


def _built() -> dict[str, str]:
    nested = b"password=hunter2 " * 700
    for _ in range(6):
        nested = base64.b64encode(nested)
    return {
        "backslashes behind a key": "password" + "\\" * 65_000,
        "letters of two bytes": "\u00e9" * 32_768 + " password=\u00e9",
        "at signs": "http://a:" + "@" * 65_000,
        "a key in base64 without an end": "-----BEGIN RSA PRIVATE KEY-----" + "A" * 65_000,
        "base64 in base64": nested.decode()[:SIZE],
        "one long word of capitals": "Patient " + "A" * 65_000,
        "one long resource": '{"resourceType":"Patient","given":[' + '"a",' * 16_000,
        "one long row": "Failing row contains (" + "a, " * 21_000,
        "a question of many": "?patient=" + "a&b=" * 16_000,
        "escapes inside escapes": "%" + "25" * 32_000 + "41",
    }
