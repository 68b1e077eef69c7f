"""A contract as the mock holds it: documents, plan, classes and operations."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ZSI.envelope import SOAP11, SOAP12
from ZSI.generate.build import Built
from ZSI.generate.plan import OperationPlan, Plan, PortPlan
from ZSI.generate.planner import make_plan
from ZSI.mock.operations import MockOperation, OperationTable
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import BoundOperation, Contract
from ZSI.wsdl.sources import LoadPolicy


class MockContract:
    """One WSDL with everything that serving it takes.

    Args:
        contract: what was read.
        plan: its plan.

    >>> from ZSI.mock.examples import example
    >>> bank = MockContract.load(example("bank"))
    >>> sorted({operation.name for operation in bank.operations})[0]
    'GetBalance'
    """

    def __init__(self, contract: Contract, plan: Plan) -> None:
        self.contract = contract
        self.plan = plan
        self.built = Built(plan)
        self.operations = OperationTable(_operations(contract, plan, self.built))

    @classmethod
    def load(cls, location: str | Path, *, policy: LoadPolicy | None = None) -> MockContract:
        """Read a WSDL.

        Raises:
            ContractError: it cannot be read; one line with file, line and advice.
        """
        contract = load_contract(location, policy=policy or LoadPolicy())
        return cls(contract, make_plan(contract))

    @property
    def name(self) -> str:
        """The stem under which the contract is known."""
        return self.plan.base

    def paths(self) -> dict[str, str]:
        """The path of each SOAP port, by the port's name: that of its address, or a rule.

        Where the address has no path, is empty or no URL, the path is ``/<port>`` (the name of
        the binding where there is no service).
        """
        return {
            port.name: path_of(port.address) or f"/{port.name}"
            for service in self.plan.services
            for port in service.ports
        }


def path_of(address: str | None) -> str | None:
    """The path of an http address; None if it has none.

    >>> path_of("http://h/a/b?x"), path_of("http://h"), path_of("REPLACE_WITH_ACTUAL_URL")
    ('/a/b', None, None)
    """
    try:
        parts = urlsplit((address or "").strip())
    except ValueError:
        return None
    if parts.scheme.lower() not in ("http", "https") or parts.path in ("", "/"):
        return None
    return parts.path


def _operations(contract: Contract, plan: Plan, built: Built) -> Iterator[MockOperation]:
    """The operations of all SOAP ports, those with a problem among them."""
    for service in plan.services:
        for port in service.ports:
            planned = {(o.name, o.input.python): o for o in port.operations}
            names = {o.name for o in port.operations}
            for operation in planned.values():
                yield _planned(service.name, port, operation, built)
            for bound in _bound(contract, service.name, port.name):
                if bound.name not in names:
                    yield MockOperation(
                        service.name,
                        port.name,
                        bound.name,
                        SOAP12 if port.soap12 else SOAP11,
                        built,
                        soap_action=bound.soap_action,
                        problem=bound.problem or "its messages are of a shape that is not served",
                    )


def _planned(service: str, port: PortPlan, plan: OperationPlan, built: Built) -> MockOperation:
    return MockOperation(
        service,
        port.name,
        plan.name,
        SOAP12 if port.soap12 else SOAP11,
        built,
        root=plan.input.root,
        soap_action=plan.soap_action,
        action=plan.input_action,
        reply_action=plan.output_action,
        input_name=plan.input_name,
        style=plan.style,
        encoded=plan.encoded,
        one_way=plan.output is None,
        documentation=plan.documentation,
        plan=plan,
    )


def _bound(contract: Contract, service: str, port: str) -> Iterator[BoundOperation]:
    """The operations of a port as the contract has them."""
    for known, candidate, binding in contract.ports():
        if known.name.localname == service and candidate.name == port:
            yield from binding.operations
