"""ZSI's tuple to derive from; Python's own can be derived from since 2.2."""

from __future__ import annotations

from typing import Any


class UserTuple(tuple[Any, ...]):
    """A tuple; its items are in ``data`` as well.

    >>> UserTuple([1, 2]).data
    (1, 2)
    """

    def __new__(cls, inittuple: Any = None) -> UserTuple:
        """A tuple of these items; None for none."""
        return super().__new__(cls, inittuple or ())

    @property
    def data(self) -> tuple[Any, ...]:
        """The items."""
        return tuple(self)
