"""The requirements of the Basic Profile 1.1 that only the documents themselves show."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from ZSI.errors import ParseException, Where, quote
from ZSI.names import WSDL, XSD
from ZSI.wsdl.bound_messages import SOAP_BINDINGS
from ZSI.wsdl.model import Document
from ZSI.wsdl.nodes import Node, elements, elements_below, split_tag, xsd_children, xsd_name
from ZSI.xmlio import parse_document

Complaint = tuple[str, str, Where | None]

_DECLARATION = re.compile(
    rb"""<\?xml[^>]*?version\s*=\s*["']([^"']*)["'](?:[^>]*?encoding\s*=\s*["']([^"']*)["'])?"""
)
_ENCODINGS = frozenset({"utf-8", "utf-16", "utf8", "utf16"})
_ABSOLUTE = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*:")
_WSDL = f"{{{WSDL}}}"


def document_findings(document: Document) -> Iterator[Complaint]:
    """What one document breaks; schemas of their own are only looked at for their encoding."""
    yield from _check_encoding(document)
    if document.kind != "wsdl":
        return
    try:
        root = parse_document(document.content, charset=document.charset, file=document.url)
    except ParseException:  # a DOCTYPE that the loader blanked out: R2028 asks for the schema
        return
    for check in _CHECKS:
        for rule, message, node in check(root):
            yield rule, message, Where(document.url, node.sourceline)


Found = tuple[str, str, Node]


def _check_encoding(document: Document) -> Iterator[Complaint]:
    """R4003 and R4004: XML 1.0 in UTF-8 or UTF-16."""
    found = _DECLARATION.match(document.content.removeprefix(b"\xef\xbb\xbf"))
    if found is None:
        return
    encoding = (found[2] or b"utf-8").decode("latin-1")
    if encoding.lower() not in _ENCODINGS:
        text = f"the document is in {encoding}, neither UTF-8 nor UTF-16"
        yield "R4003", text, Where(document.url, 1)
    if found[1] != b"1.0":
        yield "R4004", "the document is not XML 1.0", Where(document.url, 1)


def _check_order(root: Node) -> Iterator[Found]:
    """R2022 and R2023: imports first, types next (documentation may stand anywhere)."""
    passed = 0
    for child in elements(root):
        namespace, local = split_tag(child)
        if namespace != WSDL or local == "documentation":
            continue
        rank = {"import": 0, "types": 1}.get(local, 2)
        if rank < passed:
            rule = "R2022" if local == "import" else "R2023"
            yield rule, f"wsdl:{local} stands after other elements", child
        passed = max(passed, rank)


def _check_imports(root: Node) -> Iterator[Found]:
    """R2007 and R2803: imports say where, and namespaces are absolute URIs."""
    for child in root.iterchildren(f"{_WSDL}import"):
        namespace = child.get("namespace") or ""
        if not (child.get("location") or "").strip():
            yield "R2007", "wsdl:import without location", child
        if not _ABSOLUTE.match(namespace):
            yield "R2803", f"wsdl:import of {quote(namespace)}, which is no absolute URI", child
    for node in elements_below(root):
        if xsd_name(node) == "import":
            parent = node.getparent()
            if parent is None or xsd_name(parent) != "schema":
                yield "R2003", "xs:import outside xs:schema", node


def _check_schemas(root: Node) -> Iterator[Found]:
    """R2105: an inline schema that declares something has a target namespace."""
    for types in root.iterchildren(f"{_WSDL}types"):
        for child in types:
            if xsd_name(child) != "schema":
                continue
            declares = any(name not in ("import", "include") for name, _ in xsd_children(child))
            if declares and not child.get("targetNamespace"):
                yield "R2105", "a schema without targetNamespace", child
            if split_tag(child)[0] != XSD:
                yield "R2801", "the schema is not XML Schema 1.0", child


def _check_parts(root: Node) -> Iterator[Found]:
    """R2306: a part has type or element, not both."""
    for part in root.iter(f"{_WSDL}part"):
        if part.get("type") and part.get("element"):
            yield "R2306", f"part {quote(part.get('name') or '')} has type and element", part


def _check_soap(root: Node) -> Iterator[Found]:
    """R2701, R2706, R2716, R2717, R2720, R2721, R2726, R2754: the soap: elements of a binding."""
    for binding in root.iterchildren(f"{_WSDL}binding"):
        default = "document"
        for node in _soap_elements(binding, "binding"):
            default = node.get("style", default)
            if not node.get("transport"):
                yield "R2701", "soap:binding without transport", node
        for operation in binding.iterchildren(f"{_WSDL}operation"):
            style = default
            for node in _soap_elements(operation, "operation"):
                style = node.get("style", style)
            for node in elements_below(operation):
                if split_tag(node)[0] in SOAP_BINDINGS:
                    yield from _check_extension(node, style)


def _check_extension(node: Node, style: str) -> Iterator[Found]:
    """One soap:body, header, headerfault or fault."""
    local = split_tag(node)[1]
    if local not in ("body", "header", "headerfault", "fault"):
        return
    if node.get("use", "literal") != "literal":
        yield "R2706", f'soap:{local} has use="{node.get("use")}"', node
    namespace = node.get("namespace")
    if style != "rpc" and namespace is not None:
        yield "R2716", f"soap:{local} of document style names a namespace", node
    elif local == "body" and style == "rpc" and not _ABSOLUTE.match(namespace or ""):
        yield "R2717", "soap:body of rpc style names no absolute namespace", node
    elif local != "body" and namespace is not None:
        yield "R2726", f"soap:{local} of rpc style names a namespace", node
    if local in ("header", "headerfault") and node.get("part") is None:
        yield "R2720", f"soap:{local} names no part", node
    if local == "fault":
        parent = node.getparent()
        if node.get("name") is None:
            yield "R2721", "soap:fault without name", node
        elif parent is not None and parent.get("name") != node.get("name"):
            yield "R2754", "soap:fault and wsdl:fault have different names", node


def _soap_elements(node: Node, local: str) -> Iterator[Node]:
    for child in elements(node):
        namespace, name = split_tag(child)
        if name == local and namespace in SOAP_BINDINGS:
            yield child


_CHECKS: tuple[Callable[[Node], Iterator[Found]], ...] = (
    _check_order,
    _check_imports,
    _check_schemas,
    _check_parts,
    _check_soap,
)
