"""The Contract as a value."""

from __future__ import annotations

import dataclasses
import pickle

from twisted.trial.unittest import SynchronousTestCase

from tests.wsdl.small import SmallTests, name, wsdl_text
from ZSI.errors import Finding, Where, ZSIException
from ZSI.wsdl.model import BoundMessage, BoundOperation, ContractError, StrictFindings


class ErrorsTests(SynchronousTestCase):
    def test_one_line(self) -> None:
        error = ContractError(
            "it is\n  broken", where=Where("a.wsdl", 7), expected="a WSDL", advice="another"
        )
        self.assertEqual(str(error), "a.wsdl:7: it is broken; expected a WSDL; try another")
        self.assertIsInstance(error, ZSIException)
        self.assertEqual(str(ContractError("broken")), "broken")

    def test_strict(self) -> None:
        findings = (Finding("occurs", "odd", Where("a.xsd", 2)), Finding("part", "odd too"))
        error = StrictFindings(findings)
        self.assertEqual(
            str(error), "a.xsd:2: occurs: odd (and 1 more findings); try without --strict"
        )
        self.assertIs(error.findings, findings)


class ContractTests(SmallTests):
    def test_frozen_and_pickled(self) -> None:
        contract = self.contract(wsdl_text())
        again = pickle.loads(pickle.dumps(contract))
        for field in ("services", "bindings", "port_types", "messages", "documents", "findings"):
            self.assertEqual(getattr(again, field), getattr(contract, field), field)
        self.assertEqual(again.schema.elements, contract.schema.elements)
        with self.assertRaises(dataclasses.FrozenInstanceError):
            contract.location = "elsewhere"  # type: ignore[misc]  # that is the test
        with self.assertRaises(TypeError):
            contract.services.clear()

    def test_ports(self) -> None:
        contract = self.contract(wsdl_text())
        ((service, port, binding),) = contract.ports()
        self.assertEqual((service.name, port.name, binding.name), (name("S"), "P", name("B")))

    def test_names_of_messages(self) -> None:
        operation = BoundOperation("A", input=BoundMessage(name("In"), "ARequest"))
        self.assertEqual((operation.input_name, operation.output_name), ("ARequest", None))
