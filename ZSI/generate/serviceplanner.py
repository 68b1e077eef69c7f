"""Services, ports and operations of a plan: what stands in the server and client modules."""

from __future__ import annotations

from dataclasses import replace
from urllib.parse import urlsplit

from ZSI.generate.classplanner import ClassPlanner
from ZSI.generate.identifiers import Names, identifier, module_names
from ZSI.generate.messageplanner import LeftOut, MessagePlanner
from ZSI.generate.plan import (
    ClassPlan,
    MessagePlan,
    OperationPlan,
    PortPlan,
    ServicePlan,
)
from ZSI.names import QName
from ZSI.wsdl.model import Binding, BoundOperation, Contract, Port, Service

#: Attributes of the server base classes, which typed methods must not hide: those of
#: `twisted.web.resource.Resource`, of `WSResource` and of ZSI's `ServiceSOAPBinding`; and names
#: that annotations in the bodies of generated classes use.
SERVER_ATTRIBUTES = frozenset((
    "Any", "ClassVar", "Deferred", "Documents", "Operation", "ParsedSoap", "Reply", "actors",
    "allowedMethods", "authorize", "binding", "bool", "children", "delEntity", "dict",
    "documents", "encoding", "entityType", "factory", "getChild", "getChildForRequest",
    "getChildWithDefault", "getDynamicEntity", "getEntity", "getNode", "getOperation",
    "getOperationName", "getPost", "getStaticEntity", "gzip_bytes", "handler", "isLeaf",
    "limits", "listDynamicEntities", "listDynamicNames", "listEntities", "listNames",
    "listStaticEntities", "listStaticNames", "logger", "mock", "operations", "pedantic", "post",
    "prefix", "processingFailed", "putChild", "putEntity", "reallyPutEntity", "removeEntity",
    "render", "render_GET", "render_HEAD", "render_OPTIONS", "render_POST", "respond", "root",
    "server", "setNode", "sign", "soapAction", "str", "trust_proxy", "tuple", "understood",
    "unsupported", "verify", "wsAction",
))  # fmt: skip


class ServicePlanner:
    """Plans services; one use each.

    Args:
        contract: the contract.
        classes: plans and knows the classes of types and elements.
    """

    def __init__(self, contract: Contract, classes: ClassPlanner) -> None:
        self.contract = contract
        self._messages = MessagePlanner(contract, classes)
        self._aliases: dict[tuple[QName, str], str] = {}
        self._bindings: dict[QName, str] = {}
        self._module = module_names()
        self._notices: list[str] = []

    @property
    def messages(self) -> tuple[ClassPlan, ...]:
        """The classes made for messages, in order of first use."""
        return tuple(self._messages.made)

    @property
    def notices(self) -> tuple[str, ...]:
        """What was left out, one line each."""
        return tuple(dict.fromkeys(self._notices))

    def plan(self) -> tuple[ServicePlan, ...]:
        """The services that have a SOAP port; a contract without services gets one by binding."""
        found = self._services()
        names = {s.name: self._module.give(identifier(s.name.localname)) for s in found}
        self._module.take(f"{name}Locator" for name in names.values())
        for service in found:
            for port in service.ports:
                kind = self.contract.bindings[port.binding].kind
                if port.binding not in self._bindings and kind in ("soap11", "soap12"):
                    wanted = f"{identifier(port.binding.localname)}SOAP"
                    self._bindings[port.binding] = self._module.give(wanted)
        services = [self._service(service, names[service.name]) for service in found]
        return tuple(service for service in services if service is not None)

    def _services(self) -> list[Service]:
        if self.contract.services:
            return list(self.contract.services.values())
        return [
            Service(name, (Port(name.localname, name),))
            for name, binding in self.contract.bindings.items()
            if binding.kind in ("soap11", "soap12")
        ]

    def _service(self, service: Service, python: str) -> ServicePlan | None:
        ports = []
        scope = _Scope()
        for port in service.ports:
            binding = self.contract.bindings[port.binding]
            if binding.kind not in ("soap11", "soap12"):  # the contract has a finding on it
                continue
            operations = [self._operation(bound, binding, scope) for bound in binding.operations]
            ports.append(
                PortPlan(
                    port.name, self._bindings[port.binding], binding.name.localname, port.address,
                    binding.kind == "soap12", tuple(made for made in operations if made),
                )
            )  # fmt: skip
        if not ports:
            return None
        if python != identifier(service.name.localname):
            self._notices.append(f"service {service.name.localname}: its class is {python}")
        return ServicePlan(
            service.name.localname, python, _path(ports[0].address), tuple(ports),
            tuple(scope.operations.values()), service.documentation,
        )  # fmt: skip

    def _operation(
        self, bound: BoundOperation, binding: Binding, scope: _Scope
    ) -> OperationPlan | None:
        """A bound operation; one whose messages an earlier port has too shares its methods."""
        try:
            made = self._planned(bound, binding)
        except LeftOut as reason:
            self._notices.append(f"operation {bound.name} is left out: {reason}")
            return None
        key = (made.name, made.input.cls, made.output and made.output.cls, made.encoded)
        known = scope.known.get(key)
        if known is not None:
            return replace(made, method=known.method, soap_method=known.soap_method)
        local, by_input = identifier(bound.name), identifier(made.input_name or "")
        method = scope.methods.give(local, f"{local}_", f"{local}_{by_input}")
        plain = f"soap_{local}"
        soap_method = scope.soap_methods.give(plain, f"{plain}_{by_input}")
        if method != local:
            self._notices.append(f"operation {bound.name}: its typed method is {method}")
        if soap_method != plain:
            self._notices.append(f"operation {bound.name}: its method is {soap_method}")
        twin = scope.requests.setdefault((made.input.cls, made.soap_action or None), bound.name)
        if twin != bound.name:
            text = "cannot be told apart: their requests and their SOAPAction are the same"
            self._notices.append(f"operations {twin} and {bound.name} {text}")
        made = replace(made, method=method, soap_method=soap_method)
        scope.known[key] = scope.operations[soap_method] = made
        return made

    def _planned(self, bound: BoundOperation, binding: Binding) -> OperationPlan:
        """The plan of an operation, without the names of its methods."""
        if bound.problem is not None:
            raise LeftOut(bound.problem)
        if bound.input is None:
            raise LeftOut(f"it is a {bound.mep}, which a server does not answer")
        messages = self._messages
        output = bound.output
        wrapper = f"{bound.name}Response"
        return OperationPlan(
            name=bound.name,
            method="",
            soap_method="",
            input=self._aliased(bound, messages.message(bound, bound.input, bound.name)),
            output=self._aliased(bound, messages.message(bound, output, wrapper))
            if output is not None
            else None,
            soap_action=bound.soap_action,
            style=bound.style,
            encoded=bound.input.use == "encoded",
            faults=tuple(messages.fault(fault) for fault in bound.faults),
            headers=tuple(messages.header(header) for header in bound.input.headers),
            output_headers=tuple(messages.header(header) for header in output.headers)
            if output is not None
            else (),
            input_action=bound.input.action,
            output_action=output.action if output is not None else None,
            input_name=bound.input.name,
            documentation=bound.documentation,
        )

    def _aliased(self, bound: BoundOperation, message: MessagePlan) -> MessagePlan:
        """The message under the name that modules give it: that of the wsdl:message."""
        key = (QName(None, message.python), message.cls)
        if key not in self._aliases:
            others = (message.cls, f"{message.python}Message")
            self._aliases[key] = self._module.give(message.python, *others)
        return replace(message, python=self._aliases[key])


class _Scope:
    """The operations of one service, and the names of its methods."""

    def __init__(self) -> None:
        self.operations: dict[str, OperationPlan] = {}
        self.known: dict[object, OperationPlan] = {}
        #: Names of operations by what calls them.
        self.requests: dict[object, str] = {}
        self.methods = Names(SERVER_ATTRIBUTES)
        self.soap_methods = Names()


def _path(address: str | None) -> str:
    """The path of an address, where the resource will be mounted.

    >>> _path("http://localhost:8080/echo"), _path("${ENDPOINT}/echo"), _path("http://[")
    ('/echo', '/echo', '/')
    """
    try:
        path = urlsplit(address or "").path
    except ValueError:
        return "/"
    return path[path.find("/") :] if "/" in path else "/"
