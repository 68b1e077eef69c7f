"""Plain functions served by ZSI's dispatch, over sockets and as CGI."""

from __future__ import annotations

import base64
import subprocess
import sys
import threading
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from ZSI import TC
from ZSI.auth import AUTH, ClientBinding
from ZSI.client import Binding, FaultException, NamedParamBinding
from ZSI.dispatch import (
    AsHandler,
    AsJonPy,
    Functions,
    FunctionServer,
    FunctionService,
    GetClientBinding,
)
from ZSI.errors import EvaluateException, UnknownOperation
from ZSI.parse import ParsedSoap

ROOT = Path(__file__).parents[1]


def add(a: Any, b: Any = 1) -> Any:
    return a + b


def who() -> Any:
    binding = GetClientBinding()
    assert binding is not None
    return [str(part) for part in binding.GetAuth()]


async def later(a: Any) -> Any:
    return {"a": a, "nothing": None}


def broken() -> Any:
    raise ValueError("a secret")


def _private() -> Any:
    return "a secret"


class Sum:
    """A typed message."""

    def __init__(self) -> None:
        self.numbers: Any = None


Sum.typecode = TC.Struct(Sum, [TC.Array("xsd:int", TC.Iint(), "numbers")], "total")


class Total:
    """Its answer."""


Total.typecode = TC.Struct(Total, [TC.Integer("sum")], "totalResponse")


def total(request: Any) -> Any:
    made = Total()
    made.sum = sum(request.numbers)
    return made


def louder(text: Any) -> Any:
    return f"{text}!"


def turned(root: Any) -> Any:
    made = etree.Element("made")
    made.extend(reversed(root))
    return made


def message(text: str) -> ParsedSoap:
    return ParsedSoap(text, envelope=False)


HERE = sys.modules[__name__]
TYPES = SimpleNamespace(total=Sum, totalResponse=Total)


class FunctionsTests(SynchronousTestCase):
    """Which function is called, and with what."""

    def call(self, text: str, **kw: Any) -> Any:
        return Functions([HERE], **{"rpc": True, **kw}).call(message(text)).value

    def test_arguments(self) -> None:
        typed = 'xmlns:x="http://www.w3.org/2001/XMLSchema" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
        for text, value in (
            ('<add><a xsi:type="x:int">1</a><b xsi:type="x:int">2</b></add>', 3),
            ('<add><item xsi:type="x:int">1</item><item xsi:type="x:int">2</item></add>', 3),
            ('<add><a xsi:type="x:int">1</a></add>', 2),
            ("<add><a>p</a><b>q</b></add>", "pq"),
            ('<add><a xsi:type="x:int">1</a><b xsi:type="x:int">2</b></add>', 3),
        ):
            self.assertEqual(self.call(text.replace("<add>", f"<add {typed}>")), value)

    def test_wrong_arguments(self) -> None:
        for text in ("<add/>", "<add><c>1</c></add>", "<add><a>1</a><a>2</a></add>"):
            self.assertRaises(EvaluateException, self.call, text)

    def test_names(self) -> None:
        """What a module imports, its classes, and private names are nobody's business."""
        offered = Functions([HERE]).table()
        for name in ("etree", "ParsedSoap", "Sum", "_private", "AsHandler", "SimpleNamespace"):
            self.assertNotIn(name, offered)
            self.assertRaises(UnknownOperation, self.call, f"<{name}/>")
        self.assertIn("add", offered)
        module = ModuleType("other")
        module.__dict__.update(add=add, __all__=["add"])
        self.assertEqual(list(Functions([module]).table()), ["add"])
        module.__dict__["add"] = lambda: None
        self.assertRaises(TypeError, Functions([HERE, module]).table)
        self.assertEqual(list(Functions([add]).table()), ["add"])

    def test_main_module(self) -> None:
        self.assertNotIn("system", Functions().table())

    def test_typed(self) -> None:
        functions = Functions([HERE], typesmodule=TYPES)
        answer = functions.call(message("<total><numbers><n>1</n><n>2</n></numbers></total>"))
        self.assertIs(answer.typecode, Total.typecode)
        self.assertEqual(answer.value.sum, 3)

    def test_untyped(self) -> None:
        """Without a typecode the one argument is what `TC.Any` makes of the element."""
        found = Functions([louder]).call(message("<louder>x</louder>"))
        self.assertEqual((found.value, found.typecode.pname), ("x!", "louderResponse"))

    def test_document(self) -> None:
        answer = Functions([HERE], docstyle=True).call(message("<turned><a/><b/></turned>"))
        self.assertEqual([child.tag for child in answer.value], ["b", "a"])
        self.assertEqual(answer.typecode.pname, "turnedResponse")

    def test_exception(self) -> None:
        """It goes the way of all services' exceptions."""
        self.assertRaises(ValueError, self.call, "<broken/>")
        self.assertIsNone(GetClientBinding())

    def test_no_more(self) -> None:
        for handler in (AsHandler, AsJonPy):
            self.assertRaises(NotImplementedError, handler)


class ClientBindingTests(SynchronousTestCase):
    """Who calls."""

    def test_auth(self) -> None:
        word = base64.b64encode(b"me:a:b").decode()
        for said, found in (
            (f"Basic {word}", (AUTH.httpbasic, "me", "a:b")),
            ("Basic x", (AUTH.none,)),
            ("Basic bWU=", (AUTH.none,)),
            ("Bearer x", (AUTH.none,)),
            (None, (AUTH.none,)),
        ):
            request = SimpleNamespace(getHeader=lambda name, said=said: said)
            self.assertEqual(ClientBinding(None, request).GetAuth(), found)
        self.assertEqual(ClientBinding(None).GetAuth(), (AUTH.none,))

    def test_message(self) -> None:
        ps = message('<a xmlns="urn:a"/>')
        binding = ClientBinding(ps, 1)
        self.assertEqual((binding.GetNS(), binding.connection), ("urn:a", 1))
        self.assertIs(binding.GetRequest(), ps)
        self.assertIn("PATH", binding.environ)
        self.assertEqual(ClientBinding(message("<a/>")).GetNS(), "")
        self.assertIsNone(GetClientBinding())


class ServerTests(SynchronousTestCase):
    """Over a socket."""

    def serve(self, **kw: Any) -> str:
        service = FunctionService(Functions([HERE], **kw))
        server = FunctionServer(("127.0.0.1", 0), [service])
        server.grace = 0.2
        threading.Thread(target=server.serve_forever, daemon=True).start()
        self.addCleanup(server.server_close)
        self.addCleanup(server.shutdown)
        return f"http://127.0.0.1:{server.server_port}/any/path"

    def test_calls(self) -> None:
        url = self.serve(rpc=True)
        with Binding(url, auth=(AUTH.httpbasic, "me", "pw")) as binding:
            self.assertEqual(binding.add(1, 2), 3)
            self.assertEqual(binding.who(), ["1", "me", "pw"])
            error = self.assertRaises(FaultException, binding.nothing)
            self.assertIn("operations here: add, broken", str(error))
        with NamedParamBinding(url, namespace="urn:calc", version="1.2") as binding:
            self.assertEqual(binding.add(a=1.5), 2.5)
            self.assertEqual(binding.later(a=5), {"a": 5, "nothing": None})

    def test_typed(self) -> None:
        request = Sum()
        request.numbers = [1, 2]
        with Binding(self.serve(typesmodule=TYPES), typesmodule=TYPES) as binding:
            self.assertEqual(binding.total(request).sum, 3)

    def test_must_understand(self) -> None:
        with Binding(self.serve(rpc=True)) as binding:
            binding.SendSOAPData(
                '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Header>'
                '<m:x xmlns:m="urn:m" e:mustUnderstand="1"/></e:Header>'
                "<e:Body><add/></e:Body></e:Envelope>"
            )
            self.assertEqual(binding.ReceiveFault().name.localname, "MustUnderstand")


class CGITests(SynchronousTestCase):
    """One message on standard input."""

    SCRIPT = (
        "from os import system\nfrom ZSI import dispatch\n"
        "def add(a, b):\n    return a + b\n"
        "dispatch.AsCGI(rpc=True)\n"
    )

    def run_script(self, body: str, method: str = "POST") -> tuple[str, ParsedSoap]:
        data = (
            '<e:Envelope xmlns:e="http://schemas.xmlsoap.org/soap/envelope/"><e:Body>'
            f"{body}</e:Body></e:Envelope>"
        ).encode()
        environment = {
            "REQUEST_METHOD": method, "CONTENT_LENGTH": str(len(data)), "CONTENT_TYPE": "text/xml",
            "PYTHONPATH": str(ROOT),
        }  # fmt: skip
        command = [sys.executable, "-c", self.SCRIPT]
        done = subprocess.run(
            command, input=data, env=environment, capture_output=True, timeout=60, check=True
        )
        head, _, text = done.stdout.partition(b"\r\n\r\n")
        return head.decode().split("\r\n")[0], ParsedSoap(text)

    def test_answer(self) -> None:
        status, ps = self.run_script("<add><a>1</a><b>2</b></add>")
        self.assertEqual((status, ps.Parse(TC.Any())), ("Status: 200", "12"))

    def test_refusals(self) -> None:
        status, ps = self.run_script("<system><a>id</a></system>")
        self.assertEqual((status, ps.IsAFault()), ("Status: 500", True))
        self.assertEqual(self.run_script("<add/>", "GET")[0], "Status: 405")
