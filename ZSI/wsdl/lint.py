"""WS-I Basic Profile 1.1, section 4 (service description): what a contract breaks of it.

Each finding carries the requirement's number as its rule, so that it can be looked up, and the
line at fault. Nothing here keeps a contract from being served; see ``wsdl2py --lint``.

>>> from ZSI.wsdl.load import load_contract  # doctest: +SKIP
>>> [finding.rule for finding in lint(load_contract("echo.wsdl"))]  # doctest: +SKIP
[]
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ZSI.errors import Finding, Where, quote
from ZSI.names import SOAP11_ENC, SOAP11_HTTP, QName
from ZSI.wsdl.components import ComplexTypeDef
from ZSI.wsdl.lint_documents import document_findings
from ZSI.wsdl.model import Binding, BoundMessage, BoundOperation, Contract, Part

Complaint = tuple[str, str, Where | None]

#: Findings of the loader that are breaches too, with the requirement that each breaks.
_FROM_LOADING = {
    "missing-message": "R2101",
    "missing-porttype": "R2101",
    "missing-binding": "R2101",
    "missing-type": "R2102",
    "missing-element": "R2102",
    "missing-attribute": "R2102",
    "missing-group": "R2102",
    "missing-attributegroup": "R2102",
    "missing-import": "R2102",
    "wrong-namespace": "R2101",
    "missing-operation": "R2718",
    "unbound-operation": "R2718",
    "unbound-fault": "R2740",
    "missing-fault": "R2754",
    "missing-part": "R2206",
    "overloaded": "R2304",
    "notification": "R2303",
    "solicit-response": "R2303",
    "old-xsd": "R2801",
    "wsdl-import-of-schema": "R2001",
    "import-location": "R2007",
    "array-type": "R2111",
}


def lint(contract: Contract) -> tuple[Finding, ...]:
    """Everything in which a contract breaks the Basic Profile 1.1, in document order of kind.

    Returns:
        Findings whose ``rule`` is the requirement (``"R2706"``); empty for a clean contract.
    """
    complaints: list[Complaint] = [
        (_FROM_LOADING[finding.rule], finding.message, finding.where)
        for finding in contract.findings
        if finding.rule in _FROM_LOADING
    ]
    for check in _CHECKS:
        complaints.extend(check(contract))
    for document in contract.documents:
        complaints.extend(document_findings(document))
    return tuple(
        Finding(rule, message, where) for rule, message, where in dict.fromkeys(complaints)
    )


def _soap(contract: Contract) -> Iterator[tuple[Binding, BoundOperation]]:
    """The operations of the SOAP bindings."""
    for binding in contract.bindings.values():
        if binding.kind in ("soap11", "soap12"):
            for operation in binding.operations:
                yield binding, operation


def _messages(operation: BoundOperation) -> Iterator[BoundMessage]:
    for message in (operation.input, operation.output):
        if message is not None:
            yield message


def _check_bindings(contract: Contract) -> Iterator[Complaint]:
    """R2401 SOAP 1.1 bindings only, R2702 over HTTP, R2705 of one style."""
    for binding in contract.bindings.values():
        name = binding.name.localname
        if binding.kind != "soap11":
            yield "R2401", f"binding {name} is not a SOAP 1.1 binding", binding.where
        if binding.kind == "soap11" and binding.transport != SOAP11_HTTP:
            text = f"binding {name} has the transport {quote(binding.transport or '')}"
            yield "R2702", text, binding.where
        if len({operation.style for operation in binding.operations}) > 1:
            yield "R2705", f"binding {name} mixes document and rpc style", binding.where


def _check_parts(contract: Contract) -> Iterator[Complaint]:
    """R2201 one part in a document body, R2203 rpc by type, R2204 document by element."""
    for _, operation in _soap(contract):
        for message in _messages(operation):
            what = f"message {message.message.localname} of {operation.name}"
            if operation.style == "document" and len(message.parts) > 1:
                yield "R2201", f"{what} has {len(message.parts)} parts in its body", operation.where
            by_element = operation.style == "document"
            for part in message.parts:
                if (part.element is not None) != by_element:
                    rule = "R2204" if by_element else "R2203"
                    wanted = "element" if by_element else "type"
                    text = f"part {part.name} of {what} must be named by {wanted}"
                    yield rule, text, operation.where


def _check_headers_and_faults(contract: Contract) -> Iterator[Complaint]:
    """R2205: parts of headers, header faults and faults are named by element."""
    for _, operation in _soap(contract):
        parts: list[Part] = [fault.part for fault in operation.faults]
        for message in _messages(operation):
            for header in message.headers:
                parts += [header.part, *(fault.part for fault in header.faults)]
        for part in parts:
            if part.element is None:
                text = f"part {part.name} of {operation.name} must be named by element"
                yield "R2205", text, operation.where


def _check_signatures(contract: Contract) -> Iterator[Complaint]:
    """R2710: what arrives tells the operations of a binding apart."""
    for binding in contract.bindings.values():
        seen: dict[QName | None, str] = {}
        for operation in binding.operations:
            if operation.input is None or binding.kind not in ("soap11", "soap12"):
                continue
            parts = operation.input.parts
            if operation.style == "rpc":
                signature: QName | None = QName(operation.input.namespace, operation.name)
            else:
                signature = parts[0].element if parts else None
            other = seen.setdefault(signature, operation.name)
            if other != operation.name:
                text = f"operations {other} and {operation.name} have the same body on the wire"
                yield "R2710", text, operation.where


def _check_arrays(contract: Contract) -> Iterator[Complaint]:
    """R2110, R2111: no type derives from the encoding's Array or uses wsdl:arrayType."""
    for name, definition in contract.schema.types.items():
        if not isinstance(definition, ComplexTypeDef) or definition.array is None:
            continue
        if definition.base == QName(SOAP11_ENC, "Array"):
            text = f"type {name.localname} derives from the Array of the SOAP encoding"
            yield "R2110", text, definition.where
        if definition.array.array_type:
            yield "R2111", f"type {name.localname} uses wsdl:arrayType", definition.where


_CHECKS: tuple[Callable[[Contract], Iterator[Complaint]], ...] = (
    _check_bindings,
    _check_parts,
    _check_headers_and_faults,
    _check_signatures,
    _check_arrays,
)
