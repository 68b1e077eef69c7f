"""What is wrong with a definition, and what went wrong while a reply was made.

A definition is checked when it is written, so its error says where that is (file and line), what
was expected and which names are near; `RenderError` is for what only a call can show.

>>> print(DefinitionError("no field 'acount' in GetBalance", where=Where("rules.yaml", 7),
...                       expected="account or currency", nearest=("account",)))
rules.yaml:7: no field 'acount' in GetBalance; expected account or currency; did you mean account?
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from difflib import get_close_matches
from typing import Self

from ZSI.errors import Where, ZSIException

#: Names shown in an error message; some types have two hundred fields.
SHOWN_NAMES = 12


class DefinitionError(ZSIException):
    """A stub, rule or setting cannot mean anything for this contract.

    Args:
        message: what is wrong.
        where: the place of the definition: file, line, and the keys that lead to it.
        expected: what would be right, in words.
        nearest: names that may have been meant, nearest first.
    """

    def __init__(
        self,
        message: str,
        *,
        where: Where | None = None,
        expected: str = "",
        nearest: Iterable[str] = (),
    ) -> None:
        self.message = message
        self.where = where
        self.expected = expected
        self.nearest = tuple(nearest)
        super().__init__(message)

    def at(self, where: Where | None) -> Self:
        """This error, with its place where it had none."""
        if self.where is None:
            self.where = where
        return self

    def __str__(self) -> str:
        text = f"{self.where}: {self.message}" if self.where and str(self.where) else self.message
        text += f"; expected {self.expected}" if self.expected else ""
        text += f"; did you mean {' or '.join(self.nearest)}?" if self.nearest else ""
        return text


class PathError(DefinitionError):
    """A field path cannot be read, or leads nowhere in the contract.

    ``path`` is its text and ``column`` (0-based) where in it the trouble starts.
    """

    def __init__(
        self,
        message: str,
        path: str,
        column: int = 0,
        *,
        where: Where | None = None,
        expected: str = "",
        nearest: Iterable[str] = (),
    ) -> None:
        self.path = path
        self.column = column
        super().__init__(message, where=where, expected=expected, nearest=nearest)


class RenderError(ZSIException):
    """A reply cannot be made for this call; ``where`` is the place of its definition.

    The caller of the service gets a Server fault; the words are for the journal and the log.
    """

    def __init__(self, message: str, where: Where | None = None) -> None:
        self.message = message
        self.where = where
        super().__init__(message)

    def __str__(self) -> str:
        place = str(self.where) if self.where is not None else ""
        return f"{place}: {self.message}" if place else self.message


def below(where: Where | None, key: str) -> Where:
    """The place one key further inside a definition.

    >>> str(below(Where("rules.yaml", 7, "when"), "account"))
    'rules.yaml:7: when: account'
    """
    if where is None:
        return Where(path=key)
    return replace(where, path=f"{where.path}: {key}" if where.path else key)


def nearest(wanted: str, names: Iterable[str], most: int = 3) -> tuple[str, ...]:
    """The names that look like the wanted one, nearest first, whatever their case.

    >>> nearest("acount", ["currency", "Account", "amount"])
    ('Account', 'amount')
    """
    spelled = {name.lower(): name for name in reversed(list(names))}
    return tuple(spelled[low] for low in get_close_matches(wanted.lower(), spelled, most, 0.6))


def listed(names: Iterable[str], nothing: str = "none") -> str:
    """Names for an error message: the first dozen, then how many more.

    >>> listed(["a", "b"]), listed([])
    ('a, b', 'none')
    """
    every = list(dict.fromkeys(names))
    shown = ", ".join(every[:SHOWN_NAMES])
    more = len(every) - SHOWN_NAMES
    return f"{shown} and {more} more" if more > 0 else shown or nothing
