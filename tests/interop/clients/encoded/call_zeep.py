"""zeep calls operations of soapbuilders.wsdl and prints a JSON object of what came back.

It has no arrays of two dimensions and writes no references: echo2DStringArray and echoCircle are
left out.
"""

from __future__ import annotations

import datetime
import json
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import zeep
from zeep import xsd
from zeep.helpers import serialize_object

KNOWN = Path(__file__).parents[4] / "ZSI" / "wsdl" / "known"
TYPES = "urn:zsi-mock:soapbuilders:types"


class Transport(zeep.transports.Transport):
    """Gives our schema of the SOAP encoding instead of asking the network for it."""

    def load(self, url: str) -> bytes:
        if url == "http://schemas.xmlsoap.org/soap/encoding/":
            return (KNOWN / "soap11-encoding.xsd").read_bytes()
        return super().load(url)


client = zeep.Client(sys.argv[1], transport=Transport(timeout=30))


def made(name: str, *items: Any, **fields: Any) -> Any:
    return client.get_type(f"{{{TYPES}}}{name}")(*items, **fields)


def plain(value: Any) -> Any:
    """What JSON can hold."""
    value = serialize_object(value, dict)
    if isinstance(value, dict):
        if value and all(item is None for item in value.values()):
            return None  # what it makes of a nil struct
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    if isinstance(value, bytes):
        return value.hex()
    if isinstance(value, Decimal):
        return str(value)
    if isinstance(value, datetime.datetime):
        return value.isoformat()
    return value


one = {"varString": "one", "varInt": 1, "varFloat": 1.5}
two = {"varString": "two", "varInt": 2, "varFloat": -2.25}
linked: Any = xsd.SkipValue
for text, number in (("c", 3), ("b", 2), ("a", 1)):
    linked = {"varInt": number, "varString": text, "child": linked}

CALLS: dict[str, list[Any]] = {
    "echoVoid": [],
    "echoString": ["plop & <tags> \u00e9\u20ac"],
    "echoInteger": [42],
    "echoFloat": [1.5],
    "echoDecimal": [Decimal("123.456789")],
    "echoBoolean": [True],
    "echoDate": [datetime.datetime(2026, 11, 23, 10, 20, 30, tzinfo=datetime.UTC)],
    "echoBase64": [b"\x00\x01\xffzsi"],
    "echoHexBinary": ["0001ff7a7369"],
    "echoStringArray": [made("ArrayOfstring", ["a", "b", "c"])],
    "echoIntegerArray": [made("ArrayOfint", [1, -2, 3])],
    "echoFloatArray": [made("ArrayOffloat", [1.5, -2.25])],
    "echoStruct": [one],
    "echoStructArray": [made("ArrayOfSOAPStruct", [one, two])],
    "echoNestedStruct": [{"varString": "outer", "varInt": 3, "varFloat": 0.5, "varStruct": one}],
    "echoNestedArray": [
        {
            "varString": "outer", "varInt": 3, "varFloat": 0.5,
            "varArray": made("ArrayOfstring", ["a", "b"]),
        }
    ],
    "echoStructAsSimpleTypes": [one],
    "echoSimpleTypesAsStruct": ["one", 1, 1.5],
    "echoLinkedList": [linked],
    "echoMultiref": [{"first": one, "second": one}],
    "echoMap": [{"item": [
        {"key": xsd.AnyObject(xsd.String(), "one"), "value": xsd.AnyObject(xsd.Int(), 1)},
        {"key": xsd.AnyObject(xsd.String(), "two"), "value": xsd.AnyObject(xsd.String(), "zwei")},
    ]}],
    "echoAnyType": [xsd.AnyObject(xsd.String(), "any")],
}  # fmt: skip

said: dict[str, Any] = {}
for operation, arguments in CALLS.items():
    try:
        said[operation] = plain(client.service[operation](*arguments))
        if operation == "echoMap":
            said[operation] = {entry["key"]: entry["value"] for entry in said[operation]}
    except Exception as error:
        said[operation] = {"error": f"{type(error).__name__}: {error}"}
print(json.dumps(said))
