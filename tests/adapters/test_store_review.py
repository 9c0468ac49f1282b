"""What people say and are asked, in both kinds of database: nothing is overwritten, nothing is given out twice."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

from sqlalchemy import insert

from runwright.adapters.store.counts import Counts
from runwright.adapters.store.database import Database
from runwright.adapters.store.opinions import Opinions
from runwright.adapters.store.probes import MOST, Probes
from runwright.adapters.store.tables import analyses, executions
from runwright.adapters.store.turns import KEPT, Turns
from runwright.learn.background import Amendment, VersionRate
from runwright.model.pacing import Turn, Wait
from runwright.model.probe import MAX_REQUESTS, ProbeRequest, request_of
from runwright.model.review import Opinion, Seen
from tests.support.forge import NOW, later

RUNBOOK = "RB-LIN-SERVICE-001"
WAIT = Wait(later(60), "rate-limited")


def ran(
    database: Database, name: str, site: str, fingerprint: str | None = None, minutes: float = 0, **body: object
) -> None:
    row = {"digest": "0" * 64, "received_at": later(minutes), "due_at": NOW, "stage": "received"}
    told = {"runbook_id": RUNBOOK, **body}
    with database.writing() as connection:
        values = {"site_id": site, "execution_id": name, "fingerprint": fingerprint, "body": told}
        connection.execute(insert(executions).values(**row, **values))


def analysed(database: Database, name: str, site: str, kind: str, minutes: float) -> None:
    values = {
        "analyzed_at": later(minutes),
        "failure_type": kind,
        "triage": {},
        "improved_runbook_generated": False,
        "tried": [],
        "missing_facts": [],
    }
    with database.writing() as connection:
        connection.execute(insert(analyses).values(site_id=site, execution_id=name, **values))


def test_a_failure_is_counted_over_its_sites(database: Database) -> None:
    for number, site in enumerate(("north", "north", "south")):
        ran(database, f"exec-{number}", site, "ab", number)
    ran(database, "other", "north", "cd")
    counts = Counts(database)
    wanted = Seen(3, 2, later(0), later(2), ("exec-2", "exec-1", "exec-0"), (("north", 2), ("south", 1)))
    assert counts.seen("ab") == wanted
    assert counts.seen("ef") == Seen(0, 0)
    assert counts.counts(["ab", "cd", "ef"]) == {"ab": 3, "cd": 1}
    assert counts.counts([]) == {}


def test_versions_are_rated_by_how_their_runs_ended(database: Database) -> None:
    ran(database, "a", "north", runbook_version=1, status="failure", success=False)
    ran(database, "b", "north", runbook_version=1, status="success", success=True)
    ran(database, "c", "north", runbook_version=2, success=True, minutes=5)
    ran(database, "d", "north", success=True)
    counts = Counts(database)
    assert counts.rates(RUNBOOK) == (VersionRate(1, 2, 1), VersionRate(2, 1, 1))
    assert counts.rates("RB-LIN-OTHER-001") == ()
    assert (counts.good_since(RUNBOOK, later(-1)), counts.good_since(RUNBOOK, later(1))) == (3, 1)


def test_the_runs_of_a_runbook_come_oldest_first_with_how_they_ended(database: Database) -> None:
    ran(database, "a", "north", runbook_version=1, verification_passed=True, status="success")
    ran(database, "b", "north", runbook_version=2, verification_passed=False, status="failure", minutes=1)
    ran(database, "c", "south", runbook_version=2, minutes=2)
    ran(database, "d", "north", runbook_version=2, verification_passed=True, status="dry_run")
    ran(database, "e", "north", verification_passed=True)
    ran(database, "f", "north", runbook_id="RB-LIN-OTHER-001", runbook_version=2, verification_passed=True)
    counts = Counts(database)
    wanted = [(1, True, later(0)), (2, False, later(1)), (2, False, later(2))]
    assert [(run.version, run.verified, run.at) for run in counts.runs({RUNBOOK})] == wanted
    assert counts.runs(()) == ()


def test_what_was_told_is_noted_once_a_pull_request(database: Database) -> None:
    counts = Counts(database)
    counts.tell(1, 2, NOW)
    counts.tell(1, 9, later(1))
    assert counts.told() == {1: (9, later(1))}


def test_every_opinion_stays_and_the_newest_come_first(database: Database) -> None:
    ran(database, "exec-1", "north", "ab")
    opinions = Opinions(database)
    first = Opinion("north", "exec-1", True, "", "dana", NOW)
    second = Opinion("north", "exec-1", None, "see INC-7", "alex (token 2)", later(1))
    opinions.give(first)
    opinions.give(second)
    assert opinions.of("north", "exec-1") == (first, second)
    assert opinions.about("ab") == (second, first)
    assert opinions.of("south", "exec-1") == ()


def test_analyses_come_newest_first_with_what_was_said(database: Database) -> None:
    for minutes, site in enumerate(("north", "south")):
        ran(database, "exec-1", site, "ab")
        analysed(database, "exec-1", site, "unknown" if minutes else "permission_denied", minutes)
    opinions = Opinions(database)
    opinions.give(Opinion("south", "exec-1", False, "no", "dana", NOW))
    told = opinions.analyses("exec-1")
    assert [(one.site_id, len(one.opinions)) for one in told] == [("south", 1), ("north", 0)]
    assert [one.site_id for one in opinions.analyses(failure_type="permission_denied")] == ["north"]
    assert len(opinions.analyses(limit=1)) == 1
    assert opinions.sites_of("exec-1") == ("north", "south")


def test_an_amendment_is_noted_once_and_an_empty_one_tells_nothing(database: Database) -> None:
    opinions = Opinions(database)
    opinions.note(RUNBOOK, Amendment(1, ("timeout",)), NOW)
    opinions.note(RUNBOOK, Amendment(1, ()), NOW)
    opinions.note(RUNBOOK, Amendment(2, ()), NOW)
    assert opinions.noted() == {1, 2}
    assert opinions.amendments(RUNBOOK) == (Amendment(1, ("timeout",)),)


def asked(number: int = 0, *facts: str) -> ProbeRequest:
    made = request_of(RUNBOOK, f"{number:064d}", facts or ("services.db.state",))
    assert made is not None
    return made


def test_a_request_waits_until_it_is_answered_or_becomes_another(database: Database) -> None:
    probes = Probes(database)
    for _ in range(2):
        probes.ask("north", "ab", asked(), NOW)
    assert probes.hand("north", NOW) == probes.hand("north", later(1)) == (asked(),)
    assert probes.facts_asked("north", "ab") == ("services.db.state",)
    probes.answered("north", "ab", later(2))
    assert probes.hand("north", later(3)) == ()
    probes.ask("north", "ab", asked(), later(4))
    assert probes.hand("north", later(5)) == (), "what was answered is not asked again"
    other = asked(0, "services.cache.state")
    probes.ask("north", "ab", other, later(6))
    assert probes.hand("north", later(7)) == (other,)


def test_what_nobody_could_answer_for_a_month_is_not_asked_any_more(database: Database) -> None:
    probes = Probes(database)
    probes.ask("north", "ab", asked(), NOW)
    assert probes.hand("north", NOW + timedelta(days=29)) != ()
    assert probes.hand("north", NOW + timedelta(days=31)) == ()


def test_a_site_has_few_requests_at_a_time(database: Database) -> None:
    probes = Probes(database)
    for number in range(MOST + 5):
        probes.ask("north", f"{number:064d}", asked(number), NOW)
    assert len(probes.hand("north", NOW)) == MAX_REQUESTS
    with database.reading() as connection:
        assert connection.exec_driver_sql("select count(*) from probe_requests").scalar() == MOST
    assert probes.hand("south", NOW) == ()


def test_who_waits_keeps_the_place_in_the_line(database: Database) -> None:
    turns, seen = Turns(database), []

    def wait(mine: Turn, others: tuple[Turn, ...]) -> Wait:
        seen.append((mine.asked_at, len(others)))
        return WAIT

    assert turns.take(Turn("ab", "medium", NOW), wait) == WAIT
    assert turns.take(Turn("ab", "high", later(9)), wait) == WAIT
    assert turns.take(Turn("cd", "medium", later(9)), wait) == WAIT
    assert seen == [(NOW, 0), (NOW, 0), (later(9), 1)]
    (first, _) = turns.waiting()
    assert (first.fingerprint, first.priority, first.until) == ("ab", "high", later(60))


def test_who_had_a_turn_asks_anew_and_who_never_came_back_is_forgotten(database: Database) -> None:
    turns = Turns(database)
    assert turns.take(Turn("ab", "high", NOW), lambda _mine, _others: None) is None
    assert turns.waiting() == ()
    turns.take(Turn("cd", "high", NOW), lambda _mine, _others: WAIT)
    much_later = later(60) + KEPT + timedelta(hours=1)
    turns.take(Turn("ef", "high", much_later), lambda _mine, _others: WAIT)
    assert [turn.fingerprint for turn in turns.waiting()] == ["ef"]


def test_two_who_ask_at_once_are_decided_one_after_the_other(database: Database) -> None:
    """Each sees what the other was told, so a limit of two is never passed by eight."""
    turns = Turns(database)

    def two(_mine: Turn, others: tuple[Turn, ...]) -> Wait | None:
        return WAIT if sum(other.granted_at is not None for other in others) >= 2 else None

    with ThreadPoolExecutor(8) as pool:
        said = list(pool.map(lambda number: turns.take(Turn(f"{number}", "high", NOW), two), range(8)))
    assert said.count(None) == 2
