"""SoapWriter: typed objects become an envelope, as text without a tree. No I/O."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from functools import lru_cache
from typing import Any

from ZSI.envelope import SOAP11, SoapVersion
from ZSI.errors import EvaluateException
from ZSI.names import XSD, XSI, ZSI_SCHEMA_URI
from ZSI.TC.encode import EncodeContext
from ZSI.TC.typecode import TypeCode
from ZSI.xmlio import escape_attribute


class SoapWriter:
    """Collects typed objects and gives the message that holds them.

    Args:
        envelope: false: the body's content alone.
        encodingStyle: written on the Body's children (SOAP 1.1 section 4.1.1).
        header: false: no Header element unless header blocks are written.
        nsdict: further prefixes for the Envelope to declare, prefix -> namespace.
        outputclass: accepted for ZSI's signature; unused.
        version: the SOAP version of the envelope.
        prefix: the envelope's prefix; some clients know faults only as ``<soap:Fault>``.

    >>> from ZSI.TC import Compound, element
    >>> class Ping(Compound, element=("urn:ping", "Ping")):
    ...     text: str = element("text", ("http://www.w3.org/2001/XMLSchema", "string"))
    >>> writer = SoapWriter().serialize(Ping(text="a < b"))
    >>> str(writer)[str(writer).index("<soapenv:Body"):]
    '<soapenv:Body xmlns:ns1="urn:ping"><ns1:Ping><text>a &lt; b</text></ns1:Ping></soapenv:Body></soapenv:Envelope>'
    """

    def __init__(
        self,
        envelope: bool = True,
        encodingStyle: str | None = None,
        header: bool = True,
        nsdict: Mapping[str, str] | None = None,
        outputclass: Any = None,
        *,
        version: SoapVersion = SOAP11,
        prefix: str = "soapenv",
        **kw: Any,
    ) -> None:
        self._enveloped = envelope
        self._header_wanted = header
        self.encodingStyle = encodingStyle
        self.version = version
        self.prefix = prefix
        self.nsdict = dict(nsdict or {})
        self._body: list[str] = []
        self._headers: list[str] = []
        self._declarations = ""
        self._header_declarations = ""

    def serialize(
        self,
        pyobj: Any,
        typecode: Any = None,
        root: Any = None,
        header_pyobjs: Iterable[Any] = (),
        **kw: Any,
    ) -> SoapWriter:
        """Write an object into the Body.

        Args:
            pyobj: the object.
            typecode: how; None: the object's own ``typecode``.
            root: accepted for ZSI's signature; unused.
            header_pyobjs: objects for the Header, each with a typecode.

        Raises:
            EvaluateException: a value is not what its type says; names the field.
        """
        for header in header_pyobjs:
            self.serialize_header(header)
        declarations = self._write(pyobj, typecode, self._body)
        if declarations not in self._declarations:
            self._declarations += declarations
        return self

    def serialize_header(self, pyobj: Any, typecode: Any = None, **kw: Any) -> SoapWriter:
        """Write an object as a header block."""
        declarations = self._write(pyobj, typecode, self._headers)
        if declarations not in self._header_declarations:
            self._header_declarations += declarations
        return self

    def add_header(self, xml: str) -> SoapWriter:
        """Put header blocks that are XML text already, with their own declarations."""
        self._headers.append(xml)
        return self

    def add_body(self, xml: str) -> SoapWriter:
        """Put a body element that is XML text already, with its own declarations."""
        self._body.append(xml)
        return self

    def _write(self, pyobj: Any, typecode: Any, pieces: list[str]) -> str:
        if typecode is None:
            typecode = getattr(pyobj, "typecode", None)
            if typecode is None:
                raise EvaluateException(
                    f"{type(pyobj).__name__} has no typecode: give one to serialize"
                )
        elif isinstance(typecode, type):
            typecode = typecode.typecode
        made: TypeCode = typecode
        context = EncodeContext(made.prefixes(), made.registry, _reserved(self.version, self.prefix))
        context.siblings = self._enveloped
        made.write_root(pyobj, pieces.append, context)
        return context.declarations()

    def writeNSdict(self, nsdict: Mapping[str, str]) -> None:
        """Declare further prefixes on the Envelope."""
        self.nsdict.update(nsdict)

    @property
    def body(self) -> str:
        """The content of the Body."""
        return "".join(self._body)

    def __str__(self) -> str:
        if not self._enveloped:
            return self._bare()
        prefix = self.prefix
        opening = _opening(self.version, prefix)
        if self.nsdict:
            declared = "".join(
                f' xmlns:{name}="{escape_attribute(uri)}"' for name, uri in self.nsdict.items()
            )
            opening = opening[:-1] + declared + ">"
        header = ""
        if self._header_wanted or self._headers:
            header = (
                f"<{prefix}:Header{self._header_declarations}>{''.join(self._headers)}"
                f"</{prefix}:Header>"
            )
        style = f' {prefix}:encodingStyle="{self.encodingStyle}"' if self.encodingStyle else ""
        return (
            f"{opening}{header}<{prefix}:Body{self._declarations}{style}>{''.join(self._body)}"
            f"</{prefix}:Body></{prefix}:Envelope>"
        )

    def __bytes__(self) -> bytes:
        return str(self).encode()

    def _bare(self) -> str:
        """The body's one element with the declarations that the Envelope would have made."""
        body = self.body
        end = next(i for i, character in enumerate(body) if character in " />")
        declared = _declared(self.version, self.prefix) + self._declarations
        return body[:end] + declared + body[end:]

    def close(self) -> None:
        """Nothing is left to be done (ZSI's signature)."""


def _declared(version: SoapVersion, prefix: str) -> str:
    return (
        f' xmlns:{prefix}="{version.namespace}" xmlns:soapenc="{version.encoding_style}"'
        f' xmlns:xsd="{XSD}" xmlns:xsi="{XSI}" xmlns:ZSI="{ZSI_SCHEMA_URI}"'
    )


@lru_cache(maxsize=100)  # a service has one prefix; callers may try a few
def _reserved(version: SoapVersion, prefix: str) -> dict[str, str]:
    """What the Envelope declares anyway: namespace -> prefix."""
    return {version.namespace: prefix, version.encoding_style: "soapenc"}


_OPENINGS: dict[tuple[str, str], str] = {}


def _opening(version: SoapVersion, prefix: str) -> str:
    """The Envelope's start tag, made once for each version and prefix in use."""
    known = _OPENINGS.get((version.number, prefix))
    if known is None:
        known = f"<{prefix}:Envelope{_declared(version, prefix)}>"
        if len(_OPENINGS) < 100:  # a service has one prefix; callers may try a few
            _OPENINGS[(version.number, prefix)] = known
    return known
