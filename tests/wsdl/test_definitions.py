"""Names of messages, portTypes, bindings and services."""

from __future__ import annotations

from tests.wsdl.small import BINDING, MESSAGES, PORT_TYPE, SERVICE, SmallTests, name, wsdl_text


class DefinitionsTests(SmallTests):
    def test_unprefixed_names(self) -> None:
        """Without a default namespace they mean the target namespace, with a finding each."""
        contract = self.contract(
            wsdl_text(
                port_type=PORT_TYPE.replace("t:In", "In"),
                binding=BINDING.replace("t:PT", "PT"),
                service=SERVICE.replace("t:B", "B"),
            )
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["wrong-namespace"] * 3)
        self.assertIsNone(self.operation(contract).problem)
        self.assertEqual(len(list(contract.ports())), 1)

    def test_names_in_the_wsdl_namespace(self) -> None:
        contract = self.contract(wsdl_text(port_type=PORT_TYPE.replace("t:In", "wsdl:In")))
        finding = self.found(contract, "wrong-namespace")
        self.assertLine(finding, "wsdl:In")

    def test_the_only_one_of_that_name(self) -> None:
        binding = BINDING.replace('type="t:PT"', 'type="o:PT" xmlns:o="urn:o"')
        contract = self.contract(wsdl_text(binding=binding))
        self.found(contract, "wrong-namespace")
        self.assertEqual(contract.bindings[name("B")].port_type, name("PT"))

    def test_missing(self) -> None:
        contract = self.contract(
            wsdl_text(port_type=PORT_TYPE.replace("t:In", "t:Inn"), service="")
        )
        self.assertLine(self.found(contract, "missing-message"), "t:Inn")
        problem = self.operation(contract).problem
        self.assertEqual(problem, "message {urn:x}Inn is missing")

    def test_nothing_named(self) -> None:
        contract = self.contract(wsdl_text(port_type=PORT_TYPE.replace('message="t:In"', "")))
        self.found(contract, "missing-message")
        self.assertIn("missing", self.operation(contract).problem or "")

    def test_duplicates(self) -> None:
        other = MESSAGES.replace("t:Ask", "t:Answer")
        contract = self.contract(wsdl_text(messages=MESSAGES + other))
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["duplicate", "duplicate"])
        self.assertEqual(contract.messages[name("In")].parts[0].element, name("Ask"))

    def test_strangers(self) -> None:
        contract = self.contract(
            wsdl_text(service=SERVICE + '<wsdl:odd/><wsdl:message/><x:any xmlns:x="urn:y"/>')
        )
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["wsdl-element", "name"])
