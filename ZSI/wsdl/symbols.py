"""One symbol table over all schemas of a contract: what a QName in a schema means.

Missing xs:imports, prefixes nobody declared and names in the wrong namespace are common in the
wild; where there is one sensible reading it is taken, with a finding. What nothing defines is
remembered in ``missing`` and becomes xs:anyType with the caller.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal, TypeAlias

from ZSI.errors import Where, quote
from ZSI.names import WSDL, XSD, QName
from ZSI.wsdl.components import BUILTIN_TYPES
from ZSI.wsdl.documents import Graph, SchemaSource
from ZSI.wsdl.known import KNOWN
from ZSI.wsdl.nodes import XSD_NAMESPACES, Node, is_ncname, qname_at, xsd_children
from ZSI.wsdl.notes import Notes

Kind: TypeAlias = Literal["type", "element", "attribute", "group", "attributeGroup"]

#: Which table a global declaration goes to.
_KINDS: dict[str, Kind] = {
    "simpleType": "type",
    "complexType": "type",
    "element": "element",
    "attribute": "attribute",
    "group": "group",
    "attributeGroup": "attributeGroup",
}

#: Names of the drafts of 1999 and 2000, and words that authors take for types.
_OLD_TYPES = {
    "any": "anyType",
    "ur-type": "anyType",
    "object": "anyType",
    "binary": "base64Binary",
    "timeInstant": "dateTime",
    "timeDuration": "duration",
    "uriReference": "anyURI",
    "uri": "anyURI",
    "CDATA": "normalizedString",
    "recurringDate": "gMonthDay",
    "recurringDay": "gDay",
    "month": "gYearMonth",
    "year": "gYear",
    "datetime": "dateTime",
    "Integer": "integer",
    "String": "string",
    "Boolean": "boolean",
}
#: Missing names for which similar ones are looked for: the search is slow, the help the same.
_GUESSES = 20


@dataclass(frozen=True, slots=True, eq=False)
class Symbol:
    """A global declaration: its node and schema; ``original`` is what it redefines."""

    kind: Kind
    name: QName
    node: Node
    source: SchemaSource
    original: Symbol | None = None


class Symbols:
    """The global declarations of all schemas of a graph, by kind and expanded name."""

    def __init__(self, graph: Graph, notes: Notes) -> None:
        self.graph = graph
        self.notes = notes
        self.tables: dict[Kind, dict[QName, Symbol]] = {
            kind: {} for kind in dict.fromkeys(_KINDS.values())
        }
        self.duplicates: list[tuple[Symbol, Symbol]] = []
        self.missing: dict[tuple[Kind, QName], Where] = {}
        self.wanted: list[Symbol] = []
        self._visible: dict[SchemaSource, set[str | None]] = {}
        self._localnames: dict[Kind, dict[str, list[QName]]] = {}
        for source in graph.schemas:
            self._collect(source, source.node)
        for redefinition in graph.redefinitions:
            self._collect(redefinition.source, redefinition.node, redefine=True)

    # -- collecting ----------------------------------------------------------------------------

    def _collect(self, source: SchemaSource, parent: Node, *, redefine: bool = False) -> None:
        for tag, node in xsd_children(parent):
            kind = _KINDS.get(tag)
            if kind is None:
                continue
            local = (node.get("name") or "").strip()
            if not local:
                self.notes.add("name", f"a global {tag} without name", source.where(node))
                continue
            if kind in ("element", "attribute") and not is_ncname(local):
                text = f"{quote(local)} is no XML name: the {tag} is left out"
                self.notes.add("name", text, source.where(node))
                continue
            name = QName(source.target_namespace, local)
            if kind == "type" and name.namespace == XSD and local in BUILTIN_TYPES:
                continue  # the schema of XML Schema itself: its types are built in
            table = self.tables[kind]
            before = table.get(name)
            if before is None or redefine:
                if redefine and before is None:
                    text = f"{tag} {name.clark} redefines nothing"
                    self.notes.add("redefine", text, source.where(node))
                table[name] = Symbol(kind, name, node, source, before)
            elif before.node is not node:
                self.duplicates.append((before, Symbol(kind, name, node, source)))

    def _shipped(self, kind: Kind, name: QName) -> Symbol | None:
        """The symbol from a schema that we ship; the schema is collected on first use."""
        if name.namespace not in KNOWN:
            return None
        before = len(self.graph.schemas)
        source = self.graph.known(name.namespace)
        if source is not None and len(self.graph.schemas) > before:
            self._collect(source, source.node)
        return self.tables[kind].get(name)

    # -- looking up ----------------------------------------------------------------------------

    def reference(self, kind: Kind, text: str, node: Node, source: SchemaSource) -> QName | None:
        """The defined name that a QName in an attribute of a schema's ``node`` means.

        Returns:
            A name in the table of ``kind``, or a builtin type's name; None, after a finding, if
            nothing defines it.
        """
        target, where = source.target_namespace, source.where(node)
        found = self.find(kind, text, node, target, where, source.chameleon)
        if found is not None and found.namespace != XSD:
            self._check_import(found.namespace, source, node)
        return found

    def find(
        self,
        kind: Kind,
        text: str,
        node: Node,
        target: str | None,
        where: Where,
        chameleon: str | None = None,
    ) -> QName | None:
        """`reference`, for a QName that may stand in a WSDL too.

        Args:
            target: the target namespace of whoever refers.
            chameleon: see `SchemaSource.chameleon`.
        """
        name, loose = qname_at(text, node, chameleon)
        if kind == "type" and name.namespace in XSD_NAMESPACES:
            builtin = self._builtin(name, text, where)
            if builtin is not None:
                return builtin
        found = self.defined(kind, name)
        if found is not None:
            return found
        for other in self._readings(kind, name, loose, target):
            self.notes.add("wrong-namespace", f"{kind} {text} is read as {other.clark}", where)
            return self.defined(kind, other) or other
        self._miss(kind, name, where)
        return None

    def defined(self, kind: Kind, name: QName) -> QName | None:
        """The name itself if a schema (or one that we ship) defines it."""
        symbol = self.tables[kind].get(name) or self._shipped(kind, name)
        if symbol is None:
            return None
        if symbol.source.is_lazy:
            self.wanted.append(symbol)
        return symbol.name

    def _builtin(self, name: QName, text: str, where: Where) -> QName | None:
        """The builtin type of a name in an XML Schema namespace, if it is one or nearly one."""
        local = name.localname
        if local in BUILTIN_TYPES:
            if name.namespace != XSD:
                message = f"types of {name.namespace} are read as XML Schema 1.0's"
                self.notes.add("old-xsd", message, Where(where.file))
            return QName(XSD, local)
        old = _OLD_TYPES.get(local)
        if old is None or name in self.tables["type"]:
            return None
        self.notes.add("old-xsd", f"type {text} is read as xsd:{old}", where)
        return QName(XSD, old)

    def _miss(self, kind: Kind, name: QName, where: Where) -> None:
        """Remember a name that nothing defines; one finding for all its uses."""
        if (kind, name) in self.missing:
            return
        self.missing[kind, name] = where
        hint = self._similar(kind, name)
        text = f"{kind} {name.clark} is not defined in any document read{hint}"
        self.notes.add(f"missing-{kind.lower()}", text, where)

    def _readings(
        self, kind: Kind, name: QName, loose: bool, target: str | None
    ) -> Iterator[QName]:
        """Names that a missing one may have meant, the likeliest first."""
        table = self.tables[kind]
        if loose and (own := QName(target, name.localname)) in table:
            yield own
        if self.graph.unread:
            return  # what is missing may well be defined in the document that was not read
        if kind == "type" and name.localname in BUILTIN_TYPES:
            yield QName(XSD, name.localname)
        if loose or name.namespace in (WSDL, XSD):
            same = self._by_localname(kind).get(name.localname, [])
            if len(same) == 1:
                yield same[0]

    def _by_localname(self, kind: Kind) -> dict[str, list[QName]]:
        """All names of a kind by their local names, made when first needed."""
        if kind not in self._localnames:
            found = self._localnames[kind] = {}
            for other in self.tables[kind]:
                found.setdefault(other.localname, []).append(other)
        return self._localnames[kind]

    def _similar(self, kind: Kind, name: QName) -> str:
        """A hint at a name like the missing one, for the first few of them."""
        if len(self.missing) > _GUESSES:
            return ""
        names = [other for other in self.tables[kind] if other.namespace == name.namespace]
        close = difflib.get_close_matches(name.localname, [n.localname for n in names], 1, 0.8)
        return f" ({close[0]} is)" if close else ""

    def _check_import(self, namespace: str | None, source: SchemaSource, node: Node) -> None:
        """Note a namespace that is used without an xs:import (XSD 1.0 part 1, 4.2.3)."""
        visible = self._visible.get(source)
        if visible is None:
            visible = self._visible[source] = {source.target_namespace, XSD}
            for tag, child in xsd_children(source.node):
                if tag == "import":
                    visible.add(child.get("namespace") or None)
        if namespace not in visible:
            visible.add(namespace)
            if not source.document.known:
                self.notes.add(
                    "missing-import",
                    f"the schema uses {namespace or 'no namespace'} without importing it",
                    source.where(node),
                )
