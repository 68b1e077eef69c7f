"""ParsedSoap: bytes become an envelope, and its parts typed objects. No I/O.

>>> ps = ParsedSoap(
...     b'<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
...     b'<Echo xmlns="urn:ZSI"><value>plop</value></Echo></e:Body></e:Envelope>')
>>> ps.version.number, ps.body_root.tag
('1.1', '{urn:ZSI}Echo')
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ZSI.envelope import SOAP11, Envelope, MediaType, SoapVersion, parse_envelope, parse_media_type
from ZSI.errors import EvaluateException, Finding, ParseException, quote, where_of
from ZSI.limits import DEFAULT_LIMITS, Limits
from ZSI.names import QName
from ZSI.TC.garbage import LARGE, collector_waits
from ZSI.TC.leaf import DecodeContext
from ZSI.TC.scopes import Scopes
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.typecode import TypeCode


class DefaultReader:
    """Reads documents (ZSI's reader class): ``fromString`` and ``fromStream``."""

    @staticmethod
    def fromString(data: bytes | str) -> etree._Element:
        """The root of a document.

        Raises:
            ParseException: it is no XML, or has a DTD.
        """
        return parse_document(data)

    @staticmethod
    def fromStream(stream: Any) -> etree._Element:
        """The root of a document in an open file; errors as of `fromString`."""
        return parse_document(stream.read())

    @staticmethod
    def releaseNode(node: Any) -> None:
        """Nothing has to be released."""


class ParsedSoap:
    """A message that has been read.

    Args:
        input: the message, bytes or text, or an open file that has it.
        readerclass, keepdom: accepted for ZSI's signature; unused.
        resolver: ``resolver(uri, typecode, ps)`` gives what is outside of the message; see
            `ZSI.resolvers`.
        trailers: admit elements after Body (SOAP 1.1 section 4.1.1).
        envelope: false: any document; its root becomes ``body_root``.
        media_type: the Content-Type, parsed or as a header; its charset counts (RFC 7303).
        pedantic: refuse what is only unusual.
        limits: what the message may cost.

    Attributes:
        version: the envelope's SOAP version, 1.1 for documents without one.
        body_root: the element to serve; None for an empty Body.
        findings: what was unusual; grows while parts are parsed.

    Raises:
        ParseException: it is not XML, or not an envelope of a known version.
    """

    version: SoapVersion = SOAP11
    resolver: Any = None
    defaultReaderClass: Any = DefaultReader
    _envelope: Envelope | None = None

    def __init__(
        self,
        input: Any,
        readerclass: Any = None,
        keepdom: bool = False,
        trailers: bool = False,
        resolver: Any = None,
        envelope: bool = True,
        *,
        media_type: MediaType | str | bytes | None = None,
        pedantic: bool = False,
        limits: Limits = DEFAULT_LIMITS,
        **kw: Any,
    ) -> None:
        if input.__class__ is not bytes and hasattr(input, "read"):
            input = input.read()
        if media_type.__class__ is not MediaType and isinstance(media_type, str | bytes):
            media_type = parse_media_type(media_type)
        if resolver is not None:
            self.resolver = resolver
        self.limits = limits
        self.pedantic = pedantic
        self._is_large = len(input) > LARGE
        self.findings: list[Finding] = []
        if not envelope:
            charset = media_type.charset if media_type is not None else None
            self.body_root: Any = parse_document(input, charset=charset, limits=limits)
            return
        read = parse_envelope(input, media_type=media_type, trailers=trailers, limits=limits)
        self._envelope = read
        self.version = read.version
        self.body_root = read.root
        if read.findings:
            self.findings.extend(read.findings)
            if pedantic:
                raise ParseException(f"pedantic: {read.findings[0]}", where=read.findings[0].where)

    @property
    def message(self) -> Envelope:
        """The envelope with its parts.

        Raises:
            ParseException: the document was read with ``envelope=False``.
        """
        if self._envelope is None:
            raise ParseException("the document was read without an envelope")
        return self._envelope

    @property
    def envelope(self) -> etree._Element | None:
        """The Envelope element."""
        return self._envelope.element if self._envelope is not None else None

    @property
    def header(self) -> etree._Element | None:
        """The Header element, if there is one."""
        return self._envelope.header if self._envelope is not None else None

    @property
    def header_elements(self) -> list[etree._Element]:
        """The header blocks."""
        headers = self._envelope.headers if self._envelope is not None else ()
        return [block.element for block in headers]

    @property
    def body(self) -> etree._Element | None:
        """The Body element."""
        return self._envelope.body if self._envelope is not None else None

    @property
    def data_elements(self) -> list[etree._Element]:
        """The children of Body but for the one to serve."""
        entries = self._envelope.body_elements if self._envelope is not None else ()
        return [entry for entry in entries if entry is not self.body_root]

    @property
    def trailer_elements(self) -> list[etree._Element]:
        """The elements after Body."""
        return list(self._envelope.trailers) if self._envelope is not None else []

    def Parse(self, how: Any) -> Any:
        """The body as a typed object.

        Args:
            how: a typecode, or a class with a ``typecode``; None: the Body has to be empty.

        Raises:
            EvaluateException: the body is not what the typecode says; the place is in it.
            ParseException: the Body is empty, or has to be and is not.
        """
        if how is None:
            return self._refuse_content()
        typecode: TypeCode = getattr(how, "typecode") if isinstance(how, type) else how  # noqa: B009 -- any class
        if not self._is_large:
            return self._parse(typecode)
        with collector_waits():
            return self._parse(typecode)

    def _refuse_content(self) -> None:
        if self.body_root is not None:
            found = quote(QName.from_clark(str(self.body_root.tag)).clark)
            raise ParseException(f"the Body holds {found}: expected nothing", elt=self.body_root)

    def _parse(self, typecode: TypeCode) -> Any:
        if typecode.body:
            context = DecodeContext(typecode.registry, self.pedantic, self.limits, self)
            try:
                return typecode.read_body(self.message.body_elements, context)
            finally:
                self.findings.extend(context.findings)
        root = self.body_root
        if root is None:
            raise ParseException("the Body is empty: expected an element", elt=self.body)
        if self._envelope is not None and len(self._envelope.body_elements) > 1:
            self._check_others(typecode)
        context = DecodeContext(typecode.registry, self.pedantic, self.limits, self)
        try:
            return typecode.read_root(root, context)
        finally:
            if context.findings:
                self.findings.extend(context.findings)

    def _check_others(self, typecode: TypeCode) -> None:
        """Only SOAP encoding has elements of Body beside the one to serve (SOAP 1.1, 5.6)."""
        if getattr(typecode, "encoded", None) is not False:  # None: by hand, may be anything
            return
        other = self.data_elements[0]
        raise ParseException(
            f"the Body holds one element here, {quote(typecode.pname)}: expected nothing beside it,"
            f" here is {quote(QName.from_clark(str(other.tag)).clark)}",
            elt=other,
        )

    def parse_element(
        self, typecode: TypeCode, elt: etree._Element, *, is_header: bool = False
    ) -> Any:
        """One element as a typed object; findings are added to this message's.

        Args:
            is_header: it is a header block: SOAP's own attributes may stand on it.

        Raises:
            EvaluateException: the element is not what the typecode says.
        """
        context = DecodeContext(typecode.registry, self.pedantic, self.limits, self)
        if is_header:
            context.block = elt
        try:
            if not self._is_large:
                return typecode.read_root(elt, context)
            with collector_waits():
                return typecode.read_root(elt, context)
        finally:
            if context.findings:
                self.findings.extend(context.findings)

    def IsAFault(self) -> bool:
        """Whether the body is a SOAP fault of the envelope's version."""
        return self._envelope is not None and self._envelope.is_fault

    def GetMyHeaderElements(self, actorlist: Iterable[str] | None = None) -> list[etree._Element]:
        """The header blocks for us: for no actor, the next one, or one of the list."""
        mine = {None, self.version.next_actor, *(actorlist or ())}
        return [block.element for block in self.message.headers if block.actor in mine]

    def WhatMustIUnderstand(self) -> list[tuple[str | None, str]]:
        """The names of the header blocks marked mustUnderstand, as pairs."""
        return [block.name for block in self.message.headers if block.must_understand]

    def WhatActorsArePresent(self) -> list[str]:
        """The actors named by header blocks, each once."""
        actors = dict.fromkeys(block.actor for block in self.message.headers)
        return [actor for actor in actors if actor is not None]

    def ParseHeaderElements(self, ofwhat: Iterable[TypeCode]) -> dict[tuple[str | None, str], Any]:
        """The header blocks that typecodes name, typed.

        Returns:
            By name: the object, None if the block is absent, a list if it comes repeatedly.
        """
        found: dict[tuple[str | None, str], Any] = {}
        for typecode in ofwhat:
            name = QName(typecode.nspname, typecode.pname or "")
            objects = [
                self.parse_element(typecode, elt, is_header=True)
                for elt in self.header_elements
                if elt.tag == name.clark
            ]
            found[name] = objects if len(objects) > 1 else objects[0] if objects else None
        return found

    def ResolveHREF(self, uri: str, tc: Any, **keywords: Any) -> Any:
        """What a reference out of the message means: what the typecode's resolver, or ours, gives.

        Raises:
            EvaluateException: there is no resolver, or it cannot.
        """
        resolver = getattr(tc, "resolver", None) or self.resolver
        if resolver is None:
            raise EvaluateException(f"nothing resolves {quote(uri)}: give ParsedSoap a resolver")
        try:
            return resolver(uri, tc, self, **keywords)
        except EvaluateException:
            raise
        except Exception as error:
            raise EvaluateException(f"{quote(uri)} cannot be resolved") from error

    def FindLocalHREF(self, href: str, elt: etree._Element, headers: int = 1) -> etree._Element:
        """The element that a local reference (``#id``) means.

        Raises:
            EvaluateException: it is not local, or nothing has that id.
        """
        if href[:1] != "#":
            raise EvaluateException(f"reference {href!r} is not local: expected #id")
        found = self.ids.get(href[1:])
        if found is None:
            raise EvaluateException(f"reference {href!r} dangles: nothing has that id")
        return found

    @property
    def ids(self) -> dict[str, etree._Element]:
        """The elements of the message that carry an ``id``, by it; gathered when first asked."""
        made: dict[str, etree._Element] | None = self.__dict__.get("_ids")
        if made is None:
            made = {}
            top = self.envelope if self.envelope is not None else self.body_root
            for elt in top.iter():
                for name in ("id", "{http://www.w3.org/2003/05/soap-encoding}id"):
                    if (value := elt.get(name)) is not None:
                        made.setdefault(value, elt)
            self._ids = made
        return made

    @cached_property
    def scopes(self) -> Scopes:
        """The declarations that prefixes in the document's values mean."""
        return Scopes(self.envelope if self.envelope is not None else self.body_root)

    @property
    def dom(self) -> Any:
        """The document, an lxml tree; None for one without an envelope."""
        return self.envelope.getroottree() if self.envelope is not None else None

    @property
    def id_cache(self) -> dict[str, etree._Element]:
        """ZSI's name for `ids`."""
        return self.ids

    def GetDomAndReader(self) -> tuple[Any, Any]:
        """The document, and what read it."""
        return self.dom, self.defaultReaderClass

    def GetElementNSdict(self, elt: etree._Element) -> dict[str, str]:
        """The prefixes in scope at an element; the default namespace under ``""``."""
        return {prefix or "": uri for prefix, uri in elt.nsmap.items()}

    def Backtrace(self, elt: etree._Element) -> str:
        """The path of an element, as ZSI's messages show it."""
        return where_of(elt).path or ""
