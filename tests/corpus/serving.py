"""One WSDL served by its generated stub, over a socket, and called: by zeep and by our clients.

``python -m tests.corpus.serving [NAME …]``: those of the index that zeep can read, each in a
process of its own. Every operation answers samples of its response; zeep gets the WSDL from the
server, makes its requests of samples of ours, and has to decode each reply; the generated clients
have to get back equal values.
"""

from __future__ import annotations

import argparse
import csv
import importlib
import json
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.corpus import WSDLS
from tests.corpus.zeeps import KINDS, envelope_of
from tests.corpus.zeeps import Zeep as Zeep
from ZSI import samples
from ZSI.errors import FaultException
from ZSI.fault import Fault
from ZSI.generate.commands import plan_files
from ZSI.generate.plan import OperationPlan, Plan, PortPlan, ServicePlan
from ZSI.generate.planner import make_plan
from ZSI.mock.server import ReactorThread
from ZSI.parse import ParsedSoap
from ZSI.twisted.endpoints import make_factory
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_contract

ROOT = Path(__file__).parents[2]
MEMORY = 3 << 30
#: Seconds for one WSDL; bytes of one with its imports.
PATIENCE = 120.0
LARGEST = 1_500_000
#: Complaints shown of one WSDL.
SHOWN = 3
CALLS = ("zeep decoded", "twisted calls", "blocking calls")


class Report:
    """Counts, and the first lines of what went wrong."""

    def __init__(self, wsdl: str) -> None:
        self.wsdl = wsdl
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        #: Requests that zeep cannot make; operations that it cannot call at all.
        self.unsaid: list[str] = []
        self.beyond: list[str] = []

    def fail(self, what: str, where: str, why: object) -> None:
        """Note a failure."""
        self.counts[f"{what} failed"] += 1
        self.wrong.append(f"{what}: {where}: {type(why).__name__}: {str(why)[:500]}")


class Generated:
    """The modules of one WSDL, for Twisted and without, imported from a folder of its own."""

    def __init__(self, wsdl: str) -> None:
        self.plan: Plan = make_plan(load_contract(wsdl))
        self.folder = Path(tempfile.mkdtemp(prefix="zsi-serving-"))
        for package, twisted in (("served", True), ("plain", False)):
            for name, content in plan_files(self.plan, package=True, twisted=twisted).items():
                path = self.folder / package / name
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_bytes(content)
            (self.folder / package / "__init__.py").touch()
        sys.path.insert(0, str(self.folder))

    def module(self, package: str, kind: str) -> Any:
        """``server`` or ``client`` of ``served`` or ``plain``."""
        return importlib.import_module(f"{package}.{self.plan.base}_{kind}")

    def forget(self) -> None:
        """Leave nothing behind."""
        sys.path.remove(str(self.folder))
        shutil.rmtree(self.folder)
        for name in [n for n in sys.modules if n.partition(".")[0] in ("served", "plain")]:
            del sys.modules[name]


def answering(base: Any, kind: list[str | Fault]) -> Any:
    """An instance of a generated service class whose typed methods answer samples.

    Args:
        base: the class.
        kind: holds the name of the kind of samples to be answered now, or a fault.
    """

    def method(response: Any) -> Any:
        def answer(self: Any, request: Any) -> Any:
            if isinstance(kind[0], Fault):
                raise kind[0]
            return KINDS[kind[0]](response) if response is not None else None

        return answer

    made = {o.method: method(o.response) for o in base.operations.values()}
    return type(base.__name__, (base,), made)()


class Sweep:
    """The served services of one WSDL."""

    def __init__(self, wsdl: str) -> None:
        self.report = Report(wsdl)
        self.generated = Generated(wsdl)
        self.kind: list[str | Fault] = ["full"]
        self.thread = ReactorThread()
        self.thread.start()

    def run(self) -> None:
        """Serve and call every service."""
        plan, server = self.generated.plan, self.generated.module("served", "server")
        for service in plan.services:
            self.service(service, answering(getattr(server, service.python), self.kind))

    def service(self, service: ServicePlan, resource: Any) -> None:
        """Serve one service, and call it."""
        reactor = self.thread.reactor
        factory = make_factory(resource, reactor)
        port = self.thread.call(lambda: reactor.listenTCP(0, factory, interface="127.0.0.1"))
        url = f"http://127.0.0.1:{port.getHost().port}{service.path or '/'}"
        try:
            zeep = Zeep(url, self.report)
            for kind in KINDS:
                self.kind[0] = kind
                for plan in service.ports:
                    zeep.port(service, plan, resource, kind)
                    self.clients(plan, resource, url, kind)
            for plan in service.ports:
                self.faults(zeep, service, plan, resource, url)
        finally:
            self.thread.call(port.stopListening)
            self.thread.call(factory.drain, 0.1)

    def clients(self, port: PortPlan, resource: Any, url: str, kind: str) -> None:
        """Call every operation of a port with the generated clients."""
        with self.both(port, url) as calls:
            for operation in port.operations:
                entry = resource.operations[operation.soap_method]
                request, expected = self.sample(operation, entry, kind)
                if request is None:
                    continue
                where = f"{port.name}/{operation.name} {kind}"
                for name, call in calls.items():
                    self.report.counts[f"{name} calls"] += 1
                    try:
                        got = call(operation, request, entry.headers)
                        if not same(got, expected):
                            raise ValueError(f"{expected!r} became {got!r}")
                    except Exception as error:
                        self.report.fail(name, where, error)

    @contextmanager
    def both(self, port: PortPlan, url: str) -> Iterator[dict[str, Any]]:
        """Functions that call an operation with the Twisted and with the blocking client."""
        twisted = getattr(self.generated.module("served", "client"), port.python)
        blocking = getattr(self.generated.module("plain", "client"), port.python)
        deferring = self.thread.call(lambda: twisted(url, reactor=self.thread.reactor, timeout=20))
        waiting = blocking(url, timeout=20)

        def deferred(operation: OperationPlan, request: Any, headers: Any) -> Any:
            blocks = [samples.full(header) for header in headers]
            method = getattr(deferring, operation.method)
            return self.thread.call(lambda: method(request, soapheaders=blocks))

        def waited(operation: OperationPlan, request: Any, headers: Any) -> Any:
            blocks = [samples.full(header) for header in headers]
            plain = plain_request(operation, request, self.generated)
            return getattr(waiting, operation.method)(plain, soapheaders=blocks)

        try:
            yield {"twisted": deferred, "blocking": waited}
        finally:
            waiting.binding.close()

    def faults(
        self, zeep: Zeep, service: ServicePlan, port: PortPlan, resource: Any, url: str
    ) -> None:
        """Have every declared fault raised, and taken by all three."""
        with self.both(port, url) as calls:
            for operation in port.operations:
                entry = resource.operations[operation.soap_method]
                request, _ = self.sample(operation, entry, "minimal")
                for cls in entry.faults if request is not None else ():
                    sample = samples.full(cls)
                    self.kind[0] = Fault(Fault.Server, "declared", detail=sample)
                    where = f"{port.name}/{operation.name} fault {cls.__name__}"
                    for name, call in calls.items():
                        self.report.counts[f"{name} faults"] += 1
                        try:
                            check_fault(lambda: call(operation, request, ()), sample)  # noqa: B023  # called at once
                        except Exception as error:
                            self.report.fail(f"{name} fault", where, error)
                    envelope = envelope_of(request, entry.request.typecode, port)
                    try:
                        got = zeep.fault(service, port, operation.name, envelope)
                        self.report.counts["zeep faults"] += got is not None
                    except Exception as error:
                        self.report.fail("zeep fault", where, error)

    def sample(self, operation: OperationPlan, entry: Any, kind: str) -> tuple[Any, Any]:
        """The request, and the response that the service will give; None, None: there is none."""
        try:
            made = KINDS[kind]
            return made(entry.request), made(entry.response) if entry.response else None
        except samples.NoSample as error:
            self.report.counts["no sample"] += 1
            self.report.wrong.append(f"no sample: {operation.name}: {error}")
            return None, None

    def close(self) -> None:
        """Stop the reactor, remove the files."""
        self.thread.stop()
        self.generated.forget()


def check_fault(call: Callable[[], Any], sample: Any) -> None:
    """Raise ValueError unless a call ends with a fault whose detail is the sample."""
    try:
        got = call()
    except FaultException as error:
        detail = error.fault.detail
        if not (detail and same(detail[0], sample)):
            raise ValueError(f"{sample!r} became {detail!r}") from error
    else:
        raise ValueError(f"no fault, but {got!r}")


def plain_request(operation: OperationPlan, request: Any, made: Generated) -> Any:
    """The request as an object of the blocking client's own classes."""
    cls = getattr(made.module("plain", "client"), operation.input.python)
    how = getattr(made.module("served", "client"), operation.input.python).typecode
    return ParsedSoap(bytes(SoapWriter().serialize(request, how))).Parse(cls.typecode)


def same(got: Any, expected: Any) -> bool:
    """Whether two objects, perhaps of two generations of one class, hold the same."""
    if got is None or expected is None:
        return got is expected
    return bool(got == expected) if type(got) is type(expected) else repr(got) == repr(expected)


def work(wsdl: str) -> None:
    """The process that one WSDL gets."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    started = time.perf_counter()
    sweep = Sweep(wsdl)
    try:
        sweep.run()
    finally:
        sweep.close()
    print(json.dumps({
        "counts": sweep.report.counts, "wrong": sweep.report.wrong,
        "unsaid": sweep.report.unsaid, "beyond": sweep.report.beyond,
        "seconds": round(time.perf_counter() - started, 2),
    }))  # fmt: skip


def rows(parts: list[str]) -> list[dict[str, str]]:
    """The lines of the index that zeep reads and that are not huge; ``parts`` of paths choose."""
    with (WSDLS / "INDEX.tsv").open(newline="") as lines:
        found = csv.DictReader(lines, delimiter="\t", quoting=csv.QUOTE_NONE)
        return [
            row for row in found
            if row["zeep_ok"].startswith("yes") and int(row["closure_size"]) < LARGEST
            and row["dangling_refs"] == "0"
            and (not parts or any(part in row["path"] for part in parts))
        ]  # fmt: skip


def served(row: dict[str, str]) -> dict[str, Any]:
    """What a worker says of one WSDL."""
    command = [sys.executable, "-m", "tests.corpus.serving", "--work", str(WSDLS / row["path"])]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=ROOT)
        found: dict[str, Any] = json.loads(ran.stdout.splitlines()[-1])
        return found
    except subprocess.TimeoutExpired:
        return {"counts": {}, "wrong": [f"not done after {PATIENCE:.0f} s"]}
    except (ValueError, IndexError):
        last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:]
        return {"counts": {}, "wrong": [f"exit {ran.returncode}: {last}"]}


def main() -> None:
    """One worker, or all of the index."""
    parser = argparse.ArgumentParser("python -m tests.corpus.serving")
    parser.add_argument("names", nargs="*", help="parts of paths")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work is not None:
        work(args.work)
        return
    if not WSDLS.is_dir():
        print(f"{WSDLS} is not there: nothing to serve")
        return
    counts: Counter[str] = Counter()
    styles: Counter[str] = Counter()
    for row in rows(args.names):
        report = served(row)
        counts.update(report["counts"])
        verdict = judged(report)
        counts[f"WSDLs: {VERDICTS[verdict]}"] += 1
        if verdict == "ok":
            styles.update(style.partition(":")[0] for style in row["style_use(ops)"].split())
        cells = [report["counts"].get(name, 0) for name in CALLS] + [len(report.get("unsaid", ()))]
        shown = " ".join(f"{number:4}" for number in cells)
        print(f"{verdict:3} {shown} {row['style_use(ops)']:22} {row['path']}")
        for line in told(report):
            print(f"      {' '.join(line.split())[:300]}")
        sys.stdout.flush()
    print(*(f"{number:6} {name}" for name, number in sorted(counts.items())), sep="\n")
    print("styles of those that are ok:", ", ".join(f"{n} {s}" for s, n in styles.items()))


#: What is said of a WSDL, by what stands before it in the table.
VERDICTS = {
    "ok": "every operation called by zeep and by both clients",
    "ok*": "every operation called by both clients, not all by zeep",
    "-": "nothing in it that can be called",
    "no": "something is wrong",
}


def judged(report: dict[str, Any]) -> str:
    """Which of `VERDICTS` a WSDL deserves."""
    calls = [report["counts"].get(name, 0) for name in CALLS]
    if report["wrong"]:
        return "no"
    if not any(calls):
        return "-"
    return "ok" if len(set(calls)) == 1 else "ok*"


def told(report: dict[str, Any]) -> Iterator[str]:
    """Lines about a WSDL: what is wrong, and what zeep cannot do, the first of each kind."""
    yield from report["wrong"][:SHOWN]
    for name, kind in (("beyond", "beyond zeep"), ("unsaid", "sent for zeep")):
        yield from (f"{kind}: {line}" for line in report.get(name, ())[:1])


if __name__ == "__main__":
    main()
