"""One WSDL in a process of its own: load, plan, print, import, build; one line of JSON out.

``python -m tests.corpus.worker WSDL FOLDER``: the generated package goes into FOLDER.
"""

from __future__ import annotations

import importlib
import json
import resource
import sys
import time
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.generate.definitions import suspicious

#: Address space: what grows beyond it ends with MemoryError instead of taking the machine down.
MEMORY = 2 << 30


class Report(dict[str, Any]):
    """What is known of one WSDL; ``stage`` and ``error`` say where it ended, if it did."""

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Note how long a stage takes; the first failing one is kept."""
        self["stage"] = stage
        start = time.perf_counter()
        yield
        self.setdefault("seconds", {})[stage] = round(time.perf_counter() - start, 3)


def sweep(wsdl: str, folder: Path) -> Report:
    """Everything that can be tried without another process."""
    report = Report(wsdl=wsdl, stage="start")
    try:
        _stages(report, wsdl, folder)
        report["stage"] = "done"
    except Exception as error:
        from ZSI.wsdl.model import ContractError

        report["refused"] = isinstance(error, ContractError)
        report["error"] = f"{type(error).__name__}: {error}"
        report["traceback"] = traceback.format_exc().splitlines()[-8:]
    report["mb"] = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss >> 10
    return report


def _stages(report: Report, wsdl: str, folder: Path) -> None:
    from ZSI.generate.commands import plan_files
    from ZSI.generate.planner import make_plan
    from ZSI.wsdl.load import load_contract

    with report.timed("load"):
        contract = load_contract(wsdl)
    report["findings"] = len(contract.findings)
    with report.timed("plan"):
        plan = make_plan(contract)
    report["classes"] = len(plan.classes)
    report["operations"] = sum(len(service.operations) for service in plan.services)
    report["notices"] = list(plan.notices)
    with report.timed("print"):
        files = plan_files(plan, package=True)
    for name, content in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    (folder / "__init__.py").touch()
    python = {name: content.decode() for name, content in files.items() if name.endswith(".py")}
    report["wrong"] = [f"{name}: {line}" for name in python for line in suspicious(python[name])]
    report["lines"] = sum(text.count("\n") for text in python.values())
    sys.path.insert(0, str(folder.parent))
    for kind in ("types", "server", "client"):
        with report.timed(f"import {kind}"):
            module = importlib.import_module(f"{folder.name}.{plan.base}_{kind}")
        if kind == "types":
            types = module
    with report.timed("build"):
        report["built"] = build(types._registry)


def build(registry: Any) -> int:
    """Resolve every declaration: types, automata, readers and writers."""
    from ZSI.TC.resolve import resolve
    from ZSI.TC.typecode import prefixes_of

    prefixes = prefixes_of(registry)
    classes = {id(c): c for c in (*registry.elements.values(), *registry.types.values())}
    pending = [c for c in classes.values() if isinstance(c, type)]
    seen = set()
    while pending:
        cls = pending.pop()
        if cls in seen:
            continue
        seen.add(cls)
        made = cls.complex_type()
        if "simple" not in cls._options:
            _ = made.automaton.start.expected, made.decode, made.ordered, made.flat
            made.encoder(prefixes)
        cls.element_declaration()
        pending += [field.type for field in made.own if isinstance(field.type, type)]
    for name in registry.types:
        resolve(name, registry)
    for use in registry.attributes.values():
        resolve(use, registry)
    return len(seen)


def main() -> None:
    """The process that one WSDL gets."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    wsdl, folder = sys.argv[1:]
    print(json.dumps(sweep(wsdl, Path(folder))))


if __name__ == "__main__":
    main()
