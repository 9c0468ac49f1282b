"""Which of the tables hold for which shell, and the search for the form that a call has."""

from __future__ import annotations

from functools import lru_cache

from runwright.checks.guard.forms import linux_change, linux_look, powershell, windows
from runwright.checks.guard.forms.form import Form, OwnForms, matches, read_forms
from runwright.checks.guard.words import Call, Shell

COMMON = " -erroraction=NAME -ea=NAME -warningaction=NAME -informationaction=NAME -verbose -whatif -confirm:=BOOL"


@lru_cache(maxsize=4)
def tables(shell: Shell) -> dict[str, tuple[Form, ...]]:
    """The forms that hold in a shell, by program in lower case."""
    if shell in {"bash", "sh"}:
        text = linux_look.STATE + linux_look.SHELL + linux_change.CHANGE + linux_change.SERVICES
        return read_forms(text, "unix")
    programs = read_forms(windows.PROGRAMS, "cmd")
    own = read_forms(windows.CMD, "cmd") if shell == "cmd" else read_forms(_cmdlets(), "powershell")
    folded: dict[str, tuple[Form, ...]] = {}
    for table in (programs, own):
        for name, forms in table.items():
            folded[name.casefold()] = folded.get(name.casefold(), ()) + forms
    return folded


def _cmdlets() -> str:
    lines = (powershell.LOOK + powershell.CHANGE).strip().splitlines()
    return "\n".join(_with_common(line) for line in lines)


def _with_common(line: str) -> str:
    parts = [*line.split("|"), "", ""][:4] if line.count("|") < 3 else line.split("|")
    parts[2] += COMMON
    return "|".join(parts)


_FOLDERS = ("/bin/", "/usr/bin/", "/sbin/", "/usr/sbin/", "/usr/local/bin/", "/usr/local/sbin/")
_WINDOWS_FOLDERS = (
    "c:\\windows\\system32\\",
    "c:\\windows\\",
    "c:\\windows\\system32\\inetsrv\\",
    "c:\\windows\\system32\\windowspowershell\\v1.0\\",
)


def form_of(call: Call, own: OwnForms) -> Form | None:
    """The known-safe form of a call, of the shipped tables or of the repository's own; none when it has none."""
    name = _trusted_name(call)
    known = (*tables(call.shell).get(name, ()), *own.get(call.shell, {}).get(name, ()))
    return next((form for form in known if matches(form, call.args)), None)


def _trusted_name(call: Call) -> str:
    """The program's name, where it is found on the path or stands in a folder of the system."""
    text = call.program.text
    if call.shell in {"bash", "sh"}:
        folder, _, name = text.rpartition("/")
        return name if not folder or f"{folder}/" in _FOLDERS else ""
    folder, _, name = text.replace("/", "\\").rpartition("\\")
    if folder and f"{folder.casefold()}\\" not in _WINDOWS_FOLDERS:
        return ""
    return name.casefold().removesuffix(".exe").removesuffix(".vbs")
