"""A connection to one repository at GitHub: reading that may be repeated, writing that is not.

PyGithub's requester stands below it. What is asked for is left to the other files of this package.
"""

from __future__ import annotations

import json
import re
import threading
from collections import OrderedDict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from runwright.adapters.forge_github.credentials import Credentials
from runwright.adapters.forge_github.pace import Pace
from runwright.adapters.forge_github.place import Place
from runwright.adapters.forge_github.refusals import Answer, Refused, Unclear, is_limit, plain, refusal
from runwright.adapters.forge_github.wire import TOTAL_LIMIT, Sending, Wire, unreached
from runwright.errors import EdgeError

TRIES = 3
"""How often a reading is tried that GitHub does not answer."""
PAGE = 100
MOST_PAGES = 1000
KEPT = 32 * 1024 * 1024
"""Characters of answers that are kept with their ETag."""
NEXT = re.compile(r'<([^<>]*)>\s*;\s*rel="next"')
VERBS = frozenset({"POST", "PATCH", "PUT", "DELETE"})


@dataclass(frozen=True)
class Asked:
    """One request, as it is known in errors: without its query and body."""

    verb: str
    path: str
    query: Mapping[str, Any] = field(default_factory=dict)
    body: Any = None

    def __str__(self) -> str:
        """Write it for an error."""
        return f"{self.verb} {self.path}"

    @property
    def key(self) -> str:
        """Name the answer."""
        return f"{self.path}?{json.dumps(dict(self.query), sort_keys=True)}"


class Connection:
    """Speaks to one repository as one account; any number of threads may use it."""

    def __init__(
        self, place: Place, credentials: Credentials, *, pace: Pace | None = None, limit: float = TOTAL_LIMIT
    ) -> None:
        """Get ready; nothing is asked yet. `limit` is for one exchange, in seconds."""
        self.place, self.credentials, self.pace = place, credentials, pace or Pace()
        self.wire = Wire(place, credentials.token, limit)
        self.memory = Memory()
        self.known = ""
        self.requests = 0
        """How many requests were sent."""
        self.told_at = 0.0
        """The time of the last answer by GitHub's clock, in seconds since 1970."""

    @property
    def login(self) -> str:
        """The account that it speaks as, asked once: `name[bot]`, or the person's."""
        if not self.known:
            self.known = self.credentials.login(self.get)
        return self.known

    def get(self, path: str, **query: Any) -> Any:
        """Read; a path without a slash in front is one of the repository. Raises Refused, Limited, EdgeError."""
        return content(self.read(Asked("GET", self.place.route(path), query)), path)

    def pages(self, path: str, *, key: str | None = None, **query: Any) -> Iterator[Any]:
        """Give every item of every page; `key` names the list where a page is an object, such as check_runs."""
        asked: Asked | None = Asked("GET", self.place.route(path), {"per_page": PAGE, **query})
        for _ in range(MOST_PAGES):
            if asked is None:
                return
            answer = self.read(asked)
            found, after = items(content(answer, path), key, path), following(asked, answer)
            if after is None and len(found) >= PAGE:
                # What comes after a full page changes its links and not its content, so its ETag says nothing.
                self.memory.forget(asked.key)
            yield from found
            asked = after
        raise EdgeError(f"{path} has more than {MOST_PAGES} pages; ask for less")

    def write(self, verb: str, path: str, body: Any = None) -> Any:
        """Change something, once; raises Refused, Limited, Full (nothing was done) and Unclear (nobody knows)."""
        if verb not in VERBS:
            raise RuntimeError(f"{verb} is no verb of a change")
        asked = Asked(verb, self.place.route(path), body=body)
        with self.pace.write(str(asked)):
            return self.changed(asked)

    def location(self, path: str) -> str:
        """Give where a route of ours redirects to, such as a file in storage; nothing is fetched from there."""
        asked = Asked("GET", self.place.route(path))
        try:
            answer = self.sent(asked, {}, follow=False)
        except OSError as error:
            raise unreached(self.place, str(asked), error) from None
        if not 300 <= answer.status < 400:
            self.judged(answer, asked)
        found = answer.headers.get("location", "")
        if not found.startswith(("https://", "http://")):
            raise EdgeError(f"GitHub answered {asked} with {answer.status} and no redirect")
        return found

    def read(self, asked: Asked) -> Answer:
        """Read, again where GitHub does not answer, and from memory where nothing changed."""
        kept = self.memory.of(asked.key)
        headers = {"If-None-Match": kept.headers["etag"]} if kept else {}
        for left in reversed(range(TRIES)):
            try:
                answer = self.sent(asked, headers)
            except OSError as error:
                failed = unreached(self.place, str(asked), error)
            else:
                if answer.status == 304 and kept:
                    return kept
                if answer.status < 500:
                    return self.memory.keep(asked.key, self.judged(answer, asked))
                failed = EdgeError(f"GitHub answered {asked} with {answer.status}; it is tried again")
            if left:
                self.pace.clocks.sleep(self.pace.gaps.seconds * (TRIES - left) / 2)
        raise failed

    def changed(self, asked: Asked) -> Any:
        """Send a change and give what it answered; never sent twice, except where it was refused for its token."""
        try:
            answer = self.sent(asked, {})
        except OSError as error:
            raise Unclear(f"{asked} was sent, and GitHub's answer was lost ({type(error).__name__})") from None
        if answer.status >= 500:
            raise Unclear(f"GitHub answered {asked} with {answer.status}; whether it was done is not known")
        judged = self.judged(answer, asked)
        try:
            return judged.json()
        except ValueError:
            raise Unclear(f"{asked} was answered with {answer.status} and something that is no JSON") from None

    def sent(self, asked: Asked, headers: Mapping[str, str], follow: bool = True) -> Answer:
        """Send it; once more with a new token where the old one was refused, since nothing was done then."""
        self.pace.check(str(asked))
        before = self.credentials.token()
        answer = self.exchange(asked, headers, follow)
        if answer.status != 401:
            return answer
        self.credentials.renew()
        return answer if self.credentials.token() == before else self.exchange(asked, headers, follow)

    def exchange(self, asked: Asked, headers: Mapping[str, str], follow: bool) -> Answer:
        """Make one exchange and count it."""
        self.requests += 1
        answer = self.wire.exchange(Sending(asked.verb, asked.path, asked.query, asked.body, headers, follow))
        self.told_at = time_of(answer) or self.pace.clocks.epoch()
        return answer

    def judged(self, answer: Answer, asked: Asked) -> Answer:
        """Give an answer that is a yes; raises what it is else."""
        if is_limit(answer):
            raise self.pace.limited(answer, str(asked))
        self.pace.let_through()
        if 400 <= answer.status < 500:
            raise refusal(answer, str(asked))
        if answer.status >= 300:
            raise Refused(answer.status, f"a redirect to {plain(answer.headers.get('location'))}", asked=str(asked))
        return answer


class Memory:
    """Answers by their request, with their ETag; the oldest go first."""

    def __init__(self, most: int = KEPT) -> None:
        self.most, self.size = most, 0
        self.answers: OrderedDict[str, Answer] = OrderedDict()
        self.lock = threading.Lock()

    def of(self, key: str) -> Answer | None:
        """Give what was answered before."""
        with self.lock:
            if key in self.answers:
                self.answers.move_to_end(key)
            return self.answers.get(key)

    def forget(self, key: str) -> None:
        """Keep an answer no longer."""
        with self.lock:
            old = self.answers.pop(key, None)
            self.size -= len(old.text) if old else 0

    def keep(self, key: str, answer: Answer) -> Answer:
        """Keep an answer that has an ETag; gives it back."""
        with self.lock:
            old = self.answers.pop(key, None)
            self.size -= len(old.text) if old else 0
            if answer.headers.get("etag"):
                self.answers[key] = answer
                self.size += len(answer.text)
            while self.size > self.most:
                self.size -= len(self.answers.popitem(last=False)[1].text)
        return answer


def time_of(answer: Answer) -> float | None:
    """Read when an answer was given; None where it does not say."""
    try:
        return parsedate_to_datetime(answer.headers["date"]).timestamp()
    except (KeyError, ValueError):
        return None


def content(answer: Answer, path: str) -> Any:
    """Read the body of an answer; raises EdgeError when it is not JSON."""
    try:
        return answer.json()
    except ValueError:
        raise EdgeError(f"GitHub's answer to {path} is no JSON; is something else between?") from None


def items(data: Any, key: str | None, path: str) -> list[Any]:
    """Give the list of a page; raises EdgeError when there is none."""
    found = data.get(key) if key and isinstance(data, dict) else data
    if not isinstance(found, list):
        raise EdgeError(f"GitHub's answer to {path} is no list")
    return found


def following(asked: Asked, answer: Answer) -> Asked | None:
    """Give the request for the next page, from the header Link; None after the last one.

    Only its query is taken: where to ask stays our own choice.
    """
    found = NEXT.search(answer.headers.get("link", ""))
    if found is None:
        return None
    query = dict(parse_qsl(urlsplit(found[1]).query))
    before = {name: str(value) for name, value in asked.query.items()}
    return None if query == before else Asked("GET", asked.path, query)
