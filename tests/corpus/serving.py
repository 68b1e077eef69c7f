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
import logging
import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path
from typing import Any

from lxml import etree

from tests.corpus import WSDLS
from ZSI import samples
from ZSI.envelope import SOAP11, SOAP12
from ZSI.generate.commands import plan_files
from ZSI.generate.plan import OperationPlan, Plan, PortPlan, ServicePlan
from ZSI.generate.planner import make_plan
from ZSI.mock.server import ReactorThread
from ZSI.twisted.endpoints import make_factory
from ZSI.writer import SoapWriter
from ZSI.wsdl.known import known_schema
from ZSI.wsdl.load import load_contract

ROOT = Path(__file__).parents[2]
MEMORY = 3 << 30
NIL = "{http://www.w3.org/2001/XMLSchema-instance}nil"
#: Seconds for one WSDL; bytes of one with its imports.
PATIENCE = 120.0
LARGEST = 1_500_000
#: Complaints shown of one WSDL.
SHOWN = 3
CALLS = ("zeep decoded", "twisted calls", "blocking calls")
#: Schemas whose usual location is not their namespace.
HOMES = {"w3.org/2001/xml.xsd": "http://www.w3.org/XML/1998/namespace"}
#: How requests and replies are made, by name.
KINDS = {"full": samples.full, "minimal": samples.minimal}


class Report:
    """Counts, and the first lines of what went wrong."""

    def __init__(self, wsdl: str) -> None:
        self.wsdl = wsdl
        self.counts: Counter[str] = Counter()
        self.wrong: list[str] = []
        self.unsaid: list[str] = []

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


def answering(base: Any, kind: list[str]) -> Any:
    """An instance of a generated service class whose typed methods answer samples.

    Args:
        base: the class.
        kind: holds the name of the kind of samples to be answered now.
    """

    def method(response: Any) -> Any:
        def answer(self: Any, request: Any) -> Any:
            return KINDS[kind[0]](response) if response is not None else None

        return answer

    made = {o.method: method(o.response) for o in base.operations.values()}
    return type(base.__name__, (base,), made)()


class Sweep:
    """The served services of one WSDL."""

    def __init__(self, wsdl: str) -> None:
        self.report = Report(wsdl)
        self.generated = Generated(wsdl)
        self.kind = ["full"]
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
        finally:
            self.thread.call(port.stopListening)
            self.thread.call(factory.drain, 0.1)

    def clients(self, port: PortPlan, resource: Any, url: str, kind: str) -> None:
        """Call every operation of a port with the generated clients."""
        twisted = getattr(self.generated.module("served", "client"), port.python)
        blocking = getattr(self.generated.module("plain", "client"), port.python)
        deferring = self.thread.call(lambda: twisted(url, reactor=self.thread.reactor, timeout=20))
        waiting = blocking(url, timeout=20)
        for operation in port.operations:
            entry = resource.operations[operation.soap_method]
            request, expected = self.sample(operation, entry, kind)
            if request is None:
                continue
            where = f"{port.name}/{operation.name} {kind}"
            plain = plain_request(waiting, operation, request, self.generated)
            for name, call in (
                ("twisted", lambda: self.thread.call(
                    getattr(deferring, operation.method), request)),  # noqa: B023  # called at once
                ("blocking", lambda: getattr(waiting, operation.method)(plain)),  # noqa: B023  # dito
            ):  # fmt: skip
                self.report.counts[f"{name} calls"] += 1
                try:
                    got = call()
                    if not same(got, expected):
                        raise ValueError(f"{expected!r} became {got!r}")
                except Exception as error:
                    self.report.fail(name, where, error)
        waiting.binding.close()

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


def plain_request(waiting: Any, operation: OperationPlan, request: Any, made: Generated) -> Any:
    """The request as an object of the blocking client's own classes."""
    from ZSI.parse import ParsedSoap

    cls = getattr(made.module("plain", "client"), operation.input.python)
    how = getattr(made.module("served", "client"), operation.input.python).typecode
    return ParsedSoap(bytes(SoapWriter().serialize(request, how))).Parse(cls.typecode)


def same(got: Any, expected: Any) -> bool:
    """Whether two objects, perhaps of two generations of one class, hold the same."""
    if got is None or expected is None:
        return got is expected
    return bool(got == expected) if type(got) is type(expected) else repr(got) == repr(expected)


class Zeep:
    """zeep's client of one service, with the WSDL as the server shows it."""

    def __init__(self, url: str, report: Report) -> None:
        import zeep

        class Transport(zeep.Transport):  # type: ignore[misc]  # zeep has no types
            """The schemas that everybody knows are not fetched from their homes."""

            def load(self, location: str) -> Any:
                if location.startswith(url):
                    return super().load(location)
                for namespace in (
                    location,
                    location.rstrip("/"),
                    HOMES.get(location.partition("www.")[2], ""),
                ):
                    if (content := known_schema(namespace)) is not None:
                        return content
                raise OSError(f"{location} is not fetched")

        logging.getLogger("zeep").setLevel(logging.CRITICAL)
        self.report = report
        self.url = url
        self.client: Any = None
        transport = Transport(timeout=20, operation_timeout=20)
        settings = zeep.Settings(strict=False, xml_huge_tree=True)
        try:
            self.client = zeep.Client(f"{url}?wsdl", transport=transport, settings=settings)
        except Exception as error:
            report.fail("zeep load", url, error)

    def port(self, service: ServicePlan, port: PortPlan, resource: Any, kind: str) -> None:
        """Call every operation of a port."""
        if self.client is None:
            return
        proxy = self.proxy(service, port)
        if proxy is None:
            self.report.counts["zeep knows no such port"] += 1
            return
        for operation in port.operations:
            entry = resource.operations[operation.soap_method]
            try:
                request = envelope_of(KINDS[kind](entry.request), entry.request.typecode, port)
                _ = KINDS[kind](entry.response) if entry.response is not None else None
            except samples.NoSample:
                continue
            self.report.counts["zeep calls"] += 1
            where = f"{port.name}/{operation.name} {kind}"
            try:
                self.call(proxy, operation, port, request)
            except Exception as error:
                self.report.fail("zeep", where, error)

    def proxy(self, service: ServicePlan, port: PortPlan) -> Any:
        """Their proxy of a port; of its binding, where there is no service; None: of neither."""
        theirs = [s for s in self.client.wsdl.services.values() if s.name == service.name]
        their_port = theirs[0].ports.get(port.name) if theirs else None
        if their_port is not None and their_port.binding_options:
            return self.client.bind(service.name, port.name)
        bindings = self.client.wsdl.bindings
        named = [name for name in bindings if name.rpartition("}")[2] == port.binding]
        return self.client.create_service(named[0], self.url) if named else None

    def call(self, proxy: Any, operation: OperationPlan, port: PortPlan, envelope: Any) -> None:
        """Have zeep send what it reads of our sample, and decode the reply.

        What it cannot say, or says wrong, is sent as it is; it still has to decode the reply.
        """
        theirs = proxy._binding.get(operation.name)
        try:
            positional, named = arguments_of(theirs.input, envelope, port)
            proxy[operation.name](*positional, **named)
        except Exception as error:
            self.report.counts["zeep cannot say"] += 1
            self.report.unsaid.append(f"{port.name}/{operation.name}: {str(error)[:200]}")
            fields = {"Content-Type": "text/xml", "SOAPAction": f'"{theirs.soapaction or ""}"'}
            if port.soap12:
                fields = {"Content-Type": SOAP12.content_type(theirs.soapaction or None)}
            address = proxy._binding_options["address"]
            response = self.client.transport.post_xml(address, envelope, fields)
            proxy._binding.process_reply(self.client, theirs, response)
        self.report.counts["zeep decoded"] += 1


def envelope_of(request: Any, typecode: Any, port: PortPlan) -> Any:
    """A sample in an envelope of the port's version."""
    version = SOAP12 if port.soap12 else SOAP11
    return etree.fromstring(bytes(SoapWriter(version=version).serialize(request, typecode)))


def arguments_of(message: Any, envelope: Any, port: PortPlan) -> tuple[list[Any], dict[str, Any]]:
    """A sample of ours, read by zeep, as arguments of a zeep operation."""
    version = SOAP12 if port.soap12 else SOAP11
    body = envelope.find(f"{{{version.namespace}}}Body")
    if message.body is None or body is None or not len(body):
        return [], {}
    value = message._deserialize_body(body)["body"]
    if hasattr(value, "__values__"):
        mend(value, body if message._is_body_wrapped else body[0])
        return [], dict(value.__values__)
    return ([], {}) if value is None else ([value], {})


def mend(value: Any, node: Any) -> None:
    """Put back what zeep forgets as it reads: that an empty element is there; absent attributes.

    Args:
        value: a zeep object. node: what it was read of.
    """
    from zeep.xsd import Any as AnyElement
    from zeep.xsd import ComplexType
    from zeep.xsd.const import NotSet

    if type(value).__name__ == "ArrayValue":  # zeep's SOAP arrays have no elements by name
        return
    for name, _ in value._xsd_type.attributes:
        if value.__values__.get(name) is NotSet:
            value.__values__[name] = None
    names = {str(e.qname) for _, e in value._xsd_type.elements if getattr(e, "qname", None)}
    for name, element in value._xsd_type.elements:
        if isinstance(element, AnyElement):  # what it has read it cannot write: here is the XML
            left = [child for child in node if child.tag not in names]
            value.__values__[name] = left if element.accepts_multiple else (left or [None])[0]
            continue
        if getattr(element, "qname", None) is None or getattr(element.type, "_array_type", None):
            continue
        nodes = [child for child in node if child.tag == str(element.qname)]
        held = value.__values__.get(name)
        items = held if isinstance(held, list) else [held]
        for number, (item, child) in enumerate(zip(items, nodes, strict=False)):
            if hasattr(item, "_xsd_type"):
                mend(item, child)
            elif item is None and not child.get(NIL):
                items[number] = {} if isinstance(element.type, ComplexType) else ""
        if nodes and not isinstance(held, list):
            value.__values__[name] = items[0]


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
        "unsaid": sweep.report.unsaid,
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
        calls = {name: report["counts"].get(name, 0) for name in CALLS}
        good = not report["wrong"] and min(calls.values()) > 0
        counts["WSDLs"] += 1
        counts["WSDLs without a word"] += good
        unsaid = report.get("unsaid", ())
        counts["of them zeep made every request"] += good and not unsaid
        if good and not unsaid:
            styles.update(style.partition(":")[0] for style in row["style_use(ops)"].split())
        shown = " ".join(f"{number:4}" for number in (*calls.values(), len(unsaid)))
        print(f"{'ok' if good else 'no':3} {shown} {row['style_use(ops)']:22} {row['path']}")
        for line in (*report["wrong"][:SHOWN], *(f"zeep cannot say {u}" for u in unsaid[:1])):
            print(f"      {' '.join(line.split())[:300]}")
        sys.stdout.flush()
    print(", ".join(f"{name}: {number}" for name, number in counts.items()))
    print("styles of those:", ", ".join(f"{n} {s}" for s, n in styles.items()))


if __name__ == "__main__":
    main()
