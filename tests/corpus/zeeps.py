"""zeep, as the other side of what is tried with real WSDLs."""

from __future__ import annotations

import importlib
import logging
from collections import Counter
from copy import deepcopy
from pathlib import Path
from typing import Any, Protocol

from lxml import etree

from ZSI import samples
from ZSI.envelope import SOAP11, SOAP12
from ZSI.generate.plan import OperationPlan, PortPlan, ServicePlan
from ZSI.writer import SoapWriter
from ZSI.wsdl.known import known_schema

NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
#: Schemas whose usual location is not their namespace.
HOMES = {"w3.org/2001/xml.xsd": "http://www.w3.org/XML/1998/namespace"}
#: What makes a message of ours one of SOAP 1.2, as far as zeep looks.
_OTHER_VERSION = (SOAP11.namespace.encode(), SOAP12.namespace.encode())
#: What zeep stumbles over where soap:body stands in mime:multipartRelated.
MIME = "'NoneType' object has no attribute 'parse"
#: How requests and replies are made, by name.
KINDS = {"full": samples.full, "minimal": samples.minimal}


class Notes(Protocol):
    """Where what happens is noted."""

    counts: Counter[str]
    unsaid: list[str]
    beyond: list[str]

    def fail(self, what: str, where: str, why: object) -> None:
        """Note a failure."""


def client_of(location: str, home: str, strict: bool = False) -> Any:
    """A zeep client that fetches nothing: the schemas that everybody knows are ours.

    Args:
        location: of the WSDL.
        home: what may be read begins with this.
        strict: what zeep reads has to obey its schema.
    """
    zeep: Any = importlib.import_module("zeep")  # of its functions few have types

    class Transport(zeep.Transport):  # type: ignore[misc]  # dito
        """What everybody knows is not fetched from its home."""

        def load(self, location: str) -> Any:
            if location.startswith(home):
                return super().load(location)
            for namespace in (
                location,
                location.rstrip("/"),
                HOMES.get(location.partition("www.")[2], ""),
            ):
                if (content := known_schema(namespace)) is not None:
                    return content
            raise OSError(f"{location} is not fetched")

    logging.getLogger("zeep").setLevel(logging.CRITICAL)
    transport = Transport(timeout=20, operation_timeout=20)
    settings = zeep.Settings(strict=strict, xml_huge_tree=True)
    return zeep.Client(location, transport=transport, settings=settings)


class Decoder:
    """The judge of SOAP encoding: zeep has to decode what we write.

    Args:
        wsdl: a path. Where zeep cannot read it, `why` says what it says, and there are no verdicts.
    """

    def __init__(self, wsdl: str) -> None:
        self.client: Any = None
        self.why = ""
        try:
            path = Path(wsdl).resolve()
            self.client = client_of(str(path), str(path.parents[-2]))
        except Exception as error:  # whatever it stumbles over
            self.why = f"{type(error).__name__}: {' '.join(str(error).split())[:200]}"

    def complaint(self, port: PortPlan, name: str, way: str, text: bytes) -> str | None:
        """What it says against a message, ``""`` for nothing; None: it has no verdict.

        Args:
            port: of the operation ``name``. way: ``in`` or ``out``.
            text: the message, in an envelope of SOAP 1.1.
        """
        if self.client is None:
            return None
        bindings = self.client.wsdl.bindings
        named = [key for key in bindings if key.rpartition("}")[2] == port.binding]
        theirs = bindings[named[0]].get(name) if named else None
        message = theirs and (theirs.input if way == "in" else theirs.output)
        overloaded = sum(operation.name == name for operation in port.operations) > 1
        if message is None or message.body is None or overloaded:
            return None  # it keeps one of each name
        envelope = etree.fromstring(text.replace(*_OTHER_VERSION) if port.soap12 else text)
        with self.client.settings(strict=True):
            try:
                message.deserialize(envelope)
            except Exception as error:  # whatever it says
                return f"{type(error).__name__}: {error}"
        return ""


class Zeep:
    """zeep's client of one service, with the WSDL as the server shows it."""

    def __init__(self, url: str, report: Notes) -> None:
        self.report = report
        self.url = url
        self.client: Any = None
        try:
            self.client = client_of(f"{url}?wsdl", url)
        except Exception as error:
            report.fail("zeep load", url, error)

    def port(self, service: ServicePlan, port: PortPlan, resource: Any, kind: str) -> None:
        """Call every operation of a port."""
        if self.client is None:
            return
        proxy = self.proxy(service, port)
        if proxy is None:
            self.report.counts["zeep knows no such port"] += 1
            self.report.beyond.append(f"{port.name}: its transport, or no binding of it")
            return
        for operation in port.operations:
            entry = resource.operations[operation.soap_method]
            try:
                headers = [samples.full(header) for header in entry.headers]
                sample = KINDS[kind](entry.request)
                request = envelope_of(sample, entry.request.typecode, port, headers)
                _ = KINDS[kind](entry.response) if entry.response is not None else None
            except samples.NoSample:
                continue
            self.attempt(f"{port.name}/{operation.name} {kind}", proxy, operation, port, request)

    def attempt(
        self, where: str, proxy: Any, operation: OperationPlan, port: PortPlan, envelope: Any
    ) -> None:
        """Call an operation, and note how that ends."""
        self.report.counts["zeep calls"] += 1
        try:
            self.call(proxy, operation, port, envelope)
        except Exception as error:
            if MIME in str(error):  # its own stumbling
                self.report.counts["zeep calls"] -= 1
                self.report.beyond.append(f"{where}: it finds no soap:body in MIME parts")
            else:
                self.report.fail("zeep", where, error)

    def proxy(self, service: ServicePlan, port: PortPlan) -> Any:
        """Their proxy of a port; of its binding, where there is no service; None: of neither."""
        theirs = [s for s in self.client.wsdl.services.values() if s.name == service.name]
        their_port = theirs[0].ports.get(port.name) if theirs else None
        if their_port is not None and their_port.binding_options:
            return self.client.bind(service.name, port.name)
        bindings = self.client.wsdl.bindings
        named = [name for name in bindings if name.rpartition("}")[2] == port.binding]
        return self.client.create_service(named[0], self.url) if named else None

    def call(self, proxy: Any, operation: OperationPlan, port: PortPlan, envelope: Any) -> None:
        """Have zeep send what it reads of our sample, and decode the reply.

        What it cannot say, or says wrong, is sent as it is; it still has to decode the reply.
        """
        theirs = proxy._binding.get(operation.name)
        blocks = header_blocks(envelope)
        try:
            # of a copy: zeep takes what it reads as a wildcard's out of the tree
            positional, named = arguments_of(theirs.input, deepcopy(envelope), port)
            proxy[operation.name](*positional, **named, _soapheaders=blocks)
        except Exception as error:
            self.report.counts["zeep cannot say"] += 1
            self.report.unsaid.append(f"{port.name}/{operation.name}: {str(error)[:200]}")
            self.post(proxy, theirs, port, envelope)
        self.report.counts["zeep decoded"] += 1
        self.report.counts["zeep sent headers"] += bool(blocks)

    def post(self, proxy: Any, theirs: Any, port: PortPlan, envelope: Any) -> Any:
        """What zeep makes of the reply to an envelope."""
        fields = {"Content-Type": "text/xml", "SOAPAction": f'"{theirs.soapaction or ""}"'}
        if port.soap12:
            fields = {"Content-Type": SOAP12.content_type(theirs.soapaction or None)}
        address = proxy._binding_options["address"]
        response = self.client.transport.post_xml(address, envelope, fields)
        return proxy._binding.process_reply(self.client, theirs, response)

    def fault(self, service: ServicePlan, port: PortPlan, name: str, envelope: Any) -> Any:
        """Call an operation that answers with a fault: its detail entry, decoded by zeep, or None.

        Raises:
            ValueError: there was none.
            Exception: what zeep raises if it cannot decode it.
        """
        from zeep.exceptions import Error, Fault

        proxy = self.proxy(service, port) if self.client is not None else None
        if proxy is None:
            return None
        try:
            got = self.post(proxy, proxy._binding.get(name), port, envelope)
        except Fault as fault:
            if fault.detail is None or not len(fault.detail):
                raise ValueError(f"a fault without detail: {fault}") from fault
            entry = fault.detail[0]
            try:
                element = self.client.wsdl.types.get_element(entry.tag)
            except Error:  # it knows none: of a part by type
                return None
            return element.parse(entry, self.client.wsdl.types)
        raise ValueError(f"no fault, but {got!r}")


def header_blocks(envelope: Any) -> list[Any]:
    """The header blocks of an envelope."""
    header = envelope.find(f"{{{etree.QName(envelope).namespace}}}Header")
    return [] if header is None else list(header)


def envelope_of(request: Any, typecode: Any, port: PortPlan, headers: Any = ()) -> Any:
    """A sample in an envelope of the port's version, with header blocks."""
    version = SOAP12 if port.soap12 else SOAP11
    writer = SoapWriter(version=version)
    return etree.fromstring(bytes(writer.serialize(request, typecode, header_pyobjs=headers)))


def arguments_of(message: Any, envelope: Any, port: PortPlan) -> tuple[list[Any], dict[str, Any]]:
    """A sample of ours, read by zeep, as arguments of a zeep operation."""
    version = SOAP12 if port.soap12 else SOAP11
    body = envelope.find(f"{{{version.namespace}}}Body")
    if message.body is None or body is None or not len(body):
        return [], {}
    value = message._deserialize_body(body)["body"]
    if hasattr(value, "__values__"):
        mend(value, body if message._is_body_wrapped else body[0])
        return [], dict(value.__values__)
    return ([], {}) if value is None else ([value], {})


def mend(value: Any, node: Any) -> None:
    """Put back what zeep forgets as it reads: that an empty element is there; absent attributes.

    Args:
        value: a zeep object. node: what it was read of.
    """
    from zeep.xsd import Any as AnyElement
    from zeep.xsd import ComplexType
    from zeep.xsd.const import NotSet

    if type(value).__name__ == "ArrayValue":  # zeep's SOAP arrays have no elements by name
        return
    for name, _ in value._xsd_type.attributes:
        if value.__values__.get(name) is NotSet:
            value.__values__[name] = None
    names = {str(e.qname) for _, e in value._xsd_type.elements if getattr(e, "qname", None)}
    for name, element in value._xsd_type.elements:
        if isinstance(element, AnyElement):  # what it has read it cannot write: here is the XML
            left = [child for child in node if child.tag not in names]
            value.__values__[name] = left if element.accepts_multiple else (left or [None])[0]
            continue
        if getattr(element, "qname", None) is None or getattr(element.type, "_array_type", None):
            continue
        nodes = [child for child in node if child.tag == str(element.qname)]
        held = value.__values__.get(name)
        items = held if isinstance(held, list) else [held]
        for number, (item, child) in enumerate(zip(items, nodes, strict=False)):
            if hasattr(item, "_xsd_type"):
                mend(item, child)
            elif item is None and not child.get(NIL):
                items[number] = {} if isinstance(element.type, ComplexType) else ""
        if nodes and not isinstance(held, list):
            value.__values__[name] = items[0]
