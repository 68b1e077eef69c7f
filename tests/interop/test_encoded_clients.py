"""Six SOAP toolkits call the SoapBuilders service, and decode what it answers."""

from __future__ import annotations

import json
import os
import tempfile
from functools import cache
from pathlib import Path
from typing import Any
from urllib.error import HTTPError
from urllib.request import urlopen

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from ZSI import TC, SoapWriter

from .harness import AXIS_JARS, JAVA, Client, jars, perl_module, php_soap, program
from .harness import _node as node_client
from .harness import _python as python_client
from .soapbuilders import serving

HERE = "{clients}/encoded"
AXIS = f".{os.pathsep}{jars(AXIS_JARS)}"


@cache
def clients() -> dict[str, Client]:
    """Every client by name."""
    return {
        "zeep": python_client("zeep", "encoded/call_zeep.py"),
        "node_soap": node_client("soap", "encoded/node_soap.js"),
        "php": Client(
            php_soap(),
            "apt-get install php-cli php-soap",
            (("php", f"{HERE}/php.php", "{wsdl}"),),
        ),
        "soap_lite": Client(
            perl_module("SOAP::Lite"),
            "apt-get install libsoap-lite-perl",
            (("perl", f"{HERE}/soap_lite.pl", "{wsdl}"),),
        ),
        "axis1": Client(
            program("javac") and (JAVA / "axis.jar").exists(),
            "apt-get install libaxis-java default-jdk-headless",
            (
                ("java", "-cp", AXIS, "org.apache.axis.wsdl.WSDL2Java", "-p", "soapbuilders")
                + ("{wsdl}",),
                (
                    "sh",
                    "-c",
                    f"javac -nowarn -cp {AXIS} -d . {HERE}/Axis1.java soapbuilders/*.java",
                ),
                ("java", "-cp", AXIS, "Axis1", "{url}"),
            ),
        ),
        "gsoap": Client(
            program("wsdl2h") and program("soapcpp2") and program("gcc"),
            "apt-get install gsoap libgsoap-dev gcc",
            (
                ("wsdl2h", "-c", "-o", "sb.h", "{wsdl}"),
                ("soapcpp2", "-c", "-C", "-w", "-x", "-I/usr/share/gsoap/import", "sb.h"),
                ("gcc", "-w", "-I.", "-o", "client", f"{HERE}/gsoap.c", "soapC.c", "soapClient.c")
                + ("-lgsoap",),
                ("./client", "{url}"),
            ),
        ),
    }


ONE = {"varString": "one", "varInt": 1, "varFloat": 1.5}
OUTER = {"varString": "outer", "varInt": 3, "varFloat": 0.5}
EXPECTED: dict[str, Any] = {
    "echoVoid": None,
    "echoString": "plop & <tags> \u00e9\u20ac",
    "echoInteger": 42,
    "echoFloat": 1.5,
    "echoDecimal": 123.456789,
    "echoBoolean": True,
    "echoDate": "2026-11-23T10:20:30",
    "echoBase64": "0001ff7a7369",
    "echoHexBinary": "0001ff7a7369",
    "echoStringArray": ["a", "b", "c"],
    "echoIntegerArray": [1, -2, 3],
    "echoFloatArray": [1.5, -2.25],
    "echoStruct": ONE,
    "echoStructArray": [ONE, {"varString": "two", "varInt": 2, "varFloat": -2.25}],
    "echoNestedStruct": {**OUTER, "varStruct": ONE},
    "echoNestedArray": {**OUTER, "varArray": ["a", "b"]},
    "echo2DStringArray": [["r0c0", "r0c1"], ["r1c0", "r1c1"]],
    "echoStructAsSimpleTypes": ["one", 1, 1.5],
    "echoSimpleTypesAsStruct": ONE,
    "echoLinkedList": {
        "varInt": 1, "varString": "a", "child":
        {"varInt": 2, "varString": "b", "child": {"varInt": 3, "varString": "c", "child": None}},
    },
    "echoCircle": {"varInt": 1, "next": 2, "closed": True},
    "echoMultiref": {"value": {"first": ONE, "second": ONE}, "same": True},
    "echoMap": {"one": 1, "two": "zwei"},
    "echoAnyType": "any",
}  # fmt: skip
#: What a client cannot do, or not say.
BEYOND = {
    "gsoap": {"echoMap", "echoAnyType"},
    "node_soap": {"echoVoid", "echoCircle", "echo2DStringArray"},  # reads rows as one list
    "soap_lite": {"echoCircle"},
    "zeep": {"echo2DStringArray", "echoCircle"},
}
#: Clients that tell no object that occurs twice from two equal ones.
COPYING = ("node_soap", "zeep")


def loose(value: Any) -> Any:
    """A value without what only the client's language makes of it."""
    if isinstance(value, dict):
        return {key: loose(item) for key, item in value.items() if item is not None}
    if isinstance(value, list):
        return [loose(item) for item in value]
    try:
        return float(value)
    except (TypeError, ValueError):
        return value


class EncodedClientsTests(SynchronousTestCase):
    """Each client gets back what it sent, by its own decoding."""

    def said(self, name: str) -> dict[str, Any]:
        """What the client printed, or a skip that says how to install it."""
        client = clients()[name]
        if not client.present:
            raise SkipTest(f"{name} is not installed here ({client.install})")
        with tempfile.TemporaryDirectory() as folder, serving() as address:
            found: dict[str, Any] = json.loads(client.call(f"{address}?wsdl", Path(folder)))
        return found

    def check(self, name: str) -> None:
        said = self.said(name)
        for operation, value in EXPECTED.items():
            if operation in BEYOND.get(name, ()):
                continue
            found = said[operation]
            if operation in ("echoBase64", "echoHexBinary"):
                found = self.hexadecimal(found)
            elif operation == "echoDate":
                found = found[: len(value)]
            elif operation == "echoStructAsSimpleTypes" and isinstance(found, dict):
                found = list(found.values())
            elif operation == "echoMultiref" and name in COPYING:
                value = value["value"]
            elif operation == "echoVoid":
                found = found or None
            self.assertEqual(loose(found), loose(value), f"{name} {operation}")

    def hexadecimal(self, text: str) -> str:
        """Bytes as the clients print them."""
        return "0001ff7a7369" if text == "AAH/enNp" else text.lower()

    def test_zeep(self) -> None:
        self.check("zeep")

    def test_node_soap(self) -> None:
        self.check("node_soap")

    def test_php(self) -> None:
        self.check("php")

    def test_soap_lite(self) -> None:
        self.check("soap_lite")

    def test_axis1(self) -> None:
        self.check("axis1")

    def test_gsoap(self) -> None:
        self.check("gsoap")


class ServingTests(SynchronousTestCase):
    """The service without a client."""

    def test_unknown_operation(self) -> None:
        """A fault, and the service goes on."""
        with serving() as address:
            message = str(SoapWriter().serialize("x", TC.String("echoNothing"))).encode()
            for _ in range(2):
                with self.assertRaises(HTTPError) as caught:
                    urlopen(address, message, timeout=20)
                self.assertIn(b"unknown operation", caught.exception.read())
                caught.exception.close()
