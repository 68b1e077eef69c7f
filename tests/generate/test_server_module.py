"""Tests of the printed server and client modules: the source, and that they serve and call.

Covers: ZSI.generate.server_module, ZSI.generate.client_module, ZSI.generate.stub_module
"""

from __future__ import annotations

import re
from typing import Any

from tests.generate.made import Made, MadeTests
from tests.generate.test_serviceplanner import binding, bound, message, port_type
from tests.twisted_.agents import Network
from tests.wsdl.small import SERVICE, TYPES
from ZSI.errors import FaultException
from ZSI.fault import Fault
from ZSI.generate.client_module import ClientModule
from ZSI.generate.server_module import ServerModule
from ZSI.twisted.WSresource import WSResource

FAULTY = {
    "types": TYPES
    + '<xs:element name="Why" type="xs:string"/><xs:element name="Who" type="xs:int"/>',
    "messages": message("In", 'name="p" element="t:Ask"')
    + message("Out", 'name="p" element="t:Answer"')
    + message("Bad", 'name="p" element="t:Why"')
    + message("Head", 'name="h" element="t:Who"'),
    "port_type": '<wsdl:portType name="PT"><wsdl:operation name="Ask"><wsdl:documentation>Asks.'
    '</wsdl:documentation><wsdl:input message="t:In"/><wsdl:output message="t:Out"/>'
    '<wsdl:fault name="bad" message="t:Bad"/></wsdl:operation></wsdl:portType>',
    "binding": binding(
        bound("Ask", header='<soap:header message="t:Head" part="h" use="literal"/>').replace(
            "</wsdl:output>",
            '<soap:header message="t:Head" part="h" use="literal"/></wsdl:output>'
            '<wsdl:fault name="bad"><soap:fault name="bad" use="literal"/></wsdl:fault>',
        )
    ),
}


#: An abstract element with members, one of them through another, and one that is another
#: operation's own.
SHAPES = """
<xs:complexType name="Shape" abstract="true"><xs:sequence><xs:element name="id" type="xs:int"/>
</xs:sequence></xs:complexType>
<xs:complexType name="Circle"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence>
<xs:element name="radius" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
</xs:complexType>
<xs:complexType name="Square"><xs:complexContent><xs:extension base="t:Shape"><xs:sequence>
<xs:element name="side" type="xs:int"/></xs:sequence></xs:extension></xs:complexContent>
</xs:complexType>
<xs:element name="shape" type="t:Shape" abstract="true"/>
<xs:element name="round" type="t:Circle" abstract="true" substitutionGroup="t:shape"/>
<xs:element name="circle" type="t:Circle" substitutionGroup="t:round"/>
<xs:element name="disc" type="t:Circle" substitutionGroup="t:round"/>
<xs:element name="square" type="t:Square" substitutionGroup="t:shape"/>
<xs:element name="other" type="xs:int"/>
"""
GROUP = {
    "messages": message("In", 'name="p" element="t:shape"')
    + message("Own", 'name="p" element="t:disc"'),
    "port_type": port_type(("Ask", "In", "In"), ("Other", "Own", "In")),
    "binding": binding(bound("Ask") + bound("Other")),
}


class SourceTests(MadeTests):
    """What the modules look like."""

    def test_server(self) -> None:
        text = ServerModule(self.plan(**FAULTY), package=True).source()
        for piece in (
            "class S(WSResource):\n",
            '    soapAction: ClassVar[dict[str, str]] = {\n        "urn:Ask": "soap_Ask",\n    }\n',
            '        ("urn:x", "Ask"): "soap_Ask",\n',
            "headers=(_types.Who,)",
            "faults=(_types.Why,)",
            'documents = Documents(__file__, "Small_wsdl", "main.wsdl")',
            "    def soap_Ask(self, ps: ParsedSoap, **kw: Any) -> Any:\n",
            "    def Ask(self, request: In) -> Reply[Out]:\n"
            '        """Asks.\n\n        Header blocks: Who.\n',
            "\n        Declared faults: bad (Why).\n",
        ):
            self.assertIn(piece, text)

    def test_nothing_unused_is_imported(self) -> None:
        """A service without operations needs neither messages nor handlers."""
        plan = self.plan(binding=binding("").replace("B", "B", 1))
        text = ServerModule(plan, package=True).source()
        head = text.partition("class ")[0]
        for name in ("ParsedSoap", "Reply", "_types"):
            self.assertNotIn(name, head)
        self.assertIn("soapAction: ClassVar[dict[str, str]] = {}\n", text)

    def test_beside_and_inside_a_package(self) -> None:
        plan = self.plan()
        self.assertIn("from . import Small_types as _types\n", ServerModule(plan, True).source())
        self.assertIn("\nimport Small_types as _types\n", ServerModule(plan, False).source())

    def test_without_twisted(self) -> None:
        plan = self.plan()
        server = ServerModule(plan, True, twisted=False).source()
        self.assertIn("from ZSI.ServiceContainer import ServiceSOAPBinding\n", server)
        self.assertIn("ServiceSOAPBinding.__init__(self, post)\n", server)
        client = ClientModule(plan, True, twisted=False).source()
        self.assertIn("from ZSI import client\n", client)
        self.assertIn(" -> Out:\n", client)
        self.assertNotIn("Deferred", client)

    def test_namespace_classes(self) -> None:
        """Both modules have them, as ZSI's had everything of the types module."""
        made = self.make()
        self.assertIs(made.client.ns0, made.types.ns0)
        self.assertIs(made.server.ns0, made.types.ns0)

    def test_addressed(self) -> None:
        """ZSI's ``-a``: methods that get the addressing of a request."""
        plan = self.plan()
        server = ServerModule(plan, True, twisted=False, addressed=True).source()
        self.assertIn("from ZSI.ServiceContainer import WSAResource\n", server)
        self.assertIn("WSAResource.__init__(self, post)\n", server)
        self.assertIn("def wsa_Ask(self, ps: ParsedSoap, address: Any, **kw: Any)", server)
        self.assertIn("return self.soap_Ask(ps, **kw)\n", server)
        self.assertRegex(server, r'wsAction: .* = \{\n +"wsa_Ask": "[^"]+",\n')
        for other in (ServerModule(plan, True, twisted=True, addressed=True).source(),
                      ServerModule(plan, True, twisted=False).source()):  # fmt: skip
            self.assertNotIn("wsa_", other)
            self.assertNotIn("wsAction", other)

    def test_messages_named_like_methods(self) -> None:
        """An operation named like its message: annotations reach the class by its module."""
        plan = self.plan(
            messages=message("Ask", 'name="p" element="t:Ask"'),
            port_type=port_type(("Ask", "Ask", "Ask")),
        )
        text = ServerModule(plan, package=True).source()
        self.assertIn("def Ask(self, request: _types.Ask) -> Reply[_types.Ask]:", text)

    def test_messages_named_like_the_service(self) -> None:
        plan = self.plan(
            TYPES + '<xs:element name="S" type="xs:int"/>',
            messages=message("S", 'name="p" element="t:S"'),
            port_type=port_type(("Ask", "S", "S")),
        )
        text = ServerModule(plan, package=True).source()
        self.assertIn("SMessage = _types.S\n", text)
        self.assertIn("class S(WSResource):\n", text)

    def test_locator(self) -> None:
        ports = SERVICE.replace("</wsdl:service>", '<wsdl:port name="P-2" binding="t:B">'
                                '<soap:address location="http://h/&quot;2"/></wsdl:port>'
                                '<wsdl:port name="P.2" binding="t:B"/></wsdl:service>')  # fmt: skip
        text = ClientModule(self.plan(service=ports), package=True).source()
        self.assertEqual(
            re.findall(r"^    (\w+_address = .*)$", text, re.M),
            [
                'P_address = "http://localhost/x"',
                "P_2_address = 'http://h/\"2'",
                'P_2__address = ""',
            ],
        )
        self.assertEqual(len(re.findall(r"^class BSOAP", text, re.M)), 1)


class ServingTests(MadeTests):
    """A generated client calls a generated server."""

    def network(self, service: Any) -> Network:
        made = Network("front", service)
        self.addCleanup(made.close)
        return made

    def port(self, made: Made, service: Any, name: str = "P") -> Any:
        self.net = self.network(service)
        locator = made.client.SLocator()
        return getattr(locator, f"get{name}")(
            "http://h/x", agent=self.net.agent, reactor=self.net.clock
        )

    def result(self, deferred: Any) -> Any:
        self.net.flush()
        return self.successResultOf(deferred)

    def test_typed_method(self) -> None:
        made = self.make(**FAULTY)

        class Service(made.server.S):  # type: ignore[name-defined, misc]  # made a moment ago
            async def Ask(self, request: Any) -> Any:
                return made.types.Answer(len(request.value))

        port = self.port(made, Service())
        self.assertEqual(self.result(port.Ask(made.client.In("four"))).value, 4)
        self.assertIsInstance(Service(), WSResource)
        self.assertRaises(TypeError, port.Ask, made.types.Answer(1))

    def test_declared_fault(self) -> None:
        """Its detail is a typed object on both sides."""
        made = self.make(**FAULTY)

        class Service(made.server.S):  # type: ignore[name-defined, misc]  # made a moment ago
            def Ask(self, request: Any) -> Any:
                raise Fault(Fault.Client, "no", detail=made.types.Why("because"))

        call = self.port(made, Service()).Ask(made.client.In("x"))
        self.net.flush()
        fault = self.failureResultOf(call, FaultException).value.fault
        self.assertEqual(fault.detail, [made.types.Why("because")])

    def test_headers(self) -> None:
        made = self.make(**FAULTY)
        seen = []

        class Service(made.server.S):  # type: ignore[name-defined, misc]  # made a moment ago
            def soap_Ask(self, ps: Any, **kw: Any) -> Any:
                seen.extend(ps.ParseHeaderElements([made.types.Who.typecode]).values())
                return None, made.types.Answer(1)

        port = self.port(made, Service())
        self.result(port.Ask(made.client.In("x"), soapheaders=[made.types.Who(7)]))
        self.assertEqual([who.value for who in seen], [7])

    def test_empty_and_several_parts(self) -> None:
        made = self.make(
            messages=message("In", 'name="a" element="t:Ask"', 'name="b" element="t:Answer"')
            + message("None"),
            port_type=port_type(("Two", "In", "None"), ("Zero", "None", "In")),
            binding=binding(bound("Two") + bound("Zero").replace("urn:Zero", "")),
        )
        nothing = made.client.None_

        class Service(made.server.S):  # type: ignore[name-defined, misc]  # made a moment ago
            def Two(self, request: Any) -> Any:
                self.seen = (request.a, request.b)
                return nothing()

            def Zero(self, request: Any) -> Any:
                return made.client.In(a="x", b=2)

        service = Service()
        port = self.port(made, service)
        self.assertEqual(self.result(port.Two(made.client.In(a="y", b=1))), nothing())
        self.assertEqual(service.seen, ("y", 1))
        self.assertEqual(self.result(port.Zero(nothing())), made.client.In(a="x", b=2))
        self.assertEqual(self.result(port.Zero()), made.client.In(a="x", b=2))
        self.assertRaises(TypeError, port.Two)

    def test_rpc_both_uses(self) -> None:
        for use in ("literal", "encoded"):
            made = self.make(
                messages=message("In", 'name="a" type="xs:int"', 'name="b" type="xs:int"')
                + message("Out", 'name="sum" type="xs:int"'),
                binding=binding(bound("Ask", f'use="{use}" namespace="urn:r"'), "rpc"),
            )

            def add(service: Any, request: Any, out: Any = made.types.Out) -> Any:
                return out(sum=request.a + request.b)

            port = self.port(made, type("Service", (made.server.S,), {"Ask": add})())
            self.assertEqual(self.result(port.Ask(made.client.In(a=1, b=2))).sum, 3)
            self.net.close()

    def test_members_of_a_substitution_group(self) -> None:
        """They stand for an abstract element of a message (XSD 1.0 part 1, 2.2.2.2)."""
        made = self.make(SHAPES, **GROUP)
        types = made.types

        class Service(made.server.S):  # type: ignore[name-defined, misc]  # made a moment ago
            def Ask(self, request: Any) -> Any:
                return types.square(id=request.id, side=2)

            def Other(self, request: Any) -> Any:
                return types.disc(id=request.id + 100, radius=1)

        port = self.port(made, Service())
        for request in (types.circle(id=1, radius=3), types.square(id=1, side=3)):
            answer = self.result(port.Ask(request))
            self.assertEqual(answer, types.square(id=1, side=2))
            self.assertIsInstance(answer, types.square)
        self.assertEqual(self.result(port.Other(types.disc(id=1, radius=3))).id, 101)
        refused = port.binding.call(types.other(1), types.shape.typecode)
        self.net.flush()
        fault = self.failureResultOf(refused, FaultException).value
        self.assertIn("operations here: Ask, Other", str(fault))

    def test_two_versions_of_one_contract(self) -> None:
        """Each is served by its own classes in one process."""
        first = self.make()
        second = self.make(TYPES.replace("xs:string", "xs:int"))
        for made, value, expected in ((first, "abc", "abc"), (second, 5, 5)):

            def see(service: Any, request: Any, out: Any = made.types.Answer) -> Any:
                service.seen = request.value
                return out(1)

            service = type("Service", (made.server.S,), {"Ask": see})()
            self.result(self.port(made, service).Ask(made.client.In(value)))
            self.assertEqual(service.seen, expected)

    def test_the_wsdl_lies_beside(self) -> None:
        made = self.make()
        documents = made.server.S.documents
        self.assertEqual(documents.names, ("main.wsdl",))
        self.assertIn(b"definitions", documents.contents["main.wsdl"])
