"""What is said of documents that are no contracts."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import Finding, Where, ZSIException
from ZSI.wsdl.problems import ContractError, StrictFindings


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
