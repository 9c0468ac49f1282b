"""How long a recording takes here and in the Temporal Python SDK's own replayer, in one run.

The two do different things: Temporal proves that changed code asks for the same commands in the same order, and
fails otherwise; Runwright says what the changed runbook would come to. What they share is that a recorded run of five
steps is read from its bytes and gone through. The histories are written by hand, so no server is needed.
"""

from __future__ import annotations

import asyncio
import base64
import json
import statistics
import time
from collections.abc import AsyncIterator, Callable, Iterator
from datetime import timedelta
from typing import Any

from temporalio import activity, workflow
from temporalio.client import WorkflowHistory
from temporalio.runtime import Runtime, TelemetryConfig
from temporalio.worker import Replayer, UnsandboxedWorkflowRunner

from runwright.replay.judging import Pair, judge
from tests.bench.bench_replay import BYTES, DROPPED, NAMES, SAME

ROUNDS, BATCH, CALLS = 5, 50, 400
UNCHANGED_AT_LEAST = 300
MOMENT = "2026-01-01T00:00:00Z"
QUEUE = {"name": "repairs", "kind": "TASK_QUEUE_KIND_NORMAL"}
WORKER, VERSION = "4711@host-1.example", {"buildId": "5f9c6a1e0c3b4c7f8e2d1a0b9c8d7e6f"}
REQUEST = "0d5b1c52-7e0f-4a8e-9d49-2f0a3c1b6e77"


@activity.defn(name="start")
def start(service: str) -> str:
    """Never carried out: its results stand in the history."""
    raise NotImplementedError(service)


async def started(service: str) -> Any:
    """One step of the workflow."""
    return await workflow.execute_activity(start, service, start_to_close_timeout=timedelta(seconds=60))


@workflow.defn(name="Repair")
class Repair:
    """The workflow that was recorded."""

    @workflow.run
    async def run(self) -> str:
        """Start each service."""
        for name in NAMES:
            await started(name)
        return "done"


@workflow.defn(name="Repair")
class Changed:
    """The same without its third step."""

    @workflow.run
    async def run(self) -> str:
        """Start each service but one."""
        for name in NAMES:
            if name != "queue":
                await started(name)
        return "done"


def payload(value: str) -> dict[str, Any]:
    """A value as a history holds it."""
    encoded = {"encoding": base64.b64encode(b"json/plain").decode()}
    return {"payloads": [{"metadata": encoded, "data": base64.b64encode(json.dumps(value).encode()).decode()}]}


def events(run_id: str) -> Iterator[tuple[str, dict[str, Any]]]:
    """What happened, event by event, with all that a server writes; each names those that it answers by number."""
    kind = {"workflowType": {"name": "Repair"}, "taskQueue": QUEUE, "input": payload("web"), "header": {}}
    limits = {"workflowExecutionTimeout": "0s", "workflowRunTimeout": "0s", "workflowTaskTimeout": "10s"}
    ids = {"originalExecutionRunId": run_id, "firstExecutionRunId": run_id, "workflowId": f"repair-{run_id}"}
    first = {**kind, **limits, **ids, "identity": WORKER, "attempt": 1, "firstWorkflowTaskBackoff": "0s"}
    yield "WORKFLOW_EXECUTION_STARTED", first
    yield from task(1)
    number = 4
    for name in NAMES:
        yield "ACTIVITY_TASK_SCHEDULED", asked(number, name)
        told = {"scheduledEventId": str(number + 1), "identity": WORKER, "requestId": REQUEST, "attempt": 1}
        yield "ACTIVITY_TASK_STARTED", {**told, "workerVersion": VERSION}
        ends = {"scheduledEventId": str(number + 1), "startedEventId": str(number + 2), "identity": WORKER}
        yield "ACTIVITY_TASK_COMPLETED", {**ends, "result": payload("started")}
        yield from task(number + 3)
        number += 6
    yield "WORKFLOW_EXECUTION_COMPLETED", {"result": payload("done"), "workflowTaskCompletedEventId": str(number)}


def asked(number: int, name: str) -> dict[str, Any]:
    """One activity as it was asked for."""
    kind = {"activityId": str(number + 1), "activityType": {"name": "start"}, "taskQueue": QUEUE, "header": {}}
    limits = {"scheduleToCloseTimeout": "0s", "scheduleToStartTimeout": "0s", "startToCloseTimeout": "60s"}
    retries = {"initialInterval": "1s", "backoffCoefficient": 2.0, "maximumInterval": "100s"}
    more = {"heartbeatTimeout": "0s", "retryPolicy": retries, "workflowTaskCompletedEventId": str(number)}
    return {**kind, **limits, **more, "input": payload(name), "useWorkflowBuildId": True}


def task(before: int) -> Iterator[tuple[str, dict[str, Any]]]:
    """The worker was asked what comes next, and answered."""
    yield "WORKFLOW_TASK_SCHEDULED", {"taskQueue": QUEUE, "startToCloseTimeout": "10s", "attempt": 1}
    told = {"scheduledEventId": str(before + 1), "identity": WORKER, "requestId": REQUEST, "historySizeBytes": "900"}
    yield "WORKFLOW_TASK_STARTED", {**told, "workerVersion": VERSION}
    ids = {"scheduledEventId": str(before + 1), "startedEventId": str(before + 2), "identity": WORKER}
    yield "WORKFLOW_TASK_COMPLETED", {**ids, "workerVersion": VERSION, "sdkMetadata": {}, "meteringMetadata": {}}


def attributes(kind: str) -> str:
    """The field that holds what an event says."""
    first, *rest = kind.lower().split("_")
    return first + "".join(word.capitalize() for word in rest) + "EventAttributes"


def history(run_id: str) -> str:
    """The whole history as JSON text."""
    told = [
        {
            "eventId": str(n),
            "eventTime": MOMENT,
            "taskId": str(1048576 + n),
            "eventType": f"EVENT_TYPE_{kind}",
            attributes(kind): said,
        }
        for n, (kind, said) in enumerate(events(run_id), start=1)
    ]
    return json.dumps({"events": told})


HISTORIES = [history(f"run-{number}") for number in range(BATCH)]


async def histories() -> AsyncIterator[WorkflowHistory]:
    """Each history, read from its text."""
    for number, text in enumerate(HISTORIES):
        yield WorkflowHistory.from_json(f"repair-{number}", text)


async def temporal(noun: type) -> int:
    """How many of the histories cannot be replayed."""
    replayer = Replayer(workflows=[noun], workflow_runner=UnsandboxedWorkflowRunner())
    results = await replayer.replay_workflows(histories(), raise_on_replay_failure=False)
    return len(results.replay_failures)


def seconds(work: Callable[[], object]) -> float:
    """How long one call takes."""
    begun = time.perf_counter()
    work()
    return time.perf_counter() - begun


def ours(head: Any) -> Callable[[], object]:
    """Judge the recording's bytes again and again."""
    pair = Pair(SAME, head)
    return lambda: [judge(pair, BYTES) for _ in range(CALLS)]


def test_replay_is_compared_with_temporal() -> None:
    Runtime.set_default(Runtime(telemetry=TelemetryConfig(logging=None)))
    assert asyncio.run(temporal(Repair)) == 0
    assert asyncio.run(temporal(Changed)) == BATCH
    work = {
        "unchanged": (lambda: asyncio.run(temporal(Repair)), ours(SAME)),
        "a step dropped": (lambda: asyncio.run(temporal(Changed)), ours(DROPPED)),
    }
    print(f"\none recorded run of 5 steps; medians of {ROUNDS} rounds, {BATCH} histories in a batch, one process")
    ratios = {}
    for name, (theirs, mine) in work.items():
        mine()
        rounds = [(seconds(theirs) / BATCH, seconds(mine) / CALLS) for _ in range(ROUNDS)]
        there, here = (statistics.median(column) * 1e6 for column in zip(*rounds, strict=True))
        ratios[name] = there / here
        print(f"  {name:16} Temporal {there:9.0f} µs   Runwright {here:7.1f} µs   {ratios[name]:6.0f} ×")
    assert ratios["unchanged"] >= UNCHANGED_AT_LEAST
