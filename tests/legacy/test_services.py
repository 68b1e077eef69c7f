"""Services and clients as ZSI's guide writes them, over a socket: stubs made without ``-w``."""

from __future__ import annotations

import importlib
import io
import sys
import tempfile
import threading
from functools import cache
from pathlib import Path
from typing import Any, ClassVar

from twisted.trial.unittest import SynchronousTestCase

from tests.legacy.stubs import EchoRequest, RegisterUserRequest, RegisterUserResponse, ns0
from ZSI import TC, EvaluateException, Fault, FaultException, client
from ZSI.call import untyped
from ZSI.client import AUTH, Binding, NamedParamBinding
from ZSI.generate.commands import wsdl2py
from ZSI.schema import GED
from ZSI.ServiceContainer import GetSOAPContext, ServiceContainer, ServiceSOAPBinding
from ZSI.TCcompound import Struct

ROOT = Path(__file__).parents[2]


@cache
def stubs() -> tuple[Any, Any]:
    """The server's and the client's module of echo.wsdl, made once without ``-w``."""
    with tempfile.TemporaryDirectory() as folder:
        wsdl2py(["-b", "-q", "-o", folder, str(ROOT / "echo.wsdl")])
        sys.path.insert(0, folder)
        try:
            found = [importlib.import_module(f"EchoServer_{end}") for end in ("server", "client")]
        finally:
            sys.path.remove(folder)
            for end in ("server", "client", "types"):
                sys.modules.pop(f"EchoServer_{end}", None)
    return found[0], found[1]


class Player:
    """What is asked, by the guide's example."""

    def __init__(self, name: str | None = None) -> None:
        self.Name = name
        self.Scores: Any = None


Player.typecode = TC.Struct(
    Player,
    [TC.String("Name", optional=1), TC.Array("xsd:integer", TC.Integer(), "Scores")],
    "average",
)


class Average:
    """What is answered."""

    def __init__(self, average: int | None = None) -> None:
        self.average = average


Average.typecode = TC.Struct(Average, [TC.Integer("average")], "averageResponse", inline=1)


class Averages(ServiceSOAPBinding):
    """Typecodes by hand; methods with and without keywords."""

    soapAction: ClassVar[dict[str, str]] = {"urn:avg": "soap_average"}
    root: ClassVar[dict[Any, str]] = {}
    context: Any = None

    def __init__(self, post: str = "/avg", **kw: Any) -> None:
        ServiceSOAPBinding.__init__(self, post)

    def soap_average(self, ps: Any, **kw: Any) -> Any:
        player = ps.Parse(Player.typecode)
        self.context = GetSOAPContext()
        return player, Average(sum(player.Scores) // len(player.Scores))

    def soap_forget(self, ps: Any) -> Any:
        return ps.Parse(TC.Any()), None


class ServiceTests(SynchronousTestCase):
    """One container with two services."""

    def setUp(self) -> None:
        server, self.client = stubs()
        base = server.EchoServer

        class Echo(base):  # type: ignore[misc,valid-type]  # imported when the test runs
            def soap_Echo(self, ps: Any) -> Any:
                request, response = base.soap_Echo(self, ps)
                if request._value == "fault":
                    raise Fault(Fault.Client, "on purpose")
                response.Value = request.Value
                return request, response

        self.averages = Averages("avg")
        container = ServiceContainer(("127.0.0.1", 0), services=[Echo(), self.averages])
        container.grace = 0.2
        threading.Thread(target=container.serve_forever, daemon=True).start()
        self.addCleanup(container.server_close)
        self.addCleanup(container.shutdown)
        self.url = f"http://127.0.0.1:{container.server_port}"

    def binding(self, kind: Any = Binding, **kw: Any) -> Any:
        made = kind(url=f"{self.url}/avg", **kw)
        self.addCleanup(made.close)
        return made

    def test_locator(self) -> None:
        trace = io.StringIO()
        locator = self.client.EchoServerLocator()
        port = locator.getEchoServer(
            url=f"{self.url}/echo", tracefile=trace, nsdict={"a": "urn:a"}, transdict={},
            auth=(AUTH.httpbasic, "me", "pw"),
        )  # fmt: skip
        self.addCleanup(port.binding.close)
        request = self.client.EchoRequest()
        for value in ("hi", 1, 2.5, True, [1, 2], {"a": 1}):
            request.Value = value
            response = port.Echo(request)
            self.assertEqual((response.Value, response._value), (value, value))
        self.assertIn("POST", trace.getvalue())
        self.assertIn('xmlns:a="urn:a"', trace.getvalue())
        request._value = "fault"
        error = self.assertRaises(FaultException, port.Echo, request)
        self.assertEqual((error.fault.string, error.fault.code[1]), ("on purpose", "Client"))
        self.assertEqual((port.binding.reply_code, port.binding.IsAFault()), (500, True))
        request._value = None
        self.assertRaises(EvaluateException, port.Echo, request)
        self.assertRaises(TypeError, port.Echo, Player())

    def test_two_steps(self) -> None:
        player = Player()
        player.Scores = [84, 101]
        binding = self.binding()
        binding.Send(None, None, player)
        self.assertEqual(binding.Receive(Average.typecode).average, 92)
        self.assertEqual(binding.RPC(None, None, player, replytype=Average).average, 92)
        context = self.averages.context
        self.assertEqual(context.httpheaders["content-type"], "text/xml; charset=utf-8")
        self.assertIn(b"Scores", context.xmldata)
        self.assertIsNone(GetSOAPContext())

    def test_plain_python(self) -> None:
        """Objects without typecodes: named by the operation."""
        for parts in ({"Scores": [1, 3]}, [scores([1, 3])]):
            binding = self.binding(soapaction="urn:avg")
            binding.Send(None, "average", parts)
            self.assertEqual(binding.Receive(TC.Any()), {"average": 2})
        self.assertEqual(self.binding(NamedParamBinding).average(Scores=[2, 4]), 3)
        self.assertRaises(EvaluateException, self.binding().Send, None, None, {"a": 1})

    def test_one_way(self) -> None:
        binding = self.binding()
        binding.Send(None, "forget", {"a": 1})
        self.assertEqual((binding.reply_code, binding.IsSOAP()), (202, False))
        self.assertIsNone(binding.Receive(None))

    def test_untyped(self) -> None:
        obj, typecode = untyped("x", "op", "urn:x")
        self.assertEqual((obj, typecode.nspname, typecode.pname), ("x", "urn:x", "op"))
        self.assertEqual(untyped(Player(), "op")[1], None)
        self.assertTrue(untyped((), "op")[1].aslist)


def scores(numbers: list[int]) -> Any:
    """A list that says how it is written."""

    class Scores(list):  # type: ignore[type-arg]  # of numbers
        typecode = TC.Array("xsd:integer", TC.Integer(), "Scores")

    return Scores(numbers)


class CarriedSOAP:
    """A client as ZSI 2.1's generator wrote it, in Python 3's syntax."""

    def __init__(self, url: str, **kw: Any) -> None:
        kw.setdefault("readerclass", None)
        kw.setdefault("writerclass", None)
        self.binding = client.Binding(url=url, **kw)

    def Echo(self, request: Any, **kw: Any) -> Any:
        if isinstance(request, EchoRequest) is False:
            raise TypeError(f"{request.__class__} incorrect request type")
        self.binding.Send(None, None, request, soapaction="Echo", **kw)
        return self.binding.Receive(EchoRequest.typecode)

    def RegisterUser(self, request: Any, **kw: Any) -> Any:
        kw["encodingStyle"] = "http://schemas.xmlsoap.org/soap/encoding/"
        self.binding.Send(None, None, request, soapaction="", **kw)
        known = RegisterUserResponse.typecode
        typecode = Struct(pname=None, ofwhat=known.ofwhat, pyclass=known.pyclass)
        return self.binding.Receive(typecode)

    def Tell(self, request: Any, **kw: Any) -> None:
        self.binding.Send(None, None, request, soapaction="", **kw)
        if self.binding.IsSOAP():
            self.binding.Receive(None, **kw)


class CarriedService(ServiceSOAPBinding):
    """And the server."""

    soapAction: ClassVar[dict[str, str]] = {}
    root: ClassVar[dict[Any, str]] = {}
    told: Any = None

    def __init__(self, post: str = "/s", **kw: Any) -> None:
        ServiceSOAPBinding.__init__(self, post)

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        request = ps.Parse(EchoRequest.typecode)
        return request, request

    soapAction["Echo"] = "soap_Echo"
    root[EchoRequest.typecode.nspname, EchoRequest.typecode.pname] = "soap_Echo"

    def soap_RegisterUser(self, ps: Any, **kw: Any) -> Any:
        request = ps.Parse(RegisterUserRequest.typecode)  # type: ignore[attr-defined]  # set later
        return request, RegisterUserResponse(Message=f"{request._User._a} {request._Codes}")

    def soap_X(self, ps: Any, **kw: Any) -> Any:
        self.told = ps.Parse(GED("urn:legacy:types", "X"))._a
        return None, None


class CarriedTests(SynchronousTestCase):
    """Stubs that somebody has carried over by hand, both sides."""

    def test_calls(self) -> None:
        service = CarriedService()
        container = ServiceContainer(("127.0.0.1", 0), [service])
        container.grace = 0.2
        threading.Thread(target=container.serve_forever, daemon=True).start()
        self.addCleanup(container.server_close)
        self.addCleanup(container.shutdown)
        port = CarriedSOAP(f"http://127.0.0.1:{container.server_port}/s", tracefile=None)
        self.addCleanup(port.binding.close)
        request = EchoRequest()
        request._value, request._base = "hi", request.new_base()
        request._base._a = "1"
        response = port.Echo(request)
        self.assertEqual((response._value, response.Base.A), ("hi", "1"))
        user = ns0.Base_Def(pname="User").pyclass()
        user._a = "Ada"
        found = port.RegisterUser(RegisterUserRequest(User=user, Codes=[1, 2]))
        self.assertEqual((found._Message, found.Message), ("Ada [1, 2]", "Ada [1, 2]"))
        one_way = GED("urn:legacy:types", "X").pyclass()
        one_way._a = "told"
        port.Tell(one_way)
        self.assertEqual(service.told, "told")
        self.assertRaises(TypeError, port.Echo, user)


class GoneTests(SynchronousTestCase):
    """What is gone says so, and what to do instead."""

    def test_imports(self) -> None:
        for module, name, advice in (
            ("ZSI.ServiceContainer", "SOAPRequestHandler", "override authorize"),
            ("ZSI.twisted.client", "HTTPPageGetter", "use Binding"),
            ("ZSI.twisted.client", "getPage", "use Binding"),
            ("ZSI.twisted.client", "trace", "tracefile"),
            ("ZSI.twisted.client", "DefaultClientHandlerChainFactory", "use Binding"),
            ("ZSI.twisted.client", "WSAddressClientHandlerChainFactory", "wsAddressURI"),
        ):
            found = importlib.import_module(module)
            error = self.assertRaises(ImportError, getattr, found, name)
            self.assertIn(advice, str(error))
            self.assertRaises(AttributeError, getattr, found, "nothing")
