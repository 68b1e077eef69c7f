"""The import graph of a WSDL or XSD: which documents there are and which schemas are in them.

Follows wsdl:import, xs:import, xs:include and xs:redefine (WSDL 1.1 section 2.1.1, XSD 1.0
part 1, 4.2), breadth first, each document once whatever the spelling of its location. A location
that cannot be read is remembered, not fatal: whether it matters only shows when names are missing
(`ZSI.wsdl.load` decides).
"""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import Literal, Protocol

from ZSI.errors import LimitExceeded, ParseException, Where, quote
from ZSI.limits import Limits
from ZSI.names import SOAP11_ENV, SOAP12_ENV, WSDL20
from ZSI.wsdl.known import KNOWN, known_schema
from ZSI.wsdl.model import ContractError, Document, Link
from ZSI.wsdl.nodes import (
    WSDL_DEFINITIONS,
    WSDL_IMPORT,
    WSDL_TYPES,
    XSD_NAMESPACES,
    Node,
    elements_below,
    misplaced_xsd,
    qname_at,
    split_tag,
    unknown_xsd,
    xsd_children,
    xsd_name,
)
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.sources import Raw, Unreadable
from ZSI.xmlio import parse_document

#: All documents together may have this many times the bytes of the largest allowed one: room for
#: every real contract known (the largest graph has 5 MB), and an end to graphs of large files.
TOTAL_FACTOR = 4

#: A document type declaration that names a DTD but declares nothing itself, as the W3C's own
#: schemas carry: dropping it changes nothing, since a DTD is never read.
_DOCTYPE = re.compile(
    rb"""\A(?:\xef\xbb\xbf)?(?>\s+|<\?.*?\?>|<!--.*?-->)*+
    (<!DOCTYPE\s+[^\s>\["']+
       (?:\s+(?:PUBLIC\s+(?:"[^"]*"|'[^']*')|SYSTEM)\s+(?:"[^"]*"|'[^']*'))?\s*>)""",
    re.DOTALL | re.VERBOSE,
)
#: What pages that write a WSDL leave before it: its byte order mark, blanks, its XML declaration.
_BLANKS = re.compile(rb"(\xef\xbb\xbf)?([ \t\r\n]+)(<\?xml[ \t\r\n][^>]*\?>)")
_UNDECLARED = re.compile(r"Namespace prefix (\S+) .*is not defined")

#: Attributes of WSDL and XSD whose value is the QName of a schema component.
_REFERENCES = ("element", "type", "ref", "base", "itemType", "substitutionGroup")


class Opener(Protocol):
    """What the graph needs of `ZSI.wsdl.sources.Source` (the second judge replays documents)."""

    def open_root(self, location: str) -> Raw: ...

    def open(self, base: str, location: str) -> Raw: ...

    def key(self, base: str, location: str) -> str | None: ...


@dataclass(slots=True, eq=False)
class Loaded:
    """A document of the graph with its tree."""

    raw: Raw
    kind: Literal["wsdl", "xsd"]
    root: Node
    links: list[Link] = field(default_factory=list)
    known: bool = False
    #: The root element of a graph whose root is a schema, where all components count.
    root_schema: Node | None = None

    @property
    def url(self) -> str:
        """What the document is called in messages and in `Document.url`."""
        return self.raw.url

    def frozen(self) -> Document:
        """The document as the Contract keeps it."""
        links = tuple(dict.fromkeys(self.links))
        return Document(self.url, self.kind, self.raw.content, links, self.raw.charset)


@dataclass(frozen=True, slots=True, eq=False)
class SchemaSource:
    """One xs:schema element as read into one target namespace (its own, or a chameleon's)."""

    node: Node
    document: Loaded
    target_namespace: str | None

    def where(self, node: Node) -> Where:
        """The place of a node of this schema."""
        return Where(self.document.url, node.sourceline)

    @property
    def chameleon(self) -> str | None:
        """What unprefixed names mean where no default namespace is declared (4.2.1)."""
        return None if self.node.get("targetNamespace") else self.target_namespace

    @property
    def is_lazy(self) -> bool:
        """Whether only those components count that others refer to: well-known vocabularies.

        (Whoever imports WS-Security for one header does not want all of XML Signature.)
        """
        shared = self.target_namespace in KNOWN or self.target_namespace in XSD_NAMESPACES
        return self.document.known or (shared and self.node is not self.document.root_schema)


@dataclass(frozen=True, slots=True, eq=False)
class Redefinition:
    """An xs:redefine element, the schema that it stands in, and the one that it redefines."""

    node: Node
    source: SchemaSource
    target: SchemaSource | None


@dataclass(frozen=True, slots=True)
class Unread:
    """A location that could not be read, and the namespace that it was to bring."""

    location: str
    namespace: str | None
    kind: Literal["wsdl", "xsd"]
    where: Where
    reason: str
    advice: str


class Graph:
    """All documents reached from a root; see the module's text."""

    def __init__(self, opener: Opener, limits: Limits, notes: Notes) -> None:
        self.opener = opener
        self.limits = limits
        self.notes = notes
        self.documents: list[Loaded] = []
        self.schemas: list[SchemaSource] = []
        self.redefinitions: list[Redefinition] = []
        self.unread: list[Unread] = []
        self._by_key: dict[str, Loaded] = {}
        self._sources: dict[tuple[int, str | None], SchemaSource] = {}
        self._known: dict[str, SchemaSource | None] = {}
        self._failed: dict[tuple[str, str], Unreadable] = {}
        self._queue: deque[Callable[[], None]] = deque()
        self._bytes = 0

    # -- the way in ----------------------------------------------------------------------------

    def load(self, location: str, kind: Literal["wsdl", "xsd"]) -> Loaded:
        """Read the root document and everything reached from it.

        Raises:
            ContractError: the root cannot be read or is something else, or a limit is passed.
        """
        try:
            raw = self._tidy(self.opener.open_root(location))
            root = self._parse(raw)
        except Unreadable as error:
            raise ContractError(
                error.reason, where=Where(location), expected=_WANTED[kind], advice=error.advice
            ) from None
        except ParseException as error:
            raise _ill_formed(error, raw.url, _WANTED[kind]) from None
        found = _kind_of(root)
        if found != kind:
            raise _wrong_root(root, raw.url, kind)
        loaded = self._add(raw, root, found)
        if found == "xsd":
            loaded.root_schema = root
            self._add_schema(root, loaded, root.get("targetNamespace"))
        while self._queue:
            self._queue.popleft()()
        return loaded

    def known(self, namespace: str) -> SchemaSource | None:
        """The shipped schema of a namespace, read on first use; None if we ship none."""
        if namespace not in self._known:
            self._known[namespace] = None
            content = known_schema(namespace)
            if content is not None:
                url = f"known:{KNOWN[namespace]}"
                raw = Raw(url, url, content)
                root = self._parse(raw)
                loaded = Loaded(raw, "xsd", root, known=True)
                self.documents.append(loaded)
                self._known[namespace] = self._add_schema(root, loaded, namespace)
        return self._known[namespace]

    # -- documents -----------------------------------------------------------------------------

    def _tidy(self, raw: Raw) -> Raw:
        """The document without what XML 1.0 or we refuse and nobody needs, each with a finding."""
        return self._without_doctype(self._without_blanks(raw))

    def _without_blanks(self, raw: Raw) -> Raw:
        """The document, blanks before its XML declaration put behind it: lines count alike."""
        match = _BLANKS.match(raw.content)
        if match is None:
            return raw
        bom, blanks, declaration = match.groups()
        text = "the XML declaration does not stand at the start (XML 1.0 section 2.8)"
        self._note("xml-declaration", text, Where(raw.url, blanks.count(b"\n") + 1))
        content = (bom or b"") + declaration + blanks + raw.content[match.end() :]
        return replace(raw, content=content)

    def _without_doctype(self, raw: Raw) -> Raw:
        """The document, a DOCTYPE that only names a DTD blanked out, with a finding."""
        match = _DOCTYPE.match(raw.content)
        if match is None:
            return raw
        start, end = match.span(1)
        line = raw.content.count(b"\n", 0, start) + 1
        self._note("doctype", "the DOCTYPE is ignored: no DTD is read", Where(raw.url, line))
        blank = re.sub(rb"[^\r\n]", b" ", match[1])
        return replace(raw, content=raw.content[:start] + blank + raw.content[end:])

    def _parse(self, raw: Raw) -> Node:
        """The root element."""
        return parse_document(raw.content, charset=raw.charset, limits=self.limits, file=raw.url)

    def _add(self, raw: Raw, root: Node, kind: Literal["wsdl", "xsd"]) -> Loaded:
        """Take a document into the graph and queue what it holds."""
        self._bytes += len(raw.content)
        if len(self.documents) >= self.limits.documents:
            raise ContractError(
                f"the import graph exceeds the limit documents={self.limits.documents}",
                where=Where(raw.url),
            )
        if self._bytes > TOTAL_FACTOR * self.limits.document_bytes:
            raise ContractError(
                "the documents together exceed "
                f"{TOTAL_FACTOR} times the limit document_bytes={self.limits.document_bytes}",
                where=Where(raw.url),
            )
        loaded = Loaded(raw, kind, root)
        self.documents.append(loaded)
        self._by_key[raw.key] = loaded
        if kind == "wsdl":
            self._queue.append(lambda: self._read_definitions(loaded))
        return loaded

    def _read_definitions(self, loaded: Loaded) -> None:
        """Inline schemas and imports of a WSDL document."""
        inline = [
            child
            for types in loaded.root.iterchildren(WSDL_TYPES)
            for child in types
            if xsd_name(child) == "schema"
        ]
        used: set[str] | None = None
        for child in inline:
            own = child.get("targetNamespace") or None
            if own is None:
                used = _names_used(loaded.root) if used is None else used
                own = self._adopted(child, loaded, used)
            self._add_schema(child, loaded, own)
        for node in loaded.root.iterchildren(WSDL_IMPORT):
            namespace = node.get("namespace")
            location = (node.get("location") or "").strip()
            where = Where(loaded.url, node.sourceline)
            if not location:
                if namespace not in KNOWN:
                    self._note("import-location", "wsdl:import without location", where)
                continue
            target = self._follow(loaded, location, namespace, "wsdl", where)
            if target is not None and target.kind == "xsd":
                self._note("wsdl-import-of-schema", f"wsdl:import of a schema, {location}", where)
                self._add_schema(target.root, target, target.root.get("targetNamespace"))

    def _adopted(self, schema: Node, loaded: Loaded, used: set[str]) -> str | None:
        """The namespace of an inline schema that says none: the WSDL's, if names are used so."""
        target = loaded.root.get("targetNamespace")
        if target is None or not any(
            child.get("name") in used for _, child in xsd_children(schema)
        ):
            return None
        message = f"a schema without targetNamespace is read as of {target}"
        self._note("target-namespace", message, Where(loaded.url, schema.sourceline))
        return target

    def _follow(
        self,
        base: Loaded,
        location: str,
        namespace: str | None,
        kind: Literal["wsdl", "xsd"],
        where: Where,
    ) -> Loaded | None:
        """The document behind a location; None, and a note of it, if it cannot be read."""
        key = self.opener.key(base.url, location)
        target = self._by_key.get(key) if key is not None else None
        try:
            if target is None:
                target = self._open(base, location)
        except Unreadable as error:
            shipped = KNOWN.get(namespace or "")
            base.links.append(Link(location, shipped and f"known:{shipped}"))
            if namespace in KNOWN or namespace in XSD_NAMESPACES:
                text = (
                    f"{quote(location)} is not read ({error.reason}): "
                    f"what is shipped for {namespace} is used"
                )
                self.notes.add("location-shipped", text, where, "notice")
            else:
                self.unread.append(
                    Unread(location, namespace, kind, where, error.reason, error.advice)
                )
            return None
        base.links.append(Link(location, target.url))
        return target

    def _open(self, base: Loaded, location: str) -> Loaded:
        """Open, parse and add a document; each failing location is tried once."""
        attempt = (base.url.rpartition("/")[0], location)
        if attempt in self._failed:
            raise self._failed[attempt]
        try:
            raw = self.opener.open(base.url, location)
            if raw.key in self._by_key:
                return self._by_key[raw.key]
            raw = self._tidy(raw)
            try:
                root = self._parse(raw)
            except ParseException as error:
                raise Unreadable(error.str) from None
            kind = _kind_of(root)
            if kind is None:
                raise Unreadable(f"its root is {split_tag(root)[1]}, neither WSDL 1.1 nor XSD")
        except Unreadable as error:
            self._failed[attempt] = error
            raise
        return self._add(raw, root, kind)

    # -- schemas -------------------------------------------------------------------------------

    def _add_schema(self, node: Node, document: Loaded, target: str | None) -> SchemaSource:
        """Take an xs:schema into the graph for one target namespace, once, and queue its links."""
        target = target or None
        key = (id(node), target)
        source = self._sources.get(key)
        if source is None:
            source = self._sources[key] = SchemaSource(node, document, target)
            self.schemas.append(source)
            if not document.known:
                namespace = split_tag(node)[0]
                if namespace != XSD_NAMESPACES[0]:
                    text = f"the schema is written in {namespace}, read as XML Schema 1.0"
                    self._note("old-xsd", text, source.where(node))
                self._queue.append(lambda: self._read_links(source))
        return source

    def _read_links(self, source: SchemaSource) -> None:
        """Follow the imports, includes and redefinitions of one schema."""
        for local, node in unknown_xsd(source.node).items():
            text = f"xs:{local} is not of XML Schema 1.0: it is left out"
            self._note("schema-element", text, source.where(node))
        for text, node in misplaced_xsd(source.node).items():
            self._note("schema-element", text, source.where(node))
        for name, child in xsd_children(source.node):
            if name == "import":
                self._import(source, child)
            elif name in ("include", "redefine"):
                target = self._include(source, child)
                if name == "redefine":
                    self.redefinitions.append(Redefinition(child, source, target))

    def _import(self, source: SchemaSource, node: Node) -> None:
        """xs:import (part 1, 4.2.3); without a location its names are looked for everywhere."""
        location = (node.get("schemaLocation") or "").strip()
        if not location:
            return
        namespace = node.get("namespace")
        where = source.where(node)
        target = self._follow(source.document, location, namespace, "xsd", where)
        if target is None:
            return
        if target.kind == "wsdl":
            self._note("schema-import-of-wsdl", f"xs:import of a WSDL, {location}", where)
            return
        own = target.root.get("targetNamespace")
        if (own or None) != (namespace or None):
            self._note(
                "import-namespace",
                f"xs:import says namespace {quote(namespace)}, {location} says {quote(own)}",
                where,
            )
        self._add_schema(target.root, target, own or namespace)

    def _include(self, source: SchemaSource, node: Node) -> SchemaSource | None:
        """xs:include and xs:redefine (part 1, 4.2.1 and 4.2.2), chameleon includes too."""
        location = (node.get("schemaLocation") or "").strip()
        where = source.where(node)
        if not location:
            self._note("include-location", "xs:include without schemaLocation", where)
            return None
        target = self._follow(source.document, location, source.target_namespace, "xsd", where)
        if target is None:
            return None
        if target.kind == "wsdl":
            self._note("schema-import-of-wsdl", f"xs:include of a WSDL, {location}", where)
            return None
        own = target.root.get("targetNamespace")
        if own and own != source.target_namespace:
            self._note(
                "include-namespace",
                f"{location} has another target namespace, {quote(own)}: read as an import",
                where,
            )
        return self._add_schema(target.root, target, own or source.target_namespace)

    def _note(self, rule: str, message: str, where: Where) -> None:
        self.notes.add(rule, message, where)


_WANTED: dict[str, str] = {
    "wsdl": "a WSDL 1.1 document (wsdl:definitions)",
    "xsd": "an XML Schema (xs:schema)",
}


def _names_used(root: Node) -> set[str]:
    """The local names of the target namespace that a WSDL refers to as schema components."""
    target = root.get("targetNamespace")
    found = set()
    for node in elements_below(root):
        for attribute in _REFERENCES:
            text = node.get(attribute)
            if text and qname_at(text, node)[0].namespace == target:
                found.add(text.strip().rpartition(":")[2])
    return found


def _ill_formed(error: ParseException, url: str, wanted: str) -> ContractError:
    """The refusal of a root document that the parser refuses."""
    where = Where(url, error.where.line if error.where else None)
    prefix = _UNDECLARED.search(error.str)
    if "DOCTYPE" in error.str:
        message = "a DOCTYPE that declares something is not read"
        return ContractError(message, where=where, expected=wanted, advice="it without the DOCTYPE")
    if prefix:
        advice = f'declaring the prefix, xmlns:{prefix[1]}="…"'
    elif isinstance(error, LimitExceeded):
        advice = "a policy with other limits"
    else:
        advice = "correcting it, or saving it from the service again"
    return ContractError(error.str, where=where, expected=wanted, advice=advice)


def _kind_of(root: Node) -> Literal["wsdl", "xsd"] | None:
    """What a document is by its root element."""
    if root.tag == WSDL_DEFINITIONS:
        return "wsdl"
    return "xsd" if xsd_name(root) == "schema" else None


def _wrong_root(root: Node, url: str, kind: Literal["wsdl", "xsd"]) -> ContractError:
    """The refusal of a root document that is something else."""
    namespace, local = split_tag(root)
    advice = ""
    if namespace == WSDL20:
        message, advice = "this is WSDL 2.0", "the WSDL 1.1 of the same service"
    elif local.lower() == "html":
        message, advice = "this is an HTML page", "saving the WSDL itself"
    elif _kind_of(root) == "xsd":
        message, advice = "this is an XML Schema", "wsdl2py -x"
    elif _kind_of(root) == "wsdl":
        message, advice = "this is a WSDL", "wsdl2py without -x"
    elif namespace in (SOAP11_ENV, SOAP12_ENV):
        message, advice = "this is a SOAP message", "the WSDL that describes it"
    else:
        message = f"the root element is {quote(root.tag)}"
    return ContractError(
        message, where=Where(url, root.sourceline), expected=_WANTED[kind], advice=advice
    )
