"""Every WSDL served by a ``zsi-mock serve`` of its own, and called over its socket.

``python -m tests.corpus.mocking [NAME …]``; NAME: a part of a path. For each WSDL with a SOAP
binding: the command starts as people start it, on any free port, and every operation gets the
request sample, whole and minimal. The reply has to be a response that our types read and that the
second judge finds valid, where it knows the element; zeep, where it can read the WSDL that the
mock shows, has to decode it. Exits 1 if anything is wrong that is not among `EXCEPTIONS`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from datetime import UTC, datetime
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from lxml import etree

from tests.corpus import WSDLS
from tests.corpus.__main__ import DISPUTED, JOBS, Row, index
from tests.corpus.sampling import XmlSchema, judge_elements
from tests.corpus.serving import MEMORY, ROOT, SHOWN, Report
from tests.corpus.zeeps import Zeep
from ZSI.envelope import SOAP11
from ZSI.mock.asking import envelope, made
from ZSI.mock.contract import MockContract
from ZSI.mock.operations import MockOperation
from ZSI.parse import ParsedSoap
from ZSI.samples import NoSample
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import ContractError
from ZSI.wsdl.validator import compile_schema

#: Seconds for one WSDL, and for its mock to start.
PATIENCE = 300.0
STARTING = 60.0
#: WSDLs on which somebody and we differ, and why we do.
EXCEPTIONS = DISPUTED
#: The two requests of each operation, each with whether it has all that is optional.
KINDS = {"full": True, "minimal": False}
#: The columns of the table, by the name of what they count.
COLUMNS = ("requests", "right", "libxml2 for", "xmlschema for", "zeep decoded")


class Mocked:
    """One WSDL, served by a process of its own.

    Args:
        wsdl: its path.
        folder: for the files of the process.
    """

    def __init__(self, wsdl: str, folder: Path) -> None:
        self.report = Report(str(Path(wsdl).absolute()))
        self.contract = MockContract.load(wsdl)
        self.folder = folder
        self.ready: dict[str, Any] = {}

    @contextmanager
    def served(self) -> Iterator[None]:
        """The mock runs; at the end it stops as it should, and has said no word of trouble."""
        ready = self.folder / "ready.json"
        command = [sys.executable, "-m", "ZSI.mock", "serve", self.report.wsdl, "--port", "0",
                   "--admin", "off", "--json", "--ready-file", str(ready)]  # fmt: skip
        environ = {**os.environ, "ZSI_MOCK_CACHE": "off", "PYTHONPATH": str(ROOT)}
        started = time.perf_counter()
        with (self.folder / "out").open("wb") as out, (self.folder / "err").open("wb") as err:
            process = subprocess.Popen(
                command, env=environ, stdout=out, stderr=err, cwd=self.folder
            )
        try:
            while not ready.exists():
                if process.poll() is not None or time.perf_counter() > started + STARTING:
                    raise ChildProcessError(f"it does not start: {self.troubles()}")
                time.sleep(0.02)
            self.report.counts["started"] += 1
            self.started = time.perf_counter() - started
            self.ready = json.loads(ready.read_text("utf-8"))
            yield
        finally:
            process.terminate()
            code = process.wait(20)
        if code or self.troubles():
            raise ChildProcessError(f"exit {code}: {self.troubles()}")

    def troubles(self) -> str:
        """What it has said on stderr."""
        return (self.folder / "err").read_text("utf-8", "replace")[-2000:]

    def run(self, *, zeep: bool) -> None:
        """Call everything.

        Args:
            zeep: it is known to read the WSDL; where it is not, failing to is no failure.
        """
        with self.served():
            calls, decoded = Calls(self), Decoded(self, zeep)
            for operation in self.callable():
                calls.operation(operation)
                decoded.operation(operation)

    def callable(self) -> Iterator[MockOperation]:
        """The operations that a request can mean: of twins the first one that answers."""
        counts = self.report.counts
        replies: dict[tuple[object, ...], object] = {}
        for operation in sorted(self.contract.operations, key=lambda o: _reply(o) is None):
            counts["operations"] += 1
            place = (self.url(operation.port), operation.version.number, operation.root)
            exact = (*place, operation.soap_action)
            reply = _reply(operation)
            twin = replies.get(exact if operation.soap_action else place, reply)
            if operation.problem is not None:
                counts["operations that cannot be served"] += 1
                self.report.unsaid.append(f"{operation.title}: {operation.problem}")
            elif twin != reply:
                counts["operations that nothing tells from another"] += 1
                self.report.unsaid.append(f"{operation.title}: nothing tells it from another")
            else:
                yield operation
            replies.setdefault(exact, reply)
            replies.setdefault(place, reply)

    def url(self, port: str) -> str:
        """Where a port is served."""
        found: str = self.ready["services"][self.contract.name]["ports"][port]
        return found


def _reply(operation: MockOperation) -> object:
    """The element that answers; None for one-way operations."""
    return operation.plan and operation.plan.output and operation.plan.output.root


class Calls:
    """Requests over HTTP, and what the second judge says of the replies."""

    def __init__(self, mocked: Mocked) -> None:
        self.mocked = mocked
        self.report = mocked.report
        contract = load_contract(mocked.report.wsdl)
        self.judge = compile_schema(contract)
        self.second = None if self.judge.schema is not None else XmlSchema(contract)
        self.report.counts["judged by libxml2"] += self.judge.schema is not None
        self.connections: dict[str, HTTPConnection] = {}

    def operation(self, operation: MockOperation) -> None:
        """Call one operation with each of its requests."""
        for kind, full in KINDS.items():
            where = f"{operation.title} {kind}"
            self.report.counts["requests"] += 1
            try:
                request = made(operation, operation.request_class, now=NOW, full=full)
                text = envelope(operation, request, operation.request_class)
                self.called(where, operation, text.encode())
                self.report.counts["right"] += 1
            except NoSample as error:
                self.report.counts["no sample"] += 1
                self.report.unsaid.append(f"no sample: {where}: {error}")
            except Exception as error:
                self.report.fail("call", where, error)

    def called(self, where: str, operation: MockOperation, text: bytes) -> None:
        """One exchange.

        Raises:
            ValueError: the reply is no response.
        """
        status, body = self.post(operation, text)
        if operation.one_way:
            if status != 202 or body:
                raise ValueError(f"one-way: {status} {body[:300]!r}")
            return
        if status != 200:
            raise ValueError(f"{status} {_reason(body)}")
        cls = operation.response_class
        parsed = ParsedSoap(body)
        if cls is None:
            raise ValueError("a reply without a class")
        parsed.Parse(cls.typecode)
        if parsed.body_root is None:
            self.report.counts["empty, as it has to be"] += 1
            return
        if not (operation.encoded or str(parsed.body_root.tag) in self.judge.left_out):
            before = len(self.report.wrong)
            judge_elements(
                self.report, where, parsed.message.body_elements, (self.judge, self.second)
            )
            self.report.counts["replies refused"] += len(self.report.wrong) - before

    def post(self, operation: MockOperation, text: bytes) -> tuple[int, bytes]:
        """Status and body, over a connection that stays."""
        url = urlsplit(self.mocked.url(operation.port))
        connection = self.connections.get(url.netloc)
        if connection is None:
            connection = self.connections[url.netloc] = HTTPConnection(url.netloc, timeout=60)
        fields = {"Content-Type": operation.version.content_type(operation.soap_action)}
        if operation.version is SOAP11:
            fields["SOAPAction"] = f'"{operation.soap_action or ""}"'
        try:
            connection.request("POST", url.path, text, fields)
            response = connection.getresponse()
            return response.status, response.read()
        except OSError:
            connection.close()
            raise


#: The time of all samples.
NOW = datetime.now(UTC)


def _reason(body: bytes) -> str:
    """The reason of a fault."""
    try:
        found = etree.fromstring(body).xpath(
            "string(//faultstring | //*[local-name() = 'Reason']/*)"
        )
    except etree.XMLSyntaxError:
        return repr(body[:300])
    return str(found)[:500]


class Decoded:
    """zeep, with the WSDL as the mock shows it.

    Args:
        mocked: what it calls.
        known: see `Mocked.run`.
    """

    def __init__(self, mocked: Mocked, known: bool) -> None:
        self.mocked = mocked
        self.report = mocked.report
        own = Report(self.report.wsdl)
        first = mocked.ready["services"][mocked.contract.name]["wsdl"]
        self.zeep = Zeep(first.partition("?")[0], own)
        self.zeep.report = self.report
        loads = self.zeep.client is not None
        self.report.counts["zeep loads" if loads else "zeep does not load"] += 1
        if known:
            self.report.wrong += own.wrong
        plans = mocked.contract.plan.services if loads else ()
        self.ports = {
            (service.name, port.name): (port, self.zeep.proxy(service, port))
            for service in plans
            for port in service.ports
        }

    def operation(self, operation: MockOperation) -> None:
        """Have it call an operation."""
        port, proxy = self.ports.get((operation.service, operation.port), (None, None))
        plan = operation.plan
        if port is None or proxy is None or plan is None:
            self.report.counts["zeep knows no such port"] += self.zeep.client is not None
            return
        if operation.name not in proxy._binding._operations:
            self.report.counts["zeep knows no such operation"] += 1
            return
        try:
            request = made(operation, operation.request_class, now=NOW, full=True)
        except NoSample:
            return
        text = envelope(operation, request, operation.request_class)
        self.zeep.attempt(operation.title, proxy, plan, port, etree.fromstring(text.encode()))


def work(wsdl: str, zeep: bool) -> dict[str, Any]:
    """The report of one WSDL."""
    started = time.perf_counter()
    try:
        with tempfile.TemporaryDirectory() as folder:
            mocked = Mocked(wsdl, Path(folder))
            if not len(mocked.contract.operations):
                return {"refused": "it has no SOAP operation"}
            mocked.run(zeep=zeep)
    except ContractError as error:
        return {"refused": str(error)}
    report = mocked.report
    return {
        "counts": report.counts, "wrong": report.wrong, "unsaid": report.unsaid,
        "start": round(mocked.started, 2), "seconds": round(time.perf_counter() - started, 2),
    }  # fmt: skip


def tried(row: Row) -> dict[str, Any]:
    """What a process says of one line of the index."""
    command = [sys.executable, "-m", "tests.corpus.mocking", "--work", str(WSDLS / row["path"])]
    if row["zeep_ok"].startswith("yes") and row["dangling_refs"] == "0":
        command.append("--zeep")
    report: dict[str, Any]
    try:
        ran = subprocess.run(command, capture_output=True, timeout=PATIENCE, cwd=ROOT)
        report = json.loads(ran.stdout.splitlines()[-1])
    except subprocess.TimeoutExpired:
        report = {"wrong": [f"not done after {PATIENCE:.0f} s"]}
    except (ValueError, IndexError):
        last = ran.stderr.decode(errors="replace").strip().splitlines()[-1:]
        report = {"wrong": [f"exit {ran.returncode}: {' '.join(last)}"]}
    return {"counts": {}, "wrong": [], "unsaid": [], "start": 0.0, "seconds": 0.0, **report}


def shown(row: Row, report: dict[str, Any]) -> Iterator[str]:
    """The lines of the table for one WSDL."""
    wrong = report["wrong"]
    word = "refused" if "refused" in report else "no" if wrong else "ok"
    if wrong and row["path"] in EXCEPTIONS:
        word = "but"
    counts = " ".join(f"{report['counts'].get(name, 0):5}" for name in COLUMNS)
    yield f"{word:7} {counts} {report['start']:5.2f} {report['seconds']:6.2f} s  {row['path']}"
    if "refused" in report:
        yield f"        {report['refused'][:300]}"
    if word == "but":
        yield f"        {len(wrong)}: {EXCEPTIONS[row['path']]}"
    said = wrong[:SHOWN] if word == "no" else []
    for line in (*said, *(report["unsaid"] if word == "ok" else [])[:1]):
        yield f"        {' '.join(line.split())[:400]}"


def summary(rows: list[Row], reports: list[dict[str, Any]]) -> Iterator[str]:
    """What all of it comes to."""
    counts: Counter[str] = Counter()
    for row, report in zip(rows, reports, strict=True):
        counts.update(report["counts"])
        counts["WSDLs"] += 1
        refused, wrong = "refused" in report, bool(report["wrong"])
        counts["refused"] += refused
        counts["without a word"] += not refused and not wrong
        counts["named exceptions"] += wrong and row["path"] in EXCEPTIONS
    yield from (f"{name}: {number}" for name, number in sorted(counts.items()))
    starts = sorted(report["start"] for report in reports if report["start"])
    if starts:
        yield f"start: median {starts[len(starts) // 2]:.2f} s, longest {starts[-1]:.2f} s"


def main() -> None:
    """One worker, or all of the index."""
    parser = argparse.ArgumentParser("python -m tests.corpus.mocking")
    parser.add_argument("names", nargs="*", help="parts of paths")
    parser.add_argument("--work", help=argparse.SUPPRESS)
    parser.add_argument("--zeep", action="store_true", help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.work is not None:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
        print(json.dumps(work(args.work, args.zeep)))
        return
    if not WSDLS.is_dir():
        print(f"{WSDLS} is not there: nothing to mock")
        return
    rows = [
        row for row in index(WSDLS)
        if "soap" in row["bindings"]
        and (not args.names or any(name in row["path"] for name in args.names))
    ]  # fmt: skip
    reports = []
    print(" " * 7, *(name.rjust(5) for name in COLUMNS), "start, all")
    with ThreadPoolExecutor(JOBS) as pool:
        for row, report in zip(rows, pool.map(tried, rows), strict=True):
            reports.append(report)
            print(*shown(row, report), sep="\n", flush=True)
    print(*summary(rows, reports), sep="\n")
    wrong = [
        row["path"] for row, report in zip(rows, reports, strict=True)
        if report["wrong"] and row["path"] not in EXCEPTIONS and row["dangling_refs"] == "0"
    ]  # fmt: skip
    sys.exit(1 if wrong else 0)


if __name__ == "__main__":
    main()
