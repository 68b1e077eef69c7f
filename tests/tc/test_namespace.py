"""ZSI's namespace classes."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import package
from ZSI.TC.namespace import Namespace


class NamespaceTests(SynchronousTestCase):
    """``ns0.Echo_Dec``, ``ns0.Item_Def`` and the ``-s`` spellings."""

    def setUp(self) -> None:
        self.made = package("""<xs:element name="Echo" type="xs:int"/>
            <xs:element name="get-it" type="Item"/>
            <xs:complexType name="Item"><xs:sequence><xs:element name="x" type="xs:int"/>
            </xs:sequence></xs:complexType>
            <xs:simpleType name="Code"><xs:restriction base="xs:token"/></xs:simpleType>""")
        self.ns0 = Namespace(self.made.registry, "urn:t")

    def test_elements(self) -> None:
        self.assertIs(self.ns0.Echo_Dec, self.made.element("Echo").typecode)
        self.assertIs(self.ns0.Echo_Dec().pyclass, self.made.element("Echo"))
        self.assertIs(self.ns0.Echo, self.ns0.Echo_Dec)
        self.assertIs(self.ns0.get_it_Dec, self.made.element("get-it").typecode)
        self.assertEqual(self.ns0.targetNamespace, "urn:t")

    def test_types(self) -> None:
        for definition in (self.ns0.Item_Def, self.ns0.Item_):
            self.assertIs(definition(pname="i").pyclass, self.made.type("Item"))
        self.assertEqual(self.ns0.Code_Def(pname="c").pname, "c")

    def test_unknown(self) -> None:
        with self.assertRaisesRegex(AttributeError, "urn:t declares no Nobody_Dec"):
            self.ns0.Nobody_Dec  # noqa: B018 -- that is the point
        other = Namespace(self.made.registry, "urn:other")
        self.assertFalse(hasattr(other, "Echo_Dec"))
        self.assertFalse(hasattr(self.ns0, "__wrapped__"))
