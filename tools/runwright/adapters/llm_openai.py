"""Asks a model over the chat completions of OpenAI, which Azure, Ollama, vLLM and others speak as well.

One question, one request: nothing is tried again here, whoever asks owns that. The address and the key come from the
environment of the service alone, and are never written to a log, nor is what was asked. What came back is judged by its
form only; what it says is read elsewhere. It meets `service.ports.Model` by shape.
https://platform.openai.com/docs/api-reference/chat/create
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from typing import Any
from urllib.parse import urlsplit

import httpx2
import openai

from runwright.adapters.http_service import retry_after_seconds
from runwright.adapters.llm_bounds import Watch
from runwright.corpus.strict_json import read_json
from runwright.errors import ContentError, EdgeError
from runwright.model.asking import ModelSettings
from runwright.model.question import Answer, Finish, Question, Usage

SECONDS = 60.0
"""How long one question may take, from the connection to the last byte."""
MAX_TEXT = 200_000
"""Characters of an answer that are kept."""
MAX_TOKENS = 100_000_000
"""A count beyond this was made up."""
_UNUSABLE: Mapping[str, tuple[Finish, str]] = {
    "length": ("length", "the answer was cut off at its greatest length"),
    "content_filter": ("filtered", "the server's filter held the answer back"),
    "tool_calls": ("garbled", "the answer asks for a tool, and there are none"),
    "function_call": ("garbled", "the answer asks for a tool, and there are none"),
}
_NAMED = (
    "name one that it has as triage or draft under [model] in runwright.toml, "
    "or in RUNWRIGHT_MODEL_TRIAGE or RUNWRIGHT_MODEL_DRAFT"
)
_GARBLED = "the server's answer is not of the form of a chat completion"


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where the model is, and the key to ask it with."""

    base_url: str | None
    key: str | None = field(repr=False)

    @property
    def host(self) -> str:
        """The host, for people."""
        return urlsplit(self.base_url or "https://api.openai.com/v1").hostname or "?"

    @property
    def here(self) -> bool:
        """Whether it is this machine itself, which no proxy of the environment leads to."""
        try:
            return self.host == "localhost" or ip_address(self.host).is_loopback
        except ValueError:
            return False


def endpoint_of(environ: Mapping[str, str]) -> Endpoint | None:
    """Read `OPENAI_BASE_URL` and `OPENAI_API_KEY`; None where neither is set. Raises ContentError for a bad address."""
    url, key = environ.get("OPENAI_BASE_URL") or None, environ.get("OPENAI_API_KEY") or None
    if url is None and key is None:
        return None
    if url is not None and not _is_web(url):
        raise ContentError("OPENAI_BASE_URL is no web address; expected one such as http://127.0.0.1:11434/v1")
    return Endpoint(url, key)


def _is_web(url: str) -> bool:
    try:
        parts = urlsplit(url)
        return parts.scheme in ("http", "https") and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False


class OpenAIModel:
    """One server and the models on it."""

    def __init__(
        self,
        endpoint: Endpoint,
        settings: ModelSettings,
        clock: Callable[[], datetime],
        seconds: float = SECONDS,
    ) -> None:
        self.endpoint, self.settings, self.clock, self.seconds = endpoint, settings, clock, seconds
        for name in ("openai", "httpx2", "httpcore2"):
            # At their finer levels these write whole requests, and OPENAI_LOG turns them on.
            logging.getLogger(name).setLevel(logging.WARNING)

    def ask(self, question: Question) -> Answer:
        """Ask once; raises EdgeError when there is no answer, with the seconds to wait where the server says so."""
        model, began = self.settings.model_for(question), time.monotonic()
        with Watch(self.seconds) as watch:
            try:
                content = self._send(question, model, watch)
            except openai.APIStatusError as error:
                raise _refusal(error, model, self.clock()) from None
            except (openai.OpenAIError, httpx2.HTTPError, OSError) as error:
                raise EdgeError(_trouble(error, watch)) from None
        said = _read(content, self.settings, model)
        return said.model_copy(
            update={
                "question": question.digest(model),
                "seconds": round(time.monotonic() - began, 3),
                "answered_at": self.clock(),
            }
        )

    def _send(self, question: Question, model: str, watch: Watch) -> bytes:
        with (
            httpx2.Client(**watch.client_options(), trust_env=not self.endpoint.here) as http,
            openai.OpenAI(
                # A server of one's own asks for no key, and the library will not do without one.
                api_key=self.endpoint.key or "none",
                base_url=self.endpoint.base_url,
                max_retries=0,
                http_client=http,
            ) as client,
        ):
            raw = client.chat.completions.with_raw_response.create(
                model=model,
                messages=[{"role": "system", "content": question.system}, {"role": "user", "content": question.user}],
                response_format={
                    "type": "json_schema",
                    "json_schema": {
                        "name": question.schema_name,
                        "strict": True,
                        "schema": question.answer_schema,
                    },
                },
                max_completion_tokens=question.max_output_tokens,
                timeout=http.timeout,
                extra_headers={"Accept-Encoding": "identity"},
            )
            return raw.content


def _trouble(error: Exception, watch: Watch) -> str:
    """What went wrong, without a word that the server chose."""
    if watch.over or isinstance(error, (openai.APITimeoutError, httpx2.TimeoutException)):
        return f"the model did not answer within {watch.seconds:g} s"
    if isinstance(error.__cause__, httpx2.ConnectError):
        return "the model's server cannot be reached; is OPENAI_BASE_URL right, and does it run?"
    if isinstance(error.__cause__ or error, httpx2.DecodingError):
        return f"the model's server did not keep to the protocol: {error.__cause__ or error}"
    return f"the connection to the model broke off ({type(error.__cause__ or error).__name__})"


def _refusal(error: openai.APIStatusError, model: str, now: datetime) -> EdgeError:
    status = error.status_code
    wait = retry_after_seconds(error.response.headers.get("Retry-After"), now)
    if status in (401, 403):
        said = "the model's server refuses the key; set OPENAI_API_KEY to one that may use the model"
    elif status == 404 or error.code == "model_not_found":
        said = f"the model's server knows no model {model}, or speaks no chat completions at this address; {_NAMED}"
    elif 300 <= status < 400:
        said = "the model's server sends us elsewhere, and we do not go; set OPENAI_BASE_URL to the right address"
    elif status == 429 and error.code == "insufficient_quota":
        return EdgeError("the model's server says that the account is used up; see its billing", retryable=False)
    else:
        said = f"the model's server answered with status {status}"
    return EdgeError(said, retryable=status in (408, 409, 425, 429) or status >= 500, retry_after=wait)


def _read(content: bytes, settings: ModelSettings, model: str) -> Answer:
    """Read a completion; one that has another form is an answer of no use, and was paid for all the same."""
    try:
        data = read_json(content)
    except ContentError:
        return Answer(question="", model=model, finish="garbled", reason="the server's answer is no JSON")
    data = data if isinstance(data, dict) else {}
    finish, reason, text = _choice(data)
    return Answer(
        question="", model=model, text=text, finish=finish, reason=reason, usage=_usage(data, settings, model)
    )


def _choice(data: Mapping[str, Any]) -> tuple[Finish, str, str]:
    choices = data.get("choices")
    first = choices[0] if isinstance(choices, list) and choices and isinstance(choices[0], dict) else {}
    message = first.get("message")
    if not isinstance(message, dict):
        return "garbled", _GARBLED, ""
    text = message.get("content")
    # Half of a surrogate pair is no text that could be kept.
    text = text.encode("utf-8", "replace").decode() if isinstance(text, str) else ""
    if message.get("refusal"):
        return "refusal", "the model refused to answer", ""
    ended = first.get("finish_reason")
    if isinstance(ended, str) and ended in _UNUSABLE:
        return *_UNUSABLE[ended], text[:MAX_TEXT]
    if ended not in ("stop", None) or not text or len(text) > MAX_TEXT:
        why = f"the answer has more than {MAX_TEXT} characters" if len(text) > MAX_TEXT else _GARBLED
        return "garbled", why, text[:MAX_TEXT]
    return "stop", "", text


def _usage(data: Mapping[str, Any], settings: ModelSettings, model: str) -> Usage:
    told = data.get("usage")
    told = told if isinstance(told, dict) else {}
    return settings.usage(model, _count(told.get("prompt_tokens")), _count(told.get("completion_tokens")))


def _count(value: Any) -> int:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= MAX_TOKENS else 0
