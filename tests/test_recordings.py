"""Recorded rpc/encoded requests of six SOAP toolkits: whatever they look like, one value."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.interop.soapbuilders import (
    OPERATIONS,
    REQUESTS,
    SERVICE,
    WSDL,
    Node,
    Pair,
    SOAPArrayStruct,
    SOAPStruct,
    SOAPStructStruct,
    answer,
    parse_request,
)
from ZSI import TC, ParsedSoap, SoapWriter
from ZSI.generate.build import Built
from ZSI.generate.planner import make_plan
from ZSI.versions import SOAP11, SOAP12
from ZSI.wsdl.load import load_contract

RECORDINGS = Path(__file__).parent / "recordings"
CLIENTS = ("axis1", "gsoap", "node_soap", "php", "soap_lite", "zeep")
#: What a client cannot send.
MISSING = {
    "gsoap": {"echoMap", "echoAnyType"},  # an anyType is a string of XML there
    "node_soap": {"echoVoid", "echoCircle"},
    "soap_lite": {"echoCircle"},
    "zeep": {"echo2DStringArray", "echoCircle"},
}
#: Clients that tell an object that occurs twice from two equal ones.
REFERRING = ("axis1", "gsoap", "php", "soap_lite")


def made(cls: type, **values: Any) -> Any:
    """An object with these attributes."""
    instance = cls()
    vars(instance).update(values)
    return instance


def expected() -> dict[str, dict[str, Any]]:
    """The parts of every request."""
    one = SOAPStruct("one", 1, 1.5)
    outer = {"varString": "outer", "varInt": 3, "varFloat": 0.5}
    nil = TC.NIL
    return {
        "echoVoid": {},
        "echoString": {"inputString": "plop & <tags> \u00e9\u20ac"},
        "echoInteger": {"inputInteger": 42},
        "echoFloat": {"inputFloat": 1.5},
        "echoDecimal": {"inputDecimal": Decimal("123.456789")},
        "echoBoolean": {"inputBoolean": True},
        "echoDate": {"inputDate": datetime.datetime(2026, 11, 23, 10, 20, 30, tzinfo=datetime.UTC)},
        "echoBase64": {"inputBase64": b"\x00\x01\xffzsi"},
        "echoHexBinary": {"inputHexBinary": b"\x00\x01\xffzsi"},
        "echoStringArray": {"inputStringArray": ["a", "b", "c"]},
        "echoIntegerArray": {"inputIntegerArray": [1, -2, 3]},
        "echoFloatArray": {"inputFloatArray": [1.5, -2.25]},
        "echoStruct": {"inputStruct": one},
        "echoStructArray": {"inputStructArray": [one, SOAPStruct("two", 2, -2.25)]},
        "echoNestedStruct": {"inputStruct": made(SOAPStructStruct, **outer, varStruct=one)},
        "echoNestedArray": {"inputStruct": made(SOAPArrayStruct, **outer, varArray=["a", "b"])},
        "echo2DStringArray": {"input2DStringArray": [["r0c0", "r0c1"], ["r1c0", "r1c1"]]},
        "echoStructAsSimpleTypes": {"inputStruct": one},
        "echoSimpleTypesAsStruct": {"inputString": "one", "inputInteger": 1, "inputFloat": 1.5},
        "echoLinkedList": {"inputList": Node(1, "a", Node(2, "b", Node(3, "c", nil)))},
        "echoMultiref": {"inputPair": made(Pair, first=one, second=one)},
        "echoMap": {"inputMap": {"one": 1, "two": "zwei"}},
        "echoAnyType": {"inputAnyType": "any"},
    }


def recording(client: str, operation: str) -> bytes:
    """The body of a recorded request."""
    path = RECORDINGS / client / f"{operation}.http"
    return path.read_bytes().partition(b"\r\n\r\n")[2]


@cache
def generated() -> dict[str, Any]:
    """The classes that wsdl2py makes of the contract, by the local name of the body element."""
    built = Built(make_plan(load_contract(WSDL)), "recordings")
    (service,) = built.plan.services
    classes = {}
    for operation in service.operations:
        for message in (operation.input, operation.output):
            if message is not None and message.root is not None:
                classes[message.root.localname] = built.message(message)
    return classes


def plain(value: Any) -> Any:
    """An object of either kind as what it holds."""
    if isinstance(value, TC.Compound):
        value = dict(value._items())
    elif hasattr(value, "__dict__") and not isinstance(value, type):
        value = vars(value)
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    return [plain(item) for item in value] if isinstance(value, list) else value


class HandWrittenTests(SynchronousTestCase):
    """Typecodes written by hand."""

    def test_all_recorded(self) -> None:
        for client in CLIENTS:
            found = {path.stem for path in (RECORDINGS / client).glob("*.http")}
            self.assertEqual(found, set(OPERATIONS) - MISSING.get(client, set()), client)

    def test_same_values(self) -> None:
        """Every client's request for an operation says the same."""
        for client in CLIENTS:
            for operation, parts in expected().items():
                if operation not in MISSING.get(client, ()):
                    found = parse_request(recording(client, operation))
                    self.assertEqual(found, (operation, parts), f"{client} {operation}")

    def test_one_object(self) -> None:
        """What occurs twice is one object."""
        for client in REFERRING:
            pair = parse_request(recording(client, "echoMultiref"))[1]["inputPair"]
            self.assertIs(pair.first, pair.second, client)

    def test_circle(self) -> None:
        for client in ("axis1", "gsoap", "php"):
            node = parse_request(recording(client, "echoCircle"))[1]["inputList"]
            self.assertIs(node.child.child, node, client)
            self.assertEqual((node.varInt, node.child.varString), (1, "b"))

    def test_nothing_unusual(self) -> None:
        """Only SOAP::Lite's guesses are remarked upon."""
        for client in CLIENTS:
            for path in sorted((RECORDINGS / client).glob("*.http")):
                ps = ParsedSoap(path.read_bytes().partition(b"\r\n\r\n")[2])
                ps.Parse(REQUESTS[path.stem])
                self.assertEqual([str(f) for f in ps.findings], [], path)

    def test_replies_are_read_again(self) -> None:
        """What we answer is what was asked, to our own reader, in both versions."""
        for client in CLIENTS:
            for operation, parts in expected().items():
                if operation in MISSING.get(client, ()):
                    continue
                for version in (SOAP11, SOAP12):
                    sw = SoapWriter(version=version).serialize(parts, REQUESTS[operation])
                    self.assertEqual(parse_request(bytes(sw)), (operation, parts))
                self.assertIn(b"Response", answer(recording(client, operation)))


class GeneratedTests(SynchronousTestCase):
    """The classes that wsdl2py makes of the contract."""

    def test_same_values(self) -> None:
        for client in CLIENTS:
            for operation, parts in expected().items():
                if operation in MISSING.get(client, ()) or operation == "echoMap":
                    continue  # the contract declares Map as a struct, which it then is
                message = generated()[operation]
                found = ParsedSoap(recording(client, operation)).Parse(message)
                self.assertEqual(plain(found), plain(parts), f"{client} {operation}")

    def test_round_trip(self) -> None:
        """Written and read again, in both versions, with the objects that are one."""
        for client in CLIENTS:
            for path in sorted((RECORDINGS / client).glob("*.http")):
                message = generated()[path.stem]
                value = ParsedSoap(recording(client, path.stem)).Parse(message)
                for version in (SOAP11, SOAP12):
                    sw = SoapWriter(version=version).serialize(value)
                    again = ParsedSoap(bytes(sw)).Parse(message)
                    if path.stem == "echoCircle":
                        self.assertIs(again.inputList.child.child, again.inputList)
                    else:
                        self.assertEqual(again, value, f"{path} {version.number}")

    def test_messages_name_their_operation(self) -> None:
        self.assertEqual(generated()["echoString"].typecode.name, (SERVICE, "echoString"))
