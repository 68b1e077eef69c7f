"""A contract as the mock holds it: plan, classes and operations."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

from ZSI.envelope import SOAP11, SOAP12, SoapVersion
from ZSI.generate.build import Built
from ZSI.generate.plan import OperationPlan, PortPlan
from ZSI.mock.cache import Planned, keep, load_planned
from ZSI.mock.operations import MockOperation, OperationTable
from ZSI.mock.scope import Scope
from ZSI.wsdl.sources import LoadPolicy


class MockContract:
    """One WSDL with everything that serving it takes.

    Args:
        planned: what was read.
        name: how stubs and pages call the service; None: by the stem of the WSDL's name.

    >>> from ZSI.mock.examples import example
    >>> bank = MockContract.load(example("bank"))
    >>> sorted({operation.name for operation in bank.operations})[0]
    'GetBalance'
    """

    def __init__(self, planned: Planned, name: str | None = None) -> None:
        self.planned = planned
        self.plan = planned.plan
        self.name = name or self.plan.base
        self.built = Built(self.plan)
        self.scope = Scope(self.built.registry, planned.prefixes)
        self.operations = OperationTable(_operations(self))

    @classmethod
    def load(
        cls,
        location: str | Path,
        *,
        policy: LoadPolicy | None = None,
        folder: Path | None = None,
        name: str | None = None,
    ) -> MockContract:
        """Read a WSDL; one that this process has read before is the same object.

        Args:
            location: a path or, where the policy allows it, a URL.
            policy: how to read it.
            folder: of the cache on disk; None: none.
            name: see the class.

        Raises:
            ContractError: it cannot be read; one line with file, line and advice.
        """
        planned = load_planned(location, policy, folder)
        known = _made.get((id(planned), name))
        if known is None or known.planned is not planned:
            known = cls(planned, name)
            keep(_made, (id(planned), name), known, MOST_MADE)
        return known

    @property
    def warnings(self) -> tuple[str, ...]:
        """What its schemas mean for the checks of requests and replies, if it is not all."""
        found = []
        loose = [line for line in self.planned.findings if _LOOSE.search(line)]
        if loose:
            more = f", and {len(loose) - 1} more" if len(loose) > 1 else ""
            where, _, what = loose[0].partition(": warning: ")
            found.append(
                f"{self.name}: {what.partition(': ')[2]} ({Path(where).name}{more}): "
                "less is checked there"
            )
        if self.planned.uncompiled is not None:
            found.append(
                f"{self.name}: libxml2 does not compile its schema ({self.planned.uncompiled}): "
                "messages are checked by our own reading of it; a client that validates may refuse "
                "them"
            )
        return tuple(found)

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


#: Findings of a reader that had to take anything in the place of what the schema wants.
_LOOSE = re.compile(
    ": warning: (missing-type|missing-element|missing-attribute|not-simple|complex-type|facet|"
    "schema-element|name): "
)
#: Contracts whose classes a process keeps.
MOST_MADE = 32
_made: dict[tuple[int, str | None], MockContract] = {}


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
    if not parts.path.startswith("/"):  # http:8080://localhost/sql
        return None
    return parts.path


def _version(port: PortPlan) -> SoapVersion:
    return SOAP12 if port.soap12 else SOAP11


def _operations(contract: MockContract) -> Iterator[MockOperation]:
    """The operations of all SOAP ports, those with a problem among them."""
    for service in contract.plan.services:
        for port in service.ports:
            served = {(o.name, o.input.python): o for o in port.operations}
            for operation in served.values():
                yield _planned(service.name, port, operation, contract)
            for broken in contract.planned.broken:
                if (broken.service, broken.port) == (service.name, port.name):
                    yield MockOperation(
                        service.name,
                        port.name,
                        broken.name,
                        _version(port),
                        contract.built,
                        contract.scope,
                        contract=contract.name,
                        soap_action=broken.soap_action,
                        problem=broken.problem,
                    )


def _planned(
    service: str, port: PortPlan, plan: OperationPlan, contract: MockContract
) -> MockOperation:
    return MockOperation(
        service,
        port.name,
        plan.name,
        _version(port),
        contract.built,
        contract.scope,
        contract=contract.name,
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
