"""The connection to GitHub: what is repeated, what never is, how it paces itself, and where the token goes."""

from __future__ import annotations

import json
import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from typing import Any

import pytest

from runwright.adapters.forge_github import (
    App,
    AppCredentials,
    Clocks,
    Conflict,
    Connection,
    Forbidden,
    Full,
    Gaps,
    Limited,
    Missing,
    Pace,
    Place,
    Refused,
    TokenCredentials,
    Unclear,
    Unprocessable,
)
from runwright.errors import ContentError, EdgeError
from tests.support.github.door import door
from tests.support.github.messages import Answer, Request
from tests.support.hand_clock import HandClock
from tests.support.until import until

TOKEN = "ghs_4711_eyJ.not-forty-characters." + "x" * 300
PULLS = "/repos/acme/runbooks/pulls"


@dataclass
class Played:
    """A GitHub whose answers a test writes down."""

    address: str = ""
    requests: list[Request] = field(default_factory=list)
    script: Callable[[Request], Answer | None] = lambda _: Answer(200, {})
    clock: HandClock = field(default_factory=HandClock)

    def __call__(self, request: Request) -> Answer | None:
        self.requests.append(request)
        return self.script(request)

    def answers(self, *answers: Answer | None) -> None:
        """Answer in this order, the last one from then on."""
        left = list(answers)
        self.script = lambda _: left.pop(0) if len(left) > 1 else left[0]

    def sent(self, method: str) -> list[Request]:
        return [request for request in self.requests if request.method == method]

    @property
    def place(self) -> Place:
        return Place("acme/runbooks", self.address, self.address)

    def epoch(self) -> float:
        return self.clock.at.timestamp()

    def pace(self, gaps: Gaps | None = None) -> Pace:
        clocks = Clocks(self.clock.monotonic, self.epoch, lambda s: void(self.clock.sleep(s)))
        return Pace(gaps or Gaps(), clocks)

    def connect(self, gaps: Gaps | None = None, limit: float = 60.0) -> Connection:
        return Connection(self.place, TokenCredentials(TOKEN), pace=self.pace(gaps), limit=limit)


def void(_: object) -> None:
    """Give nothing."""


@pytest.fixture
def played() -> Iterator[Played]:
    made = Played()
    with door(made) as address:
        made.address = address
        yield made


def refusal(status: int, message: str = "no", **headers: str) -> Answer:
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return Answer(status, {"message": message}, named)


BAD = Answer(502, b"<html>Bad Gateway</html>")
LIMIT = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again."

# What is repeated.


def test_a_reading_is_tried_again_until_it_is_answered(played: Played) -> None:
    played.answers(BAD, None, Answer(200, {"number": 3}))
    assert played.connect().get("pulls/3") == {"number": 3}
    assert [request.path for request in played.requests] == [f"{PULLS}/3"] * 3


def test_a_reading_that_is_never_answered_ends(played: Played) -> None:
    played.answers(BAD)
    with pytest.raises(EdgeError, match="502") as found:
        played.connect().get("pulls/3")
    assert (len(played.requests), found.value.retryable) == (3, True)


@pytest.mark.parametrize("verb", ["POST", "PATCH", "PUT", "DELETE"])
@pytest.mark.parametrize("answer", [BAD, None, Answer(500, {}), Answer(503, {}), Answer(200, b'{"id": 1, "nod')])
def test_no_write_is_ever_repeated_by_itself(played: Played, verb: str, answer: Answer | None) -> None:
    played.answers(answer)
    with pytest.raises(Unclear) as found:
        played.connect().write(verb, "pulls", {"title": "x"})
    assert (len(played.requests), found.value.retryable) == (1, True)


def test_a_write_without_an_answer_in_time_is_unclear(played: Played) -> None:
    gate = threading.Event()

    def slow(_: Request) -> Answer:
        gate.wait(60)
        return Answer(201, {})

    played.script = slow
    with ExitStack() as stack:
        stack.callback(gate.set)
        with pytest.raises(Unclear):
            played.connect(limit=0.3).write("POST", "pulls", {})
    assert len(played.requests) == 1


def test_an_answer_that_never_ends_is_cut(played: Played, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("runwright.adapters.forge_github.wire.LONGEST_ANSWER", 1000)
    played.answers(Answer(200, b'"' + b"x" * 100_000 + b'"'))
    with pytest.raises(EdgeError, match="did not answer"):
        played.connect().get("pulls/3")


def test_what_is_no_json_is_told(played: Played) -> None:
    played.answers(Answer(200, b"<html>a proxy's page</html>"))
    with pytest.raises(EdgeError, match="no JSON"):
        played.connect().get("pulls/3")


# What refusals mean.


@pytest.mark.parametrize(
    ("status", "kind"),
    [(401, Forbidden), (403, Forbidden), (404, Missing), (409, Conflict), (422, Unprocessable), (410, Refused)],
)
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_refusal_has_a_kind_and_is_not_tried_again(
    played: Played, status: int, kind: type[Refused], verb: str
) -> None:
    played.answers(refusal(status, "Reference already exists"))
    connection = played.connect()
    with pytest.raises(kind) as found:
        _ = connection.get("pulls") if verb == "GET" else connection.write(verb, "pulls", {})
    assert (found.value.status, found.value.retryable, len(played.requests)) == (status, False, 1)
    assert found.value.says("reference ALREADY exists")


def test_the_single_errors_of_a_422_are_told(played: Played) -> None:
    errors: list[Any] = [
        {"resource": "PullRequest", "code": "custom", "message": "A pull request already exists for acme:x."},
        {"resource": "Label", "field": "name", "code": "missing"},
        "body is too long\x1b[31m",
    ]
    played.answers(Answer(422, {"message": "Validation Failed", "errors": errors}))
    with pytest.raises(Unprocessable) as found:
        played.connect().write("POST", "pulls", {})
    assert found.value.errors == (
        "A pull request already exists for acme:x.",
        "Label name missing",
        "body is too long [31m",
    )


# Limits.


def test_writes_follow_each_other_at_least_a_second_apart(played: Played) -> None:
    connection = played.connect()
    for _ in range(3):
        connection.write("POST", "pulls", {})
    assert played.clock.slept == 2.0
    connection.get("pulls")
    assert played.clock.slept == 2.0


def test_writes_go_out_one_after_the_other_whoever_asks(played: Played) -> None:
    gate, inside, most = threading.Event(), [0], [0]
    lock = threading.Lock()

    def count(_: Request) -> Answer:
        with lock:
            inside[0] += 1
            most[0] = max(most[0], inside[0])
        gate.wait(30)
        with lock:
            inside[0] -= 1
        return Answer(201, {})

    played.script = count
    connection = played.connect(Gaps(seconds=0))
    threads = [threading.Thread(target=connection.write, args=("POST", "pulls", {})) for _ in range(4)]
    for thread in threads:
        thread.start()
    until(lambda: played.requests, what="the first write is there")
    gate.set()
    for thread in threads:
        thread.join()
    assert (len(played.requests), most[0]) == (4, 1)


def test_no_more_writes_go_out_an_hour_than_may(played: Played) -> None:
    connection = played.connect(Gaps(seconds=1, hourly=3))
    for _ in range(3):
        connection.write("POST", "pulls", {})
    with pytest.raises(Full, match=r"3 changes .* within an hour; POST .* waits 3598 s") as found:
        connection.write("POST", "pulls", {})
    assert (len(played.requests), found.value.retry_after) == (3, None)
    connection.get("pulls")
    played.requests.pop()
    played.clock.move(3598)
    connection.write("POST", "pulls", {})
    assert len(played.requests) == 4


def test_a_limit_with_a_time_is_waited_for_that_long_by_who_calls(played: Played) -> None:
    played.answers(refusal(403, LIMIT, Retry_After="17"), Answer(201, {"id": 1}))
    connection = played.connect()
    with pytest.raises(Limited) as found:
        connection.write("POST", "pulls", {})
    assert (found.value.retry_after, found.value.retryable, played.clock.slept) == (17.0, True, 0.0)
    with pytest.raises(Limited):
        connection.get("pulls")
    assert len(played.requests) == 1
    played.clock.move(17)
    assert connection.write("POST", "pulls", {}) == {"id": 1}


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_without_a_time_is_a_minute_and_twice_as_long_each_time(played: Played, status: int) -> None:
    played.answers(refusal(status, LIMIT))
    connection, waits = played.connect(), []
    for _ in range(8):
        with pytest.raises(Limited) as found:
            connection.get("pulls")
        waits.append(found.value.retry_after)
        played.clock.move(found.value.retry_after or 0)
    assert waits == [60, 120, 240, 480, 960, 1920, 3600, 3600]
    assert len(played.requests) == 8
    played.answers(Answer(200, []), refusal(status, LIMIT))
    connection.get("pulls")
    with pytest.raises(Limited, match="60 s"):
        connection.get("pulls")


def test_the_limit_of_the_hour_lasts_until_its_reset(played: Played) -> None:
    reset = str(int(played.clock.at.timestamp()) + 300)
    played.answers(refusal(403, "API rate limit exceeded", x_ratelimit_remaining="0", x_ratelimit_reset=reset))
    with pytest.raises(Limited) as found:
        played.connect().get("pulls")
    assert found.value.retry_after == 301.0


def test_a_403_that_is_no_limit_is_a_refusal(played: Played) -> None:
    played.answers(refusal(403, "Resource not accessible by integration", x_ratelimit_remaining="4000"))
    with pytest.raises(Forbidden):
        played.connect().get("pulls")


# Reading.


def test_all_pages_are_read(played: Played) -> None:
    def page(request: Request) -> Answer:
        number = int(request.query.get("page", "1"))
        link = f'<{played.address}{PULLS}?page={number + 1}&per_page=100&state=all>; rel="next", <x>; rel="last"'
        return Answer(200, [number], {"Link": link} if number < 3 else {})

    played.script = page
    assert list(played.connect().pages("pulls", state="all")) == [1, 2, 3]
    assert all(request.query["per_page"] == "100" for request in played.requests)
    assert all(request.query["state"] == "all" for request in played.requests)


def test_the_lists_inside_of_objects_are_read(played: Played) -> None:
    played.answers(Answer(200, {"total_count": 1, "check_runs": [{"id": 1}]}))
    assert list(played.connect().pages("commits/x/check-runs", key="check_runs")) == [{"id": 1}]
    with pytest.raises(EdgeError, match="no list"):
        list(played.connect().pages("commits/x/check-runs"))


def test_a_next_page_elsewhere_is_asked_for_here(played: Played) -> None:
    def page(request: Request) -> Answer:
        return Answer(
            200, [1], {} if request.query.get("page") else {"Link": '<https://evil.example/?page=2>; rel="next"'}
        )

    played.script = page
    assert list(played.connect().pages("pulls")) == [1, 1]
    assert [request.path for request in played.requests] == [PULLS, PULLS]


def test_what_did_not_change_is_not_sent_again(played: Played) -> None:
    def page(request: Request) -> Answer:
        if request.headers.get("if-none-match") == '"v1"':
            return Answer(304, b"")
        return Answer(200, {"labels": []}, {"ETag": '"v1"'})

    played.script = page
    connection = played.connect()
    connection.get("pulls/3")["labels"].append("mine alone")
    assert connection.get("pulls/3") == {"labels": []}
    assert [request.headers.get("if-none-match") for request in played.requests] == [None, '"v1"']
    connection.get("pulls/4")
    assert played.requests[-1].headers.get("if-none-match") is None


def test_threads_get_each_their_own_answer(played: Played) -> None:
    played.script = lambda request: Answer(200, {"path": request.path})
    connection, wrong = played.connect(), []

    def read(number: int) -> None:
        for _ in range(10):
            if connection.get(f"pulls/{number}") != {"path": f"{PULLS}/{number}"}:
                wrong.append(number)

    threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (wrong, connection.requests) == ([], 80)


# Where the token goes.


def test_a_renamed_repository_is_followed_on_the_same_host_with_its_query(played: Played) -> None:
    def moved(request: Request) -> Answer:
        if request.path == PULLS:
            return Answer(
                301, {}, {"Location": f"{played.address}/repositories/9/pulls?state={request.query['state']}"}
            )
        return Answer(200, [request.query["state"]])

    played.script = moved
    assert list(played.connect().pages("pulls", state="all")) == ["all"]


@pytest.mark.parametrize("status", [301, 302, 307, 308])
@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_redirect_to_another_host_takes_no_token_there(played: Played, status: int, verb: str) -> None:
    other = Played()
    with door(other) as address:
        played.answers(Answer(status, {}, {"Location": f"{address}{PULLS}"}))
        connection = played.connect()
        with pytest.raises(EdgeError):
            _ = connection.get("pulls") if verb == "GET" else connection.write(verb, "pulls", {})
    assert other.requests == []


def test_a_write_is_not_turned_into_a_reading_by_a_redirect(played: Played) -> None:
    played.answers(Answer(301, {}, {"Location": f"{played.address}/repositories/9/pulls"}))
    with pytest.raises(Refused, match="redirect"):
        played.connect().write("POST", "pulls", {})
    assert len(played.requests) == 1


def test_a_redirect_that_keeps_the_verb_sends_the_write_once(played: Played) -> None:
    def moved(request: Request) -> Answer:
        if request.path == PULLS:
            return Answer(307, {}, {"Location": "/repositories/9/pulls"})
        return Answer(201, request.json)

    played.script = moved
    assert played.connect().write("POST", "pulls", {"title": "x"}) == {"title": "x"}


def test_redirects_in_circles_end(played: Played) -> None:
    played.answers(Answer(302, {}, {"Location": PULLS}))
    with pytest.raises(EdgeError):
        played.connect().get("pulls")
    assert len(played.requests) == 12


def test_where_a_file_is_stored_is_given_and_not_fetched(played: Played) -> None:
    played.answers(Answer(302, b"", {"Location": "https://storage.example/a.zip?sig=1"}))
    assert played.connect().location("actions/artifacts/7/zip") == "https://storage.example/a.zip?sig=1"
    played.answers(Answer(200, {}))
    with pytest.raises(EdgeError, match="no redirect"):
        played.connect().location("actions/artifacts/7/zip")
    played.answers(refusal(404))
    with pytest.raises(Missing):
        played.connect().location("actions/artifacts/7/zip")


@pytest.mark.parametrize(
    "address", ["http://api.example", "ftp://127.0.0.1", "https://me:secret@host", "x", "https://"]
)
def test_a_token_travels_only_over_https_or_to_this_machine(address: str) -> None:
    with pytest.raises(ContentError) as found:
        Place("acme/runbooks", address)
    assert "secret" not in str(found.value)


@pytest.mark.parametrize("name", ["", "acme", "acme/", "/x", "acme/..", "a/b/c", "acme/x y", "-a/b", "acme/x?y", "é/x"])
def test_what_is_no_repository_is_refused(name: str) -> None:
    with pytest.raises(ContentError):
        Place(name)


def test_an_enterprise_server_is_asked_below_its_own_addresses(played: Played) -> None:
    place = Place("acme/runbooks", f"{played.address}/api/v3", played.address)
    Connection(place, TokenCredentials(TOKEN), pace=played.pace()).get("pulls")
    assert [request.path for request in played.requests] == [f"/api/v3{PULLS}"]
    assert place.git_url == f"{played.address}/acme/runbooks.git"


def test_no_error_and_no_log_ever_holds_the_token(played: Played, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    told = []
    for answer in (BAD, None, refusal(401), refusal(403), refusal(422), Answer(200, b"{"), refusal(403, LIMIT)):
        for verb in ("GET", "POST"):
            played.answers(answer)
            connection = played.connect()
            with pytest.raises(EdgeError) as found:
                _ = connection.get("pulls") if verb == "GET" else connection.write(verb, "pulls", {})
            told += traceback.format_exception(found.value)
    assert TOKEN not in "".join(told) + caplog.text + repr(TokenCredentials(TOKEN))


@pytest.mark.parametrize("token", ["", "two words", "a\nb", "é", "a\x00"])
def test_what_no_header_can_hold_is_no_token(token: str) -> None:
    with pytest.raises(ContentError) as found:
        TokenCredentials(token)
    assert not token or token not in str(found.value)


# Who speaks.


def test_a_refused_token_of_somebody_elses_is_not_tried_again(played: Played) -> None:
    played.answers(refusal(401, "Bad credentials"))
    with pytest.raises(Forbidden):
        played.connect().write("POST", "pulls", {})
    assert len(played.requests) == 1


def test_who_speaks_is_asked_once(played: Played) -> None:
    played.answers(Answer(200, {"login": "dana"}))
    connection = played.connect()
    assert (connection.login, connection.login, len(played.requests)) == ("dana", "dana", 1)


def test_the_token_of_a_workflow_is_that_of_actions(played: Played) -> None:
    played.answers(refusal(403, "Resource not accessible by integration"))
    assert played.connect().login == "github-actions[bot]"


class AppSite:
    """Answers for an App: tokens with an end, and what is asked with them."""

    def __init__(self, played: Played, key: str) -> None:
        self.played, self.given = played, 0
        self.lives = 3600
        self.good: set[str] = set()
        self.credentials = AppCredentials(played.place, App("4711", key), clock=played.epoch)
        self.connection = Connection(played.place, self.credentials, pace=played.pace())
        played.script = self.answer

    def answer(self, request: Request) -> Answer:
        match request.path:
            case "/repos/acme/runbooks/installation":
                return Answer(200, {"id": 815})
            case "/app/installations/815/access_tokens":
                self.given += 1
                self.good = {f"ghs_4711_{self.given}" + "j" * 200}
                ends = self.played.clock.at.timestamp() + self.lives
                return Answer(201, {"token": next(iter(self.good)), "expires_at": stamp(ends)})
            case "/app":
                return Answer(200, {"slug": "runwright", "id": 4711})
        return Answer(200, {"done": request.method}) if request.token in self.good else refusal(401, "Bad credentials")

    def asked(self) -> list[Request]:
        return [request for request in self.played.requests if request.path.endswith("access_tokens")]


def stamp(epoch: float) -> str:
    from datetime import UTC, datetime

    return datetime.fromtimestamp(epoch, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@pytest.fixture
def app(played: Played) -> AppSite:
    from tests.support.github.keys import app_key

    return AppSite(played, app_key())


def test_an_app_asks_for_named_permissions_in_one_repository(app: AppSite) -> None:
    assert app.connection.get("pulls") == {"done": "GET"}
    body = app.asked()[0].json
    assert body["repositories"] == ["runbooks"]
    assert body["permissions"]["contents"] == "write"
    assert "administration" not in body["permissions"]
    assert "workflows" not in body["permissions"]


def test_the_apps_own_token_ends_within_ten_minutes(app: AppSite) -> None:
    import jwt

    app.connection.get("pulls")
    told = jwt.decode(app.asked()[0].token, options={"verify_signature": False})
    assert told["iss"] == "4711"
    assert told["exp"] - told["iat"] <= 600
    assert jwt.get_unverified_header(app.asked()[0].token)["alg"] == "RS256"


def test_a_token_is_kept_and_renewed_five_minutes_before_it_ends(app: AppSite) -> None:
    app.connection.get("pulls")
    app.played.clock.move(3600 - 301)
    app.connection.get("pulls")
    assert app.given == 1
    app.played.clock.move(2)
    app.connection.get("pulls")
    assert app.given == 2


@pytest.mark.parametrize("verb", ["GET", "POST"])
def test_a_refused_token_is_renewed_once_and_the_request_sent_again(app: AppSite, verb: str) -> None:
    app.connection.get("pulls")
    app.good = set()
    found = app.connection.get("pulls") if verb == "GET" else app.connection.write(verb, "pulls", {"title": "x"})
    assert (found, app.given) == ({"done": verb}, 2)
    sent = [request for request in app.played.requests if request.path == PULLS]
    assert [request.method for request in sent[1:]] == [verb, verb]


def test_a_token_that_is_refused_anew_is_not_renewed_for_ever(app: AppSite) -> None:
    app.played.script = lambda request: (
        refusal(401, "Bad credentials") if request.path == PULLS else app.answer(request)
    )
    with pytest.raises(Forbidden):
        app.connection.write("POST", "pulls", {})
    assert (app.given, len([one for one in app.played.requests if one.path == PULLS])) == (2, 2)


def test_an_app_speaks_under_its_name(app: AppSite) -> None:
    assert (app.connection.login, app.credentials.identity()) == ("runwright[bot]", 4711)


def test_an_app_that_is_not_installed_is_told(app: AppSite) -> None:
    app.played.answers(refusal(404, "Not Found"))
    with pytest.raises(EdgeError, match="not installed for acme/runbooks"):
        app.connection.get("pulls")


def test_an_app_that_was_installed_anew_speaks_again_without_a_restart(app: AppSite) -> None:
    old = "/app/installations/814/access_tokens"
    first = [Answer(200, {"id": 814}), refusal(404, "Not Found")]
    app.played.script = lambda request: first.pop(0) if first else app.answer(request)
    with pytest.raises(Missing):
        app.connection.get("pulls")
    assert app.played.requests[-1].path == old
    assert app.connection.get("pulls") == {"done": "GET"}


def test_a_limit_holds_for_tokens_too(app: AppSite) -> None:
    app.played.answers(refusal(403, LIMIT, Retry_After="9"))
    with pytest.raises(Limited) as found:
        app.connection.get("pulls")
    assert found.value.retry_after == 9


@pytest.mark.parametrize("answer", [BAD, None, Answer(201, {"token": "x"}), Answer(201, b"{"), Answer(201, [])])
def test_no_token_is_told_as_trouble(app: AppSite, answer: Answer | None) -> None:
    app.played.script = lambda request: answer if request.path.endswith("access_tokens") else app.answer(request)
    with pytest.raises(EdgeError) as found:
        app.connection.get("pulls")
    assert found.value.retryable


@pytest.mark.parametrize(
    "key", ["", "-----BEGIN RSA PRIVATE KEY-----\nc2VjcmV0\n-----END RSA PRIVATE KEY-----\n", "secret"]
)
def test_a_key_that_is_none_is_told_without_a_word_of_it(played: Played, key: str) -> None:
    with pytest.raises(ContentError) as found:
        AppCredentials(played.place, App("4711", key))
    assert "secret" not in json.dumps(str(found.value))
    assert "c2VjcmV0" not in "".join(traceback.format_exception(found.value))


def test_neither_key_nor_token_is_ever_logged(app: AppSite, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    app.connection.get("pulls")
    shown = caplog.text + repr(app.credentials) + repr(app.credentials.app)
    assert not any(token in shown for token in app.good)
    assert "BEGIN" not in shown
