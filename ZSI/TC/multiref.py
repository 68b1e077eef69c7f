"""References of SOAP encoding: one value with several accessors, cycles, and what they may cost.

SOAP 1.1 section 5.4.1 (``id`` and ``href="#id"``), SOAP 1.2 part 2, 3.1.5.3 (``enc:id`` and
``enc:ref``). The value may stand beside the operation element, at its first use, or nested
anywhere. Values with an identity are made first and filled later, from a queue, so that cycles
close and long chains cost no depth of the stack.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from enum import Enum
from typing import TYPE_CHECKING, Any, Final, Protocol

from lxml import etree

from ZSI.errors import LimitExceeded, StructureError, quote, where_of
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENC, SOAP12_ENC
from ZSI.TC.anyxml import AnyXML

if TYPE_CHECKING:
    from ZSI.TC.leaf import DecodeContext

_REF12: Final = f"{{{SOAP12_ENC}}}ref"
_ID12: Final = f"{{{SOAP12_ENC}}}id"
_WITH_ID: Final = etree.XPath("//*[@id or @e:id]", namespaces={"e": SOAP12_ENC})
_REFERRING: Final = etree.XPath(
    "descendant-or-self::*[@href or @e:ref]", namespaces={"e": SOAP12_ENC}
)
#: Attributes that belong to a reference or its target, not to the value.
_OF_THE_GRAPH: Final = frozenset(("id", "href", _ID12, _REF12, f"{{{SOAP11_ENC}}}root"))

#: Nested values that are filled at once; deeper ones are put into the queue.
NESTED: Final = 50
#: Gaps that sparse arrays may have: some at any rate, and more in proportion to their items.
FREE_GAPS: Final = 1_024
GAPS_PER_ITEM: Final = 64


class Node(Protocol):
    """Makes the values of one compound type in two steps, so that cycles can close."""

    def new(self, elt: etree._Element, context: DecodeContext) -> Any:
        """The value, still empty."""

    def fill(self, made: Any, elt: etree._Element, context: DecodeContext) -> None:
        """Read the element's content into the value."""


def ids_of(top: etree._Element) -> dict[str, list[etree._Element]]:
    """The elements of the whole message that carry an ``id`` or ``enc:id``, by it."""
    found: dict[str, list[etree._Element]] = {}
    for elt in _WITH_ID(top):
        value = elt.get("id") or elt.get(_ID12)
        if value:
            found.setdefault(value.strip(), []).append(elt)
    return found


def identity(elt: etree._Element) -> str | None:
    """The id under which others may refer to the element."""
    return elt.get("id") or elt.get(_ID12)


class References:
    """The references of one message while it is read.

    Args:
        elt: any element of the message.
        limits: ``references`` bounds the followed ones, ``array_items`` the gaps of arrays.
    """

    __slots__ = ("_ids", "_top", "depth", "followed", "gaps", "known", "limits", "pending")

    def __init__(self, elt: etree._Element, limits: Limits) -> None:
        self._top = elt
        self._ids: dict[str, list[etree._Element]] | None = None
        self.limits = limits
        self.followed = 0
        self.gaps = 0
        self.depth = 0
        #: The values made for each id, with the type as which it was read.
        self.known: dict[str, list[tuple[Any, Any]]] = {}
        self.pending: deque[tuple[Node, Any, etree._Element]] = deque()

    def target(self, elt: etree._Element) -> tuple[str, etree._Element] | None:
        """What an element refers to: the id and the element with the value; None for no reference.

        Raises:
            StructureError: it dangles, leads outside, is ambiguous, or leads back to itself.
            LimitExceeded: too many references have been followed.
        """
        reference = _reference(elt)
        if reference is None:
            return None
        start = elt
        if len(elt) or (elt.text and not elt.text.isspace()):
            raise StructureError(
                f"element {elt.tag!s} refers to {quote(reference)} and has content as well: "
                "expected one of both", rule="href", where=where_of(elt),
            )  # fmt: skip
        passed: set[str] = set()
        while True:
            self._count(start)
            elt = self._find(reference, start)
            following = _reference(elt)
            if following is None:
                return reference, elt
            passed.add(reference)
            if following in passed:
                raise StructureError(
                    f"reference {quote('#' + reference)} leads back to itself: expected a value",
                    rule="href", where=where_of(start),
                )  # fmt: skip
            reference = following

    def _find(self, reference: str, start: etree._Element) -> etree._Element:
        if self._ids is None:
            self._ids = ids_of(self._top)
        if reference[:1] == "/" or ":" in reference:
            raise StructureError(
                f"reference {quote(reference)} is not local: expected #id of an element of the "
                "message", rule="href", where=where_of(start),
            )  # fmt: skip
        found = self._ids.get(reference, ())
        if len(found) != 1:
            why = "dangles: nothing has that id" if not found else "is ambiguous: several have it"
            raise StructureError(
                f"reference {quote('#' + reference)} {why}", rule="href", where=where_of(start)
            )
        return found[0]

    def made_for(self, key: str, actual: Any, any_type: bool) -> Any:
        """The value already made for an id as this type, or None.

        An accessor of ``anyType`` takes the value as whatever type it was read before.
        """
        for known, made in self.known.get(key, ()):
            if (
                any_type
                or known is actual
                or (hasattr(actual, "is_like") and actual.is_like(known))
            ):
                return made
        return None

    def remember(self, key: str | None, actual: Any, made: Any) -> Any:
        """Keep a value that has been made for an id, so that it is read once; gives it back."""
        if key is not None:
            self.known.setdefault(key, []).append((actual, made))
        return made

    def make(
        self, node: Node, actual: Any, key: str | None, elt: etree._Element,
        context: DecodeContext, later: bool,
    ) -> Any:  # fmt: skip
        """Make a value and fill it, at once or from the queue."""
        made = self.remember(key, actual, node.new(elt, context))
        if later or self.depth >= NESTED:
            self.pending.append((node, made, elt))
            return made
        self.depth += 1
        node.fill(made, elt, context)
        self.depth -= 1
        return made

    def drain(self, context: DecodeContext) -> None:
        """Fill what waits in the queue, and what that puts there."""
        while self.pending:
            node, made, elt = self.pending.popleft()
            self.depth = 1
            node.fill(made, elt, context)
        self.depth = 0

    def allow_gaps(self, count: int, already: int, elt: etree._Element) -> None:
        """Let a sparse array have ``count`` further gaps beside those that it has already.

        An array may have `FREE_GAPS` and `GAPS_PER_ITEM` for each item that it holds, all arrays
        of the message together ``Limits.array_items``: what it says of its size is not believed.

        Raises:
            LimitExceeded: they are too many.
        """
        self.gaps += count
        most = min(self.limits.array_items, FREE_GAPS + GAPS_PER_ITEM * len(elt))
        if already + count > most or self.gaps > self.limits.array_items:
            raise LimitExceeded("array_items", most, where=where_of(elt))

    def whole(self, elt: etree._Element) -> AnyXML:
        """An element without a type as `AnyXML`, what it refers to put in place.

        Raises:
            StructureError: a reference dangles or leads into itself. LimitExceeded: too many.
        """
        return AnyXML(self._expanded(elt, (), 1) if _REFERRING(elt) else elt)

    def _expanded(self, elt: etree._Element, inside: tuple[str, ...], depth: int) -> etree._Element:
        """A copy of an element with the content that its references mean."""
        self._count(elt)
        if depth > self.limits.depth:
            raise LimitExceeded("depth", self.limits.depth, where=where_of(elt))
        found = self.target(elt)
        source = elt
        if found is not None:
            key, source = found
            if key in inside:
                raise StructureError(
                    f"reference {quote('#' + key)} leads into itself: expected a type that the "
                    "contract knows, or no cycle", rule="href", where=where_of(elt),
                )  # fmt: skip
            inside = (*inside, key)
        attributes = {k: v for k, v in source.attrib.items() if k not in _OF_THE_GRAPH}
        made = etree.Element(elt.tag, attributes, nsmap=source.nsmap)
        made.text, made.tail = source.text, elt.tail
        for child in source:
            made.append(self._expanded(child, inside, depth + 1))
        return made

    def _count(self, elt: etree._Element) -> None:
        """One more reference followed, or element copied for one."""
        self.followed += 1
        if self.followed > self.limits.references:
            raise LimitExceeded("references", self.limits.references, where=where_of(elt))


def _reference(elt: etree._Element) -> str | None:
    """The id that an element refers to, ``#`` dropped; anything not local stays as it is."""
    href = elt.get("href")
    if href is None:
        ref = elt.get(_REF12)
        return ref.strip() if ref is not None else None
    href = href.strip()
    return href[1:] if href[:1] == "#" else f"/{href}" if ":" not in href else href


def references(elt: etree._Element, context: DecodeContext) -> References:
    """The references of the message that is being read."""
    made: References | None = context.references
    if made is None:
        made = context.references = References(elt, context.limits)
    return made


# --------------------------------------------------------------------------- writing

#: Nested objects that are written in place; deeper ones become siblings of the operation element.
DEEPEST: Final = 50

#: Writes an object: value, tag, attributes, out, context.
Encode = Callable[..., None]


class Sharing:
    """Which objects occur more than once in a value that is written, and under which id.

    A value is written once to find out; if nothing occurred twice, that text counts, else it is
    written again by a second `Sharing` that knows.

    Args:
        in_place: write an object where it is first met (SOAP 1.2, and without an envelope)
            instead of beside the operation element (SOAP 1.1 section 5.4.1).
        before: what the first writing has found.
    """

    __slots__ = ("_before", "_names", "_seen", "depth", "in_place", "pending", "shared", "twice")

    def __init__(self, *, in_place: bool, before: Sharing | None = None) -> None:
        self.in_place = in_place
        self.shared = frozenset(before.twice) if before is not None else None
        self.twice: set[int] = set()
        self.pending: deque[tuple[Any, str, str, Encode]] = deque()
        self.depth = 0
        #: Keeps the objects alive, so that their ``id()`` stays theirs.
        self._seen: dict[int, Any] = {}
        self._names: dict[int, str] = {}
        self._before = before

    def is_known(self, value: Any) -> bool:
        """Whether the object needs no further writing: the first time through, it has been met."""
        if self.shared is not None or not _has_identity(value):
            return False
        key = id(value)
        if key in self._seen:
            self.twice.add(key)
            return True
        self._seen[key] = value
        return False

    def is_shared(self, value: Any) -> bool:
        """Whether accessors shall refer to the object."""
        return self.shared is not None and id(value) in self.shared

    def name(self, value: Any) -> tuple[str, bool]:
        """The id of an object, and whether this is the first time it is asked for: id0, id1 …"""
        known = self._names.get(id(value))
        if known is not None:
            return known, False
        made = self._names[id(value)] = f"id{len(self._names)}"
        self._seen[id(value)] = value
        return made, True


def _has_identity(value: Any) -> bool:
    """Whether it matters that a value is one and the same in two places.

    Not of an empty list, and not of what Python itself makes one of: numbers, text, constants.
    """
    if isinstance(value, (list, dict)):
        return bool(value)
    return hasattr(value, "__dict__") and not isinstance(value, (str, bytes, int, float, Enum))
