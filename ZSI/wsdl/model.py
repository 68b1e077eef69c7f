"""A WSDL 1.1 contract as one frozen, picklable value: what `ZSI.wsdl.load.load_contract` returns.

The names follow WSDL 1.1; the schema half is `ZSI.wsdl.components`. Everything is resolved:
a `BoundOperation` carries its parts, headers and faults, and whoever reads it never looks a
message up. What could not be resolved stands in ``problem`` of the operation concerned (it can
be listed but not served) and in ``Contract.findings``.

>>> from pickle import dumps, loads
>>> loads(dumps(Port("Echo", QName("urn:x", "Echo"), "http://localhost/"))).address
'http://localhost/'
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from ZSI.errors import Finding, Where
from ZSI.names import QName
from ZSI.wsdl.components import Schema, Table
from ZSI.wsdl.problems import ContractError as ContractError
from ZSI.wsdl.problems import StrictFindings as StrictFindings

Mep: TypeAlias = Literal["request-response", "one-way", "solicit-response", "notification"]
Style: TypeAlias = Literal["document", "rpc"]
Use: TypeAlias = Literal["literal", "encoded"]
BindingKind: TypeAlias = Literal["soap11", "soap12", "http", "other"]


@dataclass(frozen=True, slots=True)
class Link:
    """One wsdl:import, xs:import, xs:include or xs:redefine that led to a document.

    ``location`` is the attribute's text as written, ``url`` the `Document.url` it led to
    (None if the location was not read, ``known:NAME.xsd`` if a shipped schema answered for it).
    """

    location: str
    url: str | None


@dataclass(frozen=True, slots=True)
class Document:
    """One document read, byte for byte but for a DOCTYPE and blanks before its XML declaration.

    It is what ``?wsdl`` shows, and what the second judge reads.

    ``url`` is the path as it follows from the path given to `load_contract` and the relative
    locations (so it does not depend on the machine if that was relative), an ``http:`` URL, or
    ``known:NAME.xsd`` for a schema shipped with the package.
    """

    url: str
    kind: Literal["wsdl", "xsd"]
    content: bytes = field(repr=False)
    links: tuple[Link, ...] = ()
    charset: str | None = None


@dataclass(frozen=True, slots=True)
class Policy:
    """A WS-Policy expression, kept as data: its XML text, and the id or name it goes by."""

    id: str | None
    xml: str = field(repr=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Part:
    """A message part (WSDL 1.1 section 2.3.1): by ``element`` or by ``type``, never neither."""

    name: str
    element: QName | None = None
    type: QName | None = None


@dataclass(frozen=True, slots=True)
class Message:
    """A wsdl:message: its parts in order. ``problem`` says what is missing, if anything is."""

    name: QName
    parts: tuple[Part, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    problem: str | None = None
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class MessageRef:
    """wsdl:input, output or fault of a portType operation (WSDL 1.1 section 2.4).

    ``name`` is the written or default one (2.4.5); ``action`` wsam:Action or wsaw:Action if
    written.
    """

    message: QName
    name: str
    action: str | None = None
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class AbstractOperation:
    """An operation of a portType."""

    name: str
    mep: Mep
    input: MessageRef | None = None
    output: MessageRef | None = None
    faults: tuple[MessageRef, ...] = ()
    parameter_order: tuple[str, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class PortType:
    """A wsdl:portType; overloaded operations stand side by side under one name."""

    name: QName
    operations: tuple[AbstractOperation, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class BoundHeader:
    """soap:header or soap:headerfault (WSDL 1.1 section 3.7)."""

    message: QName
    part: Part
    use: Use = "literal"
    namespace: str | None = None
    encoding_style: str | None = None
    faults: tuple[BoundHeader, ...] = ()


@dataclass(frozen=True, slots=True)
class MimeContent:
    """A part that travels beside the envelope: ``mime:content`` (WSDL 1.1 section 5)."""

    part: Part | None
    types: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundMessage:
    """One direction of a bound operation, everything looked up.

    Attributes:
        name: of the input or output, written or default (WSDL 1.1 section 2.4.5).
        namespace: of the rpc wrapper (soap:body namespace=); None where the style is document.
        parts: those in the soap:Body, in order, after ``soap:body parts=``, without the parts
            that only headers or attachments carry.
        action: WS-Addressing action, written or by the default pattern (Metadata 4.4.4).
        attachments: parts beside the envelope where the binding says multipart/related.
    """

    message: QName
    name: str
    use: Use = "literal"
    namespace: str | None = None
    encoding_style: str | None = None
    parts: tuple[Part, ...] = ()
    headers: tuple[BoundHeader, ...] = ()
    action: str | None = None
    attachments: tuple[MimeContent, ...] = ()
    multipart: bool = False
    policies: tuple[Policy, ...] = ()


@dataclass(frozen=True, slots=True)
class BoundFault:
    """A declared fault: its single part goes into the fault's detail (WSDL 1.1 section 3.6)."""

    name: str
    message: QName
    part: Part
    use: Use = "literal"
    namespace: str | None = None
    action: str | None = None


@dataclass(frozen=True, slots=True)
class BoundOperation:
    """An operation as one binding carries it.

    ``problem`` is None, or why the operation cannot be served (its message or element is
    missing, its shape breaks the style). ``input_name`` and ``output_name`` tell overloaded
    operations apart. ``soap_action`` is None where none was written, ``""`` where it is empty.
    """

    name: str
    style: Style = "document"
    soap_action: str | None = None
    input: BoundMessage | None = None
    output: BoundMessage | None = None
    faults: tuple[BoundFault, ...] = ()
    mep: Mep = "request-response"
    parameter_order: tuple[str, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    problem: str | None = None
    policies: tuple[Policy, ...] = ()
    where: Where | None = field(default=None, compare=False, repr=False)

    @property
    def input_name(self) -> str | None:
        """The name of the input, None if the operation has none."""
        return self.input.name if self.input else None

    @property
    def output_name(self) -> str | None:
        """The name of the output, None if the operation has none."""
        return self.output.name if self.output else None


@dataclass(frozen=True, slots=True)
class Binding:
    """A wsdl:binding. ``kind`` other than soap11 / soap12 has operations but no bodies to serve.

    ``style`` is the default for its operations; ``transport`` the soap:binding's URI;
    ``addressing`` tells that the binding asks for WS-Addressing (wsaw:UsingAddressing or a
    wsam:Addressing assertion).
    """

    name: QName
    port_type: QName
    kind: BindingKind
    style: Style = "document"
    transport: str | None = None
    operations: tuple[BoundOperation, ...] = ()
    addressing: bool = False
    policies: tuple[Policy, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Port:
    """A wsdl:port; ``address`` as written, which need not be a URL at all.

    ``addressing`` tells that the port itself asks for WS-Addressing (see `Binding`).
    """

    name: str
    binding: QName
    address: str | None = None
    addressing: bool = False
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class Service:
    """A wsdl:service with those of its ports whose binding exists."""

    name: QName
    ports: tuple[Port, ...] = ()
    documentation: str | None = field(default=None, compare=False)
    where: Where | None = field(default=None, compare=False, repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Contract:
    """Everything that a WSDL and what it imports say. Frozen, picklable, equal only to itself.

    ``location`` is the path given; ``name`` and ``target_namespace`` are those of its
    wsdl:definitions (of an XSD: None and the schema's). Tables are in document order, the root
    document's components first. ``documents[0]`` is the root document.
    """

    location: str
    name: str | None = None
    target_namespace: str | None = None
    documents: tuple[Document, ...] = ()
    services: Table[QName, Service] = field(default_factory=Table)
    bindings: Table[QName, Binding] = field(default_factory=Table)
    port_types: Table[QName, PortType] = field(default_factory=Table)
    messages: Table[QName, Message] = field(default_factory=Table)
    schema: Schema = field(default_factory=Schema)
    policies: tuple[Policy, ...] = ()
    documentation: str | None = None
    findings: tuple[Finding, ...] = ()

    def ports(self) -> Iterator[tuple[Service, Port, Binding]]:
        """Every port with its service and binding, in document order."""
        for service in self.services.values():
            for port in service.ports:
                yield service, port, self.bindings[port.binding]
