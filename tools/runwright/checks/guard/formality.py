"""Whether every part of a command has a known-safe form: calls, redirections and variables; and why not."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from runwright.checks.guard.forms.form import Form, OwnForms, described
from runwright.checks.guard.forms.table import form_of
from runwright.checks.guard.forms.values import fits
from runwright.checks.guard.limits import limited
from runwright.checks.guard.listings import LISTS, doubt_of, joined, surveyed
from runwright.checks.guard.programs import PRINTERS
from runwright.checks.guard.sweeps import swept
from runwright.checks.guard.words import Call, Redirect, Word, listed

_NOTHING = Form("shell", (), {}, "unix")
_EXPRESSION = Form("expression", (), {}, "powershell")


def known_forms(calls: Sequence[Call], formal: Sequence[Call], own: OwnForms) -> tuple[list[str], list[str]]:
    """The forms that the formal calls have, and what is open about any of the calls."""
    found: list[str] = []
    doubts = [doubt for call in calls for doubt in _around(call)]
    listings: list[tuple[Form, Call]] = []
    for index, call in enumerate(formal):
        form = _form(call, own)
        doubt = _doubt(form, call, formal[index + 1 :], calls)
        if form is not None and form.pairs in LISTS:
            listings.append((form, call))
        if doubt:
            doubts.append(doubt)
        elif form is not None:
            found.append(described(form, call.name or form.program, call.args))
    return found, [*doubts, *joined(listings), *surveyed(formal), *swept(formal), *limited(calls)]


def shapes(formal: Sequence[Call], own: OwnForms) -> tuple[str, ...]:
    """The forms of calls in words: the known-safe one, or else the program, its verb and the names of its options."""
    return tuple(dict.fromkeys(_shape(call, own) for call in formal if call.name))


def _shape(call: Call, own: OwnForms) -> str:
    form = _form(call, own)
    if form is not None:
        return described(form, call.name, call.args)
    verb = next(iter(call.texts), "")
    verb = verb.casefold() if re.fullmatch(r"[A-Za-z][A-Za-z-]{1,30}", verb) and call.name not in PRINTERS else ""
    options = sorted({name for name in map(_option_name, call.args) if name})
    return " ".join(part for part in (call.name[:60], verb, *options[:20]) if part).replace("\x00", "…")


def _option_name(word: Word) -> str:
    found = re.match(r"(--?[A-Za-z][\w-]{0,40}|/[A-Za-z]{1,20}(?=:|$))", word.text)
    return found[1] if found and word.known else ""


def _around(call: Call) -> Iterator[str]:
    """What is open about a call's redirections, variables and paths."""
    for redirect in call.redirects:
        if not _is_harmless(redirect, call):
            verb = "writes to" if redirect.writes else "reads"
            yield f"it {verb} {shown(redirect.target.text) or 'a file'}"
    if call.shell not in {"bash", "sh"} and any(re.match(r"\\\\[\w.]", word.text) for word in call.args):
        yield "it reaches for a file of another host"
    yield from (f"it sets the variable {name}" for name, _ in call.settings if not _is_ordinary(name))


def _doubt(form: Form | None, call: Call, later: Sequence[Call], calls: Sequence[Call]) -> str:
    """Why a call's form is not enough; empty when it is."""
    if form is None:
        return f"no known-safe form of {shown(call.program.text) or 'this'} has these arguments"
    look = doubt_of(form, call, calls)
    if look or form.pairs in LISTS:
        return look
    if form.pairs and not _is_paired(form, call, later):
        return f"{call.name} {shown(call.line)} is safe only when the same is started again"
    return ""


def _form(call: Call, own: OwnForms) -> Form | None:
    if call.program.text or call.program.variable:
        return form_of(call, own)
    if call.shell == "powershell" and call.args:
        return _EXPRESSION if fits("PATTERN", call.args[0]) or not call.args[0].known else None
    return _NOTHING if call.settings or call.redirects else None


def _is_paired(form: Form, call: Call, later: Sequence[Call]) -> bool:
    """Whether what is stopped is started again."""
    things = {word.text.casefold() for word in call.args if word.known and not word.text.startswith(("-", "/"))}
    things |= {word.text for word in call.args if word.text.startswith("/") and call.shell in {"bash", "sh"}}
    for other in (each for each in later if each.world == call.world):
        words = {text.casefold() for text in other.texts} | set(other.texts)
        starts = form.pairs == other.name or form.pairs in words or other.name.startswith(f"{form.pairs}-")
        if starts and things & words - {"stop", "start"}:
            return True
    return False


def _is_harmless(redirect: Redirect, call: Call) -> bool:
    target = redirect.target
    if target.text.casefold() in {"/dev/null", "nul", "$null", ""} or ("&" in redirect.sign and target.text.isdigit()):
        return True
    if redirect.sign == ">&" or not redirect.writes:
        return (
            target.text.isdigit()
            or fits("READ", target)
            or redirect.sign == "<<<"
            or target.text in {"/dev/stderr", "/dev/stdout"}
        )
    if target.text in {"/dev/stderr", "/dev/stdout", "/dev/tty"}:
        return True
    empties = redirect.sign in {">", ">|"} and call.name in {"", ":", "true"} and not call.upstream
    return empties and fits("LOGFILE", target)


_SPECIAL = re.compile(
    r"(?i)(path|ifs|ld_\w+|bash_\w+|env|shellopts|ps[0-9]|prompt_command|python\w+|perl\w+|ruby\w+|node_\w+|git_\w+|pager|"
    r"editor|visual|home|shell|psmodulepath|comspec|pathext|systemroot|windir|http_proxy|https_proxy|all_proxy|tmpdir|temp|tmp|"
    r"function:.*|alias:.*|variable:.*|psdefaultparametervalues|java_\w*|_java\w*|systemd_\w+|docker_\w+|pg[a-z]+|psqlrc|locpath|manpager|less\w*|hist\w*|gconv_path|glibc_\w+|malloc_\w+|"
    r"aws_\w+|kubeconfig|pgpassword|mysql_pwd|ssh_\w+|display|cor_\w+|dotnet_\w+|complus_\w+|openssl_\w+|curl_\w+|ssl_\w+)"
)


_PREFERENCES = listed("profile psdefaultparametervalues executioncontext ofs psmoduleautoloadingpreference")


def _is_ordinary(name: str) -> bool:
    """Whether a variable changes nothing but the script's own words."""
    if name.startswith("$"):  # a variable of PowerShell's own, not of the environment
        return re.fullmatch(r"\$[A-Za-z_][\w]{0,60}", name) is not None and name.casefold()[1:] not in _PREFERENCES
    return _SPECIAL.fullmatch(name) is None and re.fullmatch(r"[A-Za-z_]\w{0,60}", name) is not None


def shown(text: str) -> str:
    """A part of the command, short and printable, for a reason."""
    short = "".join(char if char.isprintable() else "…" for char in text[:60])
    return f"`{short.replace('`', '')}`" if short else ""
