"""The order of children on the way out."""

from __future__ import annotations

from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import few
from tests.tc.contracts import DECLARED, ContractCase, Package, package
from ZSI.errors import StructureError, ValueRefused
from ZSI.TC.anyxml import AnyXML
from ZSI.TC.order import arrange, check_count, element_name, items_of, listed, tag_of
from ZSI.TC.values import NIL, UNSET, Text


def typed(model: str) -> Package:
    return package(f"""<xs:element name="r"><xs:complexType>{model}</xs:complexType></xs:element>
        <xs:element name="g" type="xs:int"/>""")


ELEMENTS = "".join(f'<xs:element name="{name}" type="xs:int"/>' for name in "abc")
REPEATED = typed(f'<xs:choice maxOccurs="unbounded">{ELEMENTS}</xs:choice>')
GROUPS = typed("""<xs:sequence maxOccurs="unbounded"><xs:element name="a" type="xs:int"/>
    <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>""")
LATE = typed("""<xs:choice><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>
    <xs:element name="c" type="xs:int"/></xs:sequence><xs:sequence>
    <xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int"/></xs:sequence>
    </xs:choice>""")
WILD = typed("""<xs:sequence><xs:any namespace="##targetNamespace" minOccurs="0"
    processContents="lax"/><xs:element name="a" type="xs:int" minOccurs="0"/></xs:sequence>""")


def order(made: Package, **fields: Any) -> list[str]:
    """The keys, texts in quotes."""
    value = made.element("r")(**fields)
    entries = arrange(value.complex_type(), value.__dict__)
    return [f"'{e}'" if isinstance(e, Text) else e[0].key for e in entries]


class ArrangeTests(ContractCase):
    """Orders that the model accepts."""

    def test_declaration_order_first(self) -> None:
        self.assertEqual(order(REPEATED, b=[1, 2], a=[3], c=[4]), ["a", "b", "b", "c"])

    def test_recorded_order(self) -> None:
        content = ("c", "a", "b", "b")
        self.assertEqual(order(REPEATED, b=[1, 2], a=[3], c=[4], _content=content), list(content))

    def test_recorded_order_that_no_longer_fits(self) -> None:
        """Items came or went: an order is searched."""
        self.assertEqual(order(REPEATED, b=[1], a=[3], _content=("b", "a", "a")), ["a", "b"])

    def test_recorded_order_is_checked(self) -> None:
        fields = {"a": [1], "b": [2]}
        self.assertEqual(order(GROUPS, **fields, _content=("a", "b")), ["a", "b"])
        self.assertRaises(StructureError, order, GROUPS, **fields, _content=("b", "a"))
        self.assertRaises(StructureError, order, LATE, b=1, _content=("b",))

    def test_search_goes_back(self) -> None:
        """Declaration order begins with a, which only the second branch follows with b."""
        self.assertEqual(order(LATE, a=1, b=2), ["b", "a"])
        self.assertEqual(order(LATE, a=1, c=2), ["a", "c"])
        self.assertRaises(StructureError, order, LATE, a=1, b=2, c=3)

    def test_repeated_groups(self) -> None:
        self.assertEqual(order(GROUPS, a=[1, 2], b=[3]), ["a", "a", "b"])
        self.assertEqual(order(GROUPS, a=[1, 2], b=[3, 4]), ["a", "b", "a", "b"])
        self.assertRaises(StructureError, order, GROUPS, a=[1], b=[3, 4])

    @few
    @given(st.lists(st.sampled_from("abc"), min_size=1, max_size=12))
    def test_what_was_read_is_written(self, tags: list[str]) -> None:
        content = "".join(f"<{tag}>1</{tag}>" for tag in tags)
        value = self.goes_round(REPEATED, f"<r {DECLARED}>{content}</r>")
        self.assertEqual(list(value._content), tags)

    def test_long_lists_take_time_in_proportion(self) -> None:
        keys = order(REPEATED, a=[1] * 5000, b=[2] * 5000)
        self.assertEqual(keys, ["a"] * 5000 + ["b"] * 5000)

    def test_named_before_wildcard(self) -> None:
        """What the wildcard holds must not turn into the named element when it is read again."""
        inner = AnyXML.xml("<a xmlns='urn:t'>1</a>")
        self.assertRaises(StructureError, order, WILD, any=inner)
        other = AnyXML.xml("<z xmlns='urn:t'>1</z>")
        self.assertEqual(order(WILD, any=other, a=1), ["any", "a"])

    def test_messages(self) -> None:
        with self.assertRaises(StructureError) as caught:
            order(LATE, a=1, b=2, c=3)
        self.assertIn("a and c and b do not fit together: unexpected", str(caught.exception))
        self.assertEqual(caught.exception.rule, "content")


class ItemsTests(ContractCase):
    """Fields as items."""

    def test_items(self) -> None:
        ctype = REPEATED.element("r").complex_type()
        a = ctype.fields["a"]
        self.assertEqual(items_of(a, {}), [])
        self.assertEqual(items_of(a, {"a": UNSET}), [])
        self.assertEqual(items_of(a, {"a": [1, None]}), [1, NIL])
        self.assertRaises(ValueRefused, items_of, a, {"a": "12"})
        self.assertRaises(ValueRefused, listed, 12, a)
        self.assertEqual(list(listed(iter([1]), a)), [1])

    def test_counts(self) -> None:
        field = REPEATED.element("r").complex_type().fields["a"]
        check_count(field, 3, 1, 3)
        check_count(field, 3, 1, None)
        for count, rule in ((0, "minOccurs"), (4, "maxOccurs")):
            with self.assertRaises(StructureError) as caught:
                check_count(field, count, 1, 3)
            self.assertEqual(caught.exception.rule, rule)

    def test_names(self) -> None:
        g = REPEATED.element("g")(5)
        self.assertEqual(element_name(g), ("urn:t", "g"))
        self.assertEqual(element_name(AnyXML.xml("<a/>")), (None, "a"))
        self.assertIsNone(element_name(AnyXML.of_text("a")))
        self.assertIsNone(element_name(5))
        field = REPEATED.element("r").complex_type().fields["a"]
        self.assertEqual(tag_of(field, g), "{urn:t}a")
        wild = WILD.element("r").complex_type().fields["any"]
        self.assertEqual(tag_of(wild, g), "{urn:t}g")
        self.assertEqual(tag_of(wild, 5), "?")
