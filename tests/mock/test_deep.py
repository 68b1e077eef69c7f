"""Tests of ZSI.mock.deep."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank, buy
from ZSI.mock.deep import MOST_PLACES, search
from ZSI.mock.lookup import Wanted
from ZSI.schema import Registry
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.complextype import ComplexType
from ZSI.TC.fields import Field


def found(ctype: ComplexType, name: str) -> list[str]:
    """The places of a name."""
    wanted = Wanted(name.lstrip("@"), None, name[:1] == "@")
    return ["/".join(map(str, place)) for place in search(ctype, wanted)]


class SearchTests(SynchronousTestCase):
    def setUp(self) -> None:
        self.request = buy().request_class.complex_type()

    def test_places(self) -> None:
        for name, places in [
            ("sku", ["order/line/part/sku"]),
            ("number", ["order/number"]),
            ("@currency", ["order/line/price/@currency"]),
            ("order", ["order"]),
            ("nothing", []),
            ("radius", []),  # a member of a substitution group has to be named
        ]:
            self.assertEqual(places, found(self.request, name), name)

    def test_declared_types_come_before_derived_ones(self) -> None:
        self.assertEqual(["buyer/id"], found(self.request, "id"))
        self.assertEqual(["buyer/company"], found(self.request, "company"))
        self.assertEqual(["buyer/rank", "buyer/owner/rank"], found(self.request, "rank"))

    def test_all_candidates_shallow_ones_first(self) -> None:
        ctype = bank("OpenAccount").request_class.complex_type()
        self.assertEqual(["person/lastName"], found(ctype, "lastName"))
        self.assertEqual(["order/line/name"], found(self.request, "name"))

    def test_a_type_in_itself_is_entered_once(self) -> None:
        self.assertEqual(["tree/label"], found(self.request, "label"))
        self.assertEqual(["tree/child"], found(self.request, "child"))

    def test_names_that_collide_are_told_apart_in_places(self) -> None:
        registry = Registry("t", public=False)
        inner = ComplexType(
            name=None, pyclass=None, registry=registry,
            fields=[Field("element", (None, "x"), BUILTIN["int"], key="x")],
        )  # fmt: skip
        outer = ComplexType(
            name=None, pyclass=None, registry=registry,
            fields=[Field("element", (uri, "a"), inner, key=uri[-1]) for uri in ("urn:p", "urn:q")],
        )  # fmt: skip
        self.assertEqual(["{urn:p}a/x", "{urn:q}a/x"], found(outer, "x"))

    def test_a_type_with_a_name_twice_is_a_place(self) -> None:
        fields = [
            Field("element", (uri, "x"), BUILTIN["int"], key=uri[-1]) for uri in ("urn:p", "urn:q")
        ]
        ctype = ComplexType(name=None, pyclass=None, fields=fields, registry=Registry("t"))
        self.assertEqual(["x"], found(ctype, "x"))

    def test_ends_in_a_web_of_types(self) -> None:
        """Twenty types that all lead to one another: more ways than anybody could walk."""
        registry = Registry("web", public=False)
        types = [
            ComplexType(name=None, pyclass=None, fields=[], registry=registry) for _ in range(20)
        ]
        for ctype in types:
            for number, other in enumerate(types):
                key = f"f{number}"
                ctype.fields[key] = Field("element", (None, key), other, key=key)
            ctype.fields["x"] = Field("element", (None, "x"), BUILTIN["int"], key="x")
        places = search(types[0], Wanted("x"))
        self.assertTrue(20 <= len(places) <= MOST_PLACES)
