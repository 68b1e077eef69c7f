"""Mistakes in definitions, collected: who writes rules wants to hear of all of them at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import ParamSpec, TypeVar

from ZSI.mock.errors import DefinitionError

T = TypeVar("T")
P = ParamSpec("P")


class InputError(DefinitionError):
    """A file (a WSDL, rules) cannot be read at all."""


class DefinitionErrors(DefinitionError):
    """Several mistakes of one definition or file; the text has a line for each.

    >>> print(DefinitionErrors([DefinitionError("no a"), DefinitionError("no b")]))
    no a
    no b
    """

    def __init__(self, errors: Iterable[DefinitionError]) -> None:
        self.errors = tuple(errors)
        first = self.errors[0]
        super().__init__(
            first.message, where=first.where, expected=first.expected, nearest=first.nearest
        )

    def __str__(self) -> str:
        return "\n".join(dict.fromkeys(map(str, self.errors)))


def each_of(error: DefinitionError) -> Iterator[DefinitionError]:
    """The single mistakes in an error."""
    if isinstance(error, DefinitionErrors):
        for inner in error.errors:
            yield from each_of(inner)
    else:
        yield error


class Mistakes:
    """Collects mistakes, so that work goes on after the first.

    >>> from ZSI.mock.delays import parse_delay
    >>> mistakes = Mistakes()
    >>> mistakes.attempt(parse_delay, "soon") is None, len(mistakes.found)
    (True, 1)
    """

    def __init__(self) -> None:
        self.found: list[DefinitionError] = []

    def attempt(self, function: Callable[P, T], /, *args: P.args, **kwargs: P.kwargs) -> T | None:
        """What the function gives; None if that is a mistake, which is kept."""
        try:
            return function(*args, **kwargs)
        except DefinitionError as error:
            self.add(error)
            return None

    def add(self, error: DefinitionError) -> None:
        """Keep a mistake, or each of several."""
        self.found.extend(each_of(error))

    def finish(self) -> None:
        """Raise what has been found.

        Raises:
            DefinitionError: the one mistake, or `DefinitionErrors`.
        """
        if len(self.found) == 1:
            raise self.found[0]
        if self.found:
            raise DefinitionErrors(self.found)
