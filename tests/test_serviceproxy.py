"""Calls from a WSDL alone."""

from __future__ import annotations

import io
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from ZSI.client import FaultException
from ZSI.errors import EvaluateException, ZSIException
from ZSI.mock.server import MockServer
from ZSI.ServiceProxy import ServiceProxy

MOCK = Path(__file__).parent / "mock"
SHOP, RPC = MOCK / "shop.wsdl", MOCK / "rpc.wsdl"


class ServiceProxyTests(SynchronousTestCase):
    """Over a socket, against the mock."""

    def setUp(self) -> None:
        self.shop = MockServer(SHOP)
        self.shop.start()
        self.addCleanup(self.shop.stop)

    def proxy(self, **kw: Any) -> ServiceProxy:
        made = ServiceProxy(str(SHOP), url=self.shop.url, **kw)
        self.addCleanup(made.close)
        return made

    def test_dicts(self) -> None:
        self.shop.Buy.when(remark="please").reply({"class": "a", "number": 7, "tag": ["x", "y"]})
        line = {"name": "screw", "quantity": 3}
        fields = {"order": [{"number": 1, "line": [line]}], "remark": "please", "class": "b"}
        found = self.proxy().Buy(**fields)
        self.assertEqual((found["class"], found["number"], found["tag"]), ("a", 7, ["x", "y"]))
        self.assertIsInstance(found["total"], dict)
        call = self.shop.Buy.calls[0]
        self.assertEqual(call.request.order[0].line[0].quantity, 3)
        self.assertEqual(call.request.class_, "b")

    def test_objects(self) -> None:
        self.shop.Buy.reply(number=5)
        proxy = self.proxy(asdict=False)
        found = proxy.Buy({"remark": "please"})
        self.assertEqual(found.number, 5)
        request_class = proxy._class(proxy.Buy.operation.input)
        again = proxy.Buy(request_class(remark="again"))
        self.assertEqual(again.number, 5)

    def test_header(self) -> None:
        self.shop.Buy.reply(number=5)
        proxy = self.proxy()
        proxy.Buy.add_headers(Token={"key": "k", "uses": 2})
        proxy.Buy()
        self.assertIn(b":key>k<", self.shop.Buy.calls[0].request_body)
        proxy.Buy()
        self.assertNotIn(b":key>k<", self.shop.Buy.calls[1].request_body)
        error = self.assertRaises(TypeError, proxy.Buy.add_headers, Other=1)
        self.assertIn("headers: Token", str(error))

    def test_fault(self) -> None:
        self.shop.Buy.fail("Broken", reason="empty")
        error = self.assertRaises(FaultException, self.proxy().Buy)
        self.assertEqual(error.fault.detail[0].reason, "empty")

    def test_refusals(self) -> None:
        trace = io.StringIO()
        proxy = self.proxy(tracefile=trace)
        self.assertRaises(TypeError, proxy.Buy, nothing=1)
        self.assertRaises(TypeError, proxy.Buy, {}, {})
        self.assertRaises(EvaluateException, proxy.Buy, order=[{"nothing": 1}])
        self.assertEqual(trace.getvalue(), "")
        error = self.assertRaises(AttributeError, getattr, proxy, "Sell")
        self.assertIn("operations: Buy", str(error))
        self.assertIn("Buy", dir(proxy))
        self.assertRaises(AttributeError, getattr, proxy, "_nothing")
        error = self.assertRaises(ZSIException, ServiceProxy, str(SHOP), port="Other")
        self.assertIn("ports: Shop/Shop", str(error))


class RpcTests(SynchronousTestCase):
    """rpc, literal and encoded; the parts are the arguments."""

    def test_parts(self) -> None:
        with MockServer(RPC) as mock:
            mock["literal"].reply({"return": 2})
            mock["encoded"].reply({"return": 3})
            with ServiceProxy(RPC, url=mock.url, service="Rpc", port="RpcSoap") as proxy:
                self.assertEqual(proxy.literal(a=1), {"return": 2})
                self.assertEqual(proxy.encoded(a=1), {"return": 3})
