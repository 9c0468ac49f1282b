"""What is known of a host before and after each recorded step (REPLAY 1.1)."""

from __future__ import annotations

from runwright.model.path import concrete_path
from runwright.replay.tape import Tape, make_tape
from runwright.replay.world import Symbol, World, facts_by_path
from tests.support.recordings import ran, recording, service, started

WEB = concrete_path("services.web.state")
DISK = concrete_path('disks["/"].used_percent')


def known(world: World, text: str) -> object:
    value = world.get(concrete_path(text))
    return None if isinstance(value, Symbol) else value


def tape(*steps: object, **fields: object) -> Tape:
    return make_tape(recording(*steps, **fields))  # type: ignore[arg-type]


def test_a_fact_that_nobody_captured_equals_itself() -> None:
    world = World()
    assert world.get(WEB) == world.with_fact(DISK, 3).get(WEB)


def test_a_fact_that_was_forgotten_no_longer_equals_itself() -> None:
    world = World()
    assert world.get(WEB) != world.forgetting(WEB, "0").get(WEB)


def test_a_forgotten_family_forgets_members_that_were_never_listed() -> None:
    family = ("services", "*", "state")
    world = World().with_fact(WEB, "running")
    forgotten = world.forgetting(family, "0")
    assert known(forgotten, "services.web.state") is None
    assert forgotten.get(concrete_path("services.db.state")) != world.get(concrete_path("services.db.state"))
    assert forgotten.get(DISK) == world.get(DISK)
    assert not world.agrees(forgotten, family)
    assert world.agrees(World().with_fact(WEB, "running"), family)


def test_a_success_writes_what_its_model_declares() -> None:
    done = tape(started("web"), before=service("web", "stopped"))
    assert known(done.before[0], "services.web.state") == "stopped"
    assert known(done.after[0], "services.web.state") == "running"


def test_a_failed_step_forgets_what_it_may_have_written() -> None:
    done = tape(started("web", "failed"), before=service("web", "stopped"), verified=False)
    assert known(done.after[0], "services.web.state") is None
    assert known(done.after[0], "services.web.known") is True


def test_a_failure_that_is_clean_forgets_nothing() -> None:
    removed = ran("rm", "file.remove", "failed", path="/tmp/x")
    done = tape(removed, before={'files["/tmp/x"].exists': True}, verified=False)
    assert known(done.after[0], 'files["/tmp/x"].exists') is True


def test_a_clean_failure_that_was_cut_off_by_its_limit_is_not_clean() -> None:
    removed = ran("rm", "file.remove", "failed", path="/tmp/x", timed_out=True)
    done = tape(removed, before={'files["/tmp/x"].exists': True}, verified=False)
    assert known(done.after[0], 'files["/tmp/x"].exists') is None


def test_a_program_that_never_started_has_no_effect() -> None:
    done = tape(started("web", "failed", exit_code=127), before=service("web", "stopped"), verified=False)
    assert known(done.after[0], "services.web.state") == "stopped"


def test_the_exit_code_of_a_script_does_not_say_that_it_never_started() -> None:
    script = ran("sh", "script.sh", "failed", script="rm x; nosuch", exit_code=127)
    done = tape(script, before=service("web", "running"), verified=False)
    assert known(done.after[0], "services.web.state") is None


def test_a_step_that_failed_before_it_ran_has_no_effect() -> None:
    unread = {**ran("start-web", "service.start", "failed"), "exit_code": None, "duration_seconds": 0.0}
    done = tape(unread, before=service("web", "stopped"), verified=False)
    assert known(done.after[0], "services.web.state") == "stopped"


def test_a_skipped_step_has_no_effect() -> None:
    done = tape(started("web", "skipped"), before=service("web", "stopped"))
    assert known(done.after[0], "services.web.state") == "stopped"


def test_an_opaque_step_may_have_written_everything_but_what_the_host_is() -> None:
    done = tape(ran("sh", "script.sh", script="x"), before=service("web", "stopped"))
    assert known(done.after[0], "services.web.state") is None
    assert known(done.after[0], "platform.os") == "linux"


def test_an_action_without_the_parameter_it_must_have_may_have_written_the_whole_family() -> None:
    done = tape(ran("start", "service.start", unit="web"), before=service("web", "stopped"))
    assert known(done.after[0], "services.web.state") is None


def test_a_capture_informs_about_earlier_moments_back_to_the_last_possible_writer() -> None:
    probe = {"services.db.state": "stopped", "services.web.state": "stopped"}
    steps = (ran("look", "disk.has_room", path="/"), started("web", "failed", state_after=probe))
    done = tape(*steps, verified=False)
    for world in (done.start, *done.before, *done.after, done.end):
        assert known(world, "services.db.state") == "stopped"
    # The start may have written the state of web, so what was captured later says nothing about before.
    assert known(done.before[1], "services.web.state") is None
    assert known(done.end, "services.web.state") == "stopped"


def test_what_is_captured_at_a_step_is_known_in_the_world_after_an_earlier_one() -> None:
    steps = (started("db"), started("web", state_before={"services.web.requires": ["db"]}))
    done = tape(*steps, before={"services.db.state": "stopped"})
    assert known(done.after[0], "services.web.requires") == ["db"]


def test_the_state_at_the_end_is_attributed_to_the_last_step_that_may_have_written_it() -> None:
    steps = (ran("sh", "script.sh", script="x"), ran("look", "disk.has_room", path="/"))
    done = tape(*steps, before=service("web", "stopped"), after=service("web", "running"))
    assert known(done.before[0], "services.web.state") == "stopped"
    assert known(done.after[0], "services.web.state") == "running"


def test_a_capture_that_contradicts_a_known_value_marks_the_fact_as_changed_from_outside() -> None:
    done = tape(
        ran("look", "disk.has_room", path="/", state_before={"services.web.state": "running"}),
        before=service("web", "stopped"),
    )
    assert WEB in done.exogenous
    assert WEB not in done.later
    assert known(done.start, "services.web.state") == "stopped"
    assert known(done.before[0], "services.web.state") == "running"


def test_a_success_that_did_not_write_what_its_model_says_is_remembered() -> None:
    done = tape(started("web", state_after={"services.web.state": "failed"}), before=service("web", "stopped"))
    assert done.later[WEB] == ("failed",)


def test_derived_facts_are_forgotten_when_something_was_written() -> None:
    before = {**service("web", "stopped"), "ports.80.listening": False, 'files["/x"].exists': True}
    done = tape(started("web"), before=before)
    assert known(done.before[0], "ports.80.listening") is False
    assert known(done.after[0], "ports.80.listening") is None
    assert known(done.after[0], 'files["/x"].exists') is True


def test_a_check_forgets_nothing() -> None:
    done = tape(ran("look", "net.port_open", port=80, host="127.0.0.1"), before={"ports.80.listening": True})
    assert known(done.after[0], "ports.80.listening") is True


def test_after_a_divergence_only_state_is_taken_from_the_recording() -> None:
    world = World(
        facts_by_path({"services.web.state": "running", 'disks["/"].used_percent': 95, "ports.80.owner": "x"})
    )
    moved = world.forgetting_kinds(("measure", "derived"), "divergence")
    assert known(moved, "services.web.state") == "running"
    assert known(moved, 'disks["/"].used_percent') is None
    assert known(moved, "ports.80.owner") is None


def test_a_measure_that_nobody_captured_is_stale_after_a_divergence_too() -> None:
    world = World()
    moved = world.forgetting_kinds(("measure", "derived"), "divergence")
    assert world.get(DISK) != moved.get(DISK)
    assert world.get(WEB) == moved.get(WEB)


def test_a_fact_with_an_odd_name_is_kept() -> None:
    done = tape(before={"not a path!": 1, "a..b": 2})
    assert known(done.start, '["not a path!"]') == 1
    assert done.start.get(("a..b",)) == 2


def test_a_family_that_is_forgotten_again_and_again_is_kept_in_mind_once() -> None:
    world = World()
    for number in range(100):
        world = world.forgetting(("services", "*", "state"), str(number))
    assert world.families == ((("services", "*", "state"), "99"),)
    assert world.get(WEB) == Symbol("99", WEB)
