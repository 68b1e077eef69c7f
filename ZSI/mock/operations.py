"""Operations as the mock serves them: one for each operation of each SOAP port.

An operation knows its classes by its plan; they are made when first asked for, so that a
contract with hundreds of operations costs what the used ones cost.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Literal

from ZSI.envelope import SoapVersion
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.names import QName

if TYPE_CHECKING:
    from ZSI.generate.build import Built
    from ZSI.generate.plan import OperationPlan
    from ZSI.mock.scope import Scope
    from ZSI.TC import Compound


class UnknownName(DefinitionError):
    """No operation (port, service) of that name, or none that can be served; says which or why."""


@dataclass(frozen=True, eq=False)  # without slots, for what is made when first asked for
class MockOperation:
    """One operation of one port.

    Attributes:
        service, port, name: as in the WSDL.
        version: the SOAP version of the binding.
        built: makes its classes. scope: where definitions look names up.
        contract: how stubs call the service: the contract's name.
        root: the name of the body element that asks for it; None for an empty Body.
        soap_action, action, reply_action: the SOAPAction and the WS-Addressing actions.
        input_name: tells overloaded operations apart.
        one_way: there is no response.
        problem: why it cannot be served, or None.
        plan: its plan; None where there is a problem.
    """

    service: str
    port: str
    name: str
    version: SoapVersion
    built: Built
    scope: Scope
    contract: str = ""
    root: QName | None = None
    soap_action: str | None = None
    action: str | None = None
    reply_action: str | None = None
    input_name: str | None = None
    style: Literal["document", "rpc"] = "document"
    encoded: bool = False
    one_way: bool = False
    problem: str | None = None
    documentation: str | None = None
    plan: OperationPlan | None = None

    @property
    def stand_ins(self) -> tuple[QName, ...]:
        """The elements that may come in the place of ``root``: of its substitution group."""
        return self.plan.input.stand_ins if self.plan is not None else ()

    @property
    def title(self) -> str:
        """``Port/Name``."""
        return f"{self.port}/{self.name}"

    @cached_property
    def request_class(self) -> type[Compound]:
        """The class of the request.

        Raises:
            UnknownName: the operation cannot be served.
        """
        return self.built.message(self._planned().input)

    def _planned(self) -> OperationPlan:
        if self.plan is None:
            raise UnknownName(f"{self.title} cannot be served: {self.problem}")
        return self.plan

    @property
    def body_tags(self) -> list[str]:
        """The names of all body elements of a request, in Clark notation."""
        cls = self.request_class
        if not cls.typecode.body:
            return [self.root.clark] if self.root is not None else []
        return [use.name.clark for use in cls.complex_type().children if use.name is not None]

    @cached_property
    def response_class(self) -> type[Compound] | None:
        """The class of the response; None for one-way operations.

        Raises:
            UnknownName: the operation cannot be served.
        """
        output = self._planned().output
        return self.built.message(output) if output is not None else None

    @cached_property
    def faults(self) -> Mapping[str, type[Compound]]:
        """The classes of declared faults' details, by the fault's name."""
        plans = self.plan.faults if self.plan is not None else ()
        return {p.name: self.built.cls(p.python) for p in plans if p.python is not None}

    @cached_property
    def headers(self) -> Mapping[QName, type[Compound]]:
        """The classes of the header blocks that the binding declares for requests."""
        plans = self.plan.headers if self.plan is not None else ()
        return {p.element: self.built.cls(p.python) for p in plans if p.python is not None}


class OperationTable:
    """Operations by the names that stubs give them.

    A bare name means that operation on all ports, ``Port/Name`` narrows it.
    """

    def __init__(self, operations: Iterable[MockOperation] = ()) -> None:
        self.all: tuple[MockOperation, ...] = tuple(operations)
        self._by_name: dict[str, list[MockOperation]] = {}
        for operation in self.all:
            self._by_name.setdefault(operation.name, []).append(operation)

    def __iter__(self) -> Iterator[MockOperation]:
        return iter(self.all)

    def __len__(self) -> int:
        return len(self.all)

    def find(
        self,
        name: str,
        *,
        input: str | None = None,
        service: str = "",
    ) -> tuple[MockOperation, ...]:
        """The operations that a name means; at least one.

        Args:
            name: ``Name`` or ``Port/Name``.
            input: the input's name, for overloaded operations.
            service: narrows to one service, by its name in the mock or in the WSDL.

        Raises:
            UnknownName: there is none; names the nearest.
        """
        before, slash, local = name.rpartition("/")
        port = before if slash else None
        found = tuple(
            operation
            for operation in self._by_name.get(local, ())
            if port in (None, operation.port)
            and input in (None, operation.input_name)
            and service in ("", operation.contract, operation.service)
        )
        if not found:
            raise self._unknown(local, port, input, service)
        return found

    def _unknown(
        self, local: str, port: str | None, input: str | None, service: str
    ) -> UnknownName:
        here = [o for o in self.all if service in ("", o.contract, o.service)]
        names = [o.name for o in here if port in (None, o.port)]
        if not here and self.all:
            said, name, known = f"no service {service}", service, [o.contract for o in self.all]
        elif port is not None and not names:
            said, name, known = f"no port {port}", port, [o.port for o in here]
        elif input is not None and local in names:
            said, name = f"operation {local} has no input {input}", input
            known = [o.input_name or "" for o in here if o.name == local]
        else:
            said, name, known = f"no operation {local}", local, names
        near = nearest(name, known)
        return UnknownName(said, expected="" if near else listed(known), nearest=near)
