"""Large contracts: how long they take to load, to generate and to import, with zeep beside us."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench.report import Section, Table
from bench.settings import Settings, say
from bench.values import ROOT, Absent

#: Third-party material beside the repository; absent in a plain clone.
WSDLS = ROOT.parent / "shared" / "wsdl"
CONTRACTS = {
    "PayPal": WSDLS / "wsdl2phpgenerator/paypal/PayPalSvc.wsdl",
    "vim25": WSDLS / "ZSI/test/wsdl2py/wsdl/vim25/vimService.wsdl",
    "NetSuite": WSDLS / "netsuite-v2017.2/netsuite.wsdl",
}

#: Each is a program for a fresh interpreter: what it prints is a list of numbers. Seconds are of
#: the processor, which other work on the machine does not change.
START = "import json, sys, time; started = time.process_time(); clock = time.perf_counter()\n"
PEAK = """
status = open("/proc/self/status").read().split()
peak = int(status[status.index("VmHWM:") + 1]) * 1024 / 1e6
"""
OURS = "from ZSI.wsdl.load import load_contract\n" + START + "contract = load_contract(sys.argv[1])"
OURS += "\nprint(json.dumps([time.process_time() - started, len(contract.schema.types)]))"
ZEEP = f"""import zeep, logging
{START}
from ZSI.wsdl.known import known_schema
class Transport(zeep.Transport):
    def load(self, location):
        return known_schema(location.rstrip("/")) or super().load(location)
zeep.Client(sys.argv[1], transport=Transport())
print(json.dumps([time.process_time() - started]))"""
#: The whole command, the start of the interpreter and its imports too.
WHOLE = f"""{START}
from ZSI.generate.commands import main
try:
    main(["-q", "-w", "-o", sys.argv[2], sys.argv[1]])
except SystemExit as ended:
    assert not ended.code, ended.code
{PEAK}
print(json.dumps([time.process_time(), time.perf_counter() - clock, peak]))"""
#: What the stub costs a process that has the runtime already.
STUB = f"""import ZSI.twisted.WSresource, importlib
{START}
sys.path.insert(0, sys.argv[2])
from pathlib import Path
[stub] = Path(sys.argv[2]).glob("*_server.py")
importlib.import_module(stub.stem)
print(json.dumps([time.process_time() - started]))"""


def ran(code: str, *arguments: object) -> list[float]:
    """The numbers that a program prints.

    Raises:
        Absent: it failed; the text is the last line that it said.
    """
    command = [sys.executable, "-c", code, *map(str, arguments)]
    plain = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, env=plain)
    if done.returncode:
        raise Absent((done.stderr.strip().splitlines() or ["ended without a word"])[-1])
    numbers: list[float] = json.loads(done.stdout.splitlines()[-1])
    return numbers


def figures(wsdl: Path, rounds: int) -> Iterator[float]:
    """The cells of one contract: the least of rounds in which each takes its turn."""
    found: list[list[float]] = []
    with tempfile.TemporaryDirectory() as folder:
        for _ in range(rounds):
            zeep = ran(ZEEP, wsdl)
            ours, types = ran(OURS, wsdl)
            whole = ran(WHOLE, wsdl, folder)
            first = ran(STUB, wsdl, folder) if not found else found[0][-2:-1]
            found.append([types, *zeep, ours, *whole, *first, *ran(STUB, wsdl, folder)])
    yield from (min(column) for column in zip(*found, strict=True))


def run(settings: Settings) -> Section:
    """A row each contract."""
    rows: list[tuple[object, ...]] = []
    absent: dict[str, str] = {}
    for name, wsdl in CONTRACTS.items():
        say(name)
        try:
            if not wsdl.is_file():
                raise Absent("its WSDL is not beside the repository, in shared/wsdl")
            types, *others = figures(wsdl, settings.rounds)
            rows.append((name, int(types), *others))
        except Absent as problem:
            absent[name] = str(problem)
    heads = ("contract", "types", "zeep loads", "we load", "wsdl2py -w", "by the clock",
             "peak MB", "stub, first", "stub, again")  # fmt: skip
    notes = (
        "Seconds of the processor, each in a fresh interpreter, the least of all rounds.",
        "wsdl2py -w: the whole process, reading to writing; by the clock: without Python's start.",
        "stub: importing it where ZSI.twisted.WSresource is there already, first without bytecode.",
    )
    table = Table("large contracts", heads, tuple(rows), notes)
    return Section("generation", (table,) if rows else (), (), absent)
