"""ZSI's spellings of fields."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import package
from ZSI.errors import ValueRefused
from ZSI.TC.accessors import accessors, spelled

SCHEMA = """
<xs:element name="r"><xs:complexType mixed="true"><xs:sequence>
  <xs:element name="value" type="xs:int"/>
  <xs:element name="get-it" type="T" minOccurs="0"/>
  <xs:element name="Name" type="xs:string" minOccurs="0"/>
  <xs:element name="name" type="xs:string" minOccurs="0"/>
  <xs:element name="class" minOccurs="0"/>
</xs:sequence><xs:attribute name="value" type="xs:token"/><xs:attribute name="a" type="xs:int"/>
</xs:complexType></xs:element>
<xs:complexType name="T"><xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>
</xs:complexType>
"""


class AccessorsTests(SynchronousTestCase):
    """As in ``wsdl2py``'s plain classes and in those of ``-b``."""

    def setUp(self) -> None:
        self.made = package(SCHEMA)
        self.r = self.made.element("r")(value=1)

    def test_underscore(self) -> None:
        self.assertEqual(self.r._value, 1)
        self.r._value = 2
        self.assertEqual(self.r.value, 2)
        self.r._get_it = self.r.new_get_it(x=1)
        self.assertEqual(self.r.get_it.x, 1)
        self.assertEqual(self.made.element("r")(_value=7).value, 7)
        self.r._class = 5
        self.assertEqual(self.r.class_, 5)

    def test_properties(self) -> None:
        self.r.Value = 3
        self.assertEqual((self.r.Value, self.r.value), (3, 3))
        self.r.Name, self.r.name = "N", "n"
        self.assertEqual((self.r.Name, self.r.name), ("N", "n"))
        self.assertEqual((self.r._Name, self.r._name), ("N", "n"))

    def test_getters_and_setters(self) -> None:
        self.r.set_element_value(4)
        self.assertEqual((self.r.get_element_value(), self.r.value), (4, 4))
        self.r.set_attribute_value("a")
        self.assertEqual((self.r.get_attribute_value(), self.r.value), ("a", 4))
        self.r.set_attribute_a(5)
        self.assertEqual((self.r.get_attribute_a(), self.r.a), (5, 5))

    def test_new(self) -> None:
        self.assertEqual(self.r.new_value(5), 5)
        self.assertRaises(ValueRefused, self.r.new_value, "x")
        made = self.r.new_get_it()
        self.assertIsInstance(made, self.made.type("T"))
        self.assertEqual(self.r.get_it, None)
        self.assertEqual(self.r.new_class(x=1), {"x": 1})

    def test_mixed_text(self) -> None:
        self.r.set_text("some")
        self.assertEqual((self.r.get_text(), self.r._text), ("some", "some"))
        self.r._content = ("value", *self.r._content)
        self.r.set_text("other")
        self.assertEqual(self.r._content, ("other", "value"))

    def test_table(self) -> None:
        names, methods = accessors(self.made.type("T").complex_type())
        self.assertEqual(dict(names), {"_x": "x", "X": "x"})
        self.assertEqual(sorted(methods), ["_attrs", "get_element_x", "new_x", "set_element_x"])
        self.assertEqual(spelled("é-1"), "é_1")
