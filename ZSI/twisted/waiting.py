"""Values that are there and values that come later, handled alike.

A step of a handler chain returns a value, a Deferred, a coroutine, or anything else that can be
awaited. `steps` runs on as long as values are there, without a Deferred; only where one has to
be waited for does the rest become callbacks.

Where every request passes, ``type(value) not in PRESENT and waits(value)`` stands for `waits`: to
find that a class lacks something costs more than to find that one has been looked at.
"""

from __future__ import annotations

from asyncio import isfuture
from collections.abc import Awaitable, Callable, Sequence
from functools import partial
from typing import Any, TypeGuard

from twisted.internet.defer import Deferred

#: Classes whose instances do not come later, as far as `waits` has met them; it keeps no more
#: than `_CLASSES`. None's is not among them: a response that is missing is looked into.
PRESENT: set[type] = set()
_CLASSES = 1_000


def waits(value: object) -> TypeGuard[Awaitable[Any]]:
    """Whether a value comes later.

    >>> waits(Deferred()), waits("plop")
    (True, False)
    """
    if hasattr(type(value), "__await__"):
        return True
    if value is not None and len(PRESENT) < _CLASSES:
        PRESENT.add(type(value))
    return False


def deferred_of(value: Awaitable[Any]) -> Deferred[Any]:
    """A Deferred of what comes later."""
    if isinstance(value, Deferred):
        return value
    if isfuture(value):  # of the asyncio reactor; a coroutine of Twisted's cannot await it
        return Deferred.fromFuture(value)

    async def wait() -> Any:
        return await value

    return Deferred.fromCoroutine(wait())


def then(value: Any, step: Callable[[Any], Any]) -> Any:
    """``step(value)``, now or as soon as the value is there.

    >>> then(1, str)
    '1'
    """
    if not waits(value):
        return step(value)
    return deferred_of(value).addCallback(lambda there: _whole(step(there)))


def steps(value: Any, sequence: Sequence[Callable[[Any], Any]]) -> Any:
    """Pass a value through one step after another; a Deferred where one of them is waited for.

    >>> steps(" 1 ", [str.strip, int])
    1
    """
    for number, step in enumerate(sequence):
        if waits(value):
            return then(value, partial(steps, sequence=sequence[number:]))
        value = step(value)
    return value


def _whole(value: Any) -> Any:
    """What a Deferred's callback may return: Deferreds are chained, other awaitables are not."""
    return deferred_of(value) if waits(value) else value
