"""Runbooks for any platform: a service that answers with errors, one that mends itself when asked, and who is told."""

from __future__ import annotations

import signal
import sys
import urllib.error
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.clinic import free_port
from tests.support.until import until
from tests.support.web_receiver import Receiver, receiver
from tests.support.workshop import Program, Workshop, folder_of_user, workshop

SICK = """
import signal, sys
from http.server import BaseHTTPRequestHandler, HTTPServer
class Handler(BaseHTTPRequestHandler):
    status = 200
    def do_GET(self):
        self.send_response(Handler.status)
        self.send_header("Content-Length", "0")
        self.end_headers()
    def log_message(self, *args): pass
def fall_ill(*_): Handler.status = 500
signal.signal(signal.SIGUSR1, fall_ill)
HTTPServer(("127.0.0.1", int(sys.argv[1])), Handler).serve_forever()
"""


def status(url: str) -> int:
    """Ask as the standard library does; 0 stands for no answer."""
    try:
        with urllib.request.urlopen(url, timeout=2) as answer:  # noqa: S310  # loopback
            return int(answer.status)
    except urllib.error.HTTPError as error:
        return error.code
    except OSError:
        return 0


def test_a_service_that_answers_with_errors_is_restarted() -> None:
    with folder_of_user("api") as folder:
        (folder / "api.py").write_text(SICK)
        port = free_port()
        url = f"http://127.0.0.1:{port}/"
        program = Program([sys.executable, folder / "api.py", str(port)], user=None)
        with workshop(folder, {"api": program}) as place:
            until(lambda: status(url) == 200, what="the service answers")
            place.signal("api", signal.SIGUSR1)
            until(lambda: status(url) == 500, what="the service answers with an error")
            ran = place.run("RB-ANY-HTTP-001", url=url, service="api")
            assert ran.fixed, ran
            assert ran.done == ("give-time", "restart", "answers")
            assert status(url) == 200
            assert place.run("RB-ANY-HTTP-001", url=url, service="api").already_healthy


@pytest.fixture
def service() -> Iterator[Receiver]:
    """A service that is unwell until it is asked to recover, and takes messages as well."""
    with receiver() as running:
        running.answers.update({"/health": 503, "/recover": 200, "/hook": 204})
        running.healing["/recover"] = "/health"
        yield running


def site(folder: Path, service: Receiver) -> Workshop:
    (folder / "token").write_text("a-token-for-the-channel\n")
    channel = {"url": service.url("/hook"), "token_file": "token"}
    return Workshop(folder, agent={"notify": {"operations": channel}})


def test_a_service_is_asked_to_recover_and_the_channel_is_told(tmp_path: Path, service: Receiver) -> None:
    place, url = site(tmp_path, service), service.url("/health")
    wanted = {"url": url, "recover_url": service.url("/recover"), "channel": "operations"}
    ran = place.run("RB-ANY-HTTP-002", **wanted)
    assert ran.fixed, ran
    asked, told = service.of("POST")
    assert (asked.path, asked.headers["Content-Type"]) == ("/recover", "application/json")
    assert asked.data() == {"reason": "unhealthy", "address": url}
    assert (told.path, told.headers["Authorization"]) == ("/hook", "Bearer a-token-for-the-channel")
    assert told.data() == {
        "text": f"[info] A service was asked to recover: {url}",
        "message": f"A service was asked to recover: {url}",
        "severity": "info",
        "site_id": "workshop",
        "hostname": "bench",
    }
    assert status(url) == 200
    assert place.run("RB-ANY-HTTP-002", **wanted).already_healthy
    assert len(service.of("POST")) == 2


def test_a_channel_that_the_site_does_not_name_is_reached_nowhere(tmp_path: Path, service: Receiver) -> None:
    wanted = {"url": service.url("/health"), "recover_url": service.url("/recover"), "channel": "elsewhere"}
    ran = site(tmp_path, service).run("RB-ANY-HTTP-002", **wanted)
    assert ran.fixed, ran  # telling is not what the run is for
    assert [one.path for one in service.of("POST")] == ["/recover"]
    told = ran.execution["executed_steps"][1]
    assert "no channel 'elsewhere' under `notify`; it has: operations" in told["error"]


def test_a_service_that_refuses_to_recover_is_no_success(tmp_path: Path, service: Receiver) -> None:
    service.answers["/recover"] = 500
    service.healing.clear()
    wanted = {"url": service.url("/health"), "recover_url": service.url("/recover"), "channel": "operations"}
    ran = site(tmp_path, service).run("RB-ANY-HTTP-002", **wanted)
    assert (ran.code, ran.execution["status"]) == (1, "failure")
    assert "status 500; expected status 200" in ran.execution["error_message"]
    assert len(service.of("POST")) == 2  # it was asked twice
