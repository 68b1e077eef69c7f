"""Elements that are made as the one before them: plain leaves in the same order.

Most elements of a type have the same children. Where those are plain leaves, each once, the next
element is compared with what the automaton of the content model last made of one, five children at
a time; the automaton is asked again by whatever differs. The values are those that it gives.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any, Final, TypeAlias

from ZSI.errors import ValueRefused
from ZSI.TC.builtin import BUILTIN

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.model import State

#: A plain leaf: its tag, its field, and what makes a value of its text.
_Leaf: TypeAlias = "tuple[str, str, Callable[[str], Any]]"
#: Reads children into the values by field; false where one is not as expected.
LeavesReader: TypeAlias = "Callable[[list[etree._Element], dict[Any, Any]], bool]"

_STRING: Final = BUILTIN["string"].parse
#: Elements that go through the automaton after one that was not as usual.
_WAITS: Final = 16


class Usual:
    """What the last elements of a type were like, by the number of their children.

    Args:
        start: where the automaton of the type's content model starts.
    """

    __slots__ = ("_readers", "_start", "_waits")

    def __init__(self, start: State) -> None:
        self._start = start
        self._readers: dict[int, LeavesReader | None] = {}
        self._waits = 0

    def make(self, elt: etree._Element, cls: Any) -> Any:
        """An instance of the class, if the element's children are as usual; else None."""
        if self._readers.get(len(elt)) is None:
            return None
        made = object.__new__(cls)
        return made if self.read(elt[:], made.__dict__) else None

    def read(self, children: list[etree._Element], values: dict[Any, Any]) -> bool:
        """Read the children if they are as usual.

        Otherwise the automaton has to; what is in ``values`` then it puts there again.
        """
        reader = self._readers.get(len(children))
        if reader is None:
            return False
        try:
            if reader(children, values):
                return True
        except ValueRefused:
            pass  # the way through the automaton has the words
        self._readers.pop(len(children), None)  # another thread may have done so
        self._waits = _WAITS
        return False

    def learn(self, children: list[etree._Element]) -> None:
        """The automaton has read these: the next may be the same."""
        if len(children) not in self._readers:
            self._waits -= 1
            if self._waits < 0:
                self._readers[len(children)] = leaves_reader(self._start, children)


def leaves_reader(state: State, children: list[etree._Element]) -> LeavesReader | None:
    """What reads further elements with as many children; None if these are no plain leaves.

    It raises `ValueRefused` for a value that is refused.

    Args:
        state: where the automaton starts; it has taken these children.
        children: of an element that has been read.
    """
    leaves: list[_Leaf] = []
    for child in children:
        tag: Any = child.tag
        transition = state.get(tag)
        if transition is None:
            return None
        state, key, parse, many, _ = transition
        if parse is None or many:
            return None
        leaves.append((tag, key, str if parse is _STRING else parse))
    then: LeavesReader = _done
    while leaves:
        rest = len(leaves) % 5
        size = 5 if not rest else 1 if rest % 2 else 2
        then = _MAKERS[size](leaves[-size:], then)
        del leaves[-size:]

    return then


def _done(children: list[etree._Element], values: dict[Any, Any]) -> bool:
    return True


def _one(leaves: list[_Leaf], then: LeavesReader) -> LeavesReader:
    ((tag, key, parse),) = leaves

    def read(children: list[etree._Element], values: dict[Any, Any]) -> bool:
        child, *rest = children
        if child.tag != tag or child.tail is not None or child.keys() or len(child):
            return False
        values[key] = parse(child.text or "")
        return not rest or then(rest, values)

    return read


def _two(leaves: list[_Leaf], then: LeavesReader) -> LeavesReader:
    (tag1, key1, parse1), (tag2, key2, parse2) = leaves

    def read(children: list[etree._Element], values: dict[Any, Any]) -> bool:
        one, two, *rest = children
        if (
            one.tag != tag1 or one.tail is not None or one.keys() or len(one)
            or two.tag != tag2 or two.tail is not None or two.keys() or len(two)
        ):  # fmt: skip
            return False
        values[key1] = parse1(one.text or "")
        values[key2] = parse2(two.text or "")
        return not rest or then(rest, values)

    return read


def _five(leaves: list[_Leaf], then: LeavesReader) -> LeavesReader:
    # a loop over the same takes a sixth longer: each place of a call learns what it calls
    (tag1, key1, parse1), (tag2, key2, parse2), (tag3, key3, parse3), *others = leaves
    (tag4, key4, parse4), (tag5, key5, parse5) = others
    last = then is _done

    def read(children: list[etree._Element], values: dict[Any, Any]) -> bool:
        if last:
            one, two, three, four, five = children
            rest = children
        else:
            one, two, three, four, five, *rest = children
        if (
            one.tag != tag1 or one.tail is not None or one.keys() or len(one)
            or two.tag != tag2 or two.tail is not None or two.keys() or len(two)
            or three.tag != tag3 or three.tail is not None or three.keys() or len(three)
            or four.tag != tag4 or four.tail is not None or four.keys() or len(four)
            or five.tag != tag5 or five.tail is not None or five.keys() or len(five)
        ):  # fmt: skip
            return False
        values[key1] = parse1(one.text or "")
        values[key2] = parse2(two.text or "")
        values[key3] = parse3(three.text or "")
        values[key4] = parse4(four.text or "")
        values[key5] = parse5(five.text or "")
        return last or then(rest, values)

    return read


_MAKERS: Final[Mapping[int, Callable[[list[_Leaf], LeavesReader], LeavesReader]]] = {
    5: _five, 2: _two, 1: _one,
}  # fmt: skip
