"""The top-level definitions of all WSDL documents of a graph, by kind and name.

WSDL 1.1 has one symbol space per kind and target namespace (section 2.1.1). As with schemas, a
name in the wrong namespace is read where there is one sensible reading, with a finding.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ZSI.errors import Where
from ZSI.names import WSDL, QName
from ZSI.wsdl.documents import Graph, Loaded
from ZSI.wsdl.nodes import Node, elements, qname_at, split_tag
from ZSI.wsdl.notes import Notes

DefinitionKind: TypeAlias = Literal["message", "portType", "binding", "service"]

_KINDS: tuple[DefinitionKind, ...] = ("message", "portType", "binding", "service")
_OTHERS = frozenset({"types", "import", "documentation"})


@dataclass(frozen=True, slots=True, eq=False)
class Definition:
    """One message, portType, binding or service element and the document it stands in."""

    name: QName
    node: Node
    document: Loaded

    @property
    def target_namespace(self) -> str | None:
        """The target namespace of the document."""
        return target_namespace(self.document)

    def where(self, node: Node | None = None) -> Where:
        """The place of the definition, or of a node inside it."""
        line = (self.node if node is None else node).sourceline
        return Where(self.document.url, line)


class Definitions:
    """All definitions of a graph; looks names up and remembers what is missing."""

    def __init__(self, graph: Graph, notes: Notes) -> None:
        self.graph = graph
        self.notes = notes
        self.tables: dict[DefinitionKind, dict[QName, Definition]] = {k: {} for k in _KINDS}
        self.missing: dict[tuple[DefinitionKind, QName], Where] = {}
        self._localnames: dict[DefinitionKind, dict[str, list[QName]]] = {}
        for document in graph.documents:
            if document.kind == "wsdl":
                self._collect(document)

    def _collect(self, document: Loaded) -> None:
        target = target_namespace(document)
        for child in elements(document.root):
            namespace, local = split_tag(child)
            if namespace != WSDL or local in _OTHERS:
                continue
            where = Where(document.url, child.sourceline)
            kind = next((kind for kind in _KINDS if kind == local), None)
            name = (child.get("name") or "").strip()
            if kind is None:
                self.notes.add("wsdl-element", f"wsdl:{local} means nothing here", where)
            elif not name:
                self.notes.add("name", f"a {kind} without name", where)
            else:
                self._define(kind, Definition(QName(target, name), child, document))

    def _define(self, kind: DefinitionKind, definition: Definition) -> None:
        table = self.tables[kind]
        first = table.setdefault(definition.name, definition)
        if first is not definition:
            text = (
                f"{kind} {definition.name.clark} is defined twice; that at {first.where()} counts"
            )
            self.notes.add("duplicate", text, definition.where())

    def find(
        self, kind: DefinitionKind, text: str | None, node: Node, inside: Definition
    ) -> QName | None:
        """The defined name that a QName written in ``node`` means; None after a finding."""
        where = inside.where(node)
        if text is None or not text.strip():
            self.notes.add(f"missing-{kind.lower()}", f"no {kind} is named", where)
            return None
        name, loose = qname_at(text, node)
        table = self.tables[kind]
        if name in table:
            return name
        loose = loose or name.namespace == WSDL
        for other in self._readings(kind, name, loose, inside):
            self.notes.add("wrong-namespace", f"{kind} {text} is read as {other.clark}", where)
            return other
        if (kind, name) not in self.missing:
            self.missing[kind, name] = where
            message = f"{kind} {name.clark} is not defined in any document read"
            self.notes.add(f"missing-{kind.lower()}", message, where)
        return None

    def _readings(
        self, kind: DefinitionKind, name: QName, loose: bool, inside: Definition
    ) -> Iterator[QName]:
        table = self.tables[kind]
        own = QName(inside.target_namespace, name.localname)
        if loose and own in table:
            yield own
        if self.graph.unread:
            return  # what is missing may well be defined in the document that was not read
        if kind not in self._localnames:
            found = self._localnames[kind] = {}
            for other in table:
                found.setdefault(other.localname, []).append(other)
        same = self._localnames[kind].get(name.localname, [])
        if len(same) == 1:
            yield same[0]


def target_namespace(document: Loaded) -> str | None:
    """The targetNamespace of a document, None if it has none."""
    return document.root.get("targetNamespace") or None
