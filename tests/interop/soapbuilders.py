"""A service in the manner of the SoapBuilders' rounds, with typecodes written by hand.

It echoes rpc/encoded messages: every shape of SOAP 1.1 section 5. ``python -m
tests.interop.soapbuilders PORT FOLDER`` serves it and keeps the requests that come; that is how
``tests/recordings`` was made.
"""

from __future__ import annotations

import re
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from ZSI import TC, ParsedSoap, SoapWriter
from ZSI.errors import UnknownOperation, ZSIException
from ZSI.fault import fault_envelope, fault_for
from ZSI.names import APACHE
from ZSI.schema import TypeDefinition
from ZSI.TC.maps import MAP
from ZSI.versions import SOAP11

WSDL = Path(__file__).parents[1] / "recordings" / "soapbuilders.wsdl"
SERVICE = "urn:zsi-mock:soapbuilders"
TYPES = f"{SERVICE}:types"


class Record:
    """Base of the values: equal when their attributes are."""

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and vars(self) == vars(other)

    __hash__ = None  # type: ignore[assignment]  # they change

    def __repr__(self) -> str:
        return f"{type(self).__name__}({vars(self)})"


class SOAPStruct(Record):
    """A string, an int and a float."""

    def __init__(self, varString: str = "", varInt: int = 0, varFloat: float = 0.0) -> None:
        self.varString, self.varInt, self.varFloat = varString, varInt, varFloat


class SOAPStructStruct(SOAPStruct):
    """The same with another in it."""

    varStruct: SOAPStruct


class SOAPArrayStruct(SOAPStruct):
    """The same with an array in it."""

    varArray: list[str]


class Node(Record):
    """A node of a linked list."""

    def __init__(self, varInt: int = 0, varString: str = "", child: Any = None) -> None:
        self.varInt, self.varString, self.child = varInt, varString, child


class Pair(Record):
    """Two structs, perhaps one and the same."""

    first: SOAPStruct
    second: SOAPStruct


class Struct_Def(TC.Struct, TypeDefinition):
    """SOAPStruct."""

    type = (TYPES, "SOAPStruct")

    def __init__(self, pname: Any = None, **kw: Any) -> None:
        TC.Struct.__init__(self, SOAPStruct, self.base(), pname, **kw)

    def base(self) -> list[Any]:
        """The three members that all of them have."""
        return [TC.String("varString"), TC.Iint("varInt"), TC.FPfloat("varFloat")]


class StructStruct_Def(Struct_Def):
    """SOAPStructStruct."""

    type = (TYPES, "SOAPStructStruct")

    def __init__(self, pname: Any = None, **kw: Any) -> None:
        members = [*self.base(), Struct_Def("varStruct")]
        TC.Struct.__init__(self, SOAPStructStruct, members, pname, **kw)


class ArrayStruct_Def(Struct_Def):
    """SOAPArrayStruct."""

    type = (TYPES, "SOAPArrayStruct")

    def __init__(self, pname: Any = None, **kw: Any) -> None:
        members = [*self.base(), TC.Array("xsd:string", TC.String(), "varArray")]
        TC.Struct.__init__(self, SOAPArrayStruct, members, pname, **kw)


class List_Def(TC.Struct, TypeDefinition):
    """A list whose nodes hold nodes."""

    type = (TYPES, "List")

    def __init__(self, pname: Any = None, **kw: Any) -> None:
        members = [TC.Iint("varInt"), TC.String("varString")]
        TC.Struct.__init__(self, Node, members, pname, **kw)
        child = self if pname == "child" else List_Def("child", nillable=True)
        self.ofwhat = (*members, child)


class Pair_Def(TC.Struct, TypeDefinition):
    """Two structs."""

    type = (TYPES, "Pair")

    def __init__(self, pname: Any = None, **kw: Any) -> None:
        members = [Struct_Def("first"), Struct_Def("second")]
        TC.Struct.__init__(self, Pair, members, pname, **kw)


class Map_Def(TC.AnyType):
    """Apache's map: an anyType that says what it is."""

    type = (APACHE, "Map")
    datatype = MAP


def strings(pname: str) -> TC.Array:
    """An array of strings."""
    return TC.Array("xsd:string", TC.String(), pname)


def structs(pname: str) -> TC.Array:
    """An array of structs."""
    return TC.Array((TYPES, "SOAPStruct"), Struct_Def(), pname)


def table(pname: str) -> TC.Array:
    """Strings in rows and columns."""
    return TC.Array("xsd:string", TC.String(), pname, dimensions=2)


#: Each operation's parts: those of the request, and of the response (by name, in order).
OPERATIONS: dict[str, tuple[list[TC.TypeCode], list[TC.TypeCode]]] = {
    name: ([make(part)], [make("return")])
    for name, part, make in (
        ("echoString", "inputString", TC.String),
        ("echoInteger", "inputInteger", TC.Iint),
        ("echoFloat", "inputFloat", TC.FPfloat),
        ("echoDecimal", "inputDecimal", TC.Decimal),
        ("echoBoolean", "inputBoolean", TC.Boolean),
        ("echoDate", "inputDate", TC.gDateTime),
        ("echoBase64", "inputBase64", TC.Base64Binary),
        ("echoHexBinary", "inputHexBinary", TC.HexBinaryString),
        ("echoStringArray", "inputStringArray", strings),
        ("echoIntegerArray", "inputIntegerArray", lambda n: TC.Array("xsd:int", TC.Iint(), n)),
        ("echoFloatArray", "inputFloatArray", lambda n: TC.Array("xsd:float", TC.FPfloat(), n)),
        ("echoStruct", "inputStruct", Struct_Def),
        ("echoStructArray", "inputStructArray", structs),
        ("echoNestedStruct", "inputStruct", StructStruct_Def),
        ("echoNestedArray", "inputStruct", ArrayStruct_Def),
        ("echo2DStringArray", "input2DStringArray", table),
        ("echoLinkedList", "inputList", List_Def),
        ("echoCircle", "inputList", List_Def),
        ("echoMultiref", "inputPair", Pair_Def),
        ("echoMap", "inputMap", Map_Def),
        ("echoAnyType", "inputAnyType", TC.AnyType),
    )
}
OPERATIONS["echoVoid"] = ([], [])
OPERATIONS["echoStructAsSimpleTypes"] = (
    [Struct_Def("inputStruct")],
    [TC.String("outputString"), TC.Iint("outputInteger"), TC.FPfloat("outputFloat")],
)
OPERATIONS["echoSimpleTypesAsStruct"] = (
    [TC.String("inputString"), TC.Iint("inputInteger"), TC.FPfloat("inputFloat")],
    [Struct_Def("return")],
)

REQUESTS = {
    name: TC.Struct(None, parts[0], (SERVICE, name), encoded=SERVICE)
    for name, parts in OPERATIONS.items()
}
RESPONSES = {
    name: TC.Struct(None, parts[1], (SERVICE, f"{name}Response"), encoded=SERVICE)
    for name, parts in OPERATIONS.items()
}


def operation_of(ps: ParsedSoap) -> str:
    """The operation that a request asks for.

    Raises:
        UnknownOperation: there is no such.
    """
    name = str(ps.body_root.tag).rpartition("}")[2]
    if name not in OPERATIONS:
        raise UnknownOperation(name, OPERATIONS)
    return name


def parse_request(message: bytes) -> tuple[str, dict[str, Any]]:
    """The operation and the parts of a request."""
    ps = ParsedSoap(message)
    name = operation_of(ps)
    parts: dict[str, Any] = ps.Parse(REQUESTS[name])
    return name, parts


def answer(message: bytes) -> bytes:
    """The response to a request: the values that came."""
    name, parts = parse_request(message)
    if name == "echoStructAsSimpleTypes":
        struct = parts["inputStruct"]
        result: dict[str, Any] = {
            "outputString": struct.varString,
            "outputInteger": struct.varInt,
            "outputFloat": struct.varFloat,
        }
    elif name == "echoSimpleTypesAsStruct":
        result = {"return": SOAPStruct(*parts.values())}
    else:
        result = dict(zip(["return"], parts.values(), strict=bool(parts)))
    return bytes(SoapWriter().serialize(result, RESPONSES[name]))


class Handler(BaseHTTPRequestHandler):
    """The service over HTTP, as simple as it can be."""

    protocol_version = "HTTP/1.1"
    server: Server

    def do_GET(self) -> None:
        """The WSDL, with the address that it was asked at."""
        text = WSDL.read_text("utf-8").replace(
            "http://localhost:8080/soapbuilders", self.server.address
        )
        self.reply(200, text.encode())

    def do_POST(self) -> None:
        """An answer or a fault."""
        body = self.read_body()
        self.server.keep(self, body)
        try:
            self.reply(200, answer(body))
        except ZSIException as error:
            made = fault_for(error, SOAP11)
            self.reply(made.status, fault_envelope(made.fault, made.version))

    def read_body(self) -> bytes:
        """The body, chunked or not."""
        if self.headers.get("Transfer-Encoding", "").lower() != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return body

    def reply(self, status: int, body: bytes) -> None:
        """Send one response."""
        self.send_response(status)
        self.send_header("Content-Type", "text/xml; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: Any) -> None:
        """Nothing is logged."""


class Server(ThreadingHTTPServer):
    """The service on a port, with the requests kept that come.

    Args:
        port: 0 for a free one.
        folder: where the requests are kept, one file an operation.
    """

    daemon_threads = True

    def __init__(self, port: int = 0, folder: Path | None = None) -> None:
        super().__init__(("127.0.0.1", port), Handler)
        self.address = f"http://127.0.0.1:{self.server_port}/soapbuilders"
        self.folder = folder

    def keep(self, request: Handler, body: bytes) -> None:
        """Keep a request as it came; chunks are put together."""
        if self.folder is None:
            return
        lines = [f"{request.command} {request.path} {request.request_version}"]
        lines += [f"{name}: {value}" for name, value in request.headers.items()]
        found = re.search(rb"Body[^>]*>\s*<(?:[\w.-]+:)?(\w+)", body)
        name = found[1].decode() if found else "unknown"
        self.folder.mkdir(parents=True, exist_ok=True)
        head = "\r\n".join(lines).encode()
        (self.folder / f"{name}.http").write_bytes(head + b"\r\n\r\n" + body)


@contextmanager
def serving() -> Iterator[str]:
    """The service in a thread; gives its address."""
    server = Server()
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield server.address
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


if __name__ == "__main__":
    kept = Server(int(sys.argv[1]), Path(sys.argv[2]) if len(sys.argv) > 2 else None)
    print(f"{kept.address}?wsdl", flush=True)
    kept.serve_forever()
