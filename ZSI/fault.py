"""SOAP faults of both versions, and the one table from errors to faults.

SOAP 1.1 section 4.4, SOAP 1.2 part 1 section 5.4. Nothing of the inside is ever in a fault that
this module makes of an exception: no traceback, file or object id.

>>> message = fault_envelope(Fault(Fault.Client, "no such customer"), SOAP12)
>>> b"<soapenv:Code><soapenv:Value>soapenv:Sender</soapenv:Value></soapenv:Code>" in message
True
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Final, NamedTuple

from lxml import etree

from ZSI import names
from ZSI.envelope import Envelope
from ZSI.errors import (
    AmbiguousDeclaration,
    Blame,
    DataEncodingUnknown,
    EvaluateException,
    FaultException,
    LimitExceeded,
    MustUnderstand,
    ParseException,
    RequestRefused,
    ValueRefused,
    VersionMismatch,
    Where,
    ZSIException,
    quote,
    with_trace,
)
from ZSI.faultxml import (
    NCNAME,
    ActorFaultDetail,
    Code,
    Detail,
    FaultType,
    SerializeDetail,
    URIFaultDetail,
    ZSIFaultDetail,
    ZSIHeaderDetail,
    check_detail,
    code_name,
    codes_in,
    detail_items,
    fault_envelope,
)
from ZSI.names import QName
from ZSI.schema import GED, ElementDeclaration
from ZSI.TC import String, Struct
from ZSI.versions import SOAP11, SOAP12, VERSIONS, SoapVersion
from ZSI.xmlio import parse_document, serialize_element

__all__ = [
    "ActorFaultDetail",
    "ActorFaultDetailTypeCode",
    "Detail",
    "Fault",
    "FaultFromActor",
    "FaultFromException",
    "FaultFromFaultMessage",
    "FaultFromNotUnderstood",
    "FaultFromZSIException",
    "FaultReply",
    "FaultType",
    "URIFaultDetail",
    "URIFaultDetailTypeCode",
    "ZSIFaultDetail",
    "ZSIFaultDetailTypeCode",
    "ZSIHeaderDetail",
    "code_name",
    "fault_envelope",
    "fault_for",
    "fault_of_element",
    "read_fault",
    "typed_detail",
]

# --------------------------------------------------------------------------- the fault


class Fault(ZSIException):
    """A SOAP fault: raise it in a service and it reaches the client as it is.

    Args:
        code: ``Fault.Client``, ``Fault.Server``, any name of `Code`; Client is Sender in 1.2 and
            Server Receiver, a code of your own becomes a subcode of Receiver there.
        string: what went wrong, for people (1.1 faultstring, 1.2 Reason).
        actor: URI of the actor at fault (1.1 faultactor, 1.2 Role).
        detail: an entry or a list of them: lxml elements, XML as str or bytes, typed objects;
            a str that is no XML becomes the text of a ``ZSI:FaultDetail``.
        headerdetail: the same for the Header.
        subcodes: SOAP 1.2's, outermost first.
        node: URI of the node at fault (1.2).
        lang: language of the string (1.2 xml:lang).
        not_understood: names for 1.2's NotUnderstood header blocks.

    Raises:
        ValueRefused: a code that is no name, or a detail that is none of these.

    >>> Fault(Fault.Client, "wrong").name.localname
    'Client'
    """

    Client = "soapenv:Client"
    Server = "soapenv:Server"
    MU = "soapenv:MustUnderstand"

    def __init__(
        self,
        code: Code,
        string: str,
        actor: str | None = None,
        detail: Any = None,
        headerdetail: Any = None,
        *,
        subcodes: Iterable[Code] = (),
        node: str | None = None,
        lang: str = "en",
        not_understood: Sequence[QName] = (),
    ) -> None:
        super().__init__(code, string, actor, detail, headerdetail)
        self.code = code
        self.string = string
        self.actor = actor
        self.detail = detail
        self.headerdetail = headerdetail
        self.node = node
        self.lang = lang
        self.not_understood = tuple(not_understood)
        try:
            self.name = code_name(code)
            self.subcodes = tuple(code_name(subcode) for subcode in subcodes)
            for item in (*detail_items(detail), *detail_items(headerdetail)):
                check_detail(item)
        except ValueRefused as error:
            error.blame = "server"  # whatever the client sent
            raise

    def __str__(self) -> str:
        return str(self.string)

    def DataForSOAPHeader(self) -> Any:
        """What belongs into the Header of the fault message, or None."""
        return self.headerdetail

    def serialize(self, sw: Any) -> None:
        """Write the fault into the Body of a writer's message, in its version."""
        message = parse_document(self.AsSOAP(version=sw.version, prefix=sw.prefix or "soapenv"))
        sw.add_body(serialize_element(message[-1][0]).decode())

    def AsSOAP(
        self,
        *,
        version: SoapVersion = SOAP11,
        prefix: str = "soapenv",
        serialize_detail: SerializeDetail | None = None,
        **kw: Any,
    ) -> str:
        """The complete fault message as text; see `fault_envelope`. Other keywords are ignored."""
        message = fault_envelope(self, version, prefix=prefix, serialize_detail=serialize_detail)
        return message.decode()

    AsSoap = AsSOAP


# --------------------------------------------------------------------------- errors to faults


class FaultReply(NamedTuple):
    """What an error becomes on the wire: a fault, its HTTP status, the version to write it in."""

    fault: Fault
    status: int
    version: SoapVersion


#: All that a client learns of a failure that is not its own.
PROCESSING_FAILURE: Final = "Processing Failure"
#: Characters of an error's message that go out.
_MESSAGE_CHARS = 2_000


def _message(error: ZSIException) -> str:
    """The error's text without the file of its place, which is ours, not the client's."""
    text = getattr(error, "str", None)
    where = getattr(error, "where", None)
    if isinstance(text, str) and isinstance(where, Where):
        text = with_trace(text, Where(None, where.line, where.path))
    return (text if isinstance(text, str) else str(error))[:_MESSAGE_CHARS]


def _from_must_understand(error: MustUnderstand) -> Fault:
    return Fault(Fault.MU, _message(error), not_understood=error.blocks)


def _with_code(code: str) -> Callable[[Any], Fault]:
    return lambda error: Fault(code, _message(error))


#: First match counts; what is not here is the server's fault and says nothing.
_TABLE: Final[tuple[tuple[type[BaseException], Callable[[Any], Fault]], ...]] = (
    (Fault, lambda error: error),
    (FaultException, lambda error: error.fault),
    (MustUnderstand, _from_must_understand),
    (VersionMismatch, _with_code("soapenv:VersionMismatch")),
    (DataEncodingUnknown, _with_code("soapenv:DataEncodingUnknown")),
)


def _fault_of(error: BaseException, blame: Blame | None) -> Fault:
    for kind, make in _TABLE:
        if isinstance(error, kind):
            return make(error)
    if isinstance(error, ZSIException) and (blame or error.blame) == "client":
        return Fault(Fault.Client, _message(error))
    return Fault(Fault.Server, PROCESSING_FAILURE)


def fault_for(
    error: BaseException, version: SoapVersion, *, blame: Blame | None = None
) -> FaultReply:
    """The fault for an error: the one table of the project.

    A `Fault` (raised, or in a `FaultException`) goes out as it is. Errors that are the client's
    fault say what was wrong and where; all others say "Processing Failure" (the log has the
    rest). Status: SOAP 1.1 faults 500 (section 6.2); 1.2 Sender 400, others 500 (part 2 table
    20); 413 for a body over the limit, and what a `RequestRefused` asks for.

    Args:
        version: of the request; an error that knows better (`ParseException.version`) wins.
        blame: ``"server"`` while an answer is written: a value refused there is our own.
    """
    version = VERSIONS.get(getattr(error, "version", None) or "", version)
    fault = _fault_of(error, blame)
    if isinstance(error, RequestRefused):
        status = error.status
    elif isinstance(error, LimitExceeded) and error.limit == "body_bytes":
        status = 413
    else:
        status = version.status_for(codes_in(fault, version)[0].localname)
    return FaultReply(fault, status, version)


def FaultFromNotUnderstood(uri: str, localname: str, actor: str | None = None) -> Fault:
    """The fault for a header block with mustUnderstand that nobody understands."""
    block = QName(uri or None, localname)
    return Fault(
        Fault.MU,
        f"header not understood: {quote(block.clark)}",
        actor,
        URIFaultDetail(uri, localname),
        not_understood=[block],
    )


def FaultFromActor(uri: str, actor: str | None = None) -> Fault:
    """The fault for a message to an actor that nobody here plays."""
    return Fault(
        Fault.Client, f"cannot process for the actor {quote(uri)}", actor, ActorFaultDetail(uri)
    )


def FaultFromZSIException(ex: BaseException, actor: str | None = None) -> Fault:
    """The fault for an exception of ours; a place in the message is part of its text."""
    fault = _fault_of(ex, None)
    if not isinstance(ex, Fault | FaultException):  # which go out as they are
        fault.actor = actor
    return fault


def FaultFromException(
    ex: BaseException, inheader: bool = False, tb: object = None, actor: str | None = None
) -> Fault:
    """The fault for any exception: nothing of it is in there, the log has it.

    ``inheader`` and ``tb`` are ZSI's arguments; without traceback and detail on the wire they
    have nothing to say.
    """
    return Fault(Fault.Server, PROCESSING_FAILURE, actor)


def FaultFromFaultMessage(ps: Any) -> Fault:
    """The fault that a `ParsedSoap` holds; details that something declares are typed objects.

    Raises:
        ParseException: it holds none.
    """
    fault = fault_of_element(ps.body_root)
    if fault.detail:
        fault.detail = [typed_detail(ps, entry) for entry in fault.detail]
    return fault


def typed_detail(ps: Any, entry: Any) -> Any:
    """An entry of a fault's detail as an object, if `GED` knows its element and it obeys that."""
    if not etree.iselement(entry):
        return entry
    try:
        typecode = GED(*QName.from_clark(str(entry.tag)))
        return entry if typecode is None else typecode.parse(entry, ps)
    except (EvaluateException, AmbiguousDeclaration):
        return entry


class ZSIFaultDetailTypeCode(ElementDeclaration, Struct):
    """Declares ``<ZSI:FaultDetail>``."""

    schema = names.ZSI_SCHEMA_URI
    literal = "FaultDetail"

    def __init__(self, **kw: Any) -> None:
        parts = [String("string"), String("trace", minOccurs=0)]
        Struct.__init__(self, ZSIFaultDetail, parts, (self.schema, self.literal), **kw)


class URIFaultDetailTypeCode(ElementDeclaration, Struct):
    """Declares ``<ZSI:URIFaultDetail>``."""

    schema = names.ZSI_SCHEMA_URI
    literal = "URIFaultDetail"

    def __init__(self, **kw: Any) -> None:
        parts = [String("URI"), String("localname")]
        Struct.__init__(self, URIFaultDetail, parts, (self.schema, self.literal), **kw)


class ActorFaultDetailTypeCode(ElementDeclaration, Struct):
    """Declares ``<ZSI:ActorFaultDetail>``."""

    schema = names.ZSI_SCHEMA_URI
    literal = "ActorFaultDetail"

    def __init__(self, **kw: Any) -> None:
        parts = [String("URI")]
        Struct.__init__(self, ActorFaultDetail, parts, (self.schema, self.literal), **kw)


for _kind, _code in (
    (ZSIFaultDetail, ZSIFaultDetailTypeCode),
    (URIFaultDetail, URIFaultDetailTypeCode),
    (ActorFaultDetail, ActorFaultDetailTypeCode),
):
    _kind.typecode = _code()


# --------------------------------------------------------------------------- reading


def read_fault(envelope: Envelope) -> Fault:
    """The fault in a message; ``code`` is a (namespace, name) pair, ``detail`` a list.

    What a fault lacks is left empty: the one who gets it has trouble enough.

    Raises:
        ParseException: the body holds no Fault of the envelope's version.
    """
    if envelope.root is None or not envelope.is_fault:
        raise ParseException("the Body holds no Fault", elt=envelope.body)
    return fault_of_element(envelope.root)


def fault_of_element(element: etree._Element | None) -> Fault:
    """`read_fault` for a Fault element of either version."""
    name = QName.from_clark(str(element.tag)) if element is not None else None
    if element is None or name not in _READERS:
        raise ParseException("no SOAP Fault", elt=element)
    return _READERS[name](element)


def _read_11(element: etree._Element) -> Fault:
    children = _by_local_name(element)
    detail = children.get("detail")
    code = children.get("faultcode")
    actor = children.get("faultactor")
    return Fault(
        _read_code(code, SOAP11),
        _read_text(children.get("faultstring")),
        None if actor is None else _read_text(actor),
        None if detail is None else _read_detail(detail),
    )


def _read_12(element: etree._Element) -> Fault:
    children = _by_local_name(element)
    codes = []
    at = children.get("Code")
    while at is not None:
        parts = _by_local_name(at)
        codes.append(_read_code(parts.get("Value"), SOAP12))
        at = parts.get("Subcode")
    reason = children.get("Reason")
    texts = [] if reason is None else [text for text in reason if isinstance(text.tag, str)]
    lang = f"{{{names.XML}}}lang"
    english = [text for text in texts if (text.get(lang) or "").lower().startswith("en")]
    chosen = next(iter(english or texts), None)
    detail = children.get("Detail")
    node, role = children.get("Node"), children.get("Role")
    return Fault(
        codes[0] if codes else QName(SOAP12.namespace, "Receiver"),
        _read_text(chosen),
        None if role is None else _read_text(role),
        None if detail is None else _read_detail(detail),
        subcodes=codes[1:],
        node=None if node is None else _read_text(node),
        lang=(chosen.get(lang) if chosen is not None else None) or "en",
    )


_READERS: Final[dict[QName | None, Callable[[etree._Element], Fault]]] = {
    QName(names.SOAP11_ENV, "Fault"): _read_11,
    QName(names.SOAP12_ENV, "Fault"): _read_12,
}


def _by_local_name(element: etree._Element) -> dict[str, etree._Element]:
    """Children by local name: many senders qualify 1.1's, which have no namespace."""
    found: dict[str, etree._Element] = {}
    for child in element:
        if isinstance(child.tag, str):
            found.setdefault(QName.from_clark(child.tag).localname, child)
    return found


def _read_text(element: etree._Element | None) -> str:
    return "" if element is None else "".join(str(text) for text in element.itertext()).strip()


def _read_code(element: etree._Element | None, version: SoapVersion) -> QName:
    """The code's name; a prefix that is not declared stays in the local name's place, dotted."""
    if element is None:
        return QName(version.namespace, "Server" if version is SOAP11 else "Receiver")
    prefix, _, local = _read_text(element).rpartition(":")
    namespace = element.nsmap.get(prefix or None) or None
    if namespace is None and prefix:
        local = f"{prefix}.{local}"
    clean = re.sub(r"[^\w.\-·]", "_", local)
    if not clean or not NCNAME.fullmatch(clean):
        clean = "_" + clean
    return QName(namespace, clean)


def _read_detail(element: etree._Element) -> list[Any]:
    entries: list[Any] = [child for child in element if isinstance(child.tag, str)]
    text = (element.text or "").strip()
    return entries if entries or not text else [text]
