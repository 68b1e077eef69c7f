"""The XML Schema reader: from the trees of a graph to the components of one `Schema`.

`SchemaReader` keeps what has been read and reads on demand what a component needs of another
(its base, a group, the head of its substitution group). How each kind of component is written
is the matter of `simple_types`, `complex_types`, `particles` and `attributes`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import TypeVar

from ZSI.errors import Where, quote
from ZSI.names import QName
from ZSI.TC.wildcard import Wildcard
from ZSI.wsdl.attributes import read_attribute, read_attribute_group
from ZSI.wsdl.complex_types import read_complex_type, redefine_complex_type
from ZSI.wsdl.components import (
    ANY_TYPE,
    AnyParticle,
    AttributeDecl,
    AttributeUse,
    ComplexTypeDef,
    ElementDecl,
    Group,
    Schema,
    SimpleTypeDef,
    Table,
)
from ZSI.wsdl.documents import Graph, SchemaSource
from ZSI.wsdl.known import KNOWN
from ZSI.wsdl.model import ContractError
from ZSI.wsdl.nodes import Node, is_qualified, is_true, qname_at, words, xsd_name
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.particles import read_element, read_named_group
from ZSI.wsdl.simple_types import read_simple_type
from ZSI.wsdl.symbols import Kind, Symbol, Symbols

T = TypeVar("T")

#: Particles and attributes that references to groups may add up to: ten groups of ten
#: references to the next make 10**10. The largest real contract known comes to 137.
MAX_EXPANDED = 200_000
#: Components that may wait for each other (base of base of base …); 30 is a lot in real schemas.
MAX_CHAIN = 100


class SchemaReader:
    """Reads all schemas of a graph into one `Schema`."""

    def __init__(self, graph: Graph, notes: Notes) -> None:
        self.graph = graph
        self.notes = notes
        self.symbols = Symbols(graph, notes)
        self._types: dict[QName, SimpleTypeDef | ComplexTypeDef] = {}
        self._elements: dict[QName, ElementDecl] = {}
        self._attributes: dict[QName, AttributeDecl] = {}
        self._groups: dict[Symbol, Group] = {}
        self._attribute_groups: dict[Symbol, tuple[tuple[AttributeUse, ...], Wildcard | None]] = {}
        self._open: list[Symbol] = []
        self._expanded = 0

    # -- the whole -----------------------------------------------------------------------------

    def read(self) -> Schema:
        """Read every global component; of shipped schemas only those that are used."""
        for kind in ("type", "element", "attribute"):
            for symbol in list(self.symbols.tables[kind].values()):
                if not symbol.source.is_lazy:
                    self._component(symbol)
        self.read_wanted()
        self._check_duplicates()
        self._check_derivations()
        self._check_substitutions()
        return self.schema()

    def read_wanted(self) -> None:
        """Read the components of shipped schemas that something has referred to."""
        while self.symbols.wanted:
            self._component(self.symbols.wanted.pop())

    def schema(self) -> Schema:
        """The components read so far, in the order in which the documents declare them."""
        tables = self.symbols.tables
        members: dict[QName, list[QName]] = {}
        elements = {n: self._elements[n] for n in tables["element"] if n in self._elements}
        for name, element in elements.items():
            if element.substitution_group is not None:
                members.setdefault(element.substitution_group, []).append(name)
        kinds: tuple[Kind, ...] = ("type", "element", "attribute")
        declaring = {symbol.source for kind in kinds for symbol in tables[kind].values()}
        return Schema(
            elements=Table(elements),
            types=Table({n: self._types[n] for n in tables["type"] if n in self._types}),
            attributes=Table(
                {n: self._attributes[n] for n in tables["attribute"] if n in self._attributes}
            ),
            substitutions=Table({head: tuple(names) for head, names in members.items()}),
            namespaces=tuple(
                dict.fromkeys(
                    source.target_namespace for source in self.graph.schemas if source in declaring
                )
            ),
            known=frozenset(
                source.target_namespace for source in self.graph.schemas if source.is_lazy
            ),
        )

    def _component(self, symbol: Symbol) -> None:
        if symbol.kind == "type":
            self.type_def(symbol.name)
        elif symbol.kind == "element":
            self.element_def(symbol.name)
        elif symbol.kind == "attribute":
            self.attribute_def(symbol.name)

    def _check_duplicates(self) -> None:
        """A name declared twice is a finding unless both declarations say the same."""
        for first, second in self.symbols.duplicates:
            self.notes.muted = True
            same = self._read(first) == self._read(second)
            self.notes.muted = False
            if not same:
                self.notes.add(
                    "duplicate",
                    f"{first.kind} {first.name.clark} is declared twice, differently; the "
                    f"declaration at {first.source.where(first.node)} is used",
                    second.source.where(second.node),
                    "notice" if first.name.namespace in KNOWN else "warning",
                )

    def _check_derivations(self) -> None:
        """Cut complex types that derive from themselves (part 1, 3.4.6); bound the others."""
        bases = {
            name: definition.base
            for name, definition in self._types.items()
            if isinstance(definition, ComplexTypeDef)
        }
        for name in circles(bases):
            definition = self._types[name]
            assert isinstance(definition, ComplexTypeDef)
            text = f"type {name.clark} derives from itself; read as derived from xsd:anyType"
            self.notes.add("circular", text, definition.where)
            self._types[name] = replace(definition, base=ANY_TYPE, derivation="restriction")
            del bases[name]
        bases |= {
            name: definition.base
            for name, definition in self._types.items()
            if isinstance(definition, SimpleTypeDef) and isinstance(definition.base, QName)
        }
        for name, depth in depths(bases).items():
            if depth > MAX_CHAIN:
                text = f"type {name.clark} derives over more than {MAX_CHAIN} others"
                raise ContractError(text, where=self._types[name].where)

    def _check_substitutions(self) -> None:
        """Cut substitution groups that lead back to their member (part 1, 3.3.6)."""
        heads = {
            name: element.substitution_group
            for name, element in self._elements.items()
            if element.substitution_group is not None
        }
        for name in circles(heads):
            element = self._elements[name]
            text = f"element {name.clark} substitutes itself; taken as substituting nothing"
            self.notes.add("circular", text, element.where)
            self._elements[name] = replace(element, substitution_group=None)
            del heads[name]
        for name, depth in depths(heads).items():
            if depth > MAX_CHAIN:
                text = f"element {name.clark} substitutes over more than {MAX_CHAIN} others"
                raise ContractError(text, where=self._elements[name].where)

    def _read(self, symbol: Symbol) -> object:
        readers: dict[Kind, Callable[[Symbol], object]] = {
            "type": self._read_type,
            "element": self._read_element,
            "attribute": self._read_attribute,
            "group": self._read_group,
            "attributeGroup": self._read_attribute_group,
        }
        return readers[symbol.kind](symbol)

    # -- components on demand ------------------------------------------------------------------

    def type_def(self, name: QName) -> SimpleTypeDef | ComplexTypeDef | None:
        """The definition of a global type; None for builtins and for types now being read."""
        found = self._types.get(name)
        if found is None and (symbol := self.symbols.tables["type"].get(name)) is not None:
            found = self._once(symbol, self._read_type)
            if found is not None:
                self._types[name] = found
        return found

    def element_def(self, name: QName) -> ElementDecl | None:
        """The declaration of a global element; None for one now being read."""
        found = self._elements.get(name)
        if found is None and (symbol := self.symbols.tables["element"].get(name)) is not None:
            found = self._once(symbol, self._read_element)
            if found is not None:
                self._elements[name] = found
        return found

    def attribute_def(self, name: QName) -> AttributeDecl | None:
        """The declaration of a global attribute."""
        found = self._attributes.get(name)
        if found is None and (symbol := self.symbols.tables["attribute"].get(name)) is not None:
            found = self._attributes[name] = self._read_attribute(symbol)
        return found

    def group_def(self, name: QName, node: Node, source: SchemaSource) -> Group | None:
        """The content of a named group, counted; None, after a finding, if it is circular."""
        symbol = self._latest("group", name, node)
        group = self._groups.get(symbol)
        if group is None:
            group = self._once(symbol, self._read_group)
            if group is None:
                self._circular(symbol, source.where(node))
                return None
            self._groups[symbol] = group
        self.count(size_of(group), source.where(node))
        return group

    def attribute_group_def(
        self, name: QName, node: Node, source: SchemaSource
    ) -> tuple[tuple[AttributeUse, ...], Wildcard | None]:
        """The uses and wildcard of an attribute group, counted; none if it is circular."""
        symbol = self._latest("attributeGroup", name, node)
        found = self._attribute_groups.get(symbol)
        if found is None:
            found = self._once(symbol, self._read_attribute_group)
            if found is None:
                self._circular(symbol, source.where(node))
                return (), None
            self._attribute_groups[symbol] = found
        self.count(len(found[0]), source.where(node))
        return found

    def count(self, amount: int, where: Where) -> None:
        """Bound what references to groups add up to."""
        self._expanded += amount
        if self._expanded > MAX_EXPANDED:
            raise ContractError(
                f"references to groups expand to more than {MAX_EXPANDED} particles", where=where
            )

    def is_open(self, name: QName) -> bool:
        """Whether a type is now being read."""
        return any(symbol.kind == "type" and symbol.name == name for symbol in self._open)

    # -- reading one -----------------------------------------------------------------------------

    def _once(self, symbol: Symbol, read: Callable[[Symbol], T]) -> T | None:
        """What ``read`` makes of a symbol; None if it is already at it further up."""
        if symbol in self._open:
            return None
        if len(self._open) >= MAX_CHAIN:
            raise ContractError(
                f"{symbol.kind} {symbol.name.clark} needs a chain of more than {MAX_CHAIN} others",
                where=symbol.source.where(symbol.node),
            )
        self._open.append(symbol)
        try:
            return read(symbol)
        finally:
            self._open.pop()

    def _latest(self, kind: Kind, name: QName, node: Node) -> Symbol:
        """The symbol of a name; inside its own redefinition that means the original."""
        symbol = self.symbols.tables[kind][name]
        while symbol.original is not None and _inside(node, symbol.node):
            symbol = symbol.original
        return symbol

    def _circular(self, symbol: Symbol, where: Where) -> None:
        text = f"{symbol.kind} {symbol.name.clark} refers to itself; that reference is left out"
        self.notes.add("circular", text, where)

    def _read_type(self, symbol: Symbol) -> SimpleTypeDef | ComplexTypeDef:
        original = self._read_type(symbol.original) if symbol.original else None
        if xsd_name(symbol.node) == "simpleType":
            simple = replace(original, name=None) if isinstance(original, SimpleTypeDef) else None
            return read_simple_type(self, symbol.node, symbol.source, symbol.name, simple)
        if isinstance(original, ComplexTypeDef):
            return redefine_complex_type(self, symbol.node, symbol.source, symbol.name, original)
        return read_complex_type(self, symbol.node, symbol.source, symbol.name)

    def _read_element(self, symbol: Symbol) -> ElementDecl:
        return read_element(self, symbol.node, symbol.source, symbol.name)

    def _read_attribute(self, symbol: Symbol) -> AttributeDecl:
        return read_attribute(self, symbol.node, symbol.source, symbol.name)

    def _read_group(self, symbol: Symbol) -> Group:
        return read_named_group(self, symbol.node, symbol.source)

    def _read_attribute_group(
        self, symbol: Symbol
    ) -> tuple[tuple[AttributeUse, ...], Wildcard | None]:
        return read_attribute_group(self, symbol.node, symbol.source)

    # -- what the readers of parts share -------------------------------------------------------

    def reference(self, kind: Kind, text: str, node: Node, source: SchemaSource) -> QName | None:
        """`Symbols.reference`."""
        return self.symbols.reference(kind, text, node, source)

    def type_reference(self, text: str, node: Node, source: SchemaSource) -> QName:
        """The type that a QName means; xs:anyType, after a finding, if nothing defines it."""
        return self.symbols.reference("type", text, node, source) or ANY_TYPE

    def qname(self, text: str, node: Node, source: SchemaSource) -> QName:
        """A QName as written, looked up nowhere."""
        return qname_at(text, node, source.chameleon)[0]

    def form(self, node: Node, source: SchemaSource) -> str | None:
        """The namespace of a local declaration (XSD 1.0 part 1, 3.2.2 and 3.3.2)."""
        text, holder, attribute = node.get("form"), node, "form"
        if text is None:
            which = "attribute" if xsd_name(node) == "attribute" else "element"
            holder, attribute = source.node, f"{which}FormDefault"
            text = holder.get(attribute, "unqualified")
        qualified = is_qualified(text)
        if text.strip() not in ("qualified", "unqualified"):
            form = "qualified" if qualified else "unqualified"
            message = f"{attribute}={quote(text)} is read as {form}"
            self.notes.add("form", message, source.where(holder))
        return source.target_namespace if qualified else None

    def flag(self, node: Node, attribute: str, source: SchemaSource) -> bool:
        """An attribute of type xs:boolean; other spellings of true are noted, and taken for it."""
        text = node.get(attribute)
        value = is_true(text)
        if text is not None and text.strip() not in ("true", "false", "1", "0"):
            message = f"{attribute}={quote(text)} is read as {str(value).lower()}"
            self.notes.add("boolean", message, source.where(node))
        return value

    def derivation_set(
        self, node: Node, attribute: str, source: SchemaSource, allowed: tuple[str, ...]
    ) -> frozenset[str]:
        """``block`` or ``final`` with the schema's default, ``#all`` written out (3.3.2)."""
        text = node.get(attribute)
        if text is None:
            text = source.node.get(f"{attribute}Default", "")
        found = words(text)
        return frozenset(allowed if "#all" in found else (w for w in found if w in allowed))

    def anonymous_type(self, node: Node, source: SchemaSource) -> ComplexTypeDef:
        """The complex type inside an element."""
        return read_complex_type(self, node, source, None)


def size_of(group: Group) -> int:
    """How many particles a group has, at all depths (iterative: groups may nest deep)."""
    size = 0
    stack: list[Group] = [group]
    while stack:
        for item in stack.pop().items:
            size += 1
            if isinstance(item, Group):
                stack.append(item)
            elif not isinstance(item, AnyParticle) and item.decl is not None:
                inner = item.decl.type
                if isinstance(inner, ComplexTypeDef) and inner.particle is not None:
                    stack.append(inner.particle)
        if size > MAX_EXPANDED:
            break
    return size


def circles(above: Mapping[QName, QName]) -> list[QName]:
    """One name of each circle in a relation, so that without them there is none.

    >>> a, b, c = (QName(None, name) for name in "abc")
    >>> circles({a: b, b: c, c: b})
    [QName(namespace=None, localname='b')]
    """
    found: list[QName] = []
    safe: set[QName] = set()
    for start in above:
        path: dict[QName, None] = {}
        name: QName | None = start
        while name is not None and name not in safe and name not in path:
            path[name] = None
            name = above.get(name)
        if name is not None and name in path:
            found.append(name)
        safe.update(path)
    return found


def depths(above: Mapping[QName, QName]) -> dict[QName, int]:
    """How many steps each name is from the end of a relation without circles."""
    found: dict[QName, int] = {}
    for start in above:
        path = []
        name: QName | None = start
        while name is not None and name not in found:
            path.append(name)
            name = above.get(name)
        depth = found[name] if name is not None else -1
        for name in reversed(path):
            depth += 1
            found[name] = depth
    return found


def _inside(node: Node, ancestor: Node) -> bool:
    current: Node | None = node
    while current is not None:
        if current is ancestor:
            return True
        current = current.getparent()
    return False
