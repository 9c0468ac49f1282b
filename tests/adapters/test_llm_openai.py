"""The model adapter against a real server on loopback: what an answer becomes, and that no server can hold it up."""

from __future__ import annotations

import logging
import socket
import threading
from datetime import UTC, datetime
from email.utils import format_datetime

import pytest

from runwright.adapters.llm_bounds import MAX_BYTES
from runwright.adapters.llm_openai import Endpoint, OpenAIModel, endpoint_of
from runwright.errors import ContentError, EdgeError
from runwright.model.asking import ModelSettings, Price
from runwright.model.question import Question
from tests.support import model_server as server
from tests.support.model_server import ModelServer, Turn, deaf_port, model_server, raw, sent, status, text

NOW = datetime(2026, 3, 1, 12, 0, tzinfo=UTC)
SETTINGS = ModelSettings(
    triage="small", draft="strong", prices={"small": Price(input=1.0), "strong": Price(input=2.0, output=10.0)}
)
SCHEMA = {"type": "object", "properties": {}, "required": [], "additionalProperties": False}
QUESTION = Question(
    purpose="draft", template="draft/1", system="ours", user="theirs", schema_name="draft", answer_schema=SCHEMA
)


@pytest.fixture(autouse=True)
def _a_proxy_that_is_not_there(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)


def model(url: str, seconds: float = 20.0, key: str | None = "sk-test") -> OpenAIModel:
    return OpenAIModel(Endpoint(url, key), SETTINGS, lambda: NOW, seconds)


def refused(turn: Turn, seconds: float = 20.0) -> EdgeError:
    with model_server(turn) as there, pytest.raises(EdgeError) as caught:
        model(there.url, seconds).ask(QUESTION)
    assert there.calls == 1  # whoever asks owns the tries
    return caught.value


def test_an_answer_comes_with_its_usage_and_its_cost() -> None:
    with model_server(text('{"drafts": []}', usage=(1000, 100))) as there:
        said = model(there.url).ask(QUESTION)
    assert (said.text, said.finish, said.model) == ('{"drafts": []}', "stop", "strong")
    assert (said.usage.input_tokens, said.usage.output_tokens, said.usage.cost_usd) == (1000, 100, 0.003)
    assert said.question == QUESTION.digest("strong")
    assert said.answered_at == NOW


def test_the_question_goes_out_as_strict_structured_output_without_tools() -> None:
    with model_server(text("{}")) as there:
        model(there.url).ask(QUESTION)
    (asked,) = there.asked
    assert asked.path == "/v1/chat/completions"
    assert asked.data == {
        "model": "strong",
        "messages": [{"role": "system", "content": "ours"}, {"role": "user", "content": "theirs"}],
        "response_format": {
            "type": "json_schema",
            "json_schema": {"name": "draft", "strict": True, "schema": SCHEMA},
        },
        "max_completion_tokens": 2000,
    }
    assert {name.lower(): value for name, value in asked.headers.items()}["authorization"] == "Bearer sk-test"


def test_triage_and_its_repair_go_to_the_small_model() -> None:
    asks = QUESTION.model_copy(update={"template": "triage/1"})
    with model_server(text("{}"), text("{}")) as there:
        model(there.url).ask(asks)
        model(there.url).ask(asks.model_copy(update={"purpose": "repair"}))
    assert [asked.model for asked in there.asked] == ["small", "small"]


@pytest.mark.parametrize(
    ("turn", "finish", "tokens"),
    [
        (server.refusal(), "refusal", 100),
        (server.length(), "length", 100),
        (server.filtered(), "filtered", 100),
        (text("", finish="stop"), "garbled", 100),
        (text("{}", finish="tool_calls"), "garbled", 100),
        (text("{}", finish="made_up"), "garbled", 100),
        (text("x" * 200_001), "garbled", 100),
        (server.GARBAGE, "garbled", 0),
        (server.NO_JSON, "garbled", 0),
        (server.NO_CHOICE, "garbled", 0),
        (raw(b""), "garbled", 0),
        (raw(b"[]"), "garbled", 0),
        (raw(b'{"choices": [7]}'), "garbled", 0),
        (raw(b'{"choices": [{"message": []}], "usage": 7}'), "garbled", 0),
        (raw(b'{"choices": NaN}'), "garbled", 0),
        (raw(b"[" * 100_000), "garbled", 0),
        (raw(b'{"choices": [{"message": {"content": ["a"]}, "finish_reason": "stop"}]}'), "garbled", 0),
        (raw(b'{"usage": {"prompt_tokens": -5, "completion_tokens": true}, "choices": []}'), "garbled", 0),
        (raw(b'{"usage": {"prompt_tokens": 9999999999999}, "choices": []}'), "garbled", 0),
    ],
)
def test_an_answer_of_no_use_is_an_answer_all_the_same_with_what_it_took(turn: Turn, finish: str, tokens: int) -> None:
    with model_server(turn) as there:
        said = model(there.url).ask(QUESTION)
    assert (said.finish, said.usage.input_tokens) == (finish, tokens)
    assert said.reason


def test_half_a_surrogate_pair_in_an_answer_can_be_kept() -> None:
    with model_server(raw(b'{"choices": [{"message": {"content": "a\\ud800"}, "finish_reason": "stop"}]}')) as there:
        assert model(there.url).ask(QUESTION).model_dump_json()


@pytest.mark.parametrize(
    ("turn", "retryable", "wait"),
    [
        (status(429, "7"), True, 7.0),
        (status(429, format_datetime(NOW.replace(minute=2), usegmt=True)), True, 120.0),
        (status(429), True, None),
        (status(429, "soon"), True, None),
        (status(500), True, None),
        (status(503, "30"), True, 30.0),
        (status(529), True, None),
        (status(400), False, None),
        (status(401), False, None),
        (status(403), False, None),
        (status(404), False, None),
        (status(422), False, None),
    ],
)
def test_a_status_says_whether_and_when_to_come_back(turn: Turn, retryable: bool, wait: float | None) -> None:
    error = refused(turn)
    assert (error.retryable, error.retry_after) == (retryable, wait)


@pytest.mark.parametrize("turn", [status(404), raw(b'{"error": {"code": "model_not_found"}}', code=400)])
def test_a_model_that_the_server_does_not_have_is_named_with_where_to_name_another(turn: Turn) -> None:
    said = refused(turn).message
    assert "knows no model strong" in said
    assert "[model] in runwright.toml, or in RUNWRIGHT_MODEL_TRIAGE or RUNWRIGHT_MODEL_DRAFT" in said


def test_an_account_that_is_used_up_is_not_asked_again() -> None:
    body = b'{"error": {"message": "You exceeded your current quota", "code": "insufficient_quota"}}'
    error = refused(raw(body, code=429))
    assert not error.retryable
    assert "used up" in error.message


def test_nothing_that_a_server_says_gets_into_an_error() -> None:
    for code in (400, 401, 404, 429, 500):
        error = refused(raw(b'{"error": {"message": "CANARY", "code": "CANARY", "type": "CANARY"}}', code=code))
        assert "CANARY" not in error.message


def test_a_redirect_is_not_followed_to_another_host() -> None:
    with model_server(text("{}")) as other:
        moved = server.Said(307, b"", {"Location": f"{other.url}/chat/completions"})
        error = refused(lambda _asked: moved)
        assert other.calls == 0
    assert not error.retryable
    assert "elsewhere" in error.message


@pytest.mark.parametrize("manner", ["cut", "reset"])
def test_a_connection_that_breaks_off_is_worth_another_try(manner: server.Manner) -> None:
    error = refused(sent(manner, text("{}")))
    assert error.retryable
    assert "broke off" in error.message


def test_an_endless_answer_ends_at_its_limit() -> None:
    error = refused(sent("endless"))
    assert str(MAX_BYTES) in error.message


def test_an_endless_error_ends_at_its_limit_too() -> None:
    assert refused(sent("endless", raw(b"x" * 100, code=500))).retryable


def test_a_packed_answer_is_not_unpacked() -> None:
    packed = server.Said(200, b"\x1f\x8b", {"Content-Encoding": "gzip"})
    assert "packed" in refused(lambda _asked: packed).message


@pytest.mark.parametrize("manner", ["silent", "dripping"])
def test_a_server_that_takes_its_time_is_left_when_the_time_is_over(manner: server.Manner) -> None:
    # Dripped to its end it takes a quarter of an hour.
    error = refused(sent(manner, text("x" * 5000)), seconds=0.6)
    assert error.message == "the model did not answer within 0.6 s"


def test_a_head_that_is_drawn_out_byte_by_byte_is_left_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closing = threading.Event()
        dripping = threading.Thread(target=_drip_a_head, args=(listener, closing), daemon=True)
        dripping.start()
        with pytest.raises(EdgeError, match=r"within 0\.6 s"):
            model(f"http://127.0.0.1:{listener.getsockname()[1]}/v1", 0.6).ask(QUESTION)
        closing.set()
        dripping.join(30)


def _drip_a_head(listener: socket.socket, closing: threading.Event) -> None:
    connection, _ = listener.accept()
    with connection:
        while not closing.wait(0.05):
            try:
                connection.sendall(b"H")
            except OSError:
                return


def test_a_port_that_takes_no_connection_is_left() -> None:
    with deaf_port() as port, pytest.raises(EdgeError) as caught:
        model(f"http://127.0.0.1:{port}/v1", 0.6).ask(QUESTION)
    assert caught.value.retryable


def test_a_server_that_is_not_there_is_said_to_be_not_there() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    with pytest.raises(EdgeError, match="cannot be reached"):
        model(f"http://127.0.0.1:{port}/v1").ask(QUESTION)


def test_neither_the_key_nor_the_question_gets_into_a_log(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("OPENAI_LOG", "debug")
    caplog.set_level(logging.DEBUG)
    asks = QUESTION.model_copy(update={"user": "PROMPT-CANARY", "system": "SYSTEM-CANARY"})
    with model_server(text("ANSWER-CANARY"), status(500)) as there:
        asker = model(there.url, key="sk-KEY-CANARY")
        asker.ask(asks)
        with pytest.raises(EdgeError):
            asker.ask(asks)
    assert "CANARY" not in caplog.text
    assert "CANARY" not in repr(asker.endpoint)


def test_where_the_model_is_only_the_environment_says() -> None:
    assert endpoint_of({}) is None
    assert endpoint_of({"OPENAI_BASE_URL": "", "OPENAI_API_KEY": ""}) is None
    assert endpoint_of({"OPENAI_API_KEY": "k"}) == Endpoint(None, "k")
    there = endpoint_of({"OPENAI_BASE_URL": "http://127.0.0.1:11434/v1"})
    assert there is not None
    assert there.host == "127.0.0.1"


@pytest.mark.parametrize("url", ["file:///etc/passwd", "127.0.0.1:8000", "http://", "http://[::1", "http://a:x"])
def test_an_address_that_is_none_is_refused(url: str) -> None:
    with pytest.raises(ContentError, match="OPENAI_BASE_URL"):
        endpoint_of({"OPENAI_BASE_URL": url})


def test_a_server_on_another_machine_is_reached_as_the_environment_says() -> None:
    with pytest.raises(EdgeError, match="cannot be reached"):  # by the proxy
        model("http://model.example.invalid/v1").ask(QUESTION)


def test_a_server_of_ones_own_needs_no_key() -> None:
    with model_server(text("{}")) as there:
        assert model(there.url, key=None).ask(QUESTION).finish == "stop"


def test_only_the_server_that_was_named_is_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    gone_to: list[tuple[str, int]] = []
    connect = socket.create_connection

    def seen(address: tuple[str, int], *args: object, **more: object) -> socket.socket:
        gone_to.append(address)
        return connect(address, *args, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "create_connection", seen)
    with model_server(text("{}"), status(500)) as there:
        _ask_twice(there)
    assert {address[:2] for address in gone_to} == {("127.0.0.1", there.port)}


def _ask_twice(there: ModelServer) -> None:
    model(there.url).ask(QUESTION)
    with pytest.raises(EdgeError):
        model(there.url).ask(QUESTION)


def test_a_secure_connection_that_never_comes_about_is_left_too() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener, pytest.raises(EdgeError) as caught:
        model(f"https://127.0.0.1:{listener.getsockname()[1]}/v1", 0.6).ask(QUESTION)
    assert caught.value.retryable
