"""Samples of every message of one WSDL: written, read back, and judged by others.

``python -m tests.corpus.sampling WSDL``: one line of JSON out.
"""

from __future__ import annotations

import json
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterator
from typing import Any

from ZSI import samples
from ZSI.generate.build import Built
from ZSI.generate.plan import MessagePlan
from ZSI.generate.planner import make_plan
from ZSI.parse import ParsedSoap
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.validator import Judge, compile_schema

MEMORY = 2 << 30
SEEDS = range(1, 11)


def messages(plan: Any) -> Iterator[tuple[str, MessagePlan, bool]]:
    """The messages of all operations: a name, the plan, whether it is encoded; each class once."""
    seen = set()
    for service in plan.services:
        for port in service.ports:
            for operation in port.operations:
                for way, message in (("in", operation.input), ("out", operation.output)):
                    if message is not None and message.cls not in seen:
                        seen.add(message.cls)
                        yield f"{operation.name} {way}", message, operation.encoded


def made_of(cls: Any) -> Iterator[tuple[str, Any]]:
    """The samples of a class, each with what kind it is."""
    yield "minimal", samples.minimal(cls)
    yield "full", samples.full(cls)
    for seed in SEEDS:
        yield f"seed {seed}", samples.random(cls, seed=seed)


class Report:
    """Counts, and the first lines of what went wrong."""

    def __init__(self, wsdl: str) -> None:
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.unmade: list[str] = []
        self.wsdl = wsdl

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
    for name, message, encoded in messages(plan):
        report.counts["messages"] += 1
        try:
            cls = built.message(message)
            ambiguous = message.root is not None and message.root.clark in judge.left_out
            judges = None if encoded or ambiguous else (judge, second)
            for kind, sample in made_of(cls):
                try_sample(report, f"{name} {kind}", cls, sample, judges)
        except samples.NoSample as error:
            report.unmade.append(f"{name}: {error}")
        except Exception as error:
            report.fail("crash", name, f"{type(error).__name__}: {error}")
    return {
        "wsdl": wsdl, "counts": dict(report.counts), "wrong": report.wrong,
        "unmade": report.unmade, "judge": judge.reason or "libxml2",
        "seconds": round(time.perf_counter() - started, 2),
        "mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10,
    }  # fmt: skip


def try_sample(
    report: Report, name: str, cls: Any, sample: Any, judges: tuple[Judge, XmlSchema | None] | None
) -> None:
    """One sample: write, read, compare, judge."""
    report.counts["samples"] += 1
    try:
        text = bytes(SoapWriter().serialize(sample, cls.typecode))
    except Exception as error:
        report.fail("unwritable", name, f"{type(error).__name__}: {error}")
        return
    try:
        parsed = ParsedSoap(text)
        back = parsed.Parse(cls.typecode)
    except Exception as error:
        report.fail("unreadable", name, f"{type(error).__name__}: {error}: {text[-600:]!r}")
        return
    if back != sample:
        report.fail("unequal", name, f"{sample!r} became {back!r}")
        return
    report.counts["equal"] += 1
    if judges is None or parsed.body_root is None:
        return
    first, second = judges
    for element in parsed.message.body_elements:
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
