"""Texts that match an XSD regular expression (XSD 1.0 part 2, appendix F).

A pattern is read into a tree, and the tree is walked with a `Dice`. Characters are the plain
ones where the pattern lets them be. Whether a text really matches is asked of
`ZSI.TC.patterns`, not of this module.

>>> from ZSI.samples.dice import Dice
>>> text = generate(read_pattern("[A-Z]{2}-[0-9]{3}"), Dice(1, "a"), 0)
>>> len(text), text[2]
(6, '-')
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import TypeAlias

from ZSI.samples.dice import Dice
from ZSI.TC.patterns import UnusablePattern, compiled

#: Characters that are tried for a class, the plainest first; a class beyond them has none.
POOL = (
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
    " -_.,:;/@#+*=!?&%$'\"()[]{}<>|\\^~`\t\n\r"
    "äéñßÆŒЖλ中あ한ع๑٣€°½²ªⅣ\u00a0\u2003\u0301\u200d\u2029😀\U0001d400\ue000"
)
#: How many characters of a class are considered: enough for variety, few enough to stay plain.
CONSIDERED = 62


class NoText(Exception):
    """No text can be made for a pattern: it is none, or its classes have no common character."""


@dataclass(frozen=True, slots=True)
class Characters:
    """One of these characters."""

    choices: str


@dataclass(frozen=True, slots=True)
class Branches:
    """One of the branches, each a sequence of pieces."""

    branches: tuple[tuple[Piece, ...], ...]


@dataclass(frozen=True, slots=True)
class Piece:
    """An atom so many times; ``most`` None: any number of times."""

    atom: Atom
    least: int = 1
    most: int | None = 1


Atom: TypeAlias = "Characters | Branches"


@lru_cache(maxsize=1024)
def read_pattern(pattern: str) -> Branches:
    """The tree of a pattern.

    Raises:
        NoText: it is no XSD regular expression, or nests too deep.
    """
    try:
        compiled(pattern)
        return _Reader(pattern).whole()
    except (UnusablePattern, IndexError, ValueError, RecursionError) as error:
        raise NoText(f"pattern {pattern[:80]!r} cannot be read") from error


class _Reader:
    """Reads a pattern that is known to be one."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0

    def whole(self) -> Branches:
        made = self._branches()
        if self.at < len(self.text):
            raise ValueError("unbalanced")
        return made

    def _branches(self) -> Branches:
        branches: list[tuple[Piece, ...]] = []
        pieces: list[Piece] = []
        while self.at < len(self.text) and self.text[self.at] != ")":
            if self.text[self.at] == "|":
                self.at += 1
                branches.append(tuple(pieces))
                pieces = []
            else:
                pieces.append(self._quantified(self._atom()))
        return Branches((*branches, tuple(pieces)))

    def _atom(self) -> Atom:
        start, character = self.at, self.text[self.at]
        if character == "(":
            self.at += 1
            made = self._branches()
            if self.text[self.at] != ")":
                raise ValueError("unbalanced")
            self.at += 1
            return made
        if character == "[":
            self._skip_class()
        elif character == "\\":
            self._skip_escape()
        else:
            self.at += 1
            if character != ".":
                return Characters(character)
        return Characters(characters_of(self.text[start : self.at]))

    def _skip_escape(self) -> None:
        following = self.text[self.at + 1]
        self.at = self.text.index("}", self.at) + 1 if following in "pP" else self.at + 2

    def _skip_class(self) -> None:
        depth = 0
        while True:
            character = self.text[self.at]
            if character == "\\":
                self._skip_escape()
                continue
            depth += {"[": 1, "]": -1}.get(character, 0)
            self.at += 1
            if not depth:
                return

    def _quantified(self, atom: Atom) -> Piece:
        character = self.text[self.at : self.at + 1]
        if character and character in "?*+":
            self.at += 1
            return Piece(atom, *{"?": (0, 1), "*": (0, None), "+": (1, None)}[character])
        if character != "{":
            return Piece(atom)
        end = self.text.index("}", self.at)
        least, comma, most = self.text[self.at + 1 : end].partition(",")
        self.at = end + 1
        if not comma:
            return Piece(atom, int(least), int(least))
        return Piece(atom, int(least or 0), int(most) if most else None)


@lru_cache(maxsize=4096)
def characters_of(atom: str) -> str:
    """The plain characters that a class or escape takes; of a range beyond them, its ends.

    Those of ASCII where it takes any: ``\\d`` means the digits of every script in XSD, which few
    clients can count with.

    Raises:
        NoText: there is none.
    """
    machine = compiled(atom)
    found = [character for character in POOL if machine.fullmatch(character, timeout=0.1)]
    if not found:
        found = [c for c in dict.fromkeys(atom) if ord(c) > 127 and machine.fullmatch(c)]
    if not found:
        raise NoText(f"{atom[:80]!r} takes no plain character")
    found = [character for character in found if character.isascii()] or found
    return "".join(found[:CONSIDERED])


def generate(node: Atom, dice: Dice, stretch: int) -> str:
    """A text.

    Args:
        node: of a pattern.
        dice: chooses branches and characters.
        stretch: how often what may repeat is repeated, within its bounds.
    """
    out: list[str] = []
    _generate(node, dice, stretch, out)
    return "".join(out)


#: Characters after which a text is given up: the pattern's own bounds multiply.
LONGEST = 100_000


def _generate(node: Atom, dice: Dice, stretch: int, out: list[str]) -> None:
    if isinstance(node, Characters):
        out.append(dice.choice(node.choices))
        return
    for piece in dice.choice(node.branches):
        most = max(piece.least, stretch) if piece.most is None else piece.most
        for _ in range(min(max(piece.least, stretch), most)):
            _generate(piece.atom, dice, stretch, out)
            if len(out) > LONGEST:
                raise NoText("the pattern's shortest text is too long")
