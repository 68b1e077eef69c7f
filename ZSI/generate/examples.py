"""Envelopes that show what an operation takes and gives: ``wsdl2py --sample OPERATION``."""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from lxml import etree

from ZSI import samples
from ZSI.envelope import SOAP11, SOAP12
from ZSI.errors import ZSIException
from ZSI.generate.build import Built
from ZSI.generate.plan import OperationPlan, Plan, PortPlan
from ZSI.writer import SoapWriter
from ZSI.xmlio import parse_document


class UnknownOperation(ZSIException):
    """The contract has no operation of that name; the message says which are near."""


def examples(
    plan: Plan, name: str, *, minimal: bool = False, seed: int | None = None
) -> Iterator[tuple[str, str]]:
    """Titles and envelopes of the request and the response of an operation.

    Args:
        plan: of the contract.
        name: ``Name`` or ``Port/Name``; the first port that has it counts.
        minimal: the smallest instances. seed: random ones; else full ones.

    Raises:
        UnknownOperation: there is none of that name.
        NoSample: a message has no finite instance, or facets that nothing was found for.
    """
    port, operation = _find(plan, name)
    built = Built(plan)
    version = SOAP12 if port.soap12 else SOAP11
    for way, message in (("request", operation.input), ("response", operation.output)):
        if message is None:
            continue
        cls = built.message(message)
        if minimal:
            sample = samples.minimal(cls)
        elif seed is not None:
            sample = samples.random(cls, seed=seed)
        else:
            sample = samples.full(cls)
        headers = [] if way == "response" else operation.headers
        blocks = [samples.full(built.cls(plan.python)) for plan in headers if plan.python]
        style = version.encoding_style if operation.encoded else None
        writer = SoapWriter(version=version, encodingStyle=style)
        writer.serialize(sample, cls.typecode, header_pyobjs=blocks)
        yield f"{way} of {port.name}/{operation.name}", _indented(bytes(writer))


def _find(plan: Plan, name: str) -> tuple[PortPlan, OperationPlan]:
    wanted_port, _, local = name.rpartition("/")
    names: list[str] = []
    for service in plan.services:
        for port in service.ports:
            for operation in port.operations:
                names.append(operation.name)
                if operation.name == local and wanted_port in ("", port.name):
                    return port, operation
    names = sorted(set(names))
    near = get_close_matches(local, names, 3, 0.5) or names[:5]
    hint = f"did you mean {' or '.join(near)}?" if near else "the contract has none that is served"
    raise UnknownOperation(f"no operation {name}: {hint}")


def _indented(envelope: bytes) -> str:
    root = parse_document(envelope)
    etree.indent(root)
    return etree.tostring(root, encoding="unicode")
