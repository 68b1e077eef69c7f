"""ZSI's reader of WSDLs, as a view of `ZSI.wsdl.model.Contract`.

>>> wsdl = WSDLReader().loadFromFile("echo.wsdl")  # doctest: +SKIP
>>> wsdl.services[0].ports[0].getAddressBinding().location  # doctest: +SKIP
'http://localhost:8080/echo'
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterable
from functools import cached_property
from pathlib import Path
from typing import Any, Final

from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import Contract, ContractError
from ZSI.wsdl.sources import LoadPolicy
from ZSI.wstools.Utility import Collection

ident: Final = "ZSI.wstools.WSDLTools"

#: What is raised for what is no WSDL.
WSDLError = ContractError


class WSDLReader:
    """Reads WSDLs.

    Args:
        policy: what may be read; None: the file or URL that is named, with what it imports from
            beside it.

    Raises:
        WSDLError: by its methods: it cannot be read.
    """

    def __init__(self, policy: LoadPolicy | None = None) -> None:
        self.policy = policy

    def loadFromFile(self, filename: str | Path) -> WSDL:
        """A WSDL from a file."""
        return WSDL(load_contract(filename, policy=self.policy or LoadPolicy()))

    def loadFromURL(self, url: str) -> WSDL:
        """A WSDL by its URL; whoever calls this allows the network."""
        return WSDL(load_contract(url, policy=self.policy or LoadPolicy(allow_network=True)))

    def loadFromString(self, data: str | bytes) -> WSDL:
        """A WSDL as text; it has no place, and so imports nothing by relative locations."""
        content = data.encode("utf-8") if isinstance(data, str) else data
        with tempfile.TemporaryDirectory(prefix="wsdl") as folder:
            path = Path(folder) / "string.wsdl"
            path.write_bytes(content)
            return self.loadFromFile(str(path))

    def loadFromStream(self, stream: Any, name: str | None = None) -> WSDL:
        """A WSDL from an open file."""
        return self.loadFromString(stream.read())


class View:
    """Shows a part of a contract by ZSI's names; what has none is the contract's own.

    Attributes:
        model: the part as `ZSI.wsdl.model` has it.
        wsdl: the `WSDL` that it belongs to.
    """

    def __init__(self, wsdl: Any, shown: Any) -> None:
        self.wsdl = wsdl
        self.model = shown

    @property
    def name(self) -> str:
        """The local name."""
        name = self.model.name
        return str(name[1] if isinstance(name, tuple) else name)

    @property
    def documentation(self) -> str:
        """Its wsdl:documentation."""
        return getattr(self.model, "documentation", None) or ""

    def getWSDL(self) -> Any:
        """The WSDL."""
        return self.wsdl

    def getTargetNamespace(self) -> str | None:
        """The namespace of its name."""
        name = self.model.name
        found: str | None = name[0] if isinstance(name, tuple) else self.wsdl.targetNamespace
        return found

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name}>"


def _by_name(wsdl: Any, kind: Callable[[Any, Any], Any], shown: Iterable[Any]) -> Collection:
    views = [kind(wsdl, one) for one in shown]
    return Collection({view.name: view for view in views})


class WSDL:
    """A WSDL and what it imports.

    Attributes:
        contract: as `ZSI.wsdl` has it, with everything that is not shown here.
    """

    def __init__(self, contract: Contract) -> None:
        self.contract = contract
        self.name = contract.name
        self.targetNamespace = contract.target_namespace
        self.documentation = contract.documentation or ""
        self.location = contract.location

    @cached_property
    def services(self) -> Collection:
        """The `Service` views, by name and number."""
        return _by_name(self, Service, self.contract.services.values())

    @cached_property
    def bindings(self) -> Collection:
        """The `Binding` views."""
        return _by_name(self, Binding, self.contract.bindings.values())

    @cached_property
    def portTypes(self) -> Collection:
        """The `PortType` views."""
        return _by_name(self, PortType, self.contract.port_types.values())

    @cached_property
    def messages(self) -> Collection:
        """The `Message` views."""
        return _by_name(self, Message, self.contract.messages.values())

    @property
    def types(self) -> Any:
        """The schema: `ZSI.wsdl.components.Schema`."""
        return self.contract.schema

    def __repr__(self) -> str:
        return f"<WSDL {self.name or self.location}>"


class Message(View):
    """A message and its parts."""

    @property
    def parts(self) -> Collection:
        """The parts: `name`, and `element` or `type` as pairs."""
        return _by_name(self.wsdl, MessagePart, self.model.parts)


class MessagePart(View):
    """A part of a message."""

    @property
    def element(self) -> tuple[str | None, str] | None:
        """The element's name, or None."""
        found: tuple[str | None, str] | None = self.model.element
        return found

    @property
    def type(self) -> tuple[str | None, str] | None:
        """The type's name, or None."""
        found: tuple[str | None, str] | None = self.model.type
        return found


class MessageRole(View):
    """The input, output or a fault of an operation."""

    @property
    def message(self) -> tuple[str | None, str]:
        """The message's name."""
        found: tuple[str | None, str] = self.model.message
        return found

    @property
    def action(self) -> str | None:
        """Its WS-Addressing action, where one is written."""
        found: str | None = self.model.action
        return found

    def getMessage(self) -> Message:
        """The message."""
        return Message(self.wsdl, self.wsdl.contract.messages[self.model.message])


class Operation(View):
    """An operation of a portType."""

    @property
    def input(self) -> MessageRole | None:
        """What is sent to the service."""
        return MessageRole(self.wsdl, self.model.input) if self.model.input else None

    @property
    def output(self) -> MessageRole | None:
        """What the service sends."""
        return MessageRole(self.wsdl, self.model.output) if self.model.output else None

    @property
    def faults(self) -> Collection:
        """What may go wrong."""
        return _by_name(self.wsdl, MessageRole, self.model.faults)

    @property
    def parameterOrder(self) -> tuple[str, ...]:
        """The order of an rpc operation's parts."""
        found: tuple[str, ...] = self.model.parameter_order
        return found

    def getInputMessage(self) -> Message | None:
        """The message that is sent to the service."""
        return self.input.getMessage() if self.input else None

    def getOutputMessage(self) -> Message | None:
        """The message that the service sends."""
        return self.output.getMessage() if self.output else None


class PortType(View):
    """A portType."""

    @property
    def operations(self) -> Collection:
        """Its operations; of overloaded ones the last."""
        return _by_name(self.wsdl, Operation, self.model.operations)


class OperationBinding(View):
    """An operation as a binding carries it."""

    @property
    def soapAction(self) -> str | None:
        """The SOAPAction; None where none is written."""
        found: str | None = self.model.soap_action
        return found

    @property
    def style(self) -> str:
        """document or rpc."""
        return str(self.model.style)

    def getOperation(self) -> Operation:
        """The operation of the portType."""
        port_type = self.wsdl.contract.port_types[self.port_type]
        found = [one for one in port_type.operations if one.name == self.name]
        return Operation(self.wsdl, found[0])

    port_type: Any = None


class Binding(View):
    """A binding."""

    @property
    def type(self) -> tuple[str | None, str]:
        """The portType's name."""
        found: tuple[str | None, str] = self.model.port_type
        return found

    @property
    def style(self) -> str:
        """What its operations are unless they say otherwise."""
        return str(self.model.style)

    @property
    def operations(self) -> Collection:
        """Its operations."""
        made = _by_name(self.wsdl, OperationBinding, self.model.operations)
        for operation in made:
            operation.port_type = self.model.port_type
        return made

    def getPortType(self) -> PortType:
        """The portType."""
        return PortType(self.wsdl, self.wsdl.contract.port_types[self.model.port_type])


class SoapAddressBinding:
    """Where a port is."""

    def __init__(self, location: str | None) -> None:
        self.location = location


class Port(View):
    """A port."""

    @property
    def binding(self) -> tuple[str | None, str]:
        """The binding's name."""
        found: tuple[str | None, str] = self.model.binding
        return found

    def getBinding(self) -> Binding:
        """The binding."""
        return Binding(self.wsdl, self.wsdl.contract.bindings[self.model.binding])

    def getPortType(self) -> PortType:
        """The binding's portType."""
        return self.getBinding().getPortType()

    def getAddressBinding(self) -> SoapAddressBinding:
        """Where it is: `location`."""
        return SoapAddressBinding(self.model.address)


class Service(View):
    """A service."""

    @property
    def ports(self) -> Collection:
        """Its ports."""
        return _by_name(self.wsdl, Port, self.model.ports)


__all__ = [
    "Binding", "Message", "MessagePart", "MessageRole", "Operation", "OperationBinding", "Port",
    "PortType", "Service", "SoapAddressBinding", "WSDL", "WSDLError", "WSDLReader",
]  # fmt: skip
