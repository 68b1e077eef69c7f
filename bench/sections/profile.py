"""Where the microseconds of a request go: each stage alone, in one process, no network."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from lxml import etree

from bench.report import Section, Table
from bench.settings import Settings, say
from bench.timing import in_turns
from bench.values import Workload
from bench.workloads import ECHO, TYPED

LEAST = 0.2  # seconds of work in each round of each stage
REPEATS = 200  # calls between two looks at the clock


def repeated(work: Callable[[], Any]) -> Callable[[], None]:
    """So many calls, for one is too short to be timed."""

    def many() -> None:
        for _ in range(REPEATS):
            work()

    return many


def front(resource: Any, workload: Workload) -> Callable[[], Any]:
    """A whole request through the fast front, from bytes to bytes, on a transport in memory."""
    from twisted.internet.task import Clock
    from twisted.internet.testing import StringTransport
    from twisted.web.resource import Resource

    from ZSI.twisted.endpoints import make_factory

    root = Resource()
    root.putChild(workload.path.strip("/").encode(), resource)
    factory = make_factory(root, Clock(), front="fast")
    factory.doStart()
    protocol = factory.buildProtocol(None)
    transport = StringTransport()
    protocol.makeConnection(transport)
    head = f"POST {workload.path} HTTP/1.1\r\nHost: localhost\r\n" + "".join(
        f"{name}: {value}\r\n" for name, value in workload.headers.items()
    )
    length = f"Content-Length: {len(workload.body)}\r\n\r\n"
    data = (head + length).encode() + workload.body

    def call() -> None:
        protocol.dataReceived(data)
        answer = transport.value()
        if workload.expected not in answer:
            raise RuntimeError(f"wrong answer {answer[-300:]!r}")
        transport.clear()

    return call


def echo_parts() -> tuple[Any, Any]:
    """The echo's typecode and resource."""
    from echo_service import EchoService
    from generated.EchoServer_types import Echo

    return Echo.typecode, EchoService(delay=0.0)


def typed_parts() -> tuple[Any, Any]:
    """Those of the operation of 20 fields."""
    from bench.servers.ours import service
    from bench.stubs import stub

    return stub("typed").Order.typecode, service("typed")


def stages(workload: Workload, typecode: Any, resource: Any) -> dict[str, Callable[[], Any]]:
    """The stages of one request, each with all before it that it needs."""
    from ZSI.parse import ParsedSoap
    from ZSI.writer import SoapWriter
    from ZSI.xmlio import parse_document

    body = workload.body
    value = ParsedSoap(body).Parse(typecode)
    return {
        "lxml parses": lambda: etree.fromstring(body),
        "parse_document: and checks": lambda: parse_document(body),
        "ParsedSoap: and the envelope": lambda: ParsedSoap(body),
        "Parse: and a typed object": lambda: ParsedSoap(body).Parse(typecode),
        "SoapWriter: typed object to bytes": lambda: bytes(SoapWriter().serialize(value)),
        "all, from HTTP bytes to HTTP bytes": front(resource, workload),
    }


def run(settings: Settings) -> Section:
    """Microseconds of each stage."""
    tables = []
    for workload, parts in ((ECHO, echo_parts), (TYPED, typed_parts)):
        say(workload.name)
        works = stages(workload, *parts())
        times = in_turns(
            {name: repeated(work) for name, work in works.items()}, LEAST, settings.rounds
        )
        rows = tuple((name, spent / REPEATS * 1e6) for name, spent in times.items())
        tables.append(Table(f"{workload.name}: a request", ("stage", "µs"), rows))
    return Section("profile", tuple(tables))
