"""Tests of services, operations and messages of plans.

Covers: ZSI.generate.serviceplanner, ZSI.generate.messageplanner
"""

from __future__ import annotations

from twisted.web.resource import Resource

from tests.generate.made import MadeTests
from tests.wsdl.small import HTTP, SERVICE, wsdl_text
from ZSI.generate.plan import OperationPlan, Plan
from ZSI.generate.planner import make_plan
from ZSI.generate.serviceplanner import SERVER_ATTRIBUTES
from ZSI.names import QName
from ZSI.twisted.WSresource import WSResource


def binding(operations: str, style: str = "document", name: str = "B", soap: str = "soap") -> str:
    """A wsdl:binding around operations."""
    return (
        f'<wsdl:binding name="{name}" type="t:PT"><{soap}:binding style="{style}" '
        f'transport="{HTTP}"/>{operations}</wsdl:binding>'
    )


def bound(name: str, body: str = 'use="literal"', header: str = "", soap: str = "soap") -> str:
    """One operation of a binding."""
    return (
        f'<wsdl:operation name="{name}"><{soap}:operation soapAction="urn:{name}"/>'
        f"<wsdl:input><{soap}:body {body}/>{header}</wsdl:input>"
        f"<wsdl:output><{soap}:body {body}/></wsdl:output></wsdl:operation>"
    )


def message(name: str, *parts: str) -> str:
    """A wsdl:message; parts are written as their attributes."""
    inner = "".join(f"<wsdl:part {part}/>" for part in parts)
    return f'<wsdl:message name="{name}">{inner}</wsdl:message>'


def port_type(*operations: tuple[str, str, str | None]) -> str:
    """A wsdl:portType of operations: name, input and output message."""
    inner = ""
    for name, asked, answered in operations:
        output = f'<wsdl:output message="t:{answered}"/>' if answered else ""
        inner += (
            f'<wsdl:operation name="{name}"><wsdl:input message="t:{asked}"/>{output}'
            "</wsdl:operation>"
        )
    return f'<wsdl:portType name="PT">{inner}</wsdl:portType>'


class MessageTests(MadeTests):
    """Messages of each style."""

    def operation(self, plan: Plan) -> OperationPlan:  # type: ignore[override]  # of a plan here
        return plan.services[0].operations[0]

    def of(self, parts: tuple[str, ...], style: str = "document", **kw: str) -> Plan:
        return self.plan(
            messages=message("In", *parts) + message("Out", 'name="r" element="t:Answer"'),
            port_type=port_type(("Ask", "In", "Out")),
            binding=binding(bound("Ask", **kw), style),
        )

    def test_document_literal(self) -> None:
        made = self.operation(self.plan())
        self.assertEqual((made.input.python, made.input.cls), ("In", "Ask"))
        self.assertEqual(made.input.root, QName("urn:x", "Ask"))
        self.assertEqual((made.method, made.soap_method), ("Ask", "soap_Ask"))

    def test_part_by_type(self) -> None:
        plan = self.of(('name="count" type="xs:int"',))
        made = self.operation(plan)
        self.assertEqual((made.input.cls, made.input.root), ("In", QName(None, "count")))
        cls = next(c for c in plan.classes if c.python == "In")
        self.assertEqual((cls.message, cls.simple is not None), (QName(None, "count"), True))

    def test_no_part_and_several(self) -> None:
        plan = self.of(())
        self.assertIsNone(self.operation(plan).input.root)
        plan = self.of(('name="a" element="t:Ask"', 'name="b" element="t:Answer"'))
        made = self.operation(plan)
        self.assertEqual(made.input.root, QName("urn:x", "Ask"))
        cls = next(c for c in plan.classes if c.python == made.input.cls)
        self.assertEqual(dict(cls.options), {"body": True})
        self.assertEqual(
            {f.key: f.name for f in cls.fields},
            {"a": QName("urn:x", "Ask"), "b": QName("urn:x", "Answer")},
        )

    def test_rpc(self) -> None:
        for use, encoded in (("literal", False), ("encoded", True)):
            plan = self.of(
                ('name="a" type="xs:int"', 'name="b" type="xs:string"'), "rpc",
                body=f'use="{use}" namespace="urn:rpc"',
            )  # fmt: skip
            made = self.operation(plan)
            self.assertEqual(made.input.root, QName("urn:rpc", "Ask"))
            assert made.output is not None
            self.assertEqual(made.output.root, QName("urn:rpc", "AskResponse"))
            self.assertEqual((made.style, made.encoded), ("rpc", encoded))
            cls = next(c for c in plan.classes if c.python == made.input.cls)
            self.assertEqual(
                [f.annotation for f in cls.fields],
                ["int | TC.Nil | None", "str | TC.Nil | None"] if encoded else ["int", "str"],
            )

    def test_headers_and_faults(self) -> None:
        types = "".join(
            f'<xs:element name="{n}" type="xs:string"/>' for n in ("Ask", "Answer", "H")
        )
        head = '<soap:header message="t:Head" part="{}" use="literal" namespace="urn:h"/>'
        plan = self.plan(
            types,
            messages=message("In", 'name="p" element="t:Ask"')
            + message("Out", 'name="p" element="t:Answer"')
            + message("Head", 'name="h" element="t:H"', 'name="token" type="xs:string"')
            + message("Bad", 'name="why" type="xs:string"'),
            port_type='<wsdl:portType name="PT"><wsdl:operation name="Ask"><wsdl:input '
            'message="t:In"/><wsdl:output message="t:Out"/><wsdl:fault name="bad" '
            'message="t:Bad"/></wsdl:operation></wsdl:portType>',
            binding=binding(bound("Ask", header=head.format("h") + head.format("token")).replace(
                "</wsdl:operation>",
                '<wsdl:fault name="bad"><soap:fault name="bad" use="literal" namespace="urn:f"/>'
                "</wsdl:fault></wsdl:operation>")),
        )  # fmt: skip
        made = self.operation(plan)
        self.assertEqual(
            [(header.element, header.python) for header in made.headers],
            [(QName("urn:x", "H"), "H"), (QName("urn:h", "token"), "token")],
        )
        self.assertEqual([(f.name, f.element, f.python) for f in made.faults],
                         [("bad", QName("urn:f", "why"), "why")])  # fmt: skip

    def test_one_way(self) -> None:
        plan = self.plan(
            messages=message("In", 'name="p" element="t:Ask"'),
            port_type=port_type(("Tell", "In", None)),
            binding=binding('<wsdl:operation name="Tell"><soap:operation/><wsdl:input>'
                            '<soap:body use="literal"/></wsdl:input></wsdl:operation>'),
        )  # fmt: skip
        self.assertIsNone(self.operation(plan).output)


class ServiceTests(MadeTests):
    """Services, ports and the names of methods."""

    def test_attributes_of_the_base_classes(self) -> None:
        """A typed method never hides something that a server needs."""
        have = {name for name in dir(WSResource) if not name.startswith("_")}
        have |= {name for name in vars(Resource()) if not name.startswith("_")}
        self.assertEqual(sorted(have - SERVER_ATTRIBUTES), [])
        self.assertNotIn("soap_Ask", SERVER_ATTRIBUTES)

    def test_operations_named_like_attributes(self) -> None:
        names = ("render", "class", "listEntities", "Fine", "str")
        plan = self.plan(
            messages=message("In", 'name="p" element="t:Ask"'),
            port_type=port_type(*((name, "In", "In") for name in names)),
            binding=binding("".join(map(bound, names))),
        )
        found = [(o.method, o.soap_method) for o in plan.services[0].operations]
        self.assertEqual(found, [
            ("render_", "soap_render"), ("class_", "soap_class_"),
            ("listEntities_", "soap_listEntities"), ("Fine", "soap_Fine"), ("str_", "soap_str"),
        ])  # fmt: skip
        self.assertIn("operation render: its typed method is render_", plan.notices)

    def test_overloaded_operations(self) -> None:
        types = "".join(f'<xs:element name="{n}" type="xs:string"/>' for n in ("A", "B"))
        ports, operations = "", ""
        for name in "AB":
            ports += (
                f'<wsdl:operation name="Op"><wsdl:input name="{name}" message="t:In{name}"/>'
                f'<wsdl:output message="t:In{name}"/></wsdl:operation>'
            )
            operations += bound("Op").replace("<wsdl:input>", f'<wsdl:input name="{name}">')
        plan = self.plan(
            types,
            messages="".join(message(f"In{n}", f'name="p" element="t:{n}"') for n in "AB"),
            port_type=f'<wsdl:portType name="PT">{ports}</wsdl:portType>',
            binding=binding(operations),
        )
        found = plan.services[0].operations
        self.assertEqual([o.soap_method for o in found], ["soap_Op", "soap_Op_B"])
        self.assertEqual([o.method for o in found], ["Op", "Op_"])
        self.assertEqual([o.input.cls for o in found], ["A", "B"])

    def test_two_versions_of_one_binding(self) -> None:
        """SOAP 1.1 and 1.2 side by side: one method, each with its own action."""
        second = bound("Ask", soap="soap12").replace("urn:Ask", "")
        port = (
            '<wsdl:port name="P12" binding="t:B12"><soap12:address location="http://h/12"/>'
            "</wsdl:port></wsdl:service>"
        )
        plan = self.plan(
            binding=binding(bound("Ask")) + binding(second, name="B12", soap="soap12"),
            service=SERVICE.replace("</wsdl:service>", port),
        )
        (service,) = plan.services
        self.assertEqual([port.soap12 for port in service.ports], [False, True])
        self.assertEqual([port.python for port in service.ports], ["BSOAP", "B12SOAP"])
        self.assertEqual(len(service.operations), 1)
        self.assertEqual([p.operations[0].soap_action for p in service.ports], ["urn:Ask", ""])

    def test_without_service(self) -> None:
        plan = self.plan(service="")
        self.assertEqual([(s.name, s.ports[0].address) for s in plan.services], [("B", None)])

    def test_service_named_like_what_is_imported(self) -> None:
        """Its class gives way, for the module's own names are what users read and import."""
        for name, python in (("Documents", "Documents_"), ("Other-1", "Other_1")):
            plan = self.plan(service=SERVICE.replace('name="S"', f'name="{name}"'))
            self.assertEqual(plan.services[0].python, python)
            said = () if name != "Documents" else ("service Documents: its class is Documents_",)
            self.assertEqual(plan.notices, said)

    def test_left_out(self) -> None:
        """One broken operation does not take the others down."""
        plan = self.plan(
            messages=message("In", 'name="p" element="t:Ask"')
            + message("Bad", 'name="p" element="t:No"'),
            port_type=port_type(("Broken", "Bad", "In"), ("Fine", "In", "In")),
            binding=binding(bound("Broken") + bound("Fine")),
        )
        self.assertEqual([o.name for o in plan.services[0].operations], ["Fine"])
        self.assertIn("operation Broken is left out", plan.notices[0])

    def test_what_cannot_be_told_apart(self) -> None:
        """The same request and the same action: said, as only one of them will be called."""
        kind = port_type(("Ask", "In", "In"), ("Tell", "In", "In"), ("Tell2", "In", "In"))
        bindings = bound("Ask") + bound("Tell").replace("urn:Tell", "urn:Ask") + bound("Tell2")
        found = message("In", 'name="p" element="t:Ask"')
        plan = self.plan(messages=found, port_type=kind, binding=binding(bindings))
        self.assertEqual(len(plan.services[0].operations), 3)
        (said,) = plan.notices
        self.assertIn("operations Ask and Tell cannot be told apart", said)

    def test_path(self) -> None:
        for address, path in (("http://h/a/b?x", "/a/b"), ("REPLACE ME", "/"),
                              ("http://[", "/"), ("http://h", "/")):  # fmt: skip
            text = wsdl_text(service=SERVICE.replace("http://localhost/x", address))
            self.assertEqual(make_plan(self.contract(text)).services[0].path, path)
