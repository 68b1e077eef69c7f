"""Variations: every kind of legal reply by name, each legal, each served as it is."""

from __future__ import annotations

from pathlib import Path

from lxml import etree
from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.mock.serving import BANK, bank_mock, serve
from ZSI.mock.contract import MockContract
from ZSI.mock.operations import UnknownName
from ZSI.mock.variations import Variation, is_legal, variations

ODD = Path(__file__).parent / "odd.wsdl"


def by_name(op: str, wsdl: Path = ODD) -> dict[str, Variation]:
    return {variation.name: variation for variation in variations(wsdl, op)}


class VariationsTests(SynchronousTestCase):
    def test_names_say_what_is_special(self) -> None:
        names = set(by_name("Ask"))
        expected = {
            "full", "smallest", "note nil", "note shortest", "note longest", "note with markup",
            "code shortest", "code longest", "grade smallest", "grade largest", "tags shortest",
            "tags longest", "either true", "item of one", "item of 3", "item[1] infinite",
            "item[1] not a number", "left shortest", "left longest", "right instead",
            "@kind absent", ". with an unknown element", ". with an unknown attribute",
        }  # fmt: skip
        self.assertLessEqual(expected, names)
        self.assertNotIn("item empty", names)  # there must be one
        self.assertNotIn("code with line ends too long", names)

    def test_values_at_the_bounds(self) -> None:
        found = by_name("Ask")
        self.assertEqual(found["grade smallest"].value.grade, 1)
        self.assertEqual(found["grade largest"].value.grade, 6)
        self.assertEqual(len(found["code shortest"].value.code), 2)
        self.assertEqual(len(found["code longest"].value.code), 5)
        self.assertEqual(len(found["item of 3"].value.item), 3)
        self.assertIsNone(found["right instead"].value.left)
        self.assertIsNotNone(found["right instead"].value.right)

    def test_each_is_legal_and_distinct_and_the_sample_stays(self) -> None:
        for op, wsdl in (("Ask", ODD), ("GetBalance", BANK), ("ListTransactions", BANK)):
            found = variations(wsdl, op)
            cls = MockContract.load(wsdl).operations.find(op)[0].response_class
            for variation in found:
                self.assertTrue(is_legal(variation.value, cls), variation.name)
            self.assertEqual(len({v.name for v in found}), len(found))
            again = {v.name: v.value for v in variations(wsdl, op)}
            self.assertEqual(repr(again["full"]), repr(found[0].value))

    def test_libxml2_thinks_so_too(self) -> None:
        schema = etree.XMLSchema(
            etree.parse(ODD).find(".//{http://www.w3.org/2001/XMLSchema}schema")
        )
        mock = bank_mock(ODD)
        for variation in variations(ODD, "Ask"):
            mock.reset()
            mock.op("Ask").reply(variation)
            answer = serve(mock, body='<Ask xmlns="urn:odd"/>')
            self.assertEqual(answer.status, 200, variation.name)
            body = etree.fromstring(answer.body)[-1][0]
            self.assertTrue(schema.validate(body), (variation.name, schema.error_log))

    def test_unknown_content_is_there(self) -> None:
        mock = bank_mock(ODD)
        found = by_name("Ask")
        for name, seen in ((". with an unknown element", b"unknownExtra"),
                           (". with an unknown attribute", b':unknownExtra="text"')):  # fmt: skip
            mock.reset()
            mock.op("Ask").reply(found[name])
            self.assertIn(seen, serve(mock, body='<Ask xmlns="urn:odd"/>').body)

    def test_pytest_names_parameters_by_them(self) -> None:
        variation = by_name("GetBalance", BANK)["balance largest"]
        self.assertEqual((str(variation), variation.__name__), ("balance largest",) * 2)

    def test_one_way_operations_have_none(self) -> None:
        self.assertEqual(variations(BANK, "ReportFraud"), [])

    def test_bounded_and_unknown(self) -> None:
        self.assertEqual(len(variations(BANK, "GetBalance", most=5)), 5)
        self.assertRaises(UnknownName, variations, BANK, "GetBalence")

    def test_real_contracts(self) -> None:
        shared = Path(__file__).parents[3] / "shared" / "wsdl"
        if not shared.exists():
            raise SkipTest("no ../shared/wsdl")
        made = 0
        paths = sorted(shared.rglob("*.wsdl"), key=lambda p: (p.stat().st_size, p.name))
        for path in [p for p in paths if 5_000 < p.stat().st_size < 60_000][::20]:
            try:
                operations = list(MockContract.load(path).operations)
            except Exception:  # whether a contract can be read is for other tests
                continue
            for operation in [o for o in operations if o.problem is None][:2]:
                made += len(variations(path, operation.title, most=100))
        self.assertGreater(made, 100)
