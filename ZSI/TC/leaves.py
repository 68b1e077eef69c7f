"""Plain leaves that stand side by side, written in one go.

A leaf alone costs a look at the plan, a look whether it is there, and a piece of text that lives
until the message is joined; neighbours share that. If a value among them is not plain, nothing of
the run is written: whoever asked goes through its leaves one by one, and finds the words.

>>> from ZSI.TC.builtin import BUILTIN
>>> write = run_writer([
...     PlainLeaf("id", "<id>", "</id>", BUILTIN["int"].format, required=True),
...     PlainLeaf("ok", "<ok>", "</ok>", BUILTIN["boolean"].format, required=False)])
>>> write({"id": 1, "ok": True}), write({"id": 1}), write({"ok": True})
('<id>1</id><ok>true</ok>', '<id>1</id>', None)
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from ZSI.errors import ValueRefused
from ZSI.TC.values import NIL, UNSET

if TYPE_CHECKING:
    from ZSI.TC.simple import SimpleType

#: Writes a run of leaves from the values of the fields; None where that takes more than this.
RunWriter: TypeAlias = "Callable[[Mapping[str, Any]], str | None]"

#: Primitive types whose lexical forms hold no character that XML would have to escape.
_SAFE: Final = frozenset(
    ("boolean", "decimal", "float", "double", "dateTime", "time", "date", "gYear", "gYearMonth",
     "gMonthDay", "gDay", "gMonth", "duration", "hexBinary", "base64Binary")
)  # fmt: skip


def is_safe(simple: SimpleType) -> bool:
    """Whether the type's text never needs escaping."""
    if simple.variety == "list":
        return simple.item is not None and is_safe(simple.item)
    return simple.variety == "atomic" and simple.primitive in _SAFE


_Get: TypeAlias = "Callable[[str], Any]"
#: What stands before a text, the field, and the text of its value.
_Piece: TypeAlias = "tuple[str, str, Callable[[Any], str]]"


class PlainLeaf(NamedTuple):
    """An element or attribute that is its text between two others.

    Attributes:
        key: the field.
        opening, closing: what stands around the text.
        text: the text of a value, escaped; raises `ValueRefused` for any that is not plain.
        required: it must be there.
        nil: what is written for `NIL`, and for a required one that is absent; empty if it may
            not be nil.
    """

    key: str
    opening: str
    closing: str
    text: Callable[[Any], str]
    required: bool
    nil: str = ""


def run_writer(leaves: Iterable[PlainLeaf]) -> RunWriter:
    """Compile the writing of leaves that stand side by side."""
    pieces: list[_Piece] = []
    closing = ""
    for leaf in leaves:
        if leaf.required and not leaf.nil:  # None is refused by every text
            pieces.append((closing + leaf.opening, leaf.key, leaf.text))
            closing = leaf.closing
        else:
            pieces.append((closing, leaf.key, _loose(leaf)))
            closing = ""
    steps = tuple(_steps(pieces))

    def write(values: Mapping[str, Any]) -> str | None:
        get, text = values.get, ""
        try:
            for step in steps:
                text += step(get)
        except ValueRefused:
            return None
        return text + closing

    return write


def _steps(pieces: list[_Piece]) -> Iterator[Callable[[_Get], str]]:
    """What writes the pieces, up to five at a time: one by one takes half as long again."""
    while pieces:
        size = next(size for size in _WRITERS if size <= len(pieces))
        yield _WRITERS[size](*pieces[:size])
        pieces = pieces[size:]


def _one(piece: _Piece) -> Callable[[_Get], str]:
    opening, key, text = piece
    return lambda get: f"{opening}{text(get(key))}"


def _two(one: _Piece, two: _Piece) -> Callable[[_Get], str]:
    (open1, key1, text1), (open2, key2, text2) = one, two
    return lambda get: f"{open1}{text1(get(key1))}{open2}{text2(get(key2))}"


def _four(one: _Piece, two: _Piece, three: _Piece, four: _Piece) -> Callable[[_Get], str]:
    (open1, key1, text1), (open2, key2, text2) = one, two
    (open3, key3, text3), (open4, key4, text4) = three, four
    return lambda get: (
        f"{open1}{text1(get(key1))}{open2}{text2(get(key2))}"
        f"{open3}{text3(get(key3))}{open4}{text4(get(key4))}"
    )


def _five(
    one: _Piece, two: _Piece, three: _Piece, four: _Piece, five: _Piece
) -> Callable[[_Get], str]:
    (open1, key1, text1), (open2, key2, text2) = one, two
    (open3, key3, text3), (open4, key4, text4) = three, four
    open5, key5, text5 = five
    return lambda get: (
        f"{open1}{text1(get(key1))}{open2}{text2(get(key2))}"
        f"{open3}{text3(get(key3))}{open4}{text4(get(key4))}"
        f"{open5}{text5(get(key5))}"
    )


_WRITERS: Final[Mapping[int, Callable[..., Callable[[_Get], str]]]] = {
    5: _five, 4: _four, 2: _two, 1: _one,
}  # fmt: skip


def _loose(leaf: PlainLeaf) -> Callable[[Any], str]:
    """The whole leaf where it may be absent or nil."""
    _, opening, closing, text, required, nil = leaf
    absent = nil if required else ""

    def write(value: Any) -> str:
        if value is None or value is UNSET:
            return absent
        if value is NIL and nil:
            return nil
        return f"{opening}{text(value)}{closing}"

    return write
