"""Plain values where a type has text with attributes: ZSI's classes for these were strings.

Covers: ZSI.TC.complextype
"""

from __future__ import annotations

from tests.generate.made import MadeTests
from tests.wsdl.small import TYPES as SMALL
from ZSI import EvaluateException

TYPES = """
<xs:complexType name="Money"><xs:simpleContent><xs:extension base="xs:decimal">
<xs:attribute name="currency" type="xs:string"/></xs:extension></xs:simpleContent></xs:complexType>
<xs:complexType name="Strict"><xs:simpleContent><xs:extension base="xs:int">
<xs:attribute name="unit" type="xs:string" use="required"/></xs:extension></xs:simpleContent>
</xs:complexType>
<xs:element name="Pay"><xs:complexType><xs:sequence>
<xs:element name="amount" type="t:Money" maxOccurs="2"/>
<xs:element name="size" type="t:Strict" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>
"""
BOTH = SMALL + TYPES


class PlainValueTests(MadeTests):
    """Written as the text."""

    def test_value(self) -> None:
        made = self.make(BOTH).types
        pay = made.Pay(amount=[5, made.Money(7, currency="EUR")])
        first, second = self.travelled(pay).amount
        self.assertEqual((first.value, first.currency), (5, None))
        self.assertEqual((second.value, second.currency), (7, "EUR"))

    def test_new(self) -> None:
        """``new_x(other)`` takes the text of another such object, as ZSI's strings did."""
        types = self.make(BOTH).types
        old = types.Money(7, currency="EUR")
        made = types.Pay(amount=[]).new_amount(old)
        self.assertEqual((made.value, made.currency), (7, None))
        made.set_attribute_currency(old.get_attribute_currency())
        self.assertEqual(made, old)
        self.assertEqual(types.Pay(amount=[]).new_amount(3).value, 3)

    def test_refused(self) -> None:
        pay = self.make(BOTH).types.Pay
        for given in (pay(amount=["x"]), pay(amount=[5], size=1), pay(amount=[object()])):
            self.assertRaises(EvaluateException, self.travelled, given)
