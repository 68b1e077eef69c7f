"""wsdl:message and wsdl:portType."""

from __future__ import annotations

from tests.wsdl.small import MESSAGES, PORT_TYPE, SmallTests, name, wsdl_text, xsd
from ZSI.wsdl.components import ANY_TYPE
from ZSI.wsdl.model import Contract, Message, Part


def messages(parts: str) -> str:
    """A message In with these parts, and Out."""
    return f'<wsdl:message name="In">{parts}</wsdl:message>' + MESSAGES.splitlines()[2]


def port_type(operation: str) -> str:
    """A portType with this inside its operation."""
    inside = f'<wsdl:operation name="Ask">{operation}</wsdl:operation>'
    return f'<wsdl:portType name="PT">{inside}</wsdl:portType>'


class MessagesTests(SmallTests):
    def parts(self, parts: str) -> tuple[Message, Contract]:
        contract = self.contract(wsdl_text(messages=messages(parts)))
        return contract.messages[name("In")], contract

    def test_parts(self) -> None:
        found, contract = self.parts(
            "<wsdl:documentation>Says it.</wsdl:documentation>"
            '<wsdl:part name="a" element="t:Ask"/><wsdl:part name="b" type="xs:int"/>'
        )
        self.assertEqual(found.parts, (Part("a", element=name("Ask")), Part("b", type=xsd("int"))))
        self.assertEqual((found.documentation, found.problem), ("Says it.", None))
        self.assertEqual(self.found(contract, "document-parts").severity, "warning")

    def test_empty(self) -> None:
        found, contract = self.parts("")
        self.assertEqual(found.parts, ())
        self.assertClean(contract)

    def test_missing_element(self) -> None:
        found, contract = self.parts('<wsdl:part name="a" element="t:No"/>')
        self.assertEqual(found.parts, (Part("a", type=ANY_TYPE),))
        self.assertIn("{urn:x}No", found.problem or "")
        self.assertEqual(self.operation(contract).problem, found.problem)
        self.assertLine(self.found(contract, "missing-element"), "t:No")

    def test_missing_type(self) -> None:
        found, contract = self.parts('<wsdl:part name="a" type="t:No"/>')
        self.assertEqual((found.parts, found.problem), ((Part("a", type=ANY_TYPE),), None))
        self.found(contract, "missing-type")
        self.assertIsNone(self.operation(contract).problem)

    def test_oddities(self) -> None:
        cases = {
            '<wsdl:part name="a" element="t:Ask" type="xs:int"/>': Part("a", element=name("Ask")),
            '<wsdl:part name="a"/>': Part("a", type=ANY_TYPE),
            '<wsdl:part name="a" element="xs:string"/>': Part("a", type=xsd("string")),
            '<wsdl:part type="xs:int"/>': Part("part1", type=xsd("int")),
            '<wsdl:part name="a" type="xs:int"/><wsdl:part name="a" type="xs:long"/>': Part(
                "a", type=xsd("int")
            ),
            '<wsdl:part name="a" type="string"/>': Part("a", type=xsd("string")),
        }
        for text, expected in cases.items():
            found, contract = self.parts(text)
            self.assertEqual((found.parts, found.problem), ((expected,), None), text)
            self.assertEqual(len(contract.findings), 1, text)


class PortTypesTests(SmallTests):
    def test_names_and_actions(self) -> None:
        contract = self.contract(
            wsdl_text(
                port_type=port_type(
                    "<wsdl:documentation>Asks.</wsdl:documentation>"
                    '<wsdl:input message="t:In" wsaw:Action="urn:a" '
                    'xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl"/>'
                    '<wsdl:output name="Reply" message="t:Out" wsam:Action="urn:b" '
                    'xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata"/>'
                    '<wsdl:fault name="F" message="t:Out"/>'
                )
            )
        )
        (operation,) = contract.port_types[name("PT")].operations
        assert operation.input is not None and operation.output is not None
        self.assertEqual((operation.input.name, operation.input.action), ("AskRequest", "urn:a"))
        self.assertEqual((operation.output.name, operation.output.action), ("Reply", "urn:b"))
        self.assertEqual([fault.name for fault in operation.faults], ["F"])
        self.assertEqual((operation.mep, operation.documentation), ("request-response", "Asks."))

    def test_transmission_primitives(self) -> None:
        into, out = '<wsdl:input message="t:In"/>', '<wsdl:output message="t:Out"/>'
        cases = {
            into: ("one-way", "Ask", None),
            out: ("notification", None, "Ask"),
            out + into: ("solicit-response", "AskResponse", "AskSolicit"),
            into + out: ("request-response", "AskRequest", "AskResponse"),
        }
        for text, expected in cases.items():
            contract = self.contract(wsdl_text(port_type=port_type(text)))
            (operation,) = contract.port_types[name("PT")].operations
            names = [ref and ref.name for ref in (operation.input, operation.output)]
            self.assertEqual((operation.mep, *names), expected)
            bound = self.operation(contract)
            self.assertEqual(bound.mep, operation.mep)
            sent = operation.mep in ("notification", "solicit-response")
            self.assertEqual(bound.problem is not None, sent)
            notices = [f.rule for f in contract.findings if f.severity == "notice"]
            self.assertEqual(notices, [operation.mep] if sent else [])

    def test_overloaded(self) -> None:
        twice = PORT_TYPE.replace(
            "</wsdl:portType>",
            '<wsdl:operation name="Ask"><wsdl:input name="Other" message="t:Out"/>'
            "</wsdl:operation></wsdl:portType>",
        )
        contract = self.contract(wsdl_text(port_type=twice))
        self.assertEqual(len(contract.port_types[name("PT")].operations), 2)
        self.assertEqual(self.found(contract, "overloaded").severity, "notice")

    def test_twins(self) -> None:
        start = PORT_TYPE.index("<wsdl:operation")
        inner = PORT_TYPE[start : PORT_TYPE.index("</wsdl:portType>")]
        contract = self.contract(wsdl_text(port_type=PORT_TYPE.replace(inner, inner * 2)))
        self.found(contract, "duplicate")
        self.assertEqual(len(contract.port_types[name("PT")].operations), 1)

    def test_nothing_in_it(self) -> None:
        contract = self.contract(
            wsdl_text(
                port_type='<wsdl:portType name="PT"><wsdl:operation name="Ask"/>'
                "<wsdl:operation/></wsdl:portType>"
            )
        )
        rules = {finding.rule for finding in contract.findings}
        self.assertEqual(rules, {"operation", "name"})

    def test_parameter_order(self) -> None:
        ordered = PORT_TYPE.replace('name="Ask"', 'name="Ask" parameterOrder="b a"')
        contract = self.contract(wsdl_text(port_type=ordered))
        self.assertEqual(self.operation(contract).parameter_order, ("b", "a"))
