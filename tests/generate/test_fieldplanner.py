"""Tests of the fields of complex types: keys, occurrence, annotations, content models."""

from __future__ import annotations

from tests.generate.made import MadeTests
from ZSI.generate.plan import ClassPlan, ElementUse, FieldPlan, GroupPlan
from ZSI.names import QName


class FieldTests(MadeTests):
    """What becomes of elements, attributes and wildcards."""

    def fields(self, content: str, others: str = "") -> dict[str, FieldPlan]:
        return {field.key: field for field in self.cls(content, others).fields}

    def cls(self, content: str, others: str = "") -> ClassPlan:
        return self.planned(f'<xs:complexType name="T">{content}</xs:complexType>{others}', "T")

    def annotations(self, content: str, others: str = "") -> dict[str, str]:
        return {key: field.annotation for key, field in self.fields(content, others).items()}

    def test_occurrence(self) -> None:
        content = """<xs:sequence>
          <xs:element name="one" type="xs:int"/>
          <xs:element name="maybe" type="xs:int" minOccurs="0"/>
          <xs:element name="many" type="xs:int" maxOccurs="unbounded"/>
          <xs:element name="nil" type="xs:int" nillable="true"/>
          <xs:element name="never" type="xs:int" minOccurs="0" maxOccurs="0"/>
        </xs:sequence>"""
        self.assertEqual(
            self.annotations(content),
            {
                "one": "int",
                "maybe": "int | None",
                "many": "list[int]",
                "nil": "int | TC.Nil | None",
            },
        )
        self.assertIsNone(self.cls(content).particles)

    def test_choice(self) -> None:
        made = self.cls("""<xs:choice><xs:element name="a" type="xs:int"/>
          <xs:sequence><xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int"/>
          </xs:sequence></xs:choice>""")
        self.assertEqual(
            [field.annotation for field in made.fields], ["int", "int | None"], "a is in both"
        )
        inner = GroupPlan("sequence", ("b", "a"))
        self.assertEqual(made.particles, GroupPlan("choice", ("a", inner)))

    def test_repeated_group(self) -> None:
        made = self.cls("""<xs:sequence maxOccurs="2"><xs:element name="a" type="xs:int"/>
          <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence>""")
        self.assertEqual([f.annotation for f in made.fields], ["list[int]", "list[int]"])
        self.assertEqual([f.optional for f in made.fields], [False, True])

    def test_same_name_twice(self) -> None:
        """Once if the declarations are equal, else one field each."""
        made = self.cls("""<xs:sequence><xs:element name="a" type="xs:int"/>
          <xs:element name="b" type="xs:int"/><xs:element name="a" type="xs:int" minOccurs="0"/>
          <xs:element name="b" type="xs:string"/></xs:sequence>""")
        self.assertEqual([(f.key, f.annotation) for f in made.fields],
                         [("a", "list[int]"), ("b", "int"), ("b_", "str")])  # fmt: skip
        self.assertEqual(made.particles, GroupPlan("sequence", ("a", "b", ("a", 0, 1), "b_")))

    def test_all_and_nested_sequences(self) -> None:
        made = self.cls("""<xs:all><xs:element name="a" type="xs:int"/>
          <xs:element name="b" type="xs:int" minOccurs="0"/></xs:all>""")
        self.assertEqual(made.particles, GroupPlan("all", ("a", "b")))
        made = self.cls("""<xs:sequence><xs:sequence><xs:element name="a" type="xs:int"/>
          </xs:sequence><xs:element name="b" type="xs:int"/></xs:sequence>""")
        self.assertIsNone(made.particles)

    def test_attributes(self) -> None:
        content = """<xs:sequence><xs:element name="id" type="xs:int"/></xs:sequence>
          <xs:attribute name="id" type="xs:ID" use="required"/>
          <xs:attribute name="lang" type="xs:language" default="en"/>
          <xs:attribute name="kind" fixed="x"/><xs:anyAttribute/>"""
        self.assertEqual(
            self.annotations(content),
            {
                "id": "int",
                "id_attribute": "str",
                "lang": "str | None",
                "kind": "str | None",
                "any_attributes": "dict[str, str]",
            },
        )
        self.assertEqual(self.fields(content)["lang"].default, "en")

    def test_simple_content(self) -> None:
        content = """<xs:simpleContent><xs:extension base="xs:decimal">
          <xs:attribute name="value" type="xs:string"/></xs:extension></xs:simpleContent>"""
        self.assertEqual(
            self.annotations(content), {"value": "Decimal", "value_attribute": "str | None"}
        )

    def test_wildcards(self) -> None:
        content = (
            '<xs:sequence><xs:any/><xs:any minOccurs="0" maxOccurs="unbounded"/></xs:sequence>'
        )
        self.assertEqual(self.annotations(content), {"any": "Any", "any_": "list[Any]"})

    def test_reference_to_an_anonymous_type(self) -> None:
        """It is the element's class, which may be the one that refers to it."""
        others = """<xs:element name="E"><xs:complexType><xs:sequence>
          <xs:element ref="t:E" minOccurs="0"/></xs:sequence></xs:complexType></xs:element>"""
        content = '<xs:sequence><xs:element ref="t:E" maxOccurs="2"/></xs:sequence>'
        field = self.fields(content, others)["E"]
        self.assertEqual(
            (field.annotation, field.type), ("list[E]", ElementUse(QName("urn:x", "E")))
        )
        self.assertTrue(field.ref)
        own = self.planned(others, "E").fields[0]
        self.assertEqual((own.annotation, own.type), ("E | None", ElementUse(QName("urn:x", "E"))))

    def test_names_in_the_way(self) -> None:
        content = """<xs:sequence><xs:element name="class" type="xs:int"/>
          <xs:element name="typecode" type="xs:int"/><xs:element name="a-b" type="xs:int"/>
          <xs:element name="a.b" type="xs:int"/><xs:element name="A.B" type="xs:int"/>
          </xs:sequence>"""
        self.assertEqual(list(self.fields(content)), ["class_", "typecode_", "a_b", "a_b_", "A_B"])

    def test_large_models_take_linear_time(self) -> None:
        """A choice among thousands, counted in one pass."""
        many = "".join(f'<xs:element name="e{n}" type="xs:int"/>' for n in range(3_000))
        made = self.cls(f"<xs:choice>{many}</xs:choice>")
        self.assertEqual(len(made.fields), 3_000)
        self.assertTrue(all(field.optional for field in made.fields))
