"""The text of faults: their codes in either version, detail entries, the complete message.

What `ZSI.fault` is made of; import from there.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeAlias

from lxml import etree

from ZSI import names
from ZSI.errors import ParseException, ValueRefused
from ZSI.names import QName
from ZSI.versions import SOAP11, SOAP12, SoapVersion, envelope_prefixes, envelope_tag
from ZSI.xmlio import (
    escape_attribute,
    escape_text,
    parse_document,
    refuse_forbidden,
    replace_forbidden,
    serialize_element,
)

if TYPE_CHECKING:
    from ZSI.fault import Fault

#: A fault code as it may be given: ``"soapenv:Client"``, ``"Client"``, ``"{urn:x}Code"`` or a pair.
Code: TypeAlias = "str | tuple[str | None, str]"
#: Makes the XML text of a typed fault detail; the writer's, which stands above this module.
SerializeDetail: TypeAlias = Callable[[Any], "str | bytes"]

# --------------------------------------------------------------------------- codes

_SOAP: Final = frozenset({names.SOAP11_ENV, names.SOAP12_ENV})
#: Prefixes that people write before SOAP's own codes in a string.
_SOAP_PREFIXES: Final = frozenset(
    {"soapenv", "SOAP-ENV", "soap", "soap11", "soap12", "env", "S", "s"}
)
#: SOAP's own codes by version, whatever version's name they were given by.
_CODE_IN: Final = {
    SOAP11: {
        "Client": "Client",
        "Sender": "Client",
        "Server": "Server",
        "Receiver": "Server",
        "MustUnderstand": "MustUnderstand",
        "VersionMismatch": "VersionMismatch",
        "DataEncodingUnknown": "Client.DataEncodingUnknown",
    },
    SOAP12: {
        "Client": "Sender",
        "Sender": "Sender",
        "Server": "Receiver",
        "Receiver": "Receiver",
        "MustUnderstand": "MustUnderstand",
        "VersionMismatch": "VersionMismatch",
        "DataEncodingUnknown": "DataEncodingUnknown",
    },
}
NCNAME: Final = re.compile(r"[^\W\d][\w.\-·]*")


def code_name(code: Code) -> QName:
    """The expanded name of a fault code; SOAP's own codes are in a SOAP namespace.

    Raises:
        ValueRefused: no name, or a string whose prefix nobody knows (give a pair instead).

    >>> code_name("Client.Auth") == (names.SOAP11_ENV, "Client.Auth")
    True
    >>> code_name(("urn:bank", "Overdrawn"))
    QName(namespace='urn:bank', localname='Overdrawn')
    """
    if not isinstance(code, (str, tuple, list)):
        raise ValueRefused("fault code", "a name, or a (namespace, name) pair", code)
    if not isinstance(code, str):
        name = QName(code[0] or None, code[1])
    elif code.startswith("{"):
        name = QName.from_clark(code)
    else:
        prefix, _, local = code.rpartition(":")
        known = local.partition(".")[0] in _CODE_IN[SOAP11]
        if prefix and prefix not in _SOAP_PREFIXES:
            raise ValueRefused("fault code", "a (namespace, name) pair for a code of yours", code)
        name = QName(names.SOAP11_ENV if prefix or known else None, local)
    refuse_forbidden(name.namespace or "")
    if not NCNAME.fullmatch(name.localname):
        raise ValueRefused("fault code", "a name (xsd:NCName)", name.localname)
    return name


def codes_in(fault: Fault, version: SoapVersion) -> tuple[QName, ...]:
    """The code for this version, then the subcodes, which only 1.2 writes.

    In 1.1 a subcode, being the more precise, takes the place of Client or Server, as
    WS-Addressing and WS-Security bind their faults; in 1.2 a free code is a subcode.
    """
    name, subcodes = fault.name, fault.subcodes
    base = name.localname.partition(".")[0]
    own = _CODE_IN[version].get(base) if name.namespace in _SOAP else None
    if version is SOAP11:
        if own is None:
            return (name,)
        if subcodes:
            return (subcodes[0],)
        return (QName(version.namespace, own + name.localname[len(base) :]),)
    if own is None:
        return (QName(version.namespace, "Receiver"), name, *subcodes)
    if base != name.localname:
        subcodes = (QName(None, name.localname), *subcodes)
    return (QName(version.namespace, own), *subcodes)


# --------------------------------------------------------------------------- ZSI's details


class ZSIFaultDetail:
    """A text, and a place in the message, as ZSI wrote them: ``<ZSI:FaultDetail>``."""

    #: Its typecode, which `ZSI.fault` gives it.
    typecode: Any

    def __init__(self, string: str | None = None, trace: str | None = None) -> None:
        self.string = string
        self.trace = trace

    def __str__(self) -> str:
        return "\n".join(part for part in (self.string, self.trace) if part)

    def detail_xml(self) -> str:
        """The detail entry; its prefix is one that every envelope of ours declares."""
        return _zsi_element("FaultDetail", string=self.string, trace=self.trace)


class URIFaultDetail:
    """The name of a header block: ``<ZSI:URIFaultDetail>``."""

    #: Its typecode, which `ZSI.fault` gives it.
    typecode: Any

    def __init__(self, uri: str | None = None, localname: str | None = None) -> None:
        self.URI = uri
        self.localname = localname

    def detail_xml(self) -> str:
        """See `ZSIFaultDetail.detail_xml`."""
        return _zsi_element("URIFaultDetail", URI=self.URI, localname=self.localname)


class ActorFaultDetail:
    """An actor that nobody here plays: ``<ZSI:ActorFaultDetail>``."""

    #: Its typecode, which `ZSI.fault` gives it.
    typecode: Any

    def __init__(self, uri: str | None = None) -> None:
        self.URI = uri

    def detail_xml(self) -> str:
        """See `ZSIFaultDetail.detail_xml`."""
        return _zsi_element("ActorFaultDetail", URI=self.URI)


class Detail:
    """The detail element of SOAP 1.1; ``any`` is one entry or a list of them."""

    def __init__(self, any: Any = None) -> None:
        self.any = any


class FaultType:
    """The four children of a SOAP 1.1 Fault."""

    def __init__(
        self,
        faultcode: Code | None = None,
        faultstring: str | None = None,
        faultactor: str | None = None,
        detail: Any = None,
    ) -> None:
        self.faultcode = faultcode
        self.faultstring = faultstring
        self.faultactor = faultactor
        self.detail = detail


class ZSIHeaderDetail:
    """Detail for the Header of a fault message, where the Header was at fault."""

    def __init__(self, detail: Any) -> None:
        self.any = detail


def _zsi_element(name: str, **children: str | None) -> str:
    inner = "".join(
        f"<ZSI:{child}>{_text(value)}</ZSI:{child}>"
        for child, value in children.items()
        if value is not None
    )
    return f"<ZSI:{name}>{inner}</ZSI:{name}>"


def _text(value: object) -> str:
    return escape_text(replace_forbidden(str(value)))


# --------------------------------------------------------------------------- writing


def detail_items(detail: Any) -> list[Any]:
    if isinstance(detail, Detail | ZSIHeaderDetail):
        detail = detail.any
    if detail is None:
        return []
    return list(detail) if isinstance(detail, list | tuple) else [detail]


#: Makes the XML text of a typed detail where the caller names no hook: entered by the writer.
_default_writer: list[SerializeDetail] = []


def write_details_with(serialize_detail: SerializeDetail) -> None:
    """Say how typed details are written where nobody says otherwise."""
    _default_writer[:] = [serialize_detail]


def check_detail(item: Any) -> None:
    if not (
        isinstance(item, str | bytes | etree._Element)
        or hasattr(item, "detail_xml")
        or hasattr(item, "typecode")
    ):
        expected = "an lxml element, XML text, or an object with a typecode"
        raise ValueRefused("fault detail", expected, type(item).__name__)


def _item_xml(item: Any, style: _Style, serialize_detail: SerializeDetail | None) -> str:
    """The XML of one detail entry; text from outside never becomes markup by accident."""
    if isinstance(item, etree._Element):
        return _without_declared(serialize_element(item).decode(), style)
    if isinstance(item, str | bytes):
        return _markup(item)
    if hasattr(item, "detail_xml"):
        return str(item.detail_xml())
    return typed_xml(item, serialize_detail)


def typed_xml(item: Any, serialize_detail: SerializeDetail | None = None) -> str:
    """The XML of an object with a typecode, with declarations of its own; errors as of that."""
    text = (serialize_detail or _default_writer[0])(item)
    return text.decode() if isinstance(text, bytes) else text


def _without_declared(text: str, style: _Style) -> str:
    """An element, taken from a message maybe, without what our Envelope declares already.

    In a start tag as libxml2 writes it these strings are nothing but declarations: quotes and
    ``>`` are escaped in values.
    """
    end = text.index(">")
    start = text[:end]
    for prefix, namespace in envelope_prefixes(style.version, style.prefix).items():
        if prefix:
            start = start.replace(f' xmlns:{prefix}="{namespace}"', "")
    return start + text[end:]


def _markup(item: str | bytes) -> str:
    """XML if the whole of it is one element, else the text of a ZSI:FaultDetail."""
    try:
        return serialize_element(parse_document(item)).decode()
    except ParseException:
        text = item.decode("utf-8", "replace") if isinstance(item, bytes) else item
        return ZSIFaultDetail(text).detail_xml()


class _Style(NamedTuple):
    """How the elements of the envelope's namespace, and names in text, are written."""

    version: SoapVersion
    prefix: str

    def tag(self, local: str) -> str:
        return f"{self.prefix}:{local}" if self.prefix else local

    def element(self, local: str, content: str) -> str:
        return f"<{self.tag(local)}>{content}</{self.tag(local)}>"

    def plain(self, local: str, content: str, declared: str = "") -> str:
        """An element without namespace."""
        none = "" if self.prefix else ' xmlns=""'
        return f"<{local}{none}{declared}>{content}</{local}>"

    def name(self, name: QName) -> tuple[str, str]:
        """The text of a QName, and the declaration that it needs where it stands."""
        if name.namespace in _SOAP:
            return f"{self.prefix or 'soapenv'}:{name.localname}", ""
        if not name.namespace:
            return name.localname, ""
        return f"ns1:{name.localname}", f' xmlns:ns1="{escape_attribute(name.namespace)}"'


def _fault_11(fault: Fault, style: _Style, detail: str) -> str:
    code, declared = style.name(codes_in(fault, SOAP11)[0])
    parts = [
        style.plain("faultcode", code, declared),
        style.plain("faultstring", _text(fault.string)),
    ]
    if fault.actor is not None:
        parts.append(style.plain("faultactor", _text(fault.actor)))
    if detail:
        parts.append(style.plain("detail", detail))
    return style.element("Fault", "".join(parts))


def _fault_12(fault: Fault, style: _Style, detail: str) -> str:
    code, *subcodes = codes_in(fault, SOAP12)
    nested = ""
    for subcode in reversed(subcodes):
        nested = style.element("Subcode", _value_12(style, subcode) + nested)
    language = escape_attribute(replace_forbidden(fault.lang))
    text = style.tag("Text")
    reason = f'<{text} xml:lang="{language}">{_text(fault.string)}</{text}>'
    parts = [
        style.element("Code", _value_12(style, code) + nested),
        style.element("Reason", reason),
    ]
    if fault.node is not None:
        parts.append(style.element("Node", _text(fault.node)))
    if fault.actor is not None:
        parts.append(style.element("Role", _text(fault.actor)))
    if detail:
        if style.prefix:
            parts.append(style.element("Detail", detail))
        else:  # what the entries leave unqualified must not fall into the default namespace
            parts.append(f'<soapenv:Detail xmlns="">{detail}</soapenv:Detail>')
    return style.element("Fault", "".join(parts))


def _value_12(style: _Style, name: QName) -> str:
    text, declared = style.name(name)
    if not name.namespace and not style.prefix:
        return f'<soapenv:Value xmlns="">{text}</soapenv:Value>'
    tag = style.tag("Value")
    return f"<{tag}{declared}>{text}</{tag}>"


def _headers_12(fault: Fault, style: _Style) -> str:
    """SOAP 1.2 part 1 sections 5.4.7 (Upgrade) and 5.4.8 (NotUnderstood)."""
    blocks = []
    if codes_in(fault, SOAP12)[0].localname == "VersionMismatch":
        supported = style.tag("SupportedEnvelope")
        own = f'<{supported} qname="{style.prefix or "soapenv"}:Envelope"></{supported}>'
        old = f'<{supported} xmlns:ns1="{names.SOAP11_ENV}" qname="ns1:Envelope"></{supported}>'
        blocks.append(style.element("Upgrade", own + old))
    for name in fault.not_understood:
        text, declared = style.name(name)
        tag = style.tag("NotUnderstood")
        blocks.append(f'<{tag}{declared} qname="{escape_attribute(text)}"></{tag}>')
    return "".join(blocks)


def fault_envelope(
    fault: Fault,
    version: SoapVersion,
    *,
    prefix: str = "soapenv",
    headers: Iterable[str] = (),
    serialize_detail: SerializeDetail | None = None,
) -> bytes:
    """The complete message for a fault, in UTF-8; the same bytes for the same fault.

    Args:
        prefix: of the envelope's elements; an empty one makes its namespace the default
            (strong-soap finds a fault only as ``soap:Fault`` or ``Fault``).
        headers: XML of further header blocks (WS-Addressing).
        serialize_detail: makes the XML text of a typed detail entry; None: the writer's way.

    Raises:
        Exception: whatever ``serialize_detail`` raises for a detail that its typecode refuses.
    """
    style = _Style(version, prefix)
    detail = "".join(
        _item_xml(item, style, serialize_detail) for item in detail_items(fault.detail)
    )
    blocks = [_item_xml(item, style, serialize_detail) for item in detail_items(fault.headerdetail)]
    if version is SOAP12:
        body = _fault_12(fault, style, detail)
        blocks.append(_headers_12(fault, style))
    else:
        body = _fault_11(fault, style, detail)
    header = style.element("Header", "".join([*headers, *blocks]))
    end = f"</{style.tag('Envelope')}>"
    return (envelope_tag(version, prefix) + header + style.element("Body", body) + end).encode()
