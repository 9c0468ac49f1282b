"""Error codes and what they imply, where the words around them are missing or in another language.

After Microsoft's lists of system error codes (0 to 1999), of HRESULT values and of Windows Update errors, RFC 9110,
RFC 3463 (mail), PostgreSQL appendix A, the error references of MySQL, SQL Server and Oracle, and the exit codes of
shells.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from runwright.model.fields import FailureType

_P: FailureType = "permission_denied"
_X: FailureType = "external_dependency"
_D: FailureType = "environment_difference"
_I: FailureType = "runbook_insufficient"
_W: FailureType = "wrong_runbook"

WIN32: Mapping[int, FailureType] = {
    **dict.fromkeys((5, 86, 1314, 1326, 1327, 1328, 1330, 1331, 1380, 1385, 1396, 1625, 1788, 1907, 1909, 1069), _P),
    **dict.fromkeys((53, 59, 64, 67, 121, 1203, 1222, 1225, 1231, 1232, 1236, 1311, 1355, 1722, 1723, 1727), _X),
    **dict.fromkeys((2, 3, 50, 87, 120, 126, 127, 193, 216, 1060, 1150, 1157, 1633, 1639, 1654, 1079), _D),
    **dict.fromkeys(
        (32, 33, 39, 80, 112, 145, 170, 183, 350, 1051, 1055, 1056, 1058, 1061, 1062, 1068, 1070, 1072), _I
    ),
    **dict.fromkeys((1073, 1075, 1077, 1219, 1612, 1618, 1638, 1641, 2182, 2250, 3010, 14098), _I),
    **dict.fromkeys((1053, 1066, 1392, 1393), _W),
}
"""System error codes, as services, net, sc and installers return them."""
HRESULT: Mapping[str, FailureType] = {
    **dict.fromkeys(
        ("80070005", "80041003", "80090322", "c0000022", "c000006d", "8009030c", "8009030e", "80070569", "80070534"), _P
    ),
    **dict.fromkeys(
        ("80072ee2", "80072ee7", "80072efd", "80072efe", "80072eff", "80072f76", "80072f78", "8024402c"), _X
    ),
    **dict.fromkeys(
        ("8024401c", "80240438", "8024402f", "80244007", "80244008", "80244010", "80244016", "80244017"), _X
    ),
    **dict.fromkeys(
        ("80244018", "80244019", "8024401b", "8024401f", "80244021", "80244022", "80244023", "8024500c"), _X
    ),
    **dict.fromkeys(
        ("800f0906", "8a15000f", "800706ba", "80070035", "800704cf", "80190194", "801901f4", "80d02002"), _X
    ),
    **dict.fromkeys(
        ("80070002", "80070003", "8007007e", "8007007f", "80040154", "80070032", "80041010", "8004100e"), _D
    ),
    **dict.fromkeys(
        ("80240017", "c1900208", "800700c1", "800b0109", "80070424", "80041002", "80070057", "8007000b"), _D
    ),
    **dict.fromkeys(
        ("800f081f", "800f0831", "800f0823", "8007015e", "80070020", "80070070", "80070422", "80070652"), _I
    ),
    **dict.fromkeys(
        ("80070bc9", "80070bc2", "80240016", "80242014", "8004231f", "80042316", "8007139f", "800f082f"), _I
    ),
    **dict.fromkeys(
        ("80073712", "80073701", "80070490", "800736b3", "8007371b", "80070570", "80070246", "800f0922"), _W
    ),
}
SQL: Mapping[str, FailureType] = {
    **dict.fromkeys(("42501", "28p01", "28000", "ora-01031", "ora-01017", "ora-28000", "ora-28001", "ora-01045"), _P),
    **dict.fromkeys(("ora-12170", "ora-12541", "ora-12543", "ora-03113", "ora-12535", "08006", "08001"), _X),
    **dict.fromkeys(("ora-12154", "ora-12514", "ora-00904", "ora-00942", "58p01", "42704", "42p01", "42883"), _D),
    **dict.fromkeys(("ora-01034", "ora-00257", "ora-01653", "ora-19815", "ora-00054", "55006", "55p03", "57p03"), _I),
    **dict.fromkeys(("53100", "ora-01033", "ora-01109", "ora-38760"), _I),
    **dict.fromkeys(("ora-01578", "ora-00600", "xx001", "xx002", "ora-01110"), _W),
}
NUMBERED: Mapping[int, FailureType] = {
    **dict.fromkeys((229, 262, 300, 916, 1044, 1045, 1142, 1227, 1698, 4060, 15247, 18452, 18456), _P),
    **dict.fromkeys((1105, 3101, 3013, 9002, 1290, 3201), _I),
    **dict.fromkeys((824, 823, 3417, 1712), _W),
}
"""Message numbers of SQL Server and MySQL, which come as `Msg 229` or `ERROR 1045 (28000)`."""
HTTP: Mapping[int, FailureType] = {
    **dict.fromkeys((401, 403), _P),
    **dict.fromkeys((408, 425, 429, 500, 502, 503, 504, 520, 521, 522, 523, 524, 529), _X),
    **dict.fromkeys((405, 406, 407, 410, 415, 426, 501, 505), _D),
    **dict.fromkeys((404, 409, 412, 422, 423, 428, 507), _I),
}
MAIL: Mapping[str, FailureType] = {"5.7": _P, **dict.fromkeys((f"4.{part}" for part in range(8)), _X)}
"""Classes of enhanced status codes of mail, as in `451 4.7.1`: put off for now, or refused by policy."""
EXIT: Mapping[int, FailureType] = {126: _D, 127: _D, 9009: _D, 124: _X, 137: _W, 139: _W}
"""Exit codes of shells, of cmd.exe and of timeout(1)."""

# The groups are tried in this order; each number is read once.
_CODE = re.compile(
    r"(?P<sql>\bora-\d{5}\b)"
    r"|\bsqlstate[^0-9a-z]{0,4}(?P<state>[0-9a-z]{5})\b"
    r"|(?:\b0x|\bhr ?= ?|-)(?P<hresult>[8c][0-9a-f]{7})\b"
    r"|\b(?:msg |sql error \[|error )(?P<numbered>\d{3,5})\b(?= ?[,(\]])"
    r"|\b(?:http(?:/\d(?:\.\d)?)?|status(?: ?code)?|response(?: code)?|returned|answered|got|received)[ :=\[(']{1,3}"
    r"(?:an? (?:error: ?\(?)?)?(?P<http>[1-5]\d\d)\b"
    r"|\b[45]\d\d[ -](?P<mail>[45]\.\d{1,3})\.\d{1,3}\b"
    r"|\b(?:system error|win32 ?error|win32exception|error code|error|code|fehler|erreur|err|rc|failed|exited)"
    r"[ :=#(\[]{1,3}(?P<win32>\d{1,5})\b"
    r"|(?:^ |\| )\(?(?P<bare>\d{1,5})(?:: |, ')"
)
_TABLES: Mapping[str, Mapping[str, FailureType]] = {"sql": SQL, "state": SQL, "hresult": HRESULT, "mail": MAIL}
_NUMBERS: Mapping[str, tuple[Mapping[int, FailureType], ...]] = {
    "numbered": (NUMBERED, HTTP, WIN32),
    "http": (HTTP,),
    "win32": (HTTP, WIN32),
    "bare": (WIN32,),
}


def codes_in(said: str, windows: bool) -> Iterator[FailureType]:
    """What the codes in a readable text imply; a system error code counts on Windows alone."""
    for found in _CODE.finditer(said):
        group = found.lastgroup or ""
        text = found[group]
        if group in _TABLES:
            known = _TABLES[group].get(text)
        else:
            tables = (table for table in _NUMBERS[group] if windows or table is not WIN32)
            known = next((table[int(text)] for table in tables if int(text) in table), None)
        if known is not None:
            yield known


def exit_code_means(code: int | None, windows: bool) -> FailureType | None:
    """What an exit code alone implies."""
    if code is None:
        return None
    if windows and code > 2 and code in WIN32:
        return WIN32[code]
    return EXIT.get(code)
