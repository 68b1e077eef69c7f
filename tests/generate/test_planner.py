"""Tests of plans: names, order, nesting, derivation, arrays.

Covers: ZSI.generate.planner, ZSI.generate.classplanner, ZSI.generate.simpleplanner,
ZSI.generate.plan
"""

from __future__ import annotations

import pickle

from tests.generate.made import MadeTests
from tests.wsdl.small import schema_text
from ZSI.generate.plan import ArrayPlan, ClassPlan, Plan
from ZSI.generate.planner import make_plan
from ZSI.names import SOAP11_ENC, QName
from ZSI.wsdl.model import ContractError

SEQUENCE = "<xs:sequence>{}</xs:sequence>"


def complex_type(name: str, body: str = "", attributes: str = "") -> str:
    """A complex type around a sequence of elements."""
    return f'<xs:complexType name="{name}" {attributes}>{SEQUENCE.format(body)}</xs:complexType>'


def extension(name: str, base: str, body: str = "") -> str:
    """A complex type that extends another."""
    return (
        f'<xs:complexType name="{name}"><xs:complexContent><xs:extension base="t:{base}">'
        f"{SEQUENCE.format(body)}</xs:extension></xs:complexContent></xs:complexType>"
    )


class PlanTests(MadeTests):
    """Plans of small schemas."""

    def of(self, body: str) -> Plan:
        return make_plan(self.schema(body))

    def names(self, body: str) -> list[str]:
        return [made.python for made in self.of(body).classes]

    def test_element_and_type_of_one_name(self) -> None:
        """They share a class if the one is of the other; else the type stands back."""
        both = complex_type("Item") + '<xs:element name="Item" type="t:Item"/>'
        (made,) = self.of(both).classes
        self.assertEqual((made.type, made.element), (QName("urn:x", "Item"),) * 2)
        apart = complex_type("Item") + '<xs:element name="Item" type="xs:int"/>'
        self.assertEqual(self.names(apart), ["ItemType", "Item"])

    def test_names_that_differ_by_namespace(self) -> None:
        others = schema_text(complex_type("Item") + complex_type("Item2"), target="urn:y")
        plan = self.plan(schema_text(complex_type("Item")) + others)
        found = {made.type: made.python for made in plan.classes if made.type is not None}
        self.assertEqual(found[QName("urn:x", "Item")], "Item")
        self.assertEqual(found[QName("urn:y", "Item")], "ItemType")
        self.assertEqual(plan.namespaces, ("urn:x", "urn:y"))

    def test_builtin_and_case_variants(self) -> None:
        body = (
            complex_type("str") + complex_type("Any") + complex_type("item") + complex_type("Item")
        )
        self.assertEqual(self.names(body), ["strType", "AnyType", "item", "Item"])

    def test_bases_come_first(self) -> None:
        body = extension("C", "B") + extension("B", "A") + complex_type("A")
        self.assertEqual(self.names(body), ["A", "B", "C"])
        self.assertEqual([made.base for made in self.of(body).classes], [None, "A", "B"])

    def test_inherited_names_are_not_used_again(self) -> None:
        anonymous = "<xs:element name='n'><xs:complexType/></xs:element>"
        body = complex_type("A", f'<xs:element name="x" type="xs:int"/>{anonymous}') + extension(
            "B", "A", f'<xs:element name="x" type="xs:string"/>{anonymous}'
        )
        base, derived = self.of(body).classes
        self.assertEqual([field.key for field in derived.fields], ["x_", "n_"])
        self.assertEqual([base.nested[0].python, derived.nested[0].python], ["NType", "NType2"])

    def test_restriction_stands_alone(self) -> None:
        body = complex_type("A", '<xs:element name="x" type="xs:int" minOccurs="0"/>') + (
            '<xs:complexType name="B"><xs:complexContent><xs:restriction base="t:A">'
            '<xs:sequence><xs:element name="x" type="xs:int"/></xs:sequence>'
            "</xs:restriction></xs:complexContent></xs:complexType>"
        )
        made = self.of(body).classes[1]
        self.assertEqual((made.base, made.restricts), (None, QName("urn:x", "A")))
        self.assertEqual(made.fields[0].annotation, "int")

    def test_nested_types(self) -> None:
        """A nested class has no name that the module or its own class has."""
        nested = "<xs:element name='{}'><xs:complexType/></xs:element>"
        body = complex_type("LineType") + complex_type(
            "T", nested.format("line") + nested.format("item") + '<xs:element name="ItemType" '
            'type="xs:int"/>'
        )  # fmt: skip
        made = self.of(body).classes[1]
        self.assertEqual([inner.python for inner in made.nested], ["LineType2", "ItemType2"])

    def test_circles_through_nested_types(self) -> None:
        """A type whose nested type extends one that nests an extension of the first is endless."""
        inner = (
            "<xs:element name='n'><xs:complexType><xs:complexContent><xs:extension base='t:{}'/>"
            "</xs:complexContent></xs:complexType></xs:element>"
        )
        body = complex_type("A", inner.format("B")) + complex_type("B", inner.format("A"))
        error = self.assertRaises(ContractError, self.of, body)
        self.assertIn("nest too deep", str(error))

    def test_nested_type_extends_a_type_that_has_the_outer_one(self) -> None:
        body = complex_type("A", (
            "<xs:element name='n' minOccurs='0'><xs:complexType><xs:complexContent>"
            "<xs:extension base='t:B'/></xs:complexContent></xs:complexType></xs:element>"
        )) + complex_type("B", '<xs:element name="a" type="t:A" minOccurs="0"/>')  # fmt: skip
        plan = self.of(body)
        self.assertEqual([made.python for made in plan.classes], ["B", "A"])
        self.assertEqual(plan.classes[1].nested[0].base, "B")

    def test_long_anonymous_enumerations_get_an_alias(self) -> None:
        values = "".join(f'<xs:enumeration value="value {n}"/>' for n in range(9))
        body = complex_type("Order", (
            '<xs:element name="kind"><xs:simpleType><xs:restriction base="xs:string">'
            f"{values}</xs:restriction></xs:simpleType></xs:element>"))  # fmt: skip
        plan = self.of(body)
        self.assertEqual([simple.python for simple in plan.simples], ["OrderKind"])
        self.assertEqual(plan.classes[0].fields[0].annotation, "OrderKind")
        short = body.replace(values, '<xs:enumeration value="a"/>')
        self.assertEqual(self.of(short).classes[0].fields[0].annotation, 'Literal["a"]')

    def test_equal_and_picklable(self) -> None:
        body = complex_type("A", '<xs:element name="x" type="xs:int"/>')
        plan = self.of(body)
        self.assertEqual(plan, self.of(body))
        self.assertEqual(pickle.loads(pickle.dumps(plan)), plan)

    def test_base_of_module_names(self) -> None:
        self.assertEqual(self.plan().base, "Small")
        self.assertEqual(self.of(complex_type("A")).base, "main_xsd")


class ArrayTests(MadeTests):
    """SOAP arrays are lists."""

    def array(self, ranks: str, item: str = "xs:int", content: str = "") -> ArrayPlan:
        body = (
            '<xs:complexType name="T"><xs:complexContent><xs:restriction base="soapenc:Array">'
            f'{content}<xs:attribute ref="soapenc:arrayType" wsdl:arrayType="{item}{ranks}"/>'
            "</xs:restriction></xs:complexContent></xs:complexType>" + complex_type("Item")
        )
        (made,) = make_plan(self.schema(body)).arrays
        return made

    def test_dimensions(self) -> None:
        for ranks, hint in (
            ("[]", "list[int]"), ("[,]", "list[list[int]]"), ("[][]", "list[list[int]]"),
            ("[,,][]", "list[list[list[list[int]]]]"),
        ):  # fmt: skip
            made = self.array(ranks)
            self.assertEqual((made.hint, made.dimensions), (hint, ranks))

    def test_items(self) -> None:
        self.assertEqual(self.array("[]", "t:Item").hint, "list[Item]")
        content = SEQUENCE.format('<xs:element name="row" type="xs:int" maxOccurs="unbounded"/>')
        self.assertEqual(self.array("[]", content=content).item_name, QName("urn:x", "row"))

    def test_fields_and_elements_of_arrays(self) -> None:
        body = (
            '<xs:complexType name="Ints"><xs:complexContent><xs:restriction base="soapenc:Array">'
            '<xs:attribute ref="soapenc:arrayType" wsdl:arrayType="xs:int[]"/></xs:restriction>'
            "</xs:complexContent></xs:complexType>"
            + complex_type("T", '<xs:element name="a" type="t:Ints"/>'
                                '<xs:element name="b" type="soapenc:Array" minOccurs="0"/>')
            + '<xs:element name="E" type="t:Ints"/>'
        )  # fmt: skip
        plan = make_plan(self.schema(body))
        holder, element = plan.classes
        self.assertEqual([f.annotation for f in holder.fields], ["Ints", "list[Any] | None"])
        self.assertEqual(holder.fields[1].type, QName(SOAP11_ENC, "Array"))
        self.assertEqual((element.simple, element.fields[0].annotation),
                         (QName("urn:x", "Ints"), "Ints"))  # fmt: skip

    def test_anonymous_items(self) -> None:
        body = (
            '<xs:complexType name="T"><xs:complexContent><xs:restriction base="soapenc:Array">'
            '<xs:sequence><xs:element name="i" maxOccurs="unbounded"><xs:complexType/>'
            "</xs:element></xs:sequence></xs:restriction></xs:complexContent></xs:complexType>"
        )
        plan = make_plan(self.schema(body))
        self.assertIsInstance(plan.arrays[0].item, ClassPlan)
        self.assertEqual((plan.classes[0].python, plan.arrays[0].hint), ("TItem", "list[TItem]"))
