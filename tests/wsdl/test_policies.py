"""WS-Policy kept as data, and signs of WS-Addressing."""

from __future__ import annotations

from tests.wsdl.small import BINDING, SERVICE, SmallTests, name, wsdl_text

WSP = 'xmlns:wsp="http://schemas.xmlsoap.org/ws/2004/09/policy"'
WSU = (
    'xmlns:wsu="http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"'
)
POLICY = f'<wsp:Policy wsu:Id="p" {WSP} {WSU}><x:Assert xmlns:x="urn:y"/></wsp:Policy>'


class PoliciesTests(SmallTests):
    def binding(self, inside: str, attributes: str = "") -> str:
        return BINDING.replace('type="t:PT">', f'type="t:PT" {attributes}>{inside}')

    def test_reference(self) -> None:
        text = self.binding(f'<wsp:PolicyReference URI="#p" {WSP}/>')
        contract = self.contract(wsdl_text(before=POLICY, binding=text))
        self.assertClean(contract)
        (policy,) = contract.bindings[name("B")].policies
        self.assertEqual((policy.id, contract.policies), ("p", (policy,)))
        self.assertIn("urn:y", policy.xml)
        assert policy.where is not None
        self.assertEqual(policy.where.line, 2)

    def test_attribute_and_inline(self) -> None:
        contract = self.contract(
            wsdl_text(
                before=POLICY,
                binding=self.binding(POLICY.replace('"p"', '"q"'), f'wsp:PolicyURIs="#p" {WSP}'),
            )
        )
        found = contract.bindings[name("B")].policies
        self.assertEqual([policy.id for policy in found], ["q", "p"])

    def test_on_operation_and_message(self) -> None:
        reference = f'<wsp:PolicyReference URI="#p" {WSP}/>'
        text = BINDING.replace("<wsdl:input>", f"{reference}<wsdl:input>{reference}")
        operation = self.operation(self.contract(wsdl_text(before=POLICY, binding=text)))
        assert operation.input is not None
        self.assertEqual(len(operation.policies), 1)
        self.assertEqual(operation.input.policies, operation.policies)

    def test_missing(self) -> None:
        text = self.binding(f'<wsp:PolicyReference URI="#no" {WSP}/>')
        contract = self.contract(wsdl_text(binding=text))
        self.assertIn("#no", self.found(contract, "missing-policy").message)

    def test_addressing(self) -> None:
        using = '<wsaw:UsingAddressing xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl"/>'
        metadata = (
            f"<wsp:Policy {WSP}><wsam:Addressing "
            'xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata"/></wsp:Policy>'
        )
        cases = {"": False, using: True, metadata: True, POLICY: False}
        for inside, expected in cases.items():
            contract = self.contract(wsdl_text(binding=self.binding(inside)))
            self.assertIs(contract.bindings[name("B")].addressing, expected, inside)

    def test_addressing_on_a_port(self) -> None:
        using = '<wsaw:UsingAddressing xmlns:wsaw="http://www.w3.org/2006/05/addressing/wsdl"/>'
        service = SERVICE.replace("<soap:address", using + "<soap:address")
        contract = self.contract(wsdl_text(service=service))
        self.assertTrue(contract.services[name("S")].ports[0].addressing)
