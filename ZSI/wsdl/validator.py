"""The second judge: all schemas of a contract compiled by libxml2.

libxml2 takes one document a namespace and stops at the first thing that it does not know, so the
schemas are put together anew from the contract's own documents (not from our reading of them):
inline schemas cut out with the prefixes in scope, one driver a namespace that includes its
documents, imports of all other namespaces added, names in the wrong namespace written right, and
what nothing defines made ``xs:anyType``. For rpc/literal the wrapper elements, which no schema
declares, are added (WS-I Basic Profile 1.1, 4.7.20).

>>> from ZSI.wsdl.load import load_contract  # doctest: +SKIP
>>> judge = compile_schema(load_contract("echo.wsdl"))  # doctest: +SKIP
>>> judge.schema is not None  # doctest: +SKIP
True
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from copy import deepcopy
from dataclasses import dataclass
from typing import TypeAlias

from lxml import etree

from ZSI.errors import ParseException, Where
from ZSI.limits import Limits
from ZSI.names import XML, XSD, QName
from ZSI.wsdl.components import ANY_TYPE
from ZSI.wsdl.documents import Graph, SchemaSource
from ZSI.wsdl.known import KNOWN_URLS
from ZSI.wsdl.model import Contract, ContractError, Document, Part
from ZSI.wsdl.nodes import (
    Node,
    elements_below,
    is_qualified,
    is_true,
    qname_at,
    words,
    xsd_name,
)
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.sources import Raw, Unreadable
from ZSI.wsdl.symbols import Kind, Symbols
from ZSI.xmlio import xml_schema

#: The documents passed the limits when the contract was loaded: no second check.
_NO_LIMITS = Limits(
    elements=2**62, attributes=2**62, depth=2**31, document_bytes=2**62, documents=2**31
)
#: For a simple type that nothing defines; libxml2 restricts no xs:anySimpleType.
_SOME_SIMPLE_TYPE = QName(XSD, "string")
#: Each namespace imports all others, so that documents grow with the square. NetSuite has 40.
_MAX_NAMESPACES = 500
_MASTER = "urn:zsi-second-judge"
_XS = f"{{{XSD}}}"

#: Attributes that hold one QName, by element; and which symbol space it is of.
_REFERENCES: dict[str, dict[str, Kind]] = {
    "element": {"type": "type", "ref": "element", "substitutionGroup": "element"},
    "attribute": {"type": "type", "ref": "attribute"},
    "group": {"ref": "group"},
    "attributeGroup": {"ref": "attributeGroup"},
    "restriction": {"base": "type"},
    "extension": {"base": "type"},
    "list": {"itemType": "type"},
}
_LINKS = frozenset({"import", "include"})
_FACETS = frozenset(
    {
        "enumeration",
        "pattern",
        "whiteSpace",
        "length",
        "minLength",
        "maxLength",
        "minInclusive",
        "maxInclusive",
        "minExclusive",
        "maxExclusive",
        "totalDigits",
        "fractionDigits",
    }
)
_OCCURS = ("minOccurs", "maxOccurs")
#: The attributes that XSD 1.0 part 1 gives each element; libxml2 stops at any other.
_ALLOWED: dict[str, frozenset[str]] = {
    name: frozenset((*attributes, "id"))
    for name, attributes in {
        "schema": ("elementFormDefault", "attributeFormDefault", "blockDefault", "finalDefault"),
        "element": (
            *("name", "ref", "type", "substitutionGroup", "nillable", "default", "fixed"),
            *("abstract", "block", "final", "form", *_OCCURS),
        ),
        "attribute": ("name", "ref", "type", "use", "default", "fixed", "form"),
        "complexType": ("name", "mixed", "abstract", "block", "final"),
        "simpleType": ("name", "final"),
        "simpleContent": (),
        "complexContent": ("mixed",),
        "restriction": ("base",),
        "extension": ("base",),
        "list": ("itemType",),
        "union": ("memberTypes",),
        "group": ("name", "ref", *_OCCURS),
        "attributeGroup": ("name", "ref"),
        "sequence": _OCCURS,
        "choice": _OCCURS,
        "all": _OCCURS,
        "any": ("namespace", "processContents", *_OCCURS),
        "anyAttribute": ("namespace", "processContents"),
        "key": ("name",),
        "unique": ("name",),
        "keyref": ("name", "refer"),
        "selector": ("xpath",),
        "field": ("xpath",),
        "notation": ("name", "public", "system"),
        "redefine": ("schemaLocation",),
        **dict.fromkeys(_FACETS, ("value", "fixed")),
    }.items()
}
#: Attributes which the reader takes in other cases, too.
_BOOLEANS = frozenset({"nillable", "abstract", "mixed"})
_FORMS = frozenset({"form", "elementFormDefault", "attributeFormDefault"})
#: What a global declaration may not have.
_LOCAL_ONLY = frozenset({"ref", "form", *_OCCURS})


@dataclass(frozen=True, slots=True)
class Judge:
    """What libxml2 made of the schemas of a contract.

    Attributes:
        schema: the compiled schema; None if libxml2 refused it, with its ``reason``.
        left_out: names of rpc wrappers that could not be declared beside the others.
    """

    schema: etree.XMLSchema | None
    reason: str | None = None
    left_out: tuple[str, ...] = ()

    def complaint(self, element: Node) -> str | None:
        """The first complaint about an element, None if it is valid.

        Raises:
            ValueError: there is no schema to judge by.
        """
        if self.schema is None:
            raise ValueError(f"there is no second judge: {self.reason}")
        if self.schema.validate(element):
            return None
        first = self.schema.error_log[0]
        return f"line {first.line}: {first.message}"


def compile_schema(contract: Contract) -> Judge:
    """Compile all schemas of a contract, with what its operations put into the Body besides."""
    wrappers, left_out = _wrappers(contract)
    try:
        schema = xml_schema(_Assembly(contract, wrappers).documents(), _MASTER)
    except (etree.XMLSchemaParseError, etree.XMLSyntaxError) as error:
        messages = [entry.message for entry in error.error_log] or [str(error)]
        return Judge(None, " ".join(messages[0].split()), left_out)
    except (ContractError, ParseException, ValueError) as error:
        # lxml's ValueError: a namespace that is no URI, which it reads but does not write
        return Judge(None, str(error), left_out)
    return Judge(schema, None, left_out)


# -- the documents of the contract, once more ------------------------------------------------------


class _Replay:
    """Opens the documents that a contract holds, by the links that led to them."""

    def __init__(self, contract: Contract) -> None:
        self._by_url = {document.url: document for document in contract.documents}
        self._links = {
            (document.url, link.location): link.url
            for document in contract.documents
            for link in document.links
            if link.url not in KNOWN_URLS  # those are read when a name leads to them
        }

    def open_root(self, location: str) -> Raw:
        return _raw(self._by_url[location])

    def open(self, base: str, location: str) -> Raw:
        url = self._links.get((base, location))
        if url is None:
            raise Unreadable("it was not read")
        return _raw(self._by_url[url])

    def key(self, base: str, location: str) -> str | None:
        return self._links.get((base, location))


def _raw(document: Document) -> Raw:
    return Raw(document.url, document.url, document.content, document.charset)


# -- assembling ------------------------------------------------------------------------------------


#: What stands in a Body: a wrapper's parts, or the part itself.
Content: TypeAlias = tuple[Part, ...] | Part


class _Assembly:
    """Writes the schemas of a contract the way libxml2 wants them."""

    def __init__(self, contract: Contract, wrappers: Mapping[QName, Content]) -> None:
        self.graph = Graph(_Replay(contract), _NO_LIMITS, Notes(muted=True))
        root = contract.documents[0]
        self.graph.load(root.url, root.kind)
        for document in contract.documents:
            if document.url in KNOWN_URLS:
                self.graph.known(KNOWN_URLS[document.url])
        self.symbols = Symbols(self.graph, Notes(muted=True))
        self.wrappers = wrappers
        self.dropped = {second.node for _, second in self.symbols.duplicates}
        self._name_everything()
        if len(self.drivers) > _MAX_NAMESPACES:
            raise ContractError(f"more than {_MAX_NAMESPACES} namespaces import each other")

    def _name_everything(self) -> None:
        """Make up the names of documents, drivers and prefixes."""
        sources = self.graph.schemas
        self.urls = {source: f"zsi:document-{i}" for i, source in enumerate(sources)}
        spaces = [source.target_namespace for source in sources]
        spaces += [name.namespace for name in self.wrappers]
        self.drivers = {
            space: f"zsi:namespace-{i}" for i, space in enumerate(dict.fromkeys(spaces))
        }
        self.prefixes = {XSD: "zsi-xsd", XML: "xml"}
        for i, space in enumerate(self.drivers):
            if space:
                self.prefixes.setdefault(space, f"zsi-{i}")

    def documents(self) -> dict[str, bytes]:
        """All documents by the location under which the others know them."""
        found = {url: _bytes(self._document(source)) for source, url in self.urls.items()}
        if len(self.graph.schemas) > len(self.urls):
            self._name_everything()  # a name led to one more of the shipped schemas
            return self.documents()
        redefined = {r.target for r in self.graph.redefinitions}
        for space, url in self.drivers.items():
            driver = self._schema(space, {})
            for source in self.graph.schemas:
                if source.target_namespace == space and source not in redefined:
                    include = etree.SubElement(driver, f"{_XS}include")
                    include.set("schemaLocation", self.urls[source])
            for name, parts in self.wrappers.items():
                if name.namespace == space:
                    self._add_wrapper(driver, name, parts)
            found[url] = _bytes(driver)
        found[_MASTER] = _bytes(self._schema(_MASTER, {}))
        return found

    def _add_wrapper(self, driver: Node, name: QName, parts: Content) -> None:
        """Declare one wrapper: its parts as unqualified elements, in order; or a part itself."""
        element = etree.SubElement(driver, f"{_XS}element", name=name.localname)
        if isinstance(parts, Part):
            assert parts.type is not None
            element.set("type", self._text(parts.type))
            return
        inside = etree.SubElement(element, f"{_XS}complexType")
        sequence = etree.SubElement(inside, f"{_XS}sequence")
        for part in parts:
            node = etree.SubElement(sequence, f"{_XS}element")
            if part.element is not None:
                node.set("ref", self._text(part.element))
            elif part.type is not None:
                node.set("name", part.name)
                node.set("form", "unqualified")
                node.set("type", self._text(part.type))

    def _schema(self, target: str | None, nsmap: Mapping[str, str]) -> Node:
        """An xs:schema of a namespace that imports all others."""
        prefixes = {prefix: space for space, prefix in self.prefixes.items() if space != XML}
        root = etree.Element(f"{_XS}schema", nsmap=dict(nsmap) | prefixes)
        if target:
            root.set("targetNamespace", target)
        for space, url in self.drivers.items():
            if space != target:
                node = etree.SubElement(root, f"{_XS}import", schemaLocation=url)
                if space:
                    node.set("namespace", space)
        return root

    def _document(self, source: SchemaSource) -> Node:
        """One schema of the contract, put right.

        No default namespace is declared and all references are written anew: lxml drops a
        prefix when a node moves under one that binds the same namespace to another prefix.
        """
        bound = {prefix: space for prefix, space in source.node.nsmap.items() if prefix}
        root = self._schema(source.target_namespace, bound)
        for key, value in source.node.items():
            if key in _ALLOWED["schema"]:
                root.set(key, _spelled(str(key), value))
        redefined = {r.node: r.target for r in self.graph.redefinitions if r.source is source}
        for child in source.node:
            name = xsd_name(child)
            if name is None or name in _LINKS or child in self.dropped:
                continue
            copy = deepcopy(child)
            self._put_right(child, copy, source)
            if name != "redefine":
                root.append(copy)
            elif (target := redefined.get(child)) is not None:
                copy.set("schemaLocation", self.urls[target])
                root.insert(0, copy)
        return root

    def _put_right(self, original: Node, copy: Node, source: SchemaSource) -> None:
        """Rewrite references, and drop what XSD does not know, in the copy of a declaration."""
        pairs = zip(list(elements_below(original)), list(elements_below(copy)), strict=True)
        is_global = True
        for node, twin in pairs:
            name = xsd_name(node)
            allowed = _ALLOWED.get(name or "")
            if allowed is None:  # annotations, and elements of other namespaces
                _remove(twin)
                continue
            twin.tag = f"{_XS}{name}"
            twin.text = twin.tail = None
            for key in list(twin.attrib):
                unknown = key not in allowed and str(key)[:1] != "{"
                if unknown or (is_global and key in _LOCAL_ONLY):
                    del twin.attrib[key]
                else:
                    twin.set(key, _spelled(str(key), twin.get(key, "")))
            if name in _FACETS and twin.get("value") is None:
                _remove(twin)
            self._put_references(name or "", node, twin, source)
            is_global = False

    def _put_references(self, name: str, node: Node, twin: Node, source: SchemaSource) -> None:
        """All attributes of one node that hold QNames."""
        for attribute, kind in _REFERENCES.get(name, {}).items():
            text = twin.get(attribute)
            if text is not None:
                self._put_reference(node, twin, attribute, kind, text, source)
        members = twin.get("memberTypes")
        if members is not None:
            found = [self._found("type", text, node, source) for text in words(members)]
            twin.set("memberTypes", " ".join(self._text(q) for q in found if q is not None))

    def _found(self, kind: Kind, text: str, node: Node, source: SchemaSource) -> QName | None:
        where = Where(source.document.url)
        target = source.target_namespace
        return self.symbols.find(kind, text, node, target, where, source.chameleon)

    def _put_reference(
        self, node: Node, twin: Node, attribute: str, kind: Kind, text: str, source: SchemaSource
    ) -> None:
        """One attribute that holds a QName."""
        written = qname_at(text, node, source.chameleon)[0]
        if kind == "element" and written == (XSD, "schema"):
            _turn_to_any(twin, XSD)
            return
        found = self._found(kind, text, node, source)
        if found is not None:
            twin.set(attribute, self._text(found))
        elif kind == "type":
            in_complex = xsd_name(_parent(node)) == "complexContent"
            is_complex = in_complex or xsd_name(node) == "element"
            twin.set(attribute, self._text(ANY_TYPE if is_complex else _SOME_SIMPLE_TYPE))
            if in_complex:  # what extends nothing known is read as its own content alone
                twin.tag = f"{_XS}restriction"
        elif attribute == "substitutionGroup":
            del twin.attrib[attribute]
        elif kind == "element" and written.namespace in (None, source.target_namespace):
            del twin.attrib[attribute]
            twin.set("name", written.localname)
            twin.set("form", "qualified" if written.namespace else "unqualified")
        elif kind == "element":
            _turn_to_any(twin, written.namespace or "##local")
        else:
            _remove(twin)

    def _text(self, name: QName) -> str:
        prefix = self.prefixes.get(name.namespace or "")
        return f"{prefix}:{name.localname}" if prefix else name.localname


def _parent(node: Node) -> Node:
    """The parent; the node itself at the top."""
    parent = node.getparent()
    return node if parent is None else parent


def _remove(node: Node) -> None:
    parent = node.getparent()
    if parent is not None:
        parent.remove(node)


def _spelled(attribute: str, text: str) -> str:
    """An attribute's value as libxml2 takes it: that which the reader made of it."""
    if attribute in _BOOLEANS:
        return "true" if is_true(text) else "false"
    if attribute in _FORMS:
        return "qualified" if is_qualified(text) else "unqualified"
    return text


def _turn_to_any(node: Node, namespace: str) -> None:
    """Make an element reference a wildcard of the same occurrence."""
    node.tag = f"{_XS}any"
    for key in list(node.attrib):
        if key not in ("minOccurs", "maxOccurs", "id"):
            del node.attrib[key]
    node.set("namespace", namespace)
    node.set("processContents", "skip")


def _bytes(node: Node) -> bytes:
    return etree.tostring(node, encoding="utf-8")


# -- rpc/literal -----------------------------------------------------------------------------------


def _wrappers(contract: Contract) -> tuple[dict[QName, Content], tuple[str, ...]]:
    """What the Body of messages holds that no schema declares, and the names that clash."""
    found: dict[QName, Content] = {}
    left_out: dict[str, None] = {}
    for name, parts in _undeclared(contract):
        if name in contract.schema.elements or found.setdefault(name, parts) != parts:
            left_out[name.clark] = None
    return {n: parts for n, parts in found.items() if n.clark not in left_out}, tuple(left_out)


def _undeclared(contract: Contract) -> Iterator[tuple[QName, Content]]:
    """Body elements that no schema declares.

    The wrappers of rpc/literal messages (SOAP 1.1 section 7.1) with their parts, and what stands
    for the parts of document style that are given by their types.
    """
    for binding in contract.bindings.values():
        if binding.kind not in ("soap11", "soap12"):
            continue
        for operation in binding.operations:
            if operation.problem is not None:
                continue
            for message, ending in ((operation.input, ""), (operation.output, "Response")):
                if message is None:
                    continue
                if operation.style == "rpc":
                    if message.use == "literal":
                        yield QName(message.namespace, operation.name + ending), message.parts
                    continue
                for part in message.parts:
                    if part.type is not None:
                        yield QName(None, part.name), part
