"""WS-Addressing between our services and our clients.

Covers: ZSI.address
"""

from __future__ import annotations

import threading
from types import SimpleNamespace
from typing import Any, ClassVar

from twisted.trial.unittest import SynchronousTestCase

from generated.EchoServer_server import EchoServer
from generated.EchoServer_types import Echo
from tests.twisted_.services import NS, Ping, envelope
from ZSI import TC
from ZSI.address import Address
from ZSI.client import Binding, FaultException
from ZSI.errors import WSActionException
from ZSI.fault import FaultFromFaultMessage
from ZSI.names import WSA, WSA_200408
from ZSI.parse import ParsedSoap
from ZSI.ServiceContainer import ServiceContainer, WSAResource
from ZSI.twisted.addressing import find_by_action
from ZSI.twisted.WSresource import WSAddressHandlerChainFactory
from ZSI.wsa import read_addressing
from ZSI.xmlio import parse_document


class Pinging(WSAResource):
    """As ZSI's wsdl2py -a printed it."""

    soapAction: ClassVar[dict[str, str]] = {"urn:ping#Ping": "wsa_Ping", "urn:tell": "wsa_Tell"}
    root: ClassVar[dict[Any, str]] = {(NS, "Ping"): "wsa_Ping"}
    wsAction: ClassVar[dict[str, str]] = {"wsa_Ping": "urn:ping#PingResponse"}
    seen: Any = None

    def wsa_Ping(self, ps: Any, address: Any) -> Any:
        self.seen = address
        request = ps.Parse(Ping.typecode)
        if request.text == "no pair":
            return request
        return request, Ping(text=request.text.upper())

    def wsa_Tell(self, ps: Any, address: Any, **kw: Any) -> Any:
        return None, Ping(text=f"told {address.getAction()} {'request' in kw}")


class Echoing(EchoServer):
    """A generated service with the factory."""

    factory = WSAddressHandlerChainFactory

    def soap_Echo(self, ps: Any, **kw: Any) -> Any:
        request, _ = EchoServer.soap_Echo(self, ps, **kw)
        return request, request


class AddressedTests(SynchronousTestCase):
    """Over a socket."""

    def setUp(self) -> None:
        self.service = Pinging("/ping")
        echoing: Any = Echoing()
        container = ServiceContainer(("127.0.0.1", 0), [self.service])
        container.setNode(echoing, "/echo")
        container.grace = 0.2
        threading.Thread(target=container.serve_forever, daemon=True).start()
        self.addCleanup(container.server_close)
        self.addCleanup(container.shutdown)
        self.url = f"http://127.0.0.1:{container.server_port}"

    def binding(self, path: str = "/ping", **kw: Any) -> Binding:
        made = Binding(self.url + path, **kw)
        self.addCleanup(made.close)
        return made

    def test_both_sides(self) -> None:
        for version in (None, WSA, WSA_200408):
            binding = self.binding(wsAddressURI=version)
            binding.Send(None, None, Ping(text="a"), wsaction="urn:ping#Ping")
            found = binding.Receive(Ping.typecode, wsaction="urn:ping#PingResponse")
            self.assertEqual(found.text, "A")
            said = read_addressing(binding.ps.header_elements)
            assert said is not None
            self.assertEqual(said.namespace, version or WSA)
            self.assertEqual(said.relates_to, self.service.seen.getMessageID())
            self.assertEqual(self.service.seen.getAction(), "urn:ping#Ping")
            self.assertIn("anonymous", said.to or "")

    def test_by_action(self) -> None:
        """A body that names no method."""
        binding = self.binding()
        binding.Send(None, None, Echo(value="x"), wsaction="urn:tell")
        self.assertEqual(binding.Receive(Ping.typecode).text, "told urn:tell True")

    def test_reference_properties(self) -> None:
        """Objects with typecodes go as header blocks, and are the address's ``Any``."""

        class Key(str):
            typecode = TC.String(("urn:key", "Key"), typed=False)

        reference = SimpleNamespace(
            Address="urn:somebody", ReferenceProperties=SimpleNamespace(Any=[Key("k")])
        )
        reference.ReferenceProperties.any = reference.ReferenceProperties.Any
        binding = self.binding(endPointReference=reference)
        binding.Send(None, None, Ping(text="a"), wsaction="urn:ping#Ping")
        self.assertEqual(binding.Receive(Ping.typecode).text, "A")
        (found,) = self.service.seen.Any
        self.assertEqual((found.element.tag, found.element.text), ("{urn:key}Key", "k"))

    def test_method_beside_the_generated_one(self) -> None:
        """``root`` leads to ``soap_Op``: where there is ``wsa_Op``, that is called."""

        class Both(Pinging):
            root: ClassVar[dict[Any, str]] = {(NS, "Ping"): "soap_Ping"}
            soapAction: ClassVar[dict[str, str]] = {}

        ps = SimpleNamespace(
            body_root=parse_document(f'<Ping xmlns="{NS}"/>'), address=Address(), target=None
        )
        self.assertEqual(find_by_action(Both("/"), ps, None).soap_name, "wsa_Ping")

        class Generated(WSAResource):
            operations: ClassVar[dict[str, Any]] = {}
            root: ClassVar[dict[Any, str]] = {(NS, "Ping"): "soap_Ping"}
            soapAction: ClassVar[dict[str, str]] = {}

            def soap_Ping(self, ps: Any) -> Any:
                return None, None

            def wsa_Ping(self, ps: Any, address: Any) -> Any:
                return self.soap_Ping(ps)

        class Mine(Generated):
            def wsa_Ping(self, ps: Any, address: Any) -> Any:
                return Generated.wsa_Ping(self, ps, address)

        self.assertEqual(find_by_action(Generated("/"), ps, None).soap_name, "soap_Ping")
        self.assertEqual(find_by_action(Mine("/"), ps, None).soap_name, "wsa_Ping")

    def test_wrong_answers(self) -> None:
        binding = self.binding()
        binding.Send(None, None, Ping(text="a"), wsaction="urn:ping#Ping")
        self.assertRaises(WSActionException, binding.Receive, Ping.typecode, wsaction="urn:other")
        binding._address = Address()
        self.assertRaises(WSActionException, binding.Receive, Ping.typecode)

    def test_refusals(self) -> None:
        """Without an Action; and what becomes of other mistakes."""
        binding = self.binding()
        binding.Send(None, None, Ping(text="a"))
        error = self.assertRaises(FaultException, binding.Receive, Ping.typecode)
        self.assertIn("no WS-Addressing Action", str(error))
        binding.Send(None, None, Echo(value="a"), wsaction="urn:nobody")
        self.assertRaises(FaultException, binding.Receive, Ping.typecode)

    def test_must_understand(self) -> None:
        """The handler understands its blocks, and only these."""
        for block, is_fault in (("", False), ('<m:x xmlns:m="urn:m" e:mustUnderstand="1"/>', True)):
            action = f'<a:Action xmlns:a="{WSA}" e:mustUnderstand="1">urn:ping#Ping</a:Action>'
            binding = self.binding()
            text = envelope("<Ping xmlns='urn:ping'><text xmlns=''>a</text></Ping>", action + block)
            binding.SendSOAPData(text)
            self.assertEqual(binding.IsAFault(), is_fault, binding.data)

    def test_generated(self) -> None:
        """A generated service says the contract's action."""
        binding = self.binding("/echo")
        binding.Send(None, None, Echo(value="x"), wsaction="Echo")
        found = binding.Receive(Echo.typecode, wsaction="urn:ZSI:EchoServer:EchoResponse")
        self.assertEqual(found.value, "x")

    def test_generated_client(self) -> None:
        """``call`` speaks it where the Binding was told to."""
        binding = self.binding("/echo", wsAddressURI=WSA)
        kw = {"wsaction": "Echo", "replyaction": "urn:ZSI:EchoServer:EchoResponse"}
        self.assertEqual(binding.call(Echo(value="x"), Echo.typecode, **kw).value, "x")
        kw["replyaction"] = "urn:other"
        self.assertRaises(WSActionException, binding.call, Echo(value="x"), Echo.typecode, **kw)
        silent = self.binding("/echo")
        self.assertRaises(FaultException, silent.call, Echo(value="x"), Echo.typecode, **kw)

    def test_endpoint_reference(self) -> None:
        parameter = parse_document('<key xmlns="urn:key">7</key>')
        reference = SimpleNamespace(
            _Address=f"{self.url}/ping", _ReferenceParameters=SimpleNamespace(_any=[parameter])
        )
        trace: list[str] = []
        binding = Binding(
            "http://127.0.0.1:1/", endPointReference=reference,
            tracefile=SimpleNamespace(write=trace.append),
        )  # fmt: skip
        self.addCleanup(binding.close)
        binding.Send(None, None, Ping(text="a"), wsaction="urn:ping#Ping")
        self.assertEqual(binding.Receive(Ping.typecode).text, "A")
        self.assertIn('<key xmlns="urn:key">7</key>', trace[0])

    def test_by_hand(self) -> None:
        """The methods of the service that ZSI's containers called."""
        text = envelope("<Ping xmlns='urn:ping'><text xmlns=''>a</text></Ping>")
        ps = ParsedSoap(text)
        address = Address(action="urn:ping#Ping")
        self.assertEqual(self.service.getOperation(ps, address)(ps, address)[1].text, "A")
        self.assertEqual(self.service.getResponseAction(ps, None), "urn:ping#PingResponse")
        self.service.setServiceURL("http://here/")
        self.assertEqual(self.service.getServiceURL(), "http://here/")


class AddressTests(SynchronousTestCase):
    """One message's addressing."""

    def test_names(self) -> None:
        address = Address("http://there/", WSA_200408)
        address.setUp()
        address.setAction("urn:a")
        address.setRequest("http://other/", "urn:b")
        self.assertEqual((address.getTo(), address.getAction()), ("http://other/", "urn:b"))
        self.assertIsNone(address.getRelatesTo())
        self.assertTrue((address.getMessageID() or "").startswith("urn:uuid:"))

    def test_faults_and_silence_pass(self) -> None:
        for body in ("<a/>", "<e:Fault><faultcode>e:Server</faultcode></e:Fault>"):
            Address().checkResponse(ParsedSoap(envelope(body)), "urn:a")
        self.assertIsNotNone(FaultFromFaultMessage(ParsedSoap(envelope("<e:Fault/>"))))
