"""The Contract as a value."""

from __future__ import annotations

import dataclasses
import pickle

from tests.wsdl.small import SmallTests, name, wsdl_text
from ZSI.wsdl.model import BoundMessage, BoundOperation


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
