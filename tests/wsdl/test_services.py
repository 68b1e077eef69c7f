"""wsdl:service and wsdl:port."""

from __future__ import annotations

from tests.wsdl.small import BINDING, SERVICE, SmallTests, name, wsdl_text


def service(ports: str, local: str = "S") -> str:
    """A service with these ports."""
    return f'<wsdl:service name="{local}">{ports}</wsdl:service>'


class ServicesTests(SmallTests):
    def test_addresses(self) -> None:
        twin = BINDING.replace('name="B"', 'name="C"').replace("soap:", "soap12:")
        contract = self.contract(
            wsdl_text(
                binding=BINDING + twin,
                service=service(
                    "<wsdl:documentation>Serves.</wsdl:documentation>"
                    '<wsdl:port name="P" binding="t:B"><soap:address location=" test://x "/>'
                    '</wsdl:port><wsdl:port name="Q" binding="t:C"><soap12:address '
                    'location="REPLACE"/></wsdl:port>'
                    '<wsdl:port name="R" binding="t:C"/>'
                ),
            )
        )
        self.assertClean(contract)
        found = contract.services[name("S")]
        self.assertEqual(
            [(port.name, port.binding.localname, port.address) for port in found.ports],
            [("P", "B", "test://x"), ("Q", "C", "REPLACE"), ("R", "C", None)],
        )
        self.assertEqual(found.documentation, "Serves.")

    def test_several_services(self) -> None:
        contract = self.contract(wsdl_text(service=SERVICE + service("", "Empty")))
        self.assertEqual(list(contract.services), [name("S"), name("Empty")])

    def test_no_service_at_all(self) -> None:
        contract = self.contract(wsdl_text(service=""))
        self.assertClean(contract)
        self.assertEqual((dict(contract.services), len(contract.bindings)), ({}, 1))

    def test_missing_binding(self) -> None:
        contract = self.contract(wsdl_text(service=service('<wsdl:port name="P" binding="t:No"/>')))
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["missing-binding", "port"])
        self.assertEqual(contract.services[name("S")].ports, ())

    def test_twins_and_nameless(self) -> None:
        contract = self.contract(
            wsdl_text(
                service=service(
                    '<wsdl:port name="P" binding="t:B"/><wsdl:port name="P" binding="t:B"/>'
                    '<wsdl:port binding="t:B"/>'
                )
            )
        )
        self.found(contract, "duplicate")
        self.assertEqual([port.name for port in contract.services[name("S")].ports], ["P", "port2"])
