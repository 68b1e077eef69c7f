"""Identity constraints: ``xsd:key``, ``xsd:unique`` and ``xsd:keyref`` (XSD 1.0 part 1, 3.11).

What breaks one has a sensible reading all the same, so it is a finding, and refused only if
pedantic. Selectors and fields are XPath; values are compared as values of their types.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Hashable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Final, Literal, TypeAlias

from lxml import etree

from ZSI.errors import ValueRefused
from ZSI.names import QName
from ZSI.TC.attributes import default_value, simple_of
from ZSI.TC.compare import value_key
from ZSI.TC.leaf import XSI_NIL, XSI_TYPE, DecodeContext, expand
from ZSI.TC.resolve import lookup, resolve
from ZSI.TC.simple import SimpleType

if TYPE_CHECKING:
    from ZSI.TC.fields import Field

#: The subset of XPath that 3.11.6 admits; nothing else is given to libxml2.
_NAME: Final = r"(?:[^\W\d][\w.\-]*:)?(?:[^\W\d][\w.\-]*|\*)"
_STEP: Final = rf"\s*(?:\.|(?:child\s*::\s*)?{_NAME})\s*"
_ATTRIBUTE: Final = rf"\s*(?:@|attribute\s*::)\s*{_NAME}\s*"
_PATH: Final = rf"(?:\s*\.\s*//)?(?:{_STEP}(?:/{_STEP})*(?:/{_ATTRIBUTE})?|{_ATTRIBUTE})"
_SUBSET: Final = re.compile(rf"{_PATH}(?:\|{_PATH})*")
_PREFIX: Final = re.compile(r"([^\W\d][\w.\-]*):(?!:)")
_DEFAULTED: Final = re.compile(r"\s*(?:@|attribute\s*::)\s*([^\W\d][\w.\-]*)\s*")


@dataclass(frozen=True, slots=True)
class IdentityConstraint:
    """One constraint of an element declaration.

    Args:
        kind: which of the three.
        name: its name, which a keyref may refer to.
        selector: XPath from the element to the things that are identified.
        fields: XPath from each of those to the values that identify it.
        refer: for a keyref, the name of the key or unique constraint.
        namespaces: what prefixes in the paths mean.
    """

    kind: Literal["key", "unique", "keyref"]
    name: QName
    selector: str
    fields: tuple[str, ...]
    refer: QName | None = None
    namespaces: tuple[tuple[str | None, str], ...] = ()


Name: TypeAlias = "tuple[str | None, str]"
Scope: TypeAlias = "tuple[tuple[str | None, str], ...]"


def key(name: Name, selector: str, *fields: str, namespaces: Scope = ()) -> IdentityConstraint:
    """``xsd:key`` as generated code states it: every field is there, no two things are alike."""
    return IdentityConstraint("key", QName(*name), selector, fields, None, namespaces)


def unique(name: Name, selector: str, *fields: str, namespaces: Scope = ()) -> IdentityConstraint:
    """``xsd:unique`` as generated code states it: no two things are alike."""
    return IdentityConstraint("unique", QName(*name), selector, fields, None, namespaces)


def keyref(
    name: Name, refer: Name, selector: str, *fields: str, namespaces: Scope = ()
) -> IdentityConstraint:
    """``xsd:keyref`` as generated code states it: what is selected is among the referred."""
    return IdentityConstraint("keyref", QName(*name), selector, fields, QName(*refer), namespaces)


def checking(
    use: Field, read: Callable[[etree._Element, DecodeContext], Any]
) -> Callable[[etree._Element, DecodeContext], Any]:
    """The reading of an element, and then of its identity constraints."""

    def read_and_check(elt: etree._Element, context: DecodeContext) -> Any:
        below = len(context.tables)  # constraints of elements inside add theirs meanwhile
        value = read(elt, context)
        _Check(elt, use, context).run(below)
        return value

    return read_and_check


@lru_cache(maxsize=512)
def _path(text: str, namespaces: tuple[tuple[str | None, str], ...]) -> etree.XPath | None:
    """The compiled path; None where it is not of the subset, or names an unknown prefix."""
    known = {prefix: uri for prefix, uri in namespaces if prefix}
    if not _SUBSET.fullmatch(text) or not known.keys() >= set(_PREFIX.findall(text)):
        return None
    return etree.XPath(text, namespaces=known)


class _Check:
    """The constraints of one element in one message."""

    def __init__(self, elt: etree._Element, use: Field, context: DecodeContext) -> None:
        self.elt = elt
        self.use = use
        self.context = context
        self.types: dict[etree._Element, Any] = {}
        self.own: list[tuple[QName, dict[Hashable, etree._Element]]] = []

    def run(self, below: int) -> None:
        """Judge keys and uniques, then keyrefs, which look at the tables since ``below``."""
        for constraint in self.use.constraints:
            if constraint.kind != "keyref":
                self.own.append((constraint.name, self._table(constraint)))
        self.context.tables += self.own
        for constraint in self.use.constraints:
            if constraint.kind == "keyref":
                self._judge_references(constraint, below)

    def _table(self, constraint: IdentityConstraint) -> dict[Hashable, etree._Element]:
        """The node table of a key or unique constraint; what breaks it is noted."""
        table: dict[Hashable, etree._Element] = {}
        for node, key in self._qualified(constraint):
            if table.setdefault(key, node) is not node:
                self._note(node, constraint, "a value that is not there already")
        return table

    def _judge_references(self, constraint: IdentityConstraint, below: int) -> None:
        """Whether each keyref finds its key (4.3); one that occurs twice below is none (3.11.5)."""
        times: dict[Hashable, int] = {}
        for name, table in self.context.tables[below:]:
            if name == constraint.refer:
                for key in table:
                    times[key] = times.get(key, 0) + 1
        own = [table for name, table in self.own if name == constraint.refer]
        wanted = constraint.refer.localname if constraint.refer is not None else "a key"
        for node, key in self._qualified(constraint):
            if times.get(key) != 1 and not any(key in table for table in own):
                self._note(node, constraint, f"a value of {wanted}")

    def _note(self, node: etree._Element, constraint: IdentityConstraint, expected: str) -> None:
        """Say which values break a constraint."""
        shown = []
        for text in constraint.fields:
            path = _path(text, constraint.namespaces)
            found = path(node) if path is not None else []
            shown += [repr(str(f if isinstance(f, str) else f.text)) for f in found[:1]]
        self.context.unusual(
            node, constraint.kind,
            f"{', '.join(shown) or node.tag!s} breaks {constraint.kind} "
            f"{constraint.name.localname}: expected {expected}",
        )  # fmt: skip

    def _qualified(
        self, constraint: IdentityConstraint
    ) -> Iterator[tuple[etree._Element, tuple[Hashable, ...]]]:
        """The selected nodes that have all fields, with their key sequences (clauses 1 to 3)."""
        select = _path(constraint.selector, constraint.namespaces)
        fields = [_path(path, constraint.namespaces) for path in constraint.fields]
        if select is None or None in fields:
            return  # a path that we do not read is the schema's fault, not the message's
        is_key = constraint.kind == "key"
        for node in select(self.elt):
            values = [self._value(node, field, is_key) for field in fields if field is not None]
            if None not in values:
                yield node, tuple(values)
            elif is_key:
                self._note(node, constraint, f"a value at {' and '.join(constraint.fields)}")

    def _value(self, node: etree._Element, field: etree.XPath, is_key: bool) -> Hashable:
        """The value of a field as something to compare by; None if it has none.

        An element that may be nil cannot be part of a key (4.2.3).
        """
        found = field(node)
        if not found:
            return self._default(node, field.path)
        if len(found) > 1:
            self.context.unusual(
                node, "field", f"{field.path} selects {len(found)} nodes: expected one at most"
            )
        first = found[0]
        if isinstance(first, str):
            owner = first.getparent()  # type: ignore[attr-defined]  # lxml's smart strings
            tag = str(first.attrname)  # type: ignore[attr-defined]  # likewise
            simple, text = self._attribute_type(owner, tag), str(first)
        else:
            owner, use = first, self._use_of(first)
            if owner.get(XSI_NIL) in ("true", "1") or (is_key and use is not None and use.nillable):
                return None
            simple, text = self._text_type(owner), owner.text or ""
        if simple is None:
            return ("", text)
        try:
            value = simple.parse(text, self.context.around(owner))
        except ValueRefused:  # an empty element that has a default
            return ("", text)
        return (simple.primitive, value_key(value))

    def _default(self, node: etree._Element, path: str) -> Hashable:
        """The value of an attribute that is not there but has a default."""
        named = _DEFAULTED.fullmatch(path)
        field = getattr(self._type(node), "attributes", {}).get(named[1]) if named else None
        value = default_value(field, self.context.registry) if field is not None else None
        if field is None or value is None:
            return None
        return (simple_of(field, self.context.registry).primitive, value_key(value))

    # ----------------------------------------------------------------- types of nodes

    def _type(self, node: etree._Element) -> Any:
        """The type that an element was read by; None where nothing describes it."""
        if node not in self.types:
            use = self._use_of(node)
            found = resolve(use.type, self.context.registry) if use is not None else None
            named = node.get(XSI_TYPE)
            if named is not None:
                found = lookup(expand(node, named, self.context), self.context.registry) or found
            self.types[node] = found
        return self.types[node]

    def _use_of(self, node: etree._Element) -> Field | None:
        """How an element is declared: in its parent's type, else globally."""
        if node is self.elt:
            return self.use
        parent = node.getparent()
        assert parent is not None, "the selected node is below the element"
        for field in getattr(self._type(parent), "children", ()):
            if field.name is not None and field.name.clark == node.tag and not field.ref:
                made: Field = field
                return made
        declared = self.context.registry.elements.get(QName.from_clark(str(node.tag)))
        use: Field | None = declared.element_declaration().use if declared is not None else None
        return use

    def _text_type(self, node: etree._Element) -> SimpleType | None:
        found = self._type(node)
        if not isinstance(found, SimpleType) and getattr(found, "text", None) is not None:
            found = resolve(found.text.type, self.context.registry)
        return found if isinstance(found, SimpleType) else None

    def _attribute_type(self, owner: etree._Element, tag: str) -> SimpleType | None:
        field = getattr(self._type(owner), "attributes", {}).get(tag)
        declared = (
            field.type
            if field is not None
            else self.context.registry.attributes.get(QName.from_clark(tag))
        )
        found = resolve(declared, self.context.registry) if declared is not None else None
        return found if isinstance(found, SimpleType) else None
