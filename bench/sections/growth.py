"""Cost that grows as it should: size, nesting, operations; each doubled until it shows."""

from __future__ import annotations

import contextlib
import io
from collections.abc import Callable
from functools import partial
from typing import Any

from bench import documents
from bench.chart import Lines
from bench.codecs import ours
from bench.documents import KINDS, Kind
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.timing import in_turns
from bench.values import OUT, Absent

STEPS = (1, 2, 4, 8, 16)
LEAST = 0.1


def by_size(kind: Kind) -> Callable[[int], Callable[[], Any]]:
    """Reading a document of this kind, a sixteenth of its usual size times the step."""
    codec = ours.codec(kind)
    return lambda step: partial(codec.read, kind.make(kind.count * step // STEPS[-1]))


def nesting() -> Callable[[int], Callable[[], Any]]:
    """One chain, 10 levels times the step (the limit is 200)."""
    codec = ours.codec(KINDS[1])

    def document(step: int) -> bytes:
        levels = 10 * step
        chain = "".join(f"<b:node><b:name>level {i}</b:name>" for i in range(levels))
        return documents.envelope(f"<b:Trees>{chain}{'</b:node>' * levels}</b:Trees>")

    return lambda step: partial(codec.read, document(step))


def operations() -> Callable[[int], Callable[[], Any]]:
    """wsdl2py on a contract of 25 operations times the step."""
    from ZSI.generate.commands import wsdl2py

    folder = OUT / "growth"
    folder.mkdir(parents=True, exist_ok=True)

    def work(step: int) -> Callable[[], Any]:
        path = folder / f"operations{25 * step}.wsdl"
        path.write_text(contract(25 * step), "utf-8")
        out = folder / path.stem
        out.mkdir(exist_ok=True)
        return partial(_quietly, wsdl2py, ["-w", "-o", str(out), str(path)])

    return work


def _quietly(work: Callable[[list[str]], Any], arguments: list[str]) -> None:
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        work(arguments)


def contract(count: int) -> str:
    """The echo contract with so many operations."""
    numbers = range(count)
    elements = "".join(
        f'<xsd:element name="Op{i}"><xsd:complexType><xsd:sequence>'
        f'<xsd:element name="value" type="xsd:string"/></xsd:sequence></xsd:complexType>'
        f"</xsd:element>"
        for i in numbers
    )
    messages = "".join(
        f'<message name="M{i}"><part name="parameters" element="t:Op{i}"/></message>'
        for i in numbers
    )
    ports = "".join(
        f'<operation name="Op{i}"><input message="t:M{i}"/><output message="t:M{i}"/></operation>'
        for i in numbers
    )
    body = '<soap:body use="literal"/>'
    bound = "".join(
        f'<operation name="Op{i}"><soap:operation soapAction="Op{i}"/>'
        f"<input>{body}</input><output>{body}</output></operation>"
        for i in numbers
    )
    return (
        '<definitions name="Growing" targetNamespace="urn:t" xmlns:t="urn:t"'
        ' xmlns="http://schemas.xmlsoap.org/wsdl/"'
        ' xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"'
        ' xmlns:xsd="http://www.w3.org/2001/XMLSchema"><types>'
        f'<xsd:schema targetNamespace="urn:t" elementFormDefault="qualified">{elements}'
        f'</xsd:schema></types>{messages}<portType name="P">{ports}</portType>'
        '<binding name="B" type="t:P">'
        '<soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>'
        f'{bound}</binding><service name="Growing"><port name="B" binding="t:B">'
        '<soap:address location="http://localhost/growing"/></port></service></definitions>'
    )


def run(settings: Settings) -> Section:
    """A line for each way to grow."""
    ways: dict[str, Callable[[], Callable[[int], Callable[[], Any]]]] = {
        f"read {kind.name}": partial(by_size, kind) for kind in KINDS
    }
    ways |= {"read one chain, levels": nesting, "wsdl2py, operations": operations}
    rows: list[tuple[object, ...]] = []
    absent: dict[str, str] = {}
    series: dict[str, list[tuple[float, float]]] = {}
    for name, way in ways.items():
        say(name)
        try:
            make = way()
            works = {str(step): make(step) for step in STEPS}
            times = in_turns(works, LEAST, settings.rounds)
        except Exception as problem:
            # what does not work yet is named; the rest is measured
            why = problem if isinstance(problem, Absent) else f"{type(problem).__name__}: {problem}"
            absent[name] = str(why)
            continue
        series[name] = [(step, times[str(step)] * 1e3) for step in STEPS]
        ratio = times[str(STEPS[-1])] / times[str(STEPS[-3])]
        rows.append((name, *(times[str(step)] * 1e3 for step in STEPS), ratio))
    heads = ("what", *(f"ms at {step}n" for step in STEPS), "16n / 4n")
    notes = ("linear is 4; more than 5 grows faster than it should",)
    table = Table("growth", heads, tuple(rows), notes)
    chart = Lines("growth (a straight diagonal is linear)", "times n", "ms", series)
    return Section("growth", (table,), (chart,), absent)
