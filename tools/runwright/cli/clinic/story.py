"""The story of the demo: an incident that does not heal, what is learned from it, and the same incident healing.

Nothing is played: the processes, the failure, the pull request, the signatures and the second run are real. Only
the reviewer is played, unless a person takes the part (`--interactive`).
"""

from __future__ import annotations

import os
import signal
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import urllib3

from runwright.cli.clinic.advice import Advice, advice, drafted_by
from runwright.cli.clinic.cast import PATIENCE, Cast, Player, go_on, run, verb, wait_for
from runwright.cli.clinic.forges import Forge
from runwright.cli.clinic.premises import DATABASE, SITE, WEB, Premises, furnish, write_agent_configuration
from runwright.cli.clinic.signatures import check_tag
from runwright.cli.clinic.stages import Stage, Stages
from runwright.errors import EdgeError
from runwright.model.proposal import PullRequest

SECONDS_WITH_A_MODEL = 240.0
"""How long a proposal may take where a model is asked first."""
Decide = Callable[[Forge, PullRequest], bool]
"""Asks the reviewer; False means that the proposal was refused."""


@dataclass
class Told:
    """What came out of it."""

    healed_before: bool = False
    healed_after: bool = False
    pull_request: int | None = None
    tag: str | None = None
    signature: dict[str, Any] = field(default_factory=dict)
    review_text: str = ""
    executions: list[str] = field(default_factory=list)
    drafted_by: str = ""
    advice: Advice | None = None
    """What the model was asked, where there is one."""


@dataclass
class Story:
    """The parts and the props of one demo."""

    folder: Path
    sockets: Path
    cast: Cast
    stages: Stages
    decide: Decide
    forge: Forge
    model: Mapping[str, str] = field(default_factory=dict)
    """The environment that names the model; the service alone gets it."""
    told: Told = field(default_factory=Told)
    premises: Premises = field(init=False)
    agent: Player = field(init=False)

    def play(self) -> Told:
        """Play it from beginning to end; raises `EdgeError` at whatever does not happen."""
        self.found()
        self.open_clinic()
        self.start_service_and_agent()
        self.break_clinic("both servers are killed")
        self.told.healed_before = self.agent_acts("the agent notices and runs version 1")
        pull = self.await_proposal()
        self.gate(pull)
        if not self.review(pull):
            return self.told
        self.release()
        self.repair_by_hand()
        self.break_clinic("both servers are killed again")
        self.told.healed_after = self.agent_acts("the agent notices and runs version 2")
        return self.told

    def found(self) -> None:
        """Make keys and the repository, and cut the first release."""
        with self.stages.stage("keys, one Git repository and the first signed release") as stage:
            self.premises = furnish(self.folder, self.sockets)
            self.forge.found(self.premises)
            self.cut(stage, "--first")

    def open_clinic(self) -> None:
        """Start both servers under supervisord."""
        with self.stages.stage("supervisord starts records-db and appointments-web") as stage:
            import sys

            conf = self.premises.folder / "supervisord.conf"
            player = self.cast.start("supervisord", [sys.executable, "-m", "supervisor.supervisord", "-c", str(conf)])
            wait_for(self.premises.socket.exists, "supervisord's socket")
            wait_for(lambda: self.pid(DATABASE), "records-db running")
            run(self.premises.supervisorctl("start", WEB))
            wait_for(self.healthy, "the appointments page answering")
            stage.pids = {"supervisord": player.process.pid, **self.pids()}

    def start_service_and_agent(self) -> None:
        """Start the learning service and the agent; the agent pulls the first release."""
        with self.stages.stage("the service and the agent start; the agent pulls and verifies the release") as stage:
            state, serving = self.premises.folder / "service", self.forge.serving()
            state.mkdir()
            granted = run(verb("access", "grant", "--site", SITE, "--state", state))
            (self.premises.folder / "agent.token").write_text(granted.stdout.split()[-1] + "\n")
            (self.premises.folder / "agent.token").chmod(0o600)
            words = (*serving.words, "--state", state, "--port", "0", "--format", "json")
            service = self.cast.start("service", verb("serve", *words), {**self.model, **serving.environ})
            url = service.event("listening")["url"]
            remote = self.forge.remote()
            configuration = write_agent_configuration(self.premises, url, remote.address, remote.token_file)
            self.agent = self.cast.start("agent", verb("agent", "run", "--config", configuration, "--format", "json"))
            pulled = self.agent.event("pulled")
            stage.ids = {"service": url, "release": pulled["tag"], "key_id": pulled["key_id"]}
            stage.pids = {"service": service.process.pid, "agent": self.agent.process.pid}
            stage.said = f"{pulled['tag']} is active"

    def break_clinic(self, name: str) -> None:
        """Kill both servers without warning."""
        with self.stages.stage(name) as stage:
            stage.pids = self.pids()
            stage.ids = {"killed": sorted(stage.pids)}
            for pid in stage.pids.values():
                os.kill(pid, signal.SIGKILL)
            wait_for(lambda: not self.healthy() and not self.pids(), "both servers gone")
            stage.said = ", ".join(f"{server} was {pid}" for server, pid in stage.pids.items())

    def agent_acts(self, name: str) -> bool:
        """Wait for the agent's run, and look for oneself whether the clinic is back."""
        with self.stages.stage(name) as stage:
            incident = self.agent.event("incident")
            started = self.agent.event("run_started")
            finished = self.agent.event("run_finished", {"execution_id": started["execution_id"]}, 60)
            self.agent.event("pushed", {"execution_id": started["execution_id"]})
            healed = self.healthy()
            stage.ids = {**{k: incident[k] for k in ("incident_id", "incident_type")}, **finished}
            stage.ids["runbook_version"] = started["version"]
            stage.pids = self.pids()
            self.told.executions.append(started["execution_id"])
            verified = {True: "passed", False: "failed", None: "not known"}[finished["verification_passed"]]
            back = "the page answers again" if healed else "the page is still down"
            stage.said = f"{finished['status']}, verification {verified}; {back}"
            return healed and finished["verification_passed"] is True

    def await_proposal(self) -> PullRequest:
        """Wait until the service has opened a pull request for the failure."""
        with self.stages.stage("the service learns from the failure and opens a pull request") as stage:
            seconds = SECONDS_WITH_A_MODEL if self.model else PATIENCE
            pull = wait_for(self.forge.proposed, "a pull request", seconds)
            stage.ids = {"pull_request": pull.number, "branch": pull.branch, "head": pull.head_sha, "by": pull.by}
            stage.said = f"#{pull.number} {pull.title}"
            self.told.pull_request = pull.number
        self._note_advice(pull)
        return pull

    def _note_advice(self, pull: PullRequest) -> None:
        """Say who drafted the proposal, and what the model took where there is one."""
        self.told.drafted_by = drafted_by(self.forge.git(), pull)
        self.told.advice = advice(self.model, self.premises.folder / "service")
        if self.told.advice is not None:
            self.stages.say(f"    drafted by {self.told.drafted_by}; asked: {self.told.advice.as_text()}")

    def gate(self, pull: PullRequest) -> None:
        """Run both checks on the proposed tree, as CI does."""
        with self.stages.stage("CI validates the proposal and replays the recorded failure against it") as stage:
            stage.said = self.forge.gate(pull)
            stage.ids = {"checks": ["validate", "replay"]}

    def review(self, pull: PullRequest) -> bool:
        """Let the reviewer decide."""
        self.told.review_text = shown = self.forge.shown(pull)
        self.stages.say(f"\n{_boxed(shown)}\n")
        if not self.decide(self.forge, pull):
            self.stages.say("  The proposal was not merged, so nothing is released and nothing changes on the agent.")
            return False
        with self.stages.stage("the approval is on record; it merges the pull request") as stage:
            merged = self.forge.one(pull.number)
            if merged.state != "merged":
                raise EdgeError(f"#{pull.number} is {merged.state}, not merged")
            decision = merged.decisions[-1]
            stage.ids = {
                "merge": merged.merge_commit,
                "decision": decision.oid,
                "by": decision.by,
                "key_id": decision.key_id,
            }
            stage.said = f"merged as {merged.merge_commit[:12]} by {decision.by}"
        return True

    def release(self) -> None:
        """Cut the release of the merge and wait until the agent runs it."""
        with self.stages.stage("the merge becomes a signed tag") as stage:
            self.cut(stage)
            self.told.tag = stage.ids["tag"]
            self.told.signature = check_tag(self.premises, self.forge.git(), stage.ids["tag"])
            stage.said = f"{stage.ids['tag']}, signature {self.told.signature['checked_by']}"
        with self.stages.stage("the agent pulls, verifies and switches") as stage:
            pulled = self.agent.event("pulled", {"tag": self.told.tag})
            stage.ids = {key: pulled[key] for key in ("seq", "tag", "key_id")}

    def repair_by_hand(self) -> None:
        """Bring the clinic back as a technician would, so that the same incident can come again."""
        with self.stages.stage("a technician brings the clinic back by hand") as stage:
            run(self.premises.supervisorctl("start", DATABASE))
            run(self.premises.supervisorctl("start", WEB))
            wait_for(self.healthy, "the appointments page answering")
            self.agent.event("cleared")
            stage.pids = self.pids()

    def cut(self, stage: Stage, *more: str) -> None:
        """Cut a release and note what it is."""
        document = self.forge.cut(*more)
        stage.ids = {key: document[key] for key in ("seq", "tag", "tag_oid", "commit", "content")}

    def pids(self) -> dict[str, int]:
        """The process ids of the servers that run."""
        found = {server: self.pid(server) for server in (DATABASE, WEB)}
        return {server: pid for server, pid in found.items() if pid}

    def pid(self, server: str) -> int | None:
        """The process id of one server, as supervisord tells it."""
        said = run(self.premises.supervisorctl("pid", server), accept=(0, 1, 2, 3, 4, 7)).stdout.strip()
        return int(said) if said.isdigit() and said != "0" else None

    def healthy(self) -> bool:
        """Whether the appointments page answers with appointments; this look is the demo's own."""
        try:
            answer = urllib3.request("GET", f"http://127.0.0.1:{self.premises.web_port}/", timeout=2, retries=False)
        except urllib3.exceptions.HTTPError:
            return False
        return answer.status == 200


def played_reviewer(forge: Forge, pull: PullRequest) -> bool:
    """Approve as the demo's reviewer."""
    forge.approve(pull)
    return True


def waiting_reviewer(forge: Forge, pull: PullRequest) -> bool:
    """Wait until a person has decided, with the commands that are shown."""
    import click

    click.echo(f"You are the reviewer. In another terminal:\n\n{forge.asks(pull)}")
    while True:
        go_on()
        now = forge.one(pull.number)
        if now.state != "open":
            return now.state == "merged"
        time.sleep(0.5)


def _boxed(text: str) -> str:
    return "\n".join(f"  │ {line}" for line in text.rstrip().splitlines())
