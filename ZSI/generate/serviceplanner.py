"""Services, ports and operations of a plan, and the classes of rpc messages."""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlsplit

from ZSI.generate.annotations import wrap
from ZSI.generate.identifiers import Names, field_names, identifier, module_names
from ZSI.generate.plan import (
    ClassPlan,
    FaultPlan,
    FieldPlan,
    HeaderPlan,
    MessagePlan,
    OperationPlan,
    PortPlan,
    ServicePlan,
    TypeUse,
)
from ZSI.names import QName
from ZSI.wsdl.components import TypeRef
from ZSI.wsdl.model import (
    Binding,
    BoundHeader,
    BoundMessage,
    BoundOperation,
    Contract,
    Part,
    Port,
    Service,
)

#: Attributes of the server base classes, which typed methods must not hide: those of
#: `twisted.web.resource.Resource`, of `WSResource` and of ZSI's `ServiceSOAPBinding`.
SERVER_ATTRIBUTES = frozenset(
    ["allowedMethods", "authorize", "children", "delEntity", "documents", "encoding", "entityType", "factory", "getChild", "getChildForRequest", "getChildWithDefault", "getDynamicEntity", "getEntity", "getNode", "getOperation", "getOperationName", "getPost", "getStaticEntity", "isLeaf", "limits", "listDynamicEntities", "listEntities", "listNames", "listStaticEntities", "listStaticNames", "logger", "operations", "pedantic", "post", "prefix", "processingFailed", "putChild", "putEntity", "reallyPutEntity", "removeEntity", "render", "render_GET", "render_HEAD", "render_OPTIONS", "render_POST", "respond", "root", "server", "setNode", "sign", "soapAction", "trust_proxy", "understood", "unsupported", "verify", "wsAction"]
)


class ServicePlanner:
    """Plans what stands in the server and client modules; one use each.

    Args:
        contract: the contract.
        elements: the Python names of global elements.
        names: the scope of the types module, for classes of rpc messages.
        type_of: plans a type reference, see `ZSI.generate.planner.Planner.type_of`.
    """

    def __init__(
        self,
        contract: Contract,
        elements: dict[QName, str],
        names: Names,
        type_of: Callable[[TypeRef, str, list[ClassPlan]], tuple[TypeUse, str]],
    ) -> None:
        self.contract = contract
        self.elements = elements
        self.names = names
        self.type_of = type_of
        self._rpc: dict[tuple[QName, tuple[Part, ...]], ClassPlan] = {}
        self._aliases: dict[tuple[QName, str], str] = {}
        self._module = module_names()
        self._notices: list[str] = []

    @property
    def messages(self) -> tuple[ClassPlan, ...]:
        """The classes of rpc messages, in order of first use."""
        return tuple(self._rpc.values())

    @property
    def notices(self) -> tuple[str, ...]:
        """What was left out, one line each."""
        return tuple(dict.fromkeys(self._notices))

    def plan(self) -> tuple[ServicePlan, ...]:
        """The services that have a SOAP port; a contract without services gets one by binding."""
        services = [self._service(service) for service in self._services()]
        return tuple(service for service in services if service is not None)

    def _services(self) -> list[Service]:
        if self.contract.services:
            return list(self.contract.services.values())
        return [
            Service(name, (Port(name.localname, name),))
            for name, binding in self.contract.bindings.items()
            if binding.kind in ("soap11", "soap12")
        ]

    def _service(self, service: Service) -> ServicePlan | None:
        ports = []
        merged: dict[tuple[str, str | None, str], OperationPlan] = {}
        methods = Names(SERVER_ATTRIBUTES)
        python = self._module.give(identifier(service.name.localname))
        for port in service.ports:
            binding = self.contract.bindings[port.binding]
            if binding.kind not in ("soap11", "soap12"):
                self._notices.append(
                    f"port {port.name} is bound to {binding.kind}: only SOAP is served"
                )
                continue
            operations = []
            for bound in binding.operations:
                key = (bound.name, bound.input_name, bound.style)
                if key not in merged:
                    made = self._operation(bound, binding, methods)
                    if made is None:
                        continue
                    merged[key] = made
                operations.append(merged[key])
            name = self._module.give(f"{identifier(port.name)}SOAP")
            ports.append(
                PortPlan(
                    port.name, name, binding.name.localname, port.address,
                    binding.kind == "soap12", tuple(operations),
                )
            )  # fmt: skip
        if not ports:
            return None
        return ServicePlan(
            service.name.localname, python, _path(ports[0].address), tuple(ports),
            tuple(merged.values()), service.documentation,
        )  # fmt: skip

    def _operation(
        self, bound: BoundOperation, binding: Binding, methods: Names
    ) -> OperationPlan | None:
        if bound.problem is not None or bound.input is None:
            why = bound.problem or f"it is a {bound.mep}, which a server does not answer"
            self._notices.append(f"operation {bound.name} is left out: {why}")
            return None
        local = identifier(bound.name)
        method = methods.give(local, f"{local}_", f"{local}_{identifier(bound.input.name)}")
        if method != local:
            self._notices.append(f"operation {bound.name}: its typed method is {method}")
        request = self._message(bound, bound.input, bound.name)
        if request is None:
            return None
        response = None
        if bound.output is not None:
            response = self._message(bound, bound.output, f"{bound.name}Response")
            if response is None:
                return None
        faults = [
            FaultPlan(fault.name, fault.part.element, self.elements.get(fault.part.element))
            for fault in bound.faults
            if fault.part.element is not None
        ]
        return OperationPlan(
            bound.name, method, f"soap_{method if method != local + '_' else local}", request,
            response, bound.soap_action, bound.style, bound.input.use == "encoded",
            tuple(faults), self._headers(bound.input.headers),
            self._headers(bound.output.headers) if bound.output is not None else (),
            bound.input.action, bound.output.action if bound.output is not None else None,
            bound.input.name, bound.documentation,
        )  # fmt: skip

    def _headers(self, headers: tuple[BoundHeader, ...]) -> tuple[HeaderPlan, ...]:
        return tuple(
            HeaderPlan(header.part.element, self.elements.get(header.part.element))
            for header in headers
            if header.part.element is not None
        )

    def _message(
        self, bound: BoundOperation, message: BoundMessage, wrapper: str
    ) -> MessagePlan | None:
        """A direction of an operation: an element's class, or an rpc wrapper's."""
        if bound.style == "rpc":
            return self._rpc_message(message, wrapper)
        parts = message.parts
        if len(parts) != 1 or (parts[0].element is None):
            self._notices.append(
                f"operation {bound.name} is left out: message {message.message.localname} has "
                f"{len(parts)} body parts: expected one, with an element"
            )
            return None
        element = parts[0].element
        cls = self.elements.get(element)
        if cls is None:
            self._notices.append(
                f"operation {bound.name} is left out: element {element.clark} is not declared"
            )
            return None
        return MessagePlan(self._alias(message, cls), cls, element)

    def _alias(self, message: BoundMessage, cls: str) -> str:
        """The name of a message in the server and client modules: that of the wsdl:message."""
        key = (message.message, cls)
        if key not in self._aliases:
            wanted = identifier(message.message.localname)
            self._aliases[key] = cls if wanted == cls else self._module.give(wanted)
        return self._aliases[key]

    def _rpc_message(self, message: BoundMessage, wrapper: str) -> MessagePlan:
        """An rpc wrapper: the operation's name in soap:body's namespace (WSDL 1.1, 3.5)."""
        root = QName(message.namespace or self.contract.target_namespace, wrapper)
        key = (root, message.parts)
        plan = self._rpc.get(key)
        if plan is None:
            nested: list[ClassPlan] = []
            scope = field_names()
            fields = [self._part(part, scope, message, nested) for part in message.parts]
            python = self.names.give(
                identifier(message.message.localname), f"{identifier(wrapper)}Message"
            )
            options = (("encoded", True),) if message.use == "encoded" else ()
            plan = self._rpc[key] = ClassPlan(
                python, message=root, fields=tuple(fields), options=options, nested=tuple(nested)
            )
        return MessagePlan(self._alias(message, plan.python), plan.python, root)

    def _part(
        self, part: Part, scope: Names, message: BoundMessage, nested: list[ClassPlan]
    ) -> FieldPlan:
        """A part as an accessor: unqualified, nil where encoded (SOAP 1.1 section 7.1)."""
        key = scope.give(identifier(part.name))
        ref: TypeRef
        if part.type is not None:
            ref = part.type
        else:
            assert part.element is not None
            ref = self.contract.schema.elements[part.element].type
        use, hint = self.type_of(ref, part.name, nested)
        encoded = message.use == "encoded"
        annotation = wrap(hint, many=False, nillable=encoded, optional=False)
        return FieldPlan(
            key, "element", annotation, name=QName(None, part.name), type=use, nillable=encoded
        )


def _path(address: str | None) -> str:
    """The path of an address, where the resource will be mounted."""
    try:
        return urlsplit(address or "").path or "/"
    except ValueError:
        return "/"
