"""Tests for values that are there and values that come later."""

from __future__ import annotations

import asyncio
from typing import Any

from twisted.internet.defer import Deferred, succeed
from twisted.trial.unittest import SynchronousTestCase

from ZSI.twisted.waiting import deferred_of, steps, then, waits


async def coroutine(value: Any) -> Any:
    return value


class Awaitable:
    """Something else that can be awaited."""

    def __await__(self) -> Any:
        return coroutine(1).__await__()


class WaitingTests(SynchronousTestCase):
    """Steps over both kinds of values."""

    def test_waits(self) -> None:
        made = coroutine(1)
        for value in (Deferred(), made, Awaitable()):
            self.assertTrue(waits(value))
        made.close()
        for value in (None, 1, "a", object(), Deferred, Awaitable):
            self.assertFalse(waits(value))

    def test_then(self) -> None:
        self.assertEqual(then(1, str), "1")
        for value in (succeed(1), coroutine(1), Awaitable()):
            self.assertEqual(self.successResultOf(then(value, str)), "1")

    def test_a_step_may_wait(self) -> None:
        for step in (succeed, coroutine):
            self.assertEqual(self.successResultOf(then(1, step)), 1)
            self.assertEqual(self.successResultOf(then(succeed(1), step)), 1)

    def test_steps(self) -> None:
        self.assertEqual(steps(" 1 ", [str.strip, int]), 1)
        self.assertEqual(self.successResultOf(steps(" 1 ", [str.strip, coroutine, int])), 1)
        waiting: Deferred[Any] = Deferred()
        result = steps(waiting, [str.strip, succeed, coroutine, int, succeed])
        self.assertNoResult(result)
        waiting.callback(" 1 ")
        self.assertEqual(self.successResultOf(result), 1)

    def test_an_error_passes_the_steps_by(self) -> None:
        waiting: Deferred[Any] = Deferred()
        result = steps(waiting, [str.strip])
        waiting.errback(KeyError("x"))
        self.failureResultOf(result, KeyError)

    def test_cancelling_reaches_what_is_waited_for(self) -> None:
        waiting: Deferred[Any] = Deferred()

        async def outer() -> Any:
            return await waiting

        result = steps(0, [lambda value: outer(), str])
        result.cancel()
        self.failureResultOf(result)
        self.assertTrue(waiting.called)

    def test_futures(self) -> None:
        loop = asyncio.new_event_loop()
        self.addCleanup(loop.close)
        future: asyncio.Future[int] = loop.create_future()
        result = deferred_of(future)
        future.set_result(1)
        loop.run_until_complete(asyncio.sleep(0))
        self.assertEqual(self.successResultOf(result), 1)
