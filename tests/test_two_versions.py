"""Two versions of one WSDL in one process: each service obeys its own contract.

Covers: registries of generated packages, and of mocked contracts, beside each other.
"""

from __future__ import annotations

import importlib
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.test_servicecontainer import Served
from ZSI.client import Binding
from ZSI.errors import AmbiguousDeclaration, FaultException
from ZSI.generate.commands import wsdl2py
from ZSI.mock.server import MockServer
from ZSI.parse import ParsedSoap
from ZSI.schema import GED

#: Version 2 wants a currency, which version 1 does not know, and writes amounts in full.
WSDL = """<?xml version="1.0"?>
<definitions name="Shop" targetNamespace="urn:shop" xmlns="http://schemas.xmlsoap.org/wsdl/"
    xmlns:s="urn:shop" xmlns:soap="http://schemas.xmlsoap.org/wsdl/soap/"
    xmlns:xs="http://www.w3.org/2001/XMLSchema">
  <types><xs:schema targetNamespace="urn:shop" elementFormDefault="qualified">
    <xs:complexType name="Price"><xs:sequence>
      <xs:element name="amount" type="xs:{amount}"/>{currency}
    </xs:sequence></xs:complexType>
    <xs:element name="GetPrice"><xs:complexType><xs:sequence>
      <xs:element name="article" type="xs:string"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="GetPriceResponse"><xs:complexType><xs:sequence>
      <xs:element name="price" type="s:Price"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="SetPrice"><xs:complexType><xs:sequence>
      <xs:element name="price" type="s:Price"/>
    </xs:sequence></xs:complexType></xs:element>
    <xs:element name="SetPriceResponse"><xs:complexType/></xs:element>
  </xs:schema></types>
  <message name="G"><part name="p" element="s:GetPrice"/></message>
  <message name="GR"><part name="p" element="s:GetPriceResponse"/></message>
  <message name="S"><part name="p" element="s:SetPrice"/></message>
  <message name="SR"><part name="p" element="s:SetPriceResponse"/></message>
  <portType name="P">
    <operation name="GetPrice"><input message="s:G"/><output message="s:GR"/></operation>
    <operation name="SetPrice"><input message="s:S"/><output message="s:SR"/></operation>
  </portType>
  <binding name="B" type="s:P">
    <soap:binding transport="http://schemas.xmlsoap.org/soap/http"/>
    <operation name="GetPrice"><soap:operation soapAction="get"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
    <operation name="SetPrice"><soap:operation soapAction="set"/>
      <input><soap:body use="literal"/></input><output><soap:body use="literal"/></output>
    </operation>
  </binding>
  <service name="Shop"><port name="Shop" binding="s:B">
    <soap:address location="http://localhost/{path}"/></port></service>
</definitions>"""
EURO = {"amount": Decimal("7.50"), "currency": "EUR"}
VERSIONS = {
    "shop1": WSDL.format(amount="int", currency="", path="v1"),
    "shop2": WSDL.format(
        amount="decimal", currency='<xs:element name="currency" type="xs:string"/>', path="v2"
    ),
}


class TwoVersionsTests(SynchronousTestCase):
    """``shop1`` and ``shop2``: the same names in the same namespace."""

    def setUp(self) -> None:
        folder = Path(self.mktemp())
        sys.path.insert(0, str(folder))
        self.addCleanup(sys.path.remove, str(folder))
        self.modules: dict[str, Any] = {}
        self.paths: dict[str, Path] = {}
        for name, text in VERSIONS.items():
            (folder / name).mkdir(parents=True)
            (folder / name / "__init__.py").touch()
            self.paths[name] = folder / f"{name}.wsdl"
            self.paths[name].write_text(text, "utf-8")
            wsdl2py(["-q", "-o", str(folder / name), str(self.paths[name])])
            self.addCleanup(self.forget, name)
            for kind in ("server", "client", "types"):
                self.modules[f"{name} {kind}"] = importlib.import_module(f"{name}.Shop_{kind}")

    def forget(self, package: str) -> None:
        for name in [n for n in sys.modules if n.partition(".")[0] == package]:
            del sys.modules[name]

    def service(self, name: str, **price: Any) -> Any:
        """A service of one version that remembers what is set."""
        types = self.modules[f"{name} types"]

        class Service(self.modules[f"{name} server"].Shop):  # type: ignore[misc,name-defined]  # made just now
            seen: Any = None

            def GetPrice(self, request: Any) -> Any:
                return types.GetPriceResponse(price=types.Price(**price))

            def SetPrice(self, request: Any) -> Any:
                Service.seen = request.price
                return types.SetPriceResponse()

        return Service()

    def prices(self, name: str, url: str) -> Any:
        """A generated client of one version."""
        port = self.modules[f"{name} client"].ShopLocator().getShop(url)
        self.addCleanup(port.binding.close)
        return port

    def test_served_beside_each_other(self) -> None:
        services = [self.service("shop1", amount=7), self.service("shop2", **EURO)]
        served = Served(self, *services)
        base = "http://{}:{}".format(*served.container.server_address)
        ports = [self.prices("shop1", f"{base}/v1"), self.prices("shop2", f"{base}/v2")]
        types = [self.modules["shop1 types"], self.modules["shop2 types"]]
        first, second = (
            port.GetPrice(made.GetPrice(article="x")).price
            for port, made in zip(ports, types, strict=True)
        )
        self.assertEqual((type(first), first.amount), (types[0].Price, 7))
        self.assertEqual((type(second), str(second.amount), second.currency),
                         (types[1].Price, "7.50", "EUR"))  # fmt: skip
        ports[0].SetPrice(types[0].SetPrice(price=types[0].Price(amount=3)))
        self.assertEqual((type(services[0].seen), services[0].seen.amount), (types[0].Price, 3))

    def test_each_refuses_what_only_the_other_takes(self) -> None:
        services = [self.service("shop1", amount=7), self.service("shop2", **EURO)]
        served = Served(self, *services)
        base = "http://{}:{}".format(*served.container.server_address)
        types = [self.modules["shop1 types"], self.modules["shop2 types"]]
        prices = [types[0].Price(amount=3), types[1].Price(**EURO)]
        requests = [t.SetPrice(price=p) for t, p in zip(types, prices, strict=True)]
        for number, path, complaint in ((0, "v2", "currency"), (1, "v1", "amount")):
            with Binding(f"{base}/{path}") as binding, self.assertRaises(FaultException) as caught:
                binding.call(requests[number], types[number].SetPriceResponse.typecode)
            self.assertIn(complaint, str(caught.exception))
            self.assertIn("Client", str(caught.exception.fault.code))
        for path, amount in (("v1", b'type="xs:int"'), ("v2", b'type="xs:decimal"')):
            status, _, text = served.ask("GET", f"/{path}?wsdl")
            self.assertEqual((status, amount in text), (200, True))

    def test_global_lookup_names_both(self) -> None:
        with self.assertRaisesRegex(AmbiguousDeclaration, r"shop1.*shop2|shop2.*shop1"):
            GED("urn:shop", "SetPrice")

    def test_mocked_beside_each_other(self) -> None:
        with MockServer(*self.paths.values(), cache=False) as server:
            for name, url in zip(VERSIONS, ("/v1", "/v2"), strict=True):
                types = self.modules[f"{name} types"]
                with Binding(server.mock.base_url + url) as binding:
                    request = types.GetPrice(article="x")
                    response = binding.call(request, types.GetPriceResponse.typecode)
                    self.assertIs(type(response.price), types.Price)
                    text = ParsedSoap(binding.ReceiveRaw()).body_root
                    found = b"currency" in binding.ReceiveRaw()
                    self.assertEqual((text is not None, found), (True, name == "shop2"))
