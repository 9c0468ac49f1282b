"""Whether the bot is who it should be: an identity of its own that proposes, and neither decides nor bypasses rules.

Judges facts alone; asking for them is left to `adapters`.
"""

from __future__ import annotations

from collections.abc import Iterator

from runwright.checks.hosting.diagnosis import Diagnosis, good, unknown, wrong
from runwright.checks.hosting.facts import Actor, GitHubFacts, NotTold, Speaker
from runwright.checks.hosting.owners import all_owners, owners_text
from runwright.checks.hosting.rules import binding, bypasses
from runwright.checks.hosting.wanted import HARMFUL, LEVELS, PERMISSIONS
from runwright.errors import ContentError

MAKE_APP = "make a GitHub App for the bot, as .github/SETUP.md leads you through"
BIG_SCOPES = frozenset(
    {"admin:org", "admin:repo_hook", "delete_repo", "admin:enterprise", "workflow", "write:packages"}
)


def judge_bot(facts: GitHubFacts) -> Iterator[Diagnosis]:
    """Everything about the bot's identity and rights."""
    yield from judge_speaker(facts.bot)
    yield _ci(facts)
    yield _bypass(facts)
    yield _approve(facts)


def judge_speaker(bot: Speaker) -> Iterator[Diagnosis]:
    """What the bot's token alone tells; this is known even where the token itself is refused."""
    yield _token(bot)
    yield from _permissions(bot)
    yield from _write(bot)
    yield _admin(bot)


def _token(bot: Speaker) -> Diagnosis:
    key, who = "bot.token", f"{bot.login or 'the bot'}"
    if bot.suspended:
        return wrong(key, f"the installation of {who} is suspended", "let an owner lift it in the App's settings")
    if bot.kind == "app":
        return good(key, f"{who} is a GitHub App: its tokens last an hour and reach this repository alone")
    if bot.kind == "fine-grained":
        return good(key, f"{who} uses a fine-grained token; it works, though an App's tokens are renewed by themselves")
    if bot.kind == "actions":
        return wrong(key, "this is the token of a workflow: what it opens starts no checks", MAKE_APP)
    if bot.kind == "classic":
        return wrong(
            key, f"{who} uses a classic token{_scopes(bot)}: it reaches all that the account reaches", MAKE_APP
        )
    return unknown(key, f"what kind of token {who} uses cannot be told", MAKE_APP)


def _scopes(bot: Speaker) -> str:
    scopes = () if isinstance(bot.scopes, NotTold) else bot.scopes
    big = sorted(BIG_SCOPES & set(scopes))
    return f" with {', '.join(big or sorted(scopes))}" if scopes else ""


def _permissions(bot: Speaker) -> Iterator[Diagnosis]:
    if isinstance(bot.permissions, NotTold):
        yield unknown(
            "bot.permissions", bot.permissions.why, "compare the token's page at GitHub with .github/SETUP.md"
        )
        return
    has = {name: str(level) for name, level in bot.permissions.items()}
    lacks = [one for one in PERMISSIONS if LEVELS.get(has.get(one.name, "none"), 0) < LEVELS[one.level]]
    if lacks:
        named = "; ".join(f"{one.name}: {one.level} ({one.reason})" for one in lacks)
        yield wrong(
            "bot.permissions",
            f"the App lacks {named}",
            "grant it in the App's settings, and accept it in the installation",
        )
    else:
        yield good("bot.permissions", f"the App has all {len(PERMISSIONS)} permissions")
    more = tuple(_too_many(has))
    if more:
        yield wrong(
            "bot.permissions.more",
            f"the App has more than it needs: {'; '.join(more)}",
            "take it away in the App's settings",
        )
    else:
        yield good("bot.permissions.more", "the App has no permission that it does not need")


def _write(bot: Speaker) -> Iterator[Diagnosis]:
    """Whether an account may write; of an App its permissions say so."""
    if bot.kind == "app" or isinstance(bot.role, NotTold):
        return
    if bot.role.get("push"):
        yield good("bot.write", f"{bot.login} may write to the repository")
    else:
        told = f"{bot.login or 'the account'} may only read the repository, so it opens no proposal"
        yield wrong("bot.write", told, "give the account the role write, no more")


def _too_many(has: dict[str, str]) -> Iterator[str]:
    needs = {one.name: one.level for one in PERMISSIONS}
    for name, level in sorted(has.items()):
        # Reading who is in a team harms nobody, and CODEOWNERS may name teams.
        if name == "members" and level == "read":
            continue
        if LEVELS.get(level, 3) > LEVELS[needs.get(name, "none")]:
            reason = HARMFUL.get(name, "")
            yield f"{name}: {level}" + (f" ({reason})" if reason else "")


def _admin(bot: Speaker) -> Diagnosis:
    key = "bot.admin"
    if bot.kind == "app" and not isinstance(bot.permissions, NotTold):
        if "administration" in bot.permissions:
            return wrong(key, "the App administers the repository", "take the permission Administration away")
        return good(key, "the bot administers nothing")
    if isinstance(bot.role, NotTold):
        return unknown(key, bot.role.why, "look at the repository's collaborators")
    if bot.role.get("admin") or bot.role.get("maintain"):
        return wrong(
            key, f"{bot.login} may administer the repository", "give the bot's account the role write, no more"
        )
    return good(key, f"{bot.login} does not administer the repository")


def _ci(facts: GitHubFacts) -> Diagnosis:
    key = "bot.ci"
    if facts.bot.kind == "actions":
        told = "checks do not run on what the bot opens: GitHub starts no workflow for the token of a workflow"
        return wrong(key, told, MAKE_APP)
    if not isinstance(facts.actions, NotTold) and not facts.actions.enabled:
        return wrong(
            key, "GitHub Actions are switched off, so no check runs", "switch them on in the repository's settings"
        )
    if facts.bot.kind == "other":
        told = "whether checks run on what the bot opens cannot be told from its token"
        return unknown(key, told, MAKE_APP)
    return good(key, "checks run on what the bot opens: its token is not a workflow's")


def _bypass(facts: GitHubFacts) -> Diagnosis:
    key, bot = "bot.bypass", facts.bot
    if isinstance(facts.rulesets, NotTold):
        return unknown(key, facts.rulesets.why, "run doctor with an admin's token in RUNWRIGHT_GITHUB_TOKEN as well")
    active = [one for one in facts.rulesets if one.enforcement != "disabled"]
    named = bypasses(active, Actor("Integration", bot.app_id)) if bot.app_id is not None else ()
    mine = tuple(one.name for one in active if one.mine not in {"", "never"}) if facts.speaker == bot else ()
    old = _old_allowance(facts)
    if named or mine or old:
        where = ", ".join(dict.fromkeys((*named, *mine, *old)))
        return wrong(key, f"{bot.login} may bypass {where}", "take it off the bypass list")
    hidden = [one.name for one in active if isinstance(one.bypass, NotTold) and not (facts.speaker == bot and one.mine)]
    if hidden or (bot.app_id is None and facts.speaker != bot):
        told = f"who may bypass {', '.join(hidden) or 'the rules'} is shown to admins alone"
        return unknown(key, told, "run doctor with an admin's token in RUNWRIGHT_GITHUB_TOKEN as well")
    return good(key, f"{bot.login} is on no bypass list")


def _old_allowance(facts: GitHubFacts) -> tuple[str, ...]:
    if facts.protection is None or isinstance(facts.protection, NotTold):
        return ()
    reviews = facts.protection.data.get("required_pull_request_reviews") or {}
    allowed = reviews.get("bypass_pull_request_allowances") or {}
    slug = facts.bot.login.removesuffix("[bot]").casefold()
    listed = [one.get("slug") or one.get("login") for kind in ("apps", "users") for one in allowed.get(kind) or ()]
    return ("the branch protection",) if slug and slug in {str(one).casefold() for one in listed} else ()


def _approve(facts: GitHubFacts) -> Diagnosis:
    key, bot = "bot.approve", facts.bot
    if isinstance(facts.files, NotTold):
        return unknown(
            key, f"whether {bot.login} owns anything: {facts.files.why}", "give the token the right to read contents"
        )
    try:
        owners = _owners(facts)
    except ContentError as error:
        return unknown(key, f"CODEOWNERS cannot be read: {error}", "correct it")
    names = {bot.login.casefold(), bot.login.removesuffix("[bot]").casefold()}
    if bot.login and names & owners:
        return wrong(
            key, f"CODEOWNERS names {bot.login} an owner, so its approval would count", "take the bot out of CODEOWNERS"
        )
    return _counts(facts, key)


def _owners(facts: GitHubFacts) -> frozenset[str]:
    files = {} if isinstance(facts.files, NotTold) else facts.files
    found = owners_text(files)
    return all_owners(found[1], found[0]) if found else frozenset()


def _counts(facts: GitHubFacts, key: str) -> Diagnosis:
    """An approval of somebody who owns nothing counts only where owners are not asked for."""
    if isinstance(facts.in_force, NotTold):
        return unknown(key, facts.in_force.why, "run doctor with a token that may read the rules")
    protection = None if isinstance(facts.protection, NotTold) else facts.protection
    holds = binding(facts.in_force, protection).of(lambda rules: rules.code_owners)
    if holds in {"everybody", "perhaps"}:
        return good(key, "the bot owns nothing and main asks for an owner's approval, so the bot's would not count")
    return wrong(
        key,
        "an approval by anybody who may write counts, an App's included",
        "require an owner's approval: runwright github setup",
    )
