"""Reads wsdl:binding: how operations travel (WSDL 1.1 section 2.5, SOAP binding section 3)."""

from __future__ import annotations

from ZSI.errors import Where, quote
from ZSI.names import SOAP11_HTTP, WSDL, WSDL_HTTP, WSDL_SOAP11, WSDL_SOAP12, QName
from ZSI.wsdl.bound_messages import SOAP_BINDINGS, BodyReader
from ZSI.wsdl.definitions import Definition, Definitions
from ZSI.wsdl.model import (
    AbstractOperation,
    Binding,
    BindingKind,
    BoundMessage,
    BoundOperation,
    ContractError,
    Mep,
    Message,
    MessageRef,
    PortType,
    Style,
)
from ZSI.wsdl.nodes import Node, elements, is_ncname, split_tag, wsdl_documentation
from ZSI.wsdl.notes import Notes
from ZSI.wsdl.policies import Policies, asks_for_addressing

_KINDS: dict[str, BindingKind] = {
    WSDL_SOAP11: "soap11",
    WSDL_SOAP12: "soap12",
    WSDL_HTTP: "http",
}
_STYLES: dict[str, Style] = {"document": "document", "rpc": "rpc"}
#: Transports that mean HTTP: WSDL 1.1 and 1.2 bindings, and what authors made of them.
_HTTP_TRANSPORTS = frozenset(
    {
        SOAP11_HTTP,
        SOAP11_HTTP + "/",
        "http://schemas.xmlsoap.org/soap/https",
        "http://www.w3.org/2003/05/soap/bindings/HTTP/",
        "http://www.w3.org/2003/05/soap/bindings/HTTP",
    }
)
#: Message parts that all bound messages may have together; the largest real contract has 1,500.
MAX_BOUND_PARTS = 5_000_000
_UNSERVED: dict[Mep, str] = {
    "solicit-response": "solicit-response: the service sends it, nobody calls it",
    "notification": "notification: the service sends it, nobody calls it",
}


class BindingReader:
    """Reads bindings, given the messages and portTypes of the contract."""

    def __init__(
        self,
        definitions: Definitions,
        messages: dict[QName, Message],
        port_types: dict[QName, PortType],
        policies: Policies,
        notes: Notes,
    ) -> None:
        self.definitions = definitions
        self.messages = messages
        self.port_types = port_types
        self.policies = policies
        self.notes = notes
        self._counted = 0
        self._by_name: dict[
            QName, dict[tuple[str, str | None, str | None], list[AbstractOperation]]
        ] = {}

    def count(self, amount: int, where: Where) -> None:
        """Bound the parts looked at: messages of many parts, bound over and over."""
        self._counted += amount
        if self._counted > MAX_BOUND_PARTS:
            raise ContractError(
                f"the bindings use more than {MAX_BOUND_PARTS} message parts", where=where
            )

    def _named(
        self, port_type: PortType, name: str, into: str | None, out: str | None
    ) -> list[AbstractOperation]:
        """The operations of that name, and of those names of input and output as far as said."""
        index = self._by_name.get(port_type.name)
        if index is None:
            index = self._by_name[port_type.name] = {}
            for operation in port_type.operations:
                given = operation.input.name if operation.input else None
                taken = operation.output.name if operation.output else None
                for key in {(given, taken), (given, None), (None, taken), (None, None)}:
                    index.setdefault((operation.name, *key), []).append(operation)
        return index.get((name, into, out), [])

    def read(self, definition: Definition) -> Binding | None:
        """One wsdl:binding; None, after a finding, if its portType is missing."""
        node = definition.node
        name = self.definitions.find("portType", node.get("type"), node, definition)
        if name is None:
            return None
        port_type = self.port_types[name]
        kind, style, transport = self._kind(definition)
        policies = self.policies.of(node, definition.document)
        reader = BodyReader(self, definition, kind)
        bound = [
            self._operation(reader, child, kind, style, port_type)
            for child in elements(node)
            if split_tag(child) == (WSDL, "operation")
        ]
        operations = [operation for operation in bound if operation is not None]
        self._check_complete(definition, port_type, operations)
        return Binding(
            definition.name,
            name,
            kind,
            style,
            transport,
            tuple(operations),
            asks_for_addressing(node, policies),
            policies,
            wsdl_documentation(node),
            definition.where(),
        )

    def _kind(self, definition: Definition) -> tuple[BindingKind, Style, str | None]:
        """Kind, default style and transport by the extension element of the binding."""
        for child in elements(definition.node):
            namespace, local = split_tag(child)
            if local != "binding" or namespace not in _KINDS:
                continue
            kind = _KINDS[namespace]
            if kind == "http":
                text = f"binding {definition.name.localname} is HTTP: read, not served"
                self.notes.add("http-binding", text, definition.where(child), "notice")
                return kind, "document", None
            transport = (child.get("transport") or "").strip()
            if transport not in _HTTP_TRANSPORTS:
                text = f"binding {definition.name.localname} has the transport {quote(transport)}"
                self.notes.add("transport", text, definition.where(child), "notice")
            return kind, self._style(child, "document", definition), transport
        return self._implied(definition), "document", None

    def _implied(self, definition: Definition) -> BindingKind:
        """The kind of a binding that does not say it, by what stands in its operations."""
        name = definition.name.localname
        for child in definition.node.iter():
            namespace, local = split_tag(child)
            if namespace in SOAP_BINDINGS and local in ("operation", "body"):
                kind = _KINDS[namespace]
                text = f"binding {name} has no soap:binding, but soap:{local}: read as document"
                self.notes.add("no-soap-binding", text, definition.where())
                return kind
        text = f"binding {name} is neither SOAP nor HTTP: read, not served"
        self.notes.add("other-binding", text, definition.where(), "notice")
        return "other"

    def _style(self, node: Node, default: Style, definition: Definition) -> Style:
        """The style attribute of soap:binding or soap:operation."""
        text = node.get("style")
        if text is None:
            return default
        style = _STYLES.get(text.strip().lower())
        if style is None or style != text:
            read = style or default
            message = f"style={quote(text)} is read as {read}"
            self.notes.add("style", message, definition.where(node))
            return read
        return style

    # -- operations ----------------------------------------------------------------------------

    def _operation(
        self, reader: BodyReader, node: Node, kind: BindingKind, style: Style, port_type: PortType
    ) -> BoundOperation | None:
        """One operation of a binding with everything that the portType says of it."""
        definition = reader.definition
        where = definition.where(node)
        name = (node.get("name") or "").strip()
        if not name:
            self.notes.add("name", "a bound operation without name", where)
            return None
        action: str | None = None
        nodes: dict[str, list[Node]] = {"input": [], "output": [], "fault": []}
        for child in elements(node):
            namespace, local = split_tag(child)
            if namespace == WSDL and local in nodes:
                nodes[local].append(child)
            elif namespace in SOAP_BINDINGS and local == "operation":
                style = self._style(child, style, definition)
                action = child.get("soapAction")
        abstract = self._abstract(reader, name, nodes, port_type)
        documentation = wsdl_documentation(node)
        if abstract is None:
            text = f"portType {port_type.name.localname} has no operation {name}"
            self.notes.add("missing-operation", text, where)
            return BoundOperation(
                name, style, action, problem=text, documentation=documentation, where=where
            )
        reader.begin(abstract, style, port_type.name, action)
        input_ = reader.message("input", nodes["input"])
        output = reader.message("output", nodes["output"])
        faults = reader.faults(nodes["fault"])
        return BoundOperation(
            name,
            style,
            action,
            input_,
            output,
            faults,
            abstract.mep,
            abstract.parameter_order,
            documentation or abstract.documentation,
            self._problem(kind, abstract, style, (input_, output)),
            self.policies.of(node, definition.document),
            where,
        )

    def _abstract(
        self, reader: BodyReader, name: str, nodes: dict[str, list[Node]], port_type: PortType
    ) -> AbstractOperation | None:
        """The portType's operation that is bound: by name, then by input and output names."""
        same = self._named(port_type, name, None, None)
        if len(same) < 2:
            return same[0] if same else None
        into, out = (
            next((n.get("name") for n in nodes[local] if n.get("name")), None)
            for local in ("input", "output")
        )
        fitting = self._named(port_type, name, into, out)
        index = reader.occurrence(name)
        if len(fitting) == 1:
            return fitting[0]
        return same[index] if index < len(same) else None

    def _problem(
        self,
        kind: BindingKind,
        abstract: AbstractOperation,
        style: Style,
        bound: tuple[BoundMessage | None, BoundMessage | None],
    ) -> str | None:
        """Why an operation cannot be served, if it cannot; ``bound`` are input and output."""
        if kind not in ("soap11", "soap12"):
            return "not a SOAP binding"
        if abstract.mep in _UNSERVED:
            text = f"operation {abstract.name} is {_UNSERVED[abstract.mep]}"
            self.notes.add(abstract.mep, text, abstract.where, "notice")
            return _UNSERVED[abstract.mep]
        problem = None
        for ref, message in zip((abstract.input, abstract.output), bound, strict=True):
            if ref is not None and message is not None:
                problem = problem or self._missing(ref)
                problem = problem or self._misshapen(abstract, style, ref, message)
        return problem

    def _missing(self, ref: MessageRef) -> str | None:
        """What a message lacks, if it lacks something."""
        message = self.messages.get(ref.message)
        if message is None:
            return f"message {ref.message.clark or '(none)'} is missing"
        return message.problem

    def _misshapen(
        self, abstract: AbstractOperation, style: Style, ref: MessageRef, message: BoundMessage
    ) -> str | None:
        """What keeps a message from being written in its style; several parts are only odd."""
        if style == "document":
            if len(message.parts) > 1:
                parts = f"{len(message.parts)} body parts"
                text = f"operation {abstract.name}: document style with {parts}"
                self.notes.add("document-parts", text, ref.where)
            return None
        names = [abstract.name, *(part.name for part in message.parts if part.element is None)]
        wrong = next((name for name in names if not is_ncname(name)), None)
        if wrong is None:
            return None
        self.notes.add("name", f"{quote(wrong)} is no XML name", ref.where)
        return f"{quote(wrong)} is no XML name"

    def _check_complete(
        self, definition: Definition, port_type: PortType, bound: list[BoundOperation]
    ) -> None:
        """Note operations of the portType that the binding leaves out (BP 1.1 R2718)."""
        names = {operation.name for operation in bound}
        for operation in port_type.operations:
            if operation.name not in names:
                text = f"binding {definition.name.localname} leaves out operation {operation.name}"
                self.notes.add("unbound-operation", text, definition.where(), "notice")
