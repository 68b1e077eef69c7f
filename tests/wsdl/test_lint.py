"""WS-I Basic Profile 1.1: what the contract as a whole shows."""

from __future__ import annotations

from tests.wsdl.small import BINDING, MESSAGES, PORT_TYPE, TYPES, SmallTests, wsdl_text
from ZSI.wsdl.lint import lint
from ZSI.wsdl.model import Contract


class LintTests(SmallTests):
    def rules(self, contract: Contract) -> list[str]:
        return [finding.rule for finding in lint(contract)]

    def read(self, **parts: str) -> list[str]:
        return self.rules(self.contract(wsdl_text(**parts)))

    def test_clean(self) -> None:
        self.assertEqual(self.read(), [])

    def test_bindings(self) -> None:
        self.assertEqual(self.read(binding=BINDING.replace("soap:", "soap12:")), ["R2401"])
        other = BINDING.replace("http://schemas.xmlsoap.org/soap/http", "urn:jms")
        self.assertEqual(self.read(binding=other), ["R2702"])

    def test_parts(self) -> None:
        typed = MESSAGES.replace('element="t:Ask"', 'type="xs:string"')
        self.assertEqual(self.read(messages=typed), ["R2204"])
        rpc = BINDING.replace("<soap:binding ", '<soap:binding style="rpc" ').replace(
            'use="literal"', 'use="literal" namespace="urn:w"'
        )
        self.assertEqual(self.read(binding=rpc), ["R2203", "R2203"])
        two = MESSAGES.replace(
            "</wsdl:message>", '<wsdl:part name="b" element="t:Answer"/></wsdl:message>', 1
        )
        self.assertEqual(self.read(messages=two), ["R2201"])

    def test_headers(self) -> None:
        messages = (
            MESSAGES + '<wsdl:message name="H"><wsdl:part name="h" type="xs:int"/></wsdl:message>'
        )
        header = '<soap:header message="t:H" part="h" use="literal"/></wsdl:input>'
        binding = BINDING.replace("</wsdl:input>", header)
        self.assertEqual(self.read(messages=messages, binding=binding), ["R2205"])

    def test_signatures(self) -> None:
        more = '<wsdl:operation name="More"><wsdl:input message="t:In"/></wsdl:operation>'
        body = '<wsdl:input><soap:body use="literal"/></wsdl:input>'
        bound = f'<wsdl:operation name="More">{body}</wsdl:operation>'
        contract = self.contract(
            wsdl_text(
                port_type=PORT_TYPE.replace("</wsdl:portType>", more + "</wsdl:portType>"),
                binding=BINDING.replace("</wsdl:binding>", bound + "</wsdl:binding>"),
            )
        )
        (finding,) = lint(contract)
        self.assertEqual(finding.rule, "R2710")
        self.assertLine(finding, 'name="More"')

    def test_arrays(self) -> None:
        types = (
            '<xs:import namespace="http://schemas.xmlsoap.org/soap/encoding/"/>'
            '<xs:complexType name="A"><xs:complexContent><xs:restriction base="soapenc:Array">'
            '<xs:attribute ref="soapenc:arrayType" wsdl:arrayType="xs:int[]"/></xs:restriction>'
            "</xs:complexContent></xs:complexType>"
        )
        self.assertEqual(self.read(types=types + TYPES), ["R2110", "R2111"])

    def test_findings_of_the_loader(self) -> None:
        self.assertEqual(self.read(port_type=PORT_TYPE.replace("t:In", "t:No")), ["R2101"])
        self.assertEqual(self.read(types=TYPES + '<xs:element name="e" type="t:No"/>'), ["R2102"])

    def test_mixed_styles(self) -> None:
        port_type = PORT_TYPE.replace(
            "</wsdl:portType>",
            '<wsdl:operation name="More"><wsdl:input message="t:M"/></wsdl:operation>'
            "</wsdl:portType>",
        )
        bound = (
            '<wsdl:operation name="More"><soap:operation style="rpc"/><wsdl:input>'
            '<soap:body use="literal" namespace="urn:w"/></wsdl:input></wsdl:operation>'
        )
        rules = self.read(
            messages=MESSAGES + '<wsdl:message name="M"/>',
            port_type=port_type,
            binding=BINDING.replace("</wsdl:binding>", bound + "</wsdl:binding>"),
        )
        self.assertEqual(rules, ["R2705"])
