"""Documents of any size: ``flat(7000)`` is the 0.9 MB one of the tables."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

NS = "urn:zsi-bench"
SOAPENV = "http://schemas.xmlsoap.org/soap/envelope/"
SOAPENC = "http://schemas.xmlsoap.org/soap/encoding/"
XSD = "http://www.w3.org/2001/XMLSchema"
XSI = "http://www.w3.org/2001/XMLSchema-instance"

DEPTH = 50
WIDTH = 100


def envelope(body: str, after: Iterable[str] = ()) -> bytes:
    """A SOAP 1.1 envelope around a body element and what follows it."""
    return (
        f'<soapenv:Envelope xmlns:soapenv="{SOAPENV}" xmlns:soapenc="{SOAPENC}" '
        f'xmlns:xsd="{XSD}" xmlns:xsi="{XSI}" xmlns:b="{NS}">'
        f"<soapenv:Body>{body}{''.join(after)}</soapenv:Body></soapenv:Envelope>"
    ).encode()


def bare(document: bytes) -> bytes:
    """The body element alone, for libraries that know no SOAP."""
    inner = document.partition(b"<soapenv:Body>")[2].rpartition(b"</soapenv:Body>")[0]
    name, _, rest = inner.partition(b">")
    return name + b' xmlns:b="' + NS.encode() + b'">' + rest


def flat(count: int) -> bytes:
    """Records of int, string, decimal, dateTime and boolean."""
    records = "".join(
        f"<r><id>{100000 + i}</id><name>name of record {i}</name>"
        f"<price>{i}.{i % 100:02}</price>"
        f"<made>2026-{i % 12 + 1:02}-{i % 28 + 1:02}T{i % 24:02}:{i % 60:02}:07</made>"
        f"<ok>{'true' if i % 2 else 'false'}</ok></r>"
        for i in range(count)
    )
    return envelope(f'<Records xmlns="{NS}">{records}</Records>')


def deep(count: int) -> bytes:
    """Chains of nodes, each 50 deep."""
    chain = "".join(f"<b:node><b:name>level {i}</b:name>" for i in range(DEPTH))
    return envelope(f"<b:Trees>{(chain + '</b:node>' * DEPTH) * count}</b:Trees>")


def wide(count: int) -> bytes:
    """Elements with 100 attributes."""
    attributes = " ".join(f'a{i}="{i}"' for i in range(WIDTH))
    return envelope(f"<b:Wides>{f'<b:w {attributes}/>' * count}</b:Wides>")


def _struct(i: int) -> str:
    return (
        f'<varString xsi:type="xsd:string">text {i}</varString>'
        f'<varInt xsi:type="xsd:int">{i}</varInt>'
        f'<varFloat xsi:type="xsd:float">{i}.5</varFloat>'
    )


def _array(count: int, items: str) -> str:
    return (
        f'<b:echoStructs soapenv:encodingStyle="{SOAPENC}"><structs xsi:type="soapenc:Array" '
        f'soapenc:arrayType="b:Struct[{count}]">{items}</structs></b:echoStructs>'
    )


def encoded(count: int) -> bytes:
    """An rpc/encoded array of structs, an xsi:type on everything."""
    items = (f'<item xsi:type="b:Struct">{_struct(i)}</item>' for i in range(count))
    return envelope(_array(count, "".join(items)))


def multirefs(count: int) -> bytes:
    """The same array, each item an href to an element that follows the operation's."""
    items = "".join(f'<item href="#id{i}"/>' for i in range(count))
    targets = (
        f'<multiRef id="id{i}" soapenc:root="0" soapenv:encodingStyle="{SOAPENC}" '
        f'xsi:type="b:Struct">{_struct(i)}</multiRef>'
        for i in range(count)
    )
    return envelope(_array(count, items), targets)


@dataclass(frozen=True, slots=True)
class Kind:
    """One family of documents: its contract, its operation, its size in the tables."""

    name: str
    service: str
    operation: str
    make: Callable[[int], bytes]
    count: int


KINDS: tuple[Kind, ...] = (
    Kind("flat, 5 fields a record", "documents", "Records", flat, 7000),
    Kind("deep, 50 levels", "documents", "Trees", deep, 200),
    Kind("wide, 100 attributes", "documents", "Wides", wide, 500),
    Kind("rpc/encoded array", "encoded", "echoStructs", encoded, 5000),
    Kind("rpc/encoded multirefs", "encoded", "echoStructs", multirefs, 5000),
)
