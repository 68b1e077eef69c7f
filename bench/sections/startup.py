"""How long it takes to import, and from twistd's start to the first answer."""

from __future__ import annotations

import statistics
import subprocess
import sys
import time

from bench.process import Server, free_port
from bench.report import Section, Table
from bench.settings import Settings, say
from bench.subjects import ours
from bench.values import ROOT, Absent
from bench.workloads import ECHO

TIMES = 7
IMPORTS = ("ZSI", "ZSI.twisted.WSresource", "ZSI.generate.commands")
CODE = "import time; t = time.perf_counter(); import {module}; print(time.perf_counter() - t)"


def imported(module: str) -> float:
    """Seconds of one import in a fresh interpreter, without the interpreter's own start."""
    code = CODE.format(module=module)
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    if done.returncode:
        raise Absent(done.stderr.strip().splitlines()[-1])
    return float(done.stdout)


def first_answer() -> float:
    """Seconds from starting the process to having read the first answer."""
    port = free_port()
    command = ours.FRONT.command(ECHO, port)
    started = time.perf_counter()
    with Server(command, port) as server:
        server.check(ECHO)
        return time.perf_counter() - started


def run(settings: Settings) -> Section:
    """Medians, and the best."""
    rows: list[tuple[object, ...]] = []
    absent: dict[str, str] = {}
    works = {f"import {module}": (imported, module) for module in IMPORTS}
    for name, (work, module) in works.items():
        say(name)
        try:
            times = [work(module) for _ in range(TIMES)]
        except Absent as problem:
            absent[name] = str(problem)
            continue
        rows.append((name, statistics.median(times), min(times)))
    try:
        times = [first_answer() for _ in range(TIMES)]
        rows.append(("server.tac to its first answer", statistics.median(times), min(times)))
    except (Absent, RuntimeError) as problem:
        absent["server.tac"] = str(problem)
    return Section("startup", (Table("start", ("what", "s", "best"), tuple(rows)),), (), absent)
