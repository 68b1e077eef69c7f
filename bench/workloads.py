"""What is sent to the servers."""

from __future__ import annotations

from bench import documents
from bench.values import ROOT, Workload

SERVICES = ROOT / "bench" / "services"

#: Lexical values of the 20 fields of services/typed.wsdl, by the type that its element has.
_TYPED = (
    "a string of text",
    "42",
    "1234.56",
    "2026-11-23T10:20:30Z",
    "true",
    "1234567890123",
    "0.125",
    "2026-11-23",
    "token",
    "7",
)


def _echo_body() -> bytes:
    return documents.envelope(
        '<z:Echo xmlns:z="urn:ZSI"><z:value xsi:type="xsd:string">plop</z:value></z:Echo>'
    )


def _typed_body() -> bytes:
    fields = "".join(f"<b:f{i}>{_TYPED[i % 10]}</b:f{i}>" for i in range(20))
    return documents.envelope(f"<b:Order>{fields}</b:Order>")


ECHO = Workload(
    "echo", ROOT / "echo.wsdl", "Echo", "/echo", _echo_body(), b">plop<", connections=(1, 32, 512)
)
TYPED = Workload(
    "typed, 20 fields",
    SERVICES / "typed.wsdl",
    "Order",
    "/typed",
    _typed_body(),
    b">1234567890123<",
)
ENCODED = Workload(
    "rpc/encoded, 20 structs",
    SERVICES / "encoded.wsdl",
    "echoStructs",
    "/encoded",
    documents.encoded(20),
    b">text 19<",
)
DOCUMENT = Workload(
    "document, 0.9 MB",
    SERVICES / "documents.wsdl",
    "Records",
    "/documents",
    documents.flat(7000),
    b">name of record 6999<",
    connections=(4,),
)
WORKLOADS = {
    workload.name.partition(",")[0]: workload for workload in (ECHO, TYPED, ENCODED, DOCUMENT)
}
