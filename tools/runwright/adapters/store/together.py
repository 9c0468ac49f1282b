"""The inbox that commits once for many: posts that arrive together share one durable transaction.

A thread of its own writes, at once where it is free. While it waits for the disk the next posts gather, as long as that
takes and no longer: the slower a commit, the more share the next one. Those who wait hear of it together. What is
stored, and what a repetition is, is `executions`' part.
"""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from runwright.adapters.store.database import StoreRefused
from runwright.adapters.store.executions import Executions
from runwright.fault import point
from runwright.model.intake import Incoming, Kept, Misfit

MOST = 2_000
"""Executions in one transaction; what is more waits for the next."""
Said = tuple[Kept, ...]


@dataclass(frozen=True, slots=True)
class _Post:
    items: Sequence[Incoming]
    now: datetime
    loop: asyncio.AbstractEventLoop
    said: asyncio.Future[Said]


class Together:
    """Keeps posts durably, as many at once as there are."""

    def __init__(self, executions: Executions) -> None:
        self.executions = executions
        self._hand = ThreadPoolExecutor(max_workers=1, thread_name_prefix="inbox")
        self._lock = threading.Lock()
        self._posts: list[_Post] = []
        self._writing = False

    async def keep(self, items: Sequence[Incoming], now: datetime) -> Said:
        """Store what is new, and say of each whether it was; raises EdgeError when it could not be kept."""
        loop = asyncio.get_running_loop()
        post = _Post(items, now, loop, loop.create_future())
        with self._lock:
            self._posts.append(post)
            first, self._writing = not self._writing, True
        if first:
            # What this turn of the loop still reads goes along.
            loop.call_soon(self._write_some, loop)
        return await post.said

    def put_aside(self, items: Sequence[Misfit], now: datetime) -> None:
        """Keep what this version cannot read."""
        self.executions.put_aside(items, now)

    def close(self) -> None:
        """End after what is being written."""
        self._hand.shutdown()

    def _gathered(self) -> list[_Post]:
        """Take what is there, up to a limit; nothing is being written any more where nothing is there."""
        with self._lock:
            taken = count = 0
            while taken < len(self._posts) and count < MOST:
                count += len(self._posts[taken].items)
                taken += 1
            gathered, self._posts = self._posts[:taken], self._posts[taken:]
            self._writing = bool(gathered)
        return gathered

    def _write_some(self, loop: asyncio.AbstractEventLoop) -> None:
        """Hand what has gathered to the thread that writes; what it raises is a value for those who wait."""
        posts = self._gathered()
        if posts:
            self._hand.submit(self._keep, posts).add_done_callback(partial(self._written, posts, loop))

    def _keep(self, posts: list[_Post]) -> list[Said]:
        point("keep_begun")
        said = self.executions.keep_all([post.items for post in posts], posts[-1].now)
        point("kept")
        return list(said)

    def _written(self, posts: list[_Post], loop: asyncio.AbstractEventLoop, done: Future[list[Said]]) -> None:
        if isinstance(done.exception(), StoreRefused) and len(posts) > 1:
            for post in posts:  # one that the database does not take must not cost the others
                self._hand.submit(self._keep, [post]).add_done_callback(partial(_tell, [post]))
        else:
            _tell(posts, done)
        loop.call_soon_threadsafe(self._write_some, loop)


def _tell(posts: list[_Post], done: Future[list[Said]]) -> None:
    """Wake those who wait, all of a loop at once: each call into it from here may have to wait for its turn."""
    for loop in {post.loop for post in posts}:
        loop.call_soon_threadsafe(_resolve, loop, posts, done)


def _resolve(loop: asyncio.AbstractEventLoop, posts: list[_Post], done: Future[list[Said]]) -> None:
    error = done.exception()
    answers = [()] * len(posts) if error is not None else done.result()
    for post, answer in zip(posts, answers, strict=True):
        if post.loop is not loop or post.said.done():  # nobody waits any more for what is done
            continue
        if error is not None:
            post.said.set_exception(error)
        else:
            post.said.set_result(answer)
