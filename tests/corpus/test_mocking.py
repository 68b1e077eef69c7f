"""A slice of the mocked corpus: see `tests.corpus.mocking`.

Covers: ``zsi-mock serve`` in processes of their own, called for every operation, with the second
judge and zeep as the other side.
"""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.corpus import WSDLS
from tests.corpus.mocking import EXCEPTIONS, shown, summary, work
from tests.mock.serving import BANK

#: One for each style; small.
SLICE = (
    "KDSoap/unittests/dv_terminalauth/WS_DV_TerminalAuth.wsdl",  # rpc/literal
    "ZSI/doc/examples/client/send_request/complex/binding.wsdl",  # rpc/encoded
    "deb-php8.2/bugs/bug41337_2.wsdl",  # a path that looks like a session's
)


class MockingTests(SynchronousTestCase):
    """Started as people start it."""

    def tried(self, wsdl: Path) -> dict[str, int]:
        report = work(str(wsdl), zeep=True)
        self.assertEqual(report["wrong"], [])
        counts: dict[str, int] = report["counts"]
        self.assertEqual(counts["right"], counts["requests"])
        self.assertEqual(counts["zeep decoded"], counts["zeep calls"])
        return counts

    def test_bank(self) -> None:
        counts = self.tried(BANK)
        self.assertEqual((counts["operations"], counts["requests"]), (12, 24))
        self.assertEqual(counts["libxml2 for"], 20)  # all but two one-way operations, twice
        self.assertEqual(counts["zeep decoded"], 12)

    def test_twins(self) -> None:
        """Of operations that nothing tells apart only the first is called."""
        text = BANK.read_text("utf-8").replace(
            'name="TransferRequest">\n    <part name="parameters" element="bank:Transfer"',
            'name="TransferRequest">\n    <part name="parameters" element="bank:GetBalance"',
        )
        path = Path(self.mktemp())
        path.write_text(text.replace(' soapAction="urn:example:bank:Transfer"', ""), "utf-8")
        self.assertEqual(self.tried(path)["operations that nothing tells from another"], 2)

    def test_slice(self) -> None:
        if not WSDLS.is_dir():
            raise SkipTest(f"{WSDLS} is not there")
        for path in SLICE:
            self.tried(WSDLS / path)

    def test_tables(self) -> None:
        good = {"counts": {"requests": 2}, "wrong": [], "unsaid": ["x"], "start": 1, "seconds": 2}
        bad = {**good, "wrong": ["call: A: no"]}
        refused = {**good, "refused": "no SOAP", "start": 0}
        rows = [{"path": "a"}, {"path": "b"}, {"path": next(iter(EXCEPTIONS))}, {"path": "d"}]
        reports = [good, bad, bad, refused]
        lines = [list(shown(row, report)) for row, report in zip(rows, reports, strict=True)]
        self.assertEqual([one[0].split()[0] for one in lines], ["ok", "no", "but", "refused"])
        self.assertEqual(lines[1][1].strip(), "call: A: no")
        said = list(summary(rows, reports))
        for line in ("WSDLs: 4", "refused: 1", "without a word: 1", "named exceptions: 1"):
            self.assertIn(line, said)
