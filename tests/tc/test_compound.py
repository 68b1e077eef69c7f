"""Compound: instances of generated classes as their users see them."""

from __future__ import annotations

import copy
import pickle
from decimal import Decimal
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, ContractCase, package
from ZSI.names import XSD, QName
from ZSI.parse import ParsedSoap
from ZSI.schema import Registry
from ZSI.TC.compound import Compound, SimpleElement
from ZSI.TC.fields import any_attributes, attribute, element, text
from ZSI.TC.values import NIL, UNSET, Text
from ZSI.writer import SoapWriter

NS = "urn:compound"
REGISTRY = Registry("tests.tc.test_compound", namespaces=(NS,), public=False)


class Line(Compound, type=(NS, "Line"), registry=REGISTRY):
    """A class as the generator prints it."""

    price: Decimal = element("price", (XSD, "decimal"), ns=NS)
    unit: str | None = attribute("unit", (XSD, "token"), xsd_default="piece", default=None)


class Order(Compound, element=(NS, "order"), registry=REGISTRY):
    """An element of an anonymous type."""

    number: int = element("order-no", (XSD, "int"), ns=NS)
    line: list[Line] = element("line", (NS, "Line"), ns=NS, max=None, default_factory=list)
    note: str | None = element("note", (XSD, "string"), ns=NS, default=None)
    more: dict[str, str] | None = any_attributes(process="skip", default_factory=dict)


class LongLine(Line, type=(NS, "LongLine"), registry=REGISTRY):
    """An extension."""

    text: str | None = element("text", (XSD, "string"), ns=NS, default=None)


class LineElement(Line, element=(NS, "the-line"), registry=REGISTRY):
    """An element of a named type."""


class Tag(SimpleElement, element=(NS, "tag"), simple=(XSD, "token"), registry=REGISTRY):
    """An element of a simple type."""

    value: str = text((XSD, "token"))


class ConstructionTests(SynchronousTestCase):
    """Constructors and attributes."""

    def test_keywords(self) -> None:
        order = Order(number=1, line=[Line(price=Decimal(2))])
        self.assertEqual((order.number, order.line[0].price, order.note), (1, 2, None))

    def test_what_is_not_set(self) -> None:
        order: Any = Order.__new__(Order)
        self.assertIs(order.number, UNSET)
        self.assertEqual((order.note, order.line), (None, []))
        order.line.append(1)
        self.assertEqual(order.line, [1], "a list that was read is the instance's own")

    def test_unknown_names(self) -> None:
        with self.assertRaisesRegex(TypeError, "no field 'nunber': did you mean 'number'"):
            Order(nunber=1)  # type: ignore[call-arg]  # that is the point
        with self.assertRaisesRegex(TypeError, "keyword arguments"):
            Order(1)  # type: ignore[misc]  # likewise
        order = Order(number=1)
        with self.assertRaisesRegex(AttributeError, "has no field 'lines': did you mean 'line'"):
            order.lines = []  # type: ignore[attr-defined]  # likewise
        with self.assertRaisesRegex(AttributeError, "has no field 'zzz': it has number, line"):
            order.zzz  # type: ignore[attr-defined]  # noqa: B018 -- likewise
        self.assertFalse(hasattr(order, "__len__"))

    def test_attribute_defaults(self) -> None:
        self.assertEqual(Line(price=Decimal(1)).unit, "piece")
        self.assertEqual(Line(price=Decimal(1), unit="kg").unit, "kg")
        self.assertEqual(LongLine(price=Decimal(1)).unit, "piece")

    def test_defaults_are_not_shared(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType>
            <xs:attribute name="l" type="L" default="a b"/></xs:complexType></xs:element>
            <xs:simpleType name="L"><xs:list itemType="xs:token"/></xs:simpleType>""")
        first, second = made.element("r")(), made.element("r")()
        first.l.append("c")
        self.assertEqual(second.l, ["a", "b"])
        self.assertEqual(made.read(f"<r {DECLARED}/>").l, ["a", "b"])

    def test_simple_elements(self) -> None:
        tag = Tag("x")  # type: ignore[misc]  # ZSI's classes took the value so
        self.assertEqual((tag.value, str(tag)), ("x", "x"))
        self.assertEqual(tag, "x")
        self.assertEqual(tag, Tag(value="x"))
        self.assertNotEqual(tag, Tag(value="y"))

    def test_repr(self) -> None:
        self.assertEqual(repr(Line(price=Decimal(1))), "Line(price=Decimal('1'), unit='piece')")
        self.assertEqual(repr(LineElement.typecode), "<CompoundTypeCode {urn:compound}the-line>")
        order: Any = Order(number=1)
        order.line.append(order)
        self.assertEqual(repr(order), "Order(number=1, line=[...])")


class EqualityTests(SynchronousTestCase):
    """Equal means: equal typed values."""

    def test_fields(self) -> None:
        self.assertEqual(Order(number=1), Order(number=1, line=[], note=None, more={}))
        self.assertNotEqual(Order(number=1), Order(number=2))
        self.assertNotEqual(Order(number=1), Order(number=1, note=""))
        self.assertNotEqual(Order(number=1), object())
        self.assertRaises(TypeError, hash, Order(number=1))

    def test_types_and_names(self) -> None:
        price = Decimal(1)
        self.assertNotEqual(Line(price=price), LongLine(price=price))
        self.assertEqual(Line(price=price), LineElement(price=price), "one says no name")
        other: Any = LineElement(price=price)
        other._element = QName(NS, "another")
        self.assertNotEqual(LineElement(price=price), other)

    def test_nil(self) -> None:
        nil: Any = Line(price=Decimal(1))
        nil._nil = True
        self.assertNotEqual(nil, Line(price=Decimal(1)))
        self.assertIn("_nil=True", repr(nil))

    def test_not_a_number(self) -> None:
        made = package('<xs:element name="r"><xs:complexType><xs:sequence>'
                       '<xs:element name="d" type="xs:double" maxOccurs="2"/></xs:sequence>'
                       "</xs:complexType></xs:element>")  # fmt: skip
        r = made.element("r")
        self.assertEqual(r(d=[float("nan"), 1.0]), r(d=[float("nan"), 1.0]))
        self.assertNotEqual(r(d=[float("nan")]), r(d=[0.0]))

    def test_order_of_values_that_cannot_be_written(self) -> None:
        """Comparing does not raise."""
        made = package("""<xs:element name="r"><xs:complexType><xs:choice maxOccurs="2">
            <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>
            </xs:complexType></xs:element>""")
        r = made.element("r")
        self.assertEqual(r(a=[1, 2, 3]), r(a=[1, 2, 3]))
        forwards = r(a=[1], b=[2], _content=("a", "b"))
        self.assertNotEqual(forwards, r(a=[1], b=[2], _content=("b", "a")))
        self.assertEqual(forwards, r(a=[1], b=[2]))


class CopyTests(SynchronousTestCase):
    """copy, deepcopy and pickle."""

    def setUp(self) -> None:
        self.order: Any = Order(number=1, line=[LongLine(price=Decimal(2))])

    def test_copy(self) -> None:
        twin = copy.copy(self.order)
        self.assertEqual(twin, self.order)
        self.assertIs(twin.line, self.order.line)
        twin.number = 2
        self.assertEqual(self.order.number, 1)

    def test_deepcopy(self) -> None:
        twin = copy.deepcopy(self.order)
        self.assertEqual(twin, self.order)
        twin.line[0].price = Decimal(3)
        self.assertEqual(self.order.line[0].price, 2)

    def test_pickle(self) -> None:
        for protocol in range(2, pickle.HIGHEST_PROTOCOL + 1):
            twin = pickle.loads(pickle.dumps(self.order, protocol))
            self.assertEqual(twin, self.order)
            self.assertIs(type(twin.line[0]), LongLine)

    def test_markers_survive(self) -> None:
        self.order.note = NIL
        self.assertIs(copy.deepcopy(self.order).note, NIL)
        self.assertIs(pickle.loads(pickle.dumps(self.order)).note, NIL)


class ElementTests(ContractCase):
    """Classes of elements and classes of types."""

    def test_declarations(self) -> None:
        declared = LineElement.element_declaration()
        assert declared is not None
        self.assertEqual(declared.use.name, QName(NS, "the-line"))
        self.assertIsNone(Line.element_declaration())
        self.assertIsNone(LongLine.element_declaration())
        self.assertIs(LineElement.complex_type(), Line.complex_type())
        self.assertIs(LongLine.complex_type().base, Line.complex_type())

    def test_a_subclass_of_the_users_is_the_same_element(self) -> None:
        class Mine(Order):
            def total(self) -> int:
                return len(self.line)

        mine = Mine(number=1)
        self.assertEqual(mine.total(), 0)
        written = [str(SoapWriter().serialize(value)) for value in (mine, Order(number=1))]
        self.assertEqual(written[0], written[1])

    def test_xsi_type_on_the_root(self) -> None:
        """The object is of the announced class, and is still written as the element."""
        body = '<c:the-line xmlns:c="urn:compound" {} xsi:type="c:LongLine"><c:price>1</c:price>{}'
        xml = body.format(DECLARED, "<c:text>t</c:text></c:the-line>")
        ps = ParsedSoap(xml, envelope=False)
        value = ps.Parse(LineElement.typecode)
        self.assertIsInstance(value, LongLine)
        again = str(SoapWriter(envelope=False).serialize(value))
        self.assertRegex(again, '^<ns1:the-line [^>]* xsi:type="ns1:LongLine"')
        self.assertEqual(ParsedSoap(again, envelope=False).Parse(LineElement.typecode), value)

    def test_mixed_marks(self) -> None:
        made = package("""<xs:element name="r"><xs:complexType mixed="true"><xs:sequence>
            <xs:element name="b" type="xs:string" minOccurs="0"/></xs:sequence>
            </xs:complexType></xs:element>""")
        value = made.element("r")(_content=(Text("x"),))
        self.assertEqual(value._text, "x")
        value = made.element("r")(_text="y", b="z")
        self.assertEqual(value._content, ("y",))
        self.assertIn(">y<ns1:b>z</ns1:b>", made.write(value))
        with self.assertRaises(AttributeError):
            Order(number=1)._text  # type: ignore[attr-defined]  # noqa: B018 -- it is not mixed
