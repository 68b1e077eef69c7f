"""What a contract offers, at a glance: services, ports, operations and styles.

For ``wsdl2py --list``, as lines or as data.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ZSI.errors import Finding
from ZSI.generate.plan import MessagePlan, OperationPlan, Plan
from ZSI.wsdl.model import BoundOperation, Contract


def listed(contract: Contract, plan: Plan) -> dict[str, Any]:
    """The contract as data that JSON can carry."""
    planned = {
        (service.name, port.name, operation.name, operation.input_name): operation
        for service in plan.services
        for port in service.ports
        for operation in port.operations
    }
    services: dict[str, dict[str, Any]] = {}
    for service, port, binding in contract.ports():
        known = services.setdefault(
            service.name.localname,
            {
                "name": service.name.localname,
                "namespace": service.name.namespace,
                "documentation": service.documentation,
                "ports": [],
            },
        )
        known["ports"].append(
            {
                "name": port.name,
                "address": port.address,
                "binding": binding.name.localname,
                "kind": binding.kind,
                "operations": [
                    _operation(
                        bound,
                        planned.get(
                            (service.name.localname, port.name, bound.name, bound.input_name)
                        ),
                        plan.notices,
                    )
                    for bound in binding.operations
                ],
            }
        )
    return {
        "wsdl": contract.location,
        "name": contract.name,
        "namespace": contract.target_namespace,
        "services": list(services.values()),
        "types": len(contract.schema.types),
        "elements": len(contract.schema.elements),
    }


def _operation(
    bound: BoundOperation, plan: OperationPlan | None, notices: tuple[str, ...]
) -> dict[str, Any]:
    use = bound.input.use if bound.input is not None else "literal"
    found: dict[str, Any] = {
        "name": bound.name,
        "style": f"{bound.style}/{use}",
        "soap_action": bound.soap_action,
        "one_way": bound.mep == "one-way",
        "input": _message(plan.input if plan is not None else None),
        "output": _message(plan.output if plan is not None else None),
        "headers": [h.python or h.element.localname for h in plan.headers] if plan else [],
        "faults": [fault.name for fault in bound.faults],
        "documentation": bound.documentation,
    }
    if plan is None:
        start = f"operation {bound.name} is left out: "
        reasons = [line.removeprefix(start) for line in notices if line.startswith(start)]
        found["problem"] = bound.problem or next(iter(reasons), "only SOAP is served")
    return found


def _message(plan: MessagePlan | None) -> str | None:
    return plan.cls if plan is not None else None


_KINDS = {"soap11": "SOAP 1.1", "soap12": "SOAP 1.2", "http": "HTTP GET/POST", "other": "not SOAP"}


def lines(data: dict[str, Any]) -> Iterator[str]:
    """The same as lines for a person."""
    if not data["services"]:
        yield f"no service; {data['types']} types, {data['elements']} elements"
    for service in data["services"]:
        yield f"service {service['name']}"
        for port in service["ports"]:
            yield f"  port {port['name']}  {_KINDS[port['kind']]}  {port['address'] or '-'}"
            width = max((len(o["name"]) for o in port["operations"]), default=0)
            for operation in port["operations"]:
                yield f"    {_line(operation, width)}"


def _line(operation: dict[str, Any], width: int) -> str:
    start = f"{operation['name']:{width}}  {operation['style']}"
    if "problem" in operation:
        return f"{start}  not served: {operation['problem']}"
    output = "one-way" if operation["one_way"] else f"-> {operation['output']}"
    rest = ""
    for key in ("headers", "faults"):
        if operation[key]:
            rest += f"  {key}: {', '.join(operation[key])}"
    return f"{start}  {operation['input']} {output}{rest}"


def finding_data(findings: Iterable[Finding]) -> list[dict[str, Any]]:
    """Findings as data."""
    return [
        {
            "rule": finding.rule,
            "severity": finding.severity,
            "message": finding.message,
            "file": finding.where.file if finding.where else None,
            "line": finding.where.line if finding.where else None,
        }
        for finding in findings
    ]
