"""Chance that depends on a seed and a path, and on nothing else.

The value at a path stays the same whatever is added to the document elsewhere: every path has a
generator of its own.

>>> Dice(1, "Order/item[1]").random.random() == Dice(1, "Order/item[1]").random.random()
True
>>> Dice(1, "Order/item[1]").random.random() == Dice(1, "Order/item[2]").random.random()
False
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from hashlib import blake2b
from random import Random
from typing import TypeVar

T = TypeVar("T")


class Dice:
    """The generator of one path; ``use`` tells several decisions at one path apart."""

    def __init__(self, seed: int | str, path: str, use: str = "") -> None:
        self._key = f"{seed}\0{path}\0{use}"

    @cached_property
    def random(self) -> Random:
        """A generator in the state that seed and path give."""
        digest = blake2b(self._key.encode("utf-8", "surrogatepass"), digest_size=16).digest()
        return Random(int.from_bytes(digest, "big"))

    def choice(self, items: Sequence[T]) -> T:
        """One of the items."""
        return items[self.random.randrange(len(items))]

    def chance(self, one_in: int) -> bool:
        """True once in so many paths."""
        return self.random.randrange(one_in) == 0

    def between(self, low: int, high: int) -> int:
        """An integer from low to high, both included."""
        return self.random.randint(low, high)
