"""Samples of every message of one WSDL: written, read back, and judged by others.

``python -m tests.corpus.sampling WSDL``: one line of JSON out.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any, Protocol

from tests.corpus.zeeps import Decoder
from ZSI import samples
from ZSI.generate.build import Built
from ZSI.generate.plan import MessagePlan, OperationPlan, Plan, PortPlan
from ZSI.generate.planner import make_plan
from ZSI.parse import ParsedSoap
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.validator import Judge, compile_schema

MEMORY = 2 << 30
SEEDS = range(1, 11)


def messages(plan: Plan) -> Iterator[tuple[PortPlan, OperationPlan, str, MessagePlan]]:
    """The messages of all operations, each class once: ``in`` and ``out`` of what."""
    seen = set()
    for service in plan.services:
        for port in service.ports:
            for operation in port.operations:
                for way, message in (("in", operation.input), ("out", operation.output)):
                    if message is not None and message.cls not in seen:
                        seen.add(message.cls)
                        yield port, operation, way, message


def made_of(cls: Any) -> Iterator[tuple[str, Any]]:
    """The samples of a class, each with what kind it is."""
    yield "minimal", samples.minimal(cls)
    yield "full", samples.full(cls)
    for seed in SEEDS:
        yield f"seed {seed}", samples.random(cls, seed=seed)


class Complaints(Protocol):
    """Where verdicts are noted."""

    counts: Counter[str]

    def fail(self, what: str, where: str, why: object) -> None:
        """Note a failure."""


class Report:
    """Counts, and the first lines of what went wrong."""

    def __init__(self, wsdl: str) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.unmade: list[str] = []
        #: Why zeep cannot read the WSDL; empty if it was not asked, or can.
        self.unread = ""
        self._noted = 0
        #: Messages that libxml2 does not know.
        self.unknown: list[str] = []
        self.wsdl = wsdl

    def note_unknown(self, name: str, message: MessagePlan) -> None:
        """Note a message if some of its samples were unknown to libxml2."""
        unknown = self.counts["libxml2 does not know"]
        if unknown > self._noted:
            self.unknown.append(f"{name} {message.root}")
            self._noted = unknown

    def fail(self, what: str, where: str, why: object) -> None:
        self.counts[what] += 1
        if len(self.wrong) < 40:
            self.wrong.append(f"{what}: {where}: {str(why)[:400]}")


def sweep(wsdl: str) -> dict[str, Any]:
    """Samples of every message."""
    report = Report(wsdl)
    started = time.perf_counter()
    contract = load_contract(wsdl)
    plan = make_plan(contract)
    built = Built(plan)
    judge = compile_schema(contract)
    second = None if judge.schema is not None else XmlSchema(contract)
    decoder = Encoded(wsdl)
    for port, operation, way, message in messages(plan):
        report.counts["messages"] += 1
        name = f"{operation.name} {way}"
        try:
            cls = built.message(message)
            ambiguous = message.root is not None and message.root.clark in judge.left_out
            judges = None if operation.encoded or ambiguous else (judge, second)
            for kind, sample in made_of(cls):
                text = try_sample(report, f"{name} {kind}", cls, sample, judges)
                if text is not None and operation.encoded:
                    decoder.judge(report, f"{name} {kind}", text, (port, operation, way))
            report.note_unknown(name, message)
        except samples.NoSample as error:
            report.unmade.append(f"{name}: {error}")
        except Exception as error:
            report.fail("crash", name, f"{type(error).__name__}: {error}")
    return {
        "wsdl": wsdl, "counts": dict(report.counts), "wrong": report.wrong,
        "unmade": report.unmade, "unread": report.unread,
        "unknown": report.unknown, "judge": judge.reason or "libxml2",
        "seconds": round(time.perf_counter() - started, 2),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }  # fmt: skip


def try_sample(
    report: Report, name: str, cls: Any, sample: Any, judges: tuple[Judge, XmlSchema | None] | None
) -> bytes | None:
    """One sample: write, read, compare, judge; its text if nothing went wrong."""
    report.counts["samples"] += 1
    try:
        text = bytes(SoapWriter().serialize(sample, cls.typecode))
    except Exception as error:
        report.fail("unwritable", name, f"{type(error).__name__}: {error}")
        return None
    try:
        parsed = ParsedSoap(text)
        back = parsed.Parse(cls.typecode)
    except Exception as error:
        report.fail("unreadable", name, f"{type(error).__name__}: {error}: {text[-600:]!r}")
        return None
    if back != sample:
        report.fail("unequal", name, f"{sample!r} became {back!r}")
        return None
    report.counts["equal"] += 1
    if judges is not None and parsed.body_root is not None:
        judge_elements(report, name, parsed.message.body_elements, judges)
    return text


def judge_elements(
    report: Complaints,
    name: str,
    elements: Iterable[Any],
    judges: tuple[Judge, XmlSchema | None],
) -> None:
    """What the second judge says of elements: counts, and failures."""
    first, second = judges
    for element in elements:
        if first.schema is not None:
            complaint = first.complaint(element)
            if complaint is not None and "global declaration available" in complaint:
                report.counts["libxml2 does not know"] += 1
            elif complaint is not None:
                report.fail("libxml2 against", name, complaint)
            else:
                report.counts["libxml2 for"] += 1
        elif second is not None and (verdict := second.verdict(element)) is not None:
            if verdict:
                report.fail("xmlschema against", name, verdict)
            else:
                report.counts["xmlschema for"] += 1


class Encoded:
    """The judge of SOAP encoding: zeep, made when there is something to judge."""

    def __init__(self, wsdl: str) -> None:
        self.wsdl = wsdl
        self.decoder: Decoder | None = None

    def judge(
        self, report: Report, name: str, text: bytes, what: tuple[PortPlan, OperationPlan, str]
    ) -> None:
        """What it says of a message: counts, and failures.

        Args:
            what: the message: of which port and operation, ``in`` or ``out``.
        """
        if self.decoder is None:
            self.decoder = Decoder(self.wsdl)
            report.unread = self.decoder.why
        port, operation, way = what
        complaint = self.decoder.complaint(port, operation.name, way, text)
        if complaint is None:
            report.counts["zeep does not know"] += 1
        elif complaint:
            report.fail("zeep against", name, f"{complaint}: {text[-600:]!r}")
        else:
            report.counts["zeep for"] += 1


class XmlSchema:
    """The judge where libxml2 has no verdict: the xmlschema library, lax."""

    def __init__(self, contract: Any) -> None:
        from tests.corpus.lax import lax_schema

        self.schema = lax_schema(contract)

    def verdict(self, element: Any) -> str | None:
        """A complaint, empty if there is none; None where it does not know the element."""
        if self.schema is None or element.tag not in self.schema.maps.elements:
            return None
        errors = list(self.schema.iter_errors(element))
        return f"{errors[0].reason} at {errors[0].path}" if errors else ""


def main() -> None:
    """The process that one WSDL gets."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    print(json.dumps(sweep(sys.argv[1])))


if __name__ == "__main__":
    main()
