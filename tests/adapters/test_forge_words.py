"""What the bot says afterwards on the local forge: signed, once, never over a person's head."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from runwright.adapters.forge_local import LocalProposals
from runwright.adapters.pulls_local import LocalPulls, LocalTerms
from runwright.errors import EdgeError, TrustError
from runwright.model.pacing import ProposalLimits
from runwright.model.proposal import Withdrawal
from runwright.release.records import encode, signed_files
from runwright.release.signers import DECISION, PROPOSAL
from tests.support.forge import RUNBOOK, Forge, key_of, later, make_forge


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    return make_forge(tmp_path)


def records(forge: Forge) -> str:
    return forge.repository.resolve("refs/runwright/pulls") or ""


def planted(forge: Forge, path: str, data: bytes, signature: bytes = b"") -> None:
    """Write records as somebody with access to the files could."""
    forge.push({path: data, f"{path}.sig": signature}, ref="refs/runwright/pulls", on=records(forge))


def test_a_comment_is_brought_up_to_date_in_place(forge: Forge) -> None:
    forge.open()
    bot = forge.bot()
    bot.say(1, "seen", "Seen 2 times.", later(2))
    bot.add_evidence(1, "exec-2", "It happened again.", later(3))
    told = bot.say(1, "seen", "Seen 3 times.", later(4))
    assert (told.by, told.at) == ("runwright-bot", later(4))
    assert [comment.text for comment in forge.reviews().show(1).comments] == ["Seen 3 times.", "It happened again."]


def test_what_stands_there_already_is_not_written_again(forge: Forge) -> None:
    pull = forge.open()
    bot = forge.bot()
    bot.say(1, "seen", "Seen 2 times.", later(2))
    bot.retell(1, "Another text.", ("runwright", "priority:high"), later(2))
    before = records(forge)
    bot.say(1, "seen", "Seen 2 times.", later(3))
    assert bot.retell(1, "Another text.", ("runwright", "priority:high"), later(3)) is False
    assert records(forge) == before
    now = forge.reviews().show(1)
    assert (now.body, now.labels, now.head_sha) == ("Another text.", ("runwright", "priority:high"), pull.head_sha)


def test_a_comment_of_somebody_elses_is_left_alone(forge: Forge) -> None:
    forge.open()
    LocalProposals(forge.repository, key_of("alex")).say(1, "seen", "I saw it, too.", later(2))
    forge.bot().say(1, "seen", "Seen 2 times.", later(3))
    said = [(comment.by, comment.text) for comment in forge.reviews().show(1).comments]
    assert said == [("alex", "I saw it, too."), ("runwright-bot", "Seen 2 times.")]


@pytest.mark.parametrize("ref", ["refs/pull/1/head", "refs/heads/runwright/improve/RB-LIN-SERVICE-001/abababababab"])
def test_after_a_persons_push_neither_text_nor_head_nor_state_changes(forge: Forge, ref: str) -> None:
    pull = forge.open()
    mine = forge.push({RUNBOOK: b"by hand\n"}, by="alex", ref=ref)
    assert forge.bot().retell(1, "Another text.", (), later(2)) is False
    assert forge.bot().withdraw(1, "stale", "the runbook moved on", later(2)) is False
    forge.open("id: RB-LIN-SERVICE-001\nversion: 2\n# better\n")
    assert forge.repository.resolve(ref) == mine
    assert forge.reviews().show(1).model_copy(update={"updated_at": pull.updated_at}) == pull


def test_after_an_approval_neither_text_nor_state_changes(forge: Forge) -> None:
    pull = forge.open()
    forge.green(pull, risk="high")
    forge.reviews().approve(1, later(3))
    assert forge.bot().retell(1, "Another text.", (), later(4)) is False
    assert forge.bot().withdraw(1, "stale", "the runbook moved on", later(4)) is False
    assert forge.reviews().show(1).state == "open"


def test_the_bot_takes_its_own_back_and_says_why(forge: Forge) -> None:
    forge.open()
    assert forge.bot().withdraw(1, "superseded", "superseded by #2", later(2)) is True
    now = forge.reviews().show(1)
    assert (now.state, now.closed_as, now.closed_reason) == ("closed", "superseded", "superseded by #2")
    assert (now.closed_by, now.ended_at) == ("runwright-bot", later(2))
    assert forge.bot().withdraw(1, "stale", "again", later(3)) is False
    with pytest.raises(TrustError, match="is closed"):
        forge.reviews().approve(1, later(4))


def test_nobody_takes_back_what_somebody_else_opened(forge: Forge) -> None:
    forge.open()
    person = LocalProposals(forge.repository, key_of("alex"))
    assert person.withdraw(1, "stale", "not mine", later(2)) is False
    record = Withdrawal(number=1, reason="stale", note="not mine", at=later(2))
    for path, data in signed_files("1/withdrawn.json", record, key_of("alex"), DECISION).items():
        forge.push({path: data}, ref="refs/runwright/pulls", on=records(forge))
    assert forge.reviews().show(1).state == "open"


@pytest.mark.parametrize("signature", [b"", b"-----BEGIN SSH SIGNATURE-----\nAAAA\n-----END SSH SIGNATURE-----\n"])
def test_a_withdrawal_forged_with_file_access_closes_nothing(forge: Forge, signature: bytes) -> None:
    forge.open()
    record = Withdrawal(number=1, reason="stale", note="forged", at=later(2))
    planted(forge, "1/withdrawn.json", encode(record), signature)
    assert forge.reviews().show(1).state == "open"


def test_a_withdrawal_of_another_pull_request_closes_nothing(forge: Forge) -> None:
    forge.open()
    record = Withdrawal(number=2, reason="stale", note="of another", at=later(2))
    signed = signed_files("1/withdrawn.json", record, key_of("runwright-bot"), PROPOSAL)
    planted(forge, "1/withdrawn.json", signed["1/withdrawn.json"], signed["1/withdrawn.json.sig"])
    assert forge.reviews().show(1).state == "open"


def test_a_merge_is_a_merge_whatever_is_said_afterwards(forge: Forge) -> None:
    forge.merged()
    record = Withdrawal(number=1, reason="stale", note="too late", at=later(9))
    for path, data in signed_files("1/withdrawn.json", record, key_of("runwright-bot"), PROPOSAL).items():
        forge.push({path: data}, ref="refs/runwright/pulls", on=records(forge))
    now = forge.reviews().show(1)
    assert (now.state, now.ended_at) == ("merged", later(3))


@pytest.mark.parametrize("how", ["needs-work", "no-longer-failing", "stale", "rejected"])
def test_a_person_says_in_which_sense_it_is_closed(forge: Forge, how: str) -> None:
    forge.open()
    closed = forge.reviews().reject(1, "because", later(2), how)  # type: ignore[arg-type]
    assert (closed.closed_as, closed.closed_by, closed.ended_at) == (how, "dana", later(2))


def test_a_plain_no_is_written_as_it_always_was(forge: Forge) -> None:
    """A record that an older version wrote is read byte for byte, so nothing may be added to it."""
    forge.open()
    forge.reviews().reject(1, "no", later(2))
    files = forge.repository.read_files(records(forge))
    written = json.loads(files["1/decisions/0001.json"])
    assert "close_as" not in written
    assert forge.reviews().show(1).closed_as == "rejected"


def test_a_policy_that_cannot_be_read_is_waited_out_and_not_taken_for_the_failures_fault(forge: Forge) -> None:
    forge.open()
    bot, pulls = forge.bot(), LocalPulls(forge.repository)
    good = forge.repository.read_file(forge.main, "runwright.toml")
    forge.push({"runwright.toml": b"[policy\n"})
    for read in (bot.pulls, pulls.open_pulls):
        with pytest.raises(EdgeError, match=r"must be mended first: runwright\.toml"):
            read()
    forge.push({"runwright.toml": good})
    assert len(bot.pulls()) == len(pulls.open_pulls()) == 1


def test_records_that_somebody_broke_are_waited_out_too(forge: Forge) -> None:
    forge.open()
    planted(forge, "1/withdrawn.json", b"{}")
    with pytest.raises(EdgeError, match="must be mended first"):
        forge.bot().pulls()


def test_those_who_may_approve_are_people_who_own_the_path(forge: Forge) -> None:
    """Machines own it too in CODEOWNERS, and mallory owns nothing."""
    terms = LocalTerms(forge.repository)
    assert terms.approvers(RUNBOOK) == 2
    assert terms.approvers("README.md") == 1
    assert terms.limits() == ProposalLimits()
    forge.push({"runwright.toml": b"[proposals]\nper_hour = 7\n"})
    assert terms.limits().per_hour == 7
