"""Tests of the structure of samples.

Covers: ZSI.samples.structure, ZSI.samples.costs
"""

from __future__ import annotations

from datetime import datetime
from math import inf
from typing import Any
from unittest import mock

from tests.generate.made import MadeTests
from tests.generate.test_build import EVERYTHING
from tests.generate.test_serviceplanner import binding, bound, message
from tests.wsdl.small import TYPES
from ZSI import samples
from ZSI.errors import Finding
from ZSI.samples import NoSample, structure
from ZSI.samples.costs import Costs
from ZSI.TC import NIL, Compound
from ZSI.TC.resolve import lookup
from ZSI.writer import SoapWriter


class SampleTests(MadeTests):
    """Samples of classes."""

    def cls(self, body: str, name: str = "E") -> Any:
        """The class of an element with this content model."""
        if "<xs:element name=" not in body or f'name="{name}"' not in body:
            body = f'<xs:element name="E"><xs:complexType>{body}</xs:complexType></xs:element>'
        return self.build(body + TYPES).cls(name)

    def every(self, cls: Any, seeds: int = 10) -> list[Any]:
        """Minimal, full and seeded samples, each written and read again."""
        found = [samples.minimal(cls), samples.full(cls)]
        found += [samples.random(cls, seed=seed) for seed in range(seeds)]
        for made in found:
            self.assertEqual(self.travelled(made, cls.typecode), made)
        return found

    def test_kinds(self) -> None:
        cls = self.cls("""<xs:sequence><xs:element name="a" type="xs:int"/>
          <xs:element name="b" type="xs:int" minOccurs="0"/>
          <xs:element name="c" type="xs:int" minOccurs="0" maxOccurs="unbounded"/></xs:sequence>
          <xs:attribute name="d" type="xs:int"/>""")
        smallest, largest, *others = self.every(cls)
        self.assertEqual((smallest.b, smallest.c, smallest.d), (None, [], None))
        self.assertEqual((largest.b, len(largest.c), largest.d), (1, 1, 1))
        self.assertEqual({made.b is None for made in others}, {True, False})
        self.assertGreater(len({len(made.c) for made in others}), 1)

    def test_everything(self) -> None:
        built = self.build(EVERYTHING)
        for name in ("Order", "Tree", "Ask", "Answer", "Member"):
            self.every(built.cls(name), 20)

    def test_occurrence(self) -> None:
        cls = self.cls("""<xs:sequence minOccurs="2" maxOccurs="3"><xs:element name="a"
          type="xs:int" minOccurs="2" maxOccurs="5"/><xs:element name="b" type="xs:int"/>
          </xs:sequence>""")
        smallest, *_ = self.every(cls)
        self.assertEqual((len(smallest.a), len(smallest.b)), (4, 2))

    def test_choices(self) -> None:
        cls = self.cls("""<xs:choice><xs:sequence><xs:element name="a" type="xs:int"/>
          <xs:element name="b" type="xs:int"/></xs:sequence><xs:element name="c" type="xs:int"/>
          </xs:choice>""")
        smallest, largest, *others = self.every(cls)
        self.assertIsNotNone(smallest.c, "the cheapest branch")
        self.assertIsNotNone(largest.a, "the first branch")
        self.assertEqual({made.c is None for made in others}, {True, False})

    def test_recursion(self) -> None:
        cls = self.cls("""<xs:element name="E" type="t:Node"/><xs:complexType name="Node">
          <xs:sequence><xs:element name="child" type="t:Node" minOccurs="0" maxOccurs="unbounded"/>
          <xs:element name="text" type="xs:string"/></xs:sequence></xs:complexType>""")
        _, largest, *_ = self.every(cls)
        self.assertEqual(len(largest.child), 1)
        self.assertEqual(largest.child[0].child, [], "a type stands inside itself once more only")

    def test_a_way_out_of_recursion(self) -> None:
        """The first branch of the choice would never end."""
        cls = self.cls("""<xs:element name="E" type="t:X"/><xs:complexType name="X"><xs:choice>
          <xs:element name="not" type="t:X"/><xs:sequence><xs:element name="a" type="t:X"/>
          <xs:element name="b" type="t:X"/></xs:sequence><xs:element name="leaf" type="xs:int"/>
          </xs:choice></xs:complexType>""")
        smallest, *_ = self.every(cls)
        self.assertEqual(smallest.leaf, 1)

    def test_nil_ends_recursion(self) -> None:
        cls = self.cls("""<xs:element name="E" type="t:X"/><xs:complexType name="X"><xs:sequence>
          <xs:element name="next" type="t:X" nillable="true"/></xs:sequence></xs:complexType>""")
        smallest, *_ = self.every(cls)
        self.assertIs(smallest.next, NIL)

    def test_no_finite_instance(self) -> None:
        cls = self.cls("""<xs:element name="E" type="t:X"/><xs:complexType name="X"><xs:sequence>
          <xs:element name="next" type="t:X"/></xs:sequence></xs:complexType>""")
        self.assertEqual(Costs.of(cls._registry).type(cls.complex_type()), inf)
        error = self.assertRaises(NoSample, samples.full, cls)
        self.assertIn("{urn:x}X has no finite instance", str(error))

    def test_costs(self) -> None:
        registry = self.cls("""<xs:element name="E" type="t:A"/>
          <xs:complexType name="A"><xs:sequence><xs:element name="b" type="t:B" minOccurs="2"
          maxOccurs="9"/><xs:element name="o" type="t:A" minOccurs="0"/></xs:sequence>
          </xs:complexType><xs:complexType name="B"><xs:choice><xs:element name="a" type="t:A"/>
          <xs:element name="x"/></xs:choice></xs:complexType>""")._registry
        costs = Costs.of(registry)
        self.assertEqual(
            [costs.type(registry.types["urn:x", name].complex_type()) for name in "AB"], [4, 1]
        )

    def test_abstract_types_and_elements(self) -> None:
        cls = self.cls("""<xs:element name="E"><xs:complexType><xs:sequence>
          <xs:element name="pet" type="t:Pet"/><xs:element ref="t:head"/></xs:sequence>
          </xs:complexType></xs:element><xs:complexType name="Pet" abstract="true"/>
          <xs:complexType name="Dog"><xs:complexContent><xs:extension base="t:Pet"/>
          </xs:complexContent></xs:complexType><xs:element name="head" abstract="true"/>
          <xs:element name="member" type="xs:int" substitutionGroup="t:head"/>""")
        for made in self.every(cls):
            self.assertEqual(type(made.pet).__name__, "Dog")
            self.assertEqual(type(made.head).__name__, "member")

    def test_fixed_with_attributes(self) -> None:
        """The fixed value of an element counts where its type has attributes too."""
        weight = """<xs:complexType name="W"><xs:simpleContent><xs:extension base="xs:int">
          <xs:attribute name="unit" fixed="kg"/></xs:extension></xs:simpleContent></xs:complexType>
          <xs:element name="E" """
        cls = self.cls(
            weight
            + """><xs:complexType><xs:sequence>
          <xs:element name="w" type="t:W" fixed="7"/></xs:sequence></xs:complexType></xs:element>"""
        )
        for made in self.every(cls):
            self.assertEqual(made.w.value, 7)
        for made in self.every(self.cls(weight + 'type="t:W" fixed="8"/>')):
            self.assertEqual(made.value, 8)

    def test_abstract_element_at_the_root(self) -> None:
        """A member stands for it; without one nothing is made, as no reader would take it."""
        cls = self.cls("""<xs:element name="E" type="xs:int" abstract="true"/>
          <xs:element name="member" substitutionGroup="t:E"/>""")
        for made in self.every(cls):
            self.assertEqual(type(made).__name__, "member")
        alone = self.cls('<xs:element name="E" type="xs:int" abstract="true"/>')
        self.assertRaises(NoSample, samples.minimal, alone)

    def test_abstract_without_anything(self) -> None:
        cls = self.cls("""<xs:element name="E"><xs:complexType><xs:sequence>
          <xs:element name="p" type="t:P" minOccurs="0"/></xs:sequence></xs:complexType>
          </xs:element><xs:complexType name="P" abstract="true"/>""")
        self.assertIsNone(self.every(cls)[1].p)

    def test_wildcards(self) -> None:
        for namespaces in ("##any", "##other", "##local", "urn:y urn:z", "##targetNamespace"):
            for process in ("lax", "skip"):
                cls = self.cls(f'<xs:sequence><xs:any namespace="{namespaces}" '
                               f'processContents="{process}"/></xs:sequence>')  # fmt: skip
                self.every(cls, 2)
        strict = self.cls("<xs:sequence><xs:any/></xs:sequence>")
        self.assertIsInstance(samples.full(strict).any, Compound)
        closed = self.cls('<xs:sequence><xs:any namespace="urn:nobody"/></xs:sequence>')
        self.assertRaises(NoSample, samples.full, closed)

    def test_defaults_and_fixed_values(self) -> None:
        cls = self.cls("""<xs:sequence><xs:element name="a" type="xs:int" fixed="7"/>
          <xs:element name="b" type="xs:int" default="8"/></xs:sequence>
          <xs:attribute name="c" fixed="x"/><xs:attribute name="d" type="xs:int" default="5"/>""")
        for made in self.every(cls):
            self.assertEqual((made.a, made.c, made.d), (7, "x", 5))

    def test_what_cannot_be_made_is_left_out(self) -> None:
        impossible = """<xs:simpleType><xs:restriction base="xs:string">
          <xs:pattern value="[A-Z]{9}"/><xs:maxLength value="3"/></xs:restriction>
          </xs:simpleType>"""
        cls = self.cls(f"""<xs:sequence><xs:element name="a" minOccurs="0">{impossible}</xs:element>
          <xs:element name="b" type="xs:int"/></xs:sequence>
          <xs:attribute name="c">{impossible}</xs:attribute>""")
        findings: list[Finding] = []
        made = samples.full(cls, findings=findings)
        self.assertEqual((made.a, made.b, made.c), (None, 1, None))
        self.assertEqual([finding.rule for finding in findings], ["no-sample"] * 2)
        required = self.cls(
            f'<xs:sequence><xs:element name="a">{impossible}</xs:element></xs:sequence>'
        )
        self.assertRaises(NoSample, samples.minimal, required)

    def test_size(self) -> None:
        """A type of types of types: optional content ends where it would be too much."""
        types = "".join(
            f'<xs:complexType name="T{n}"><xs:sequence>' + "".join(
                f'<xs:element name="e{k}" type="t:T{n + 1}" minOccurs="0"/>' for k in range(8))
            + "</xs:sequence></xs:complexType>" for n in range(6)
        )  # fmt: skip
        cls = self.cls(f'<xs:element name="E" type="t:T0"/>{types}<xs:complexType name="T6"/>')
        made = samples.full(cls)
        count = str(self.text(made)).count("<ns1:e")
        self.assertTrue(500 < count <= 2_000, count)
        self.assertIsNotNone(made.e7, "breadth before depth")

    def test_tries(self) -> None:
        """What grows fast is not tried as deep as it would be too large, and is made once more."""
        types = "".join(
            f'<xs:complexType name="T{n}"><xs:sequence>' + "".join(
                f'<xs:element name="e{k}" type="t:T{n + 1}" minOccurs="0"/>' for k in range(36))
            + "</xs:sequence></xs:complexType>" for n in range(4)
        )  # fmt: skip
        cls = self.cls(f'<xs:element name="E" type="t:T0"/>{types}<xs:complexType name="T4"/>')
        tries: list[samples.Sampler] = []

        def sampler(*args: Any) -> samples.Sampler:
            tries.append(structure.Sampler(*args))
            return tries[-1]

        with mock.patch("ZSI.samples.Sampler", sampler):
            samples.full(cls)
        self.assertEqual([made.depth for made in tries], [inf, 0, 1, 2])
        self.assertEqual([made.elements for made in tries], [2_001, 0, 36, 36 + 36**2])

    def test_types_that_no_sample_needs(self) -> None:
        """One of the types derived from an abstract one is enough, and what need not be is not."""
        derived = "".join(
            f"""<xs:complexType name="D{n}"><xs:complexContent><xs:extension base="t:Base">
            <xs:sequence><xs:element name="more" type="t:More{n}" minOccurs="0"/></xs:sequence>
            </xs:extension></xs:complexContent></xs:complexType><xs:complexType name="More{n}"/>"""
            for n in range(9)
        )
        built = self.build(f"""<xs:complexType name="Base" abstract="true"/>{derived}
          <xs:element name="E"><xs:complexType><xs:sequence><xs:element name="one" type="t:Base"/>
          </xs:sequence></xs:complexType></xs:element>""" + TYPES)  # fmt: skip
        self.assertEqual(type(samples.minimal(built.cls("E")).one).__name__, "D0")
        self.assertEqual(set(built._classes), {"E", "Base", "D0"})
        self.assertEqual(type(samples.full(built.cls("E")).one.more).__name__, "More0")
        self.assertEqual(set(built._classes), {"E", "Base", "D0", "More0"})

    def text(self, value: Any) -> str:
        return str(SoapWriter().serialize(value))

    def test_more_required_than_that(self) -> None:
        cls = self.cls('<xs:sequence><xs:element name="a" type="xs:int" minOccurs="3000" '
                       'maxOccurs="unbounded"/></xs:sequence>')  # fmt: skip
        self.assertEqual(len(samples.full(cls).a), 3_000)
        endless = self.cls('<xs:sequence><xs:element name="a" type="xs:int" minOccurs="999999999" '
                           'maxOccurs="unbounded"/></xs:sequence>')  # fmt: skip
        self.assertRaises(NoSample, samples.minimal, endless)

    def test_references(self) -> None:
        """An IDREF names an ID of the sample."""
        cls = self.cls("""<xs:sequence><xs:element name="a" maxOccurs="2" minOccurs="2">
          <xs:complexType><xs:attribute name="id" type="xs:ID" use="required"/></xs:complexType>
          </xs:element></xs:sequence><xs:attribute name="r" type="xs:IDREF" use="required"/>""")
        for made in self.every(cls):
            self.assertEqual(made.r, made.a[0].id)
            self.assertNotEqual(made.a[0].id, made.a[1].id)
        alone = self.cls('<xs:attribute name="r" type="xs:IDREF"/>')
        self.assertIsNone(samples.full(alone).r)

    def test_stable_by_path(self) -> None:
        """What is added elsewhere changes nothing."""
        first = '<xs:element name="name" type="xs:string"/><xs:element name="n" type="xs:int"/>'
        less = self.cls(f"<xs:sequence>{first}</xs:sequence>")
        more = self.cls(f"""<xs:sequence><xs:element name="new" type="xs:string"/>{first}
          <xs:element name="z" type="xs:date"/></xs:sequence><xs:attribute name="q"/>""")
        for seed in range(5):
            one, other = (samples.random(cls, seed=seed) for cls in (less, more))
            self.assertEqual((one.name, one.n), (other.name, other.n))
        self.assertEqual(samples.full(less).name, samples.full(more).name)

    def test_same_seed_same_sample(self) -> None:
        cls = self.build(EVERYTHING).cls("Tree")
        again = self.build(EVERYTHING).cls("Tree")
        texts = [self.text(samples.random(made, seed="x")) for made in (cls, again)]
        self.assertEqual(*texts)
        self.assertNotEqual(texts[0], self.text(samples.random(cls, seed="y")))

    def test_clock(self) -> None:
        cls = self.cls('<xs:sequence><xs:element name="at" type="xs:dateTime"/></xs:sequence>')
        now = datetime(2040, 2, 3)
        self.assertEqual(samples.full(cls, now=now).at, now)

    def test_of_type(self) -> None:
        built = self.build(EVERYTHING)
        made = samples.of_type(built.cls("Gift").complex_type())
        self.assertEqual((type(made).__name__, made.size), ("Gift", "S"))
        self.assertEqual(samples.of_type(lookup(("urn:x", "Size"), built.registry)), "S")

    def test_arrays(self) -> None:
        types = (
            """<xs:complexType name="Ints"><xs:complexContent><xs:restriction
          base="soapenc:Array"><xs:attribute ref="soapenc:arrayType" wsdl:arrayType="xs:int[,]"/>
          </xs:restriction></xs:complexContent></xs:complexType>"""
            + TYPES
        )
        for use, expected in (("encoded", [[1]]), ("literal", [])):
            built = self.build(
                types,
                messages=message("In", 'name="a" type="t:Ints"')
                + message("Out", 'name="b" type="xs:int"'),
                binding=binding(bound("Ask", f'use="{use}" namespace="urn:r"'), "rpc"),
            )
            made = self.every(built.cls("In"), 3)[1]
            self.assertEqual(made.a, expected, "the schema names no items in a literal message")


class EchoTests(MadeTests):
    """Request values given back."""

    def test_echo(self) -> None:
        built = self.build("""<xs:element name="Ask"><xs:complexType><xs:sequence>
          <xs:element name="id" type="xs:int"/><xs:element name="text" type="xs:string"/>
          <xs:element name="many" type="xs:int" maxOccurs="9"/><xs:element name="o" type="xs:int"
          minOccurs="0"/></xs:sequence></xs:complexType></xs:element><xs:element name="Answer">
          <xs:complexType><xs:sequence><xs:element name="id" type="xs:int"/>
          <xs:element name="text" type="xs:int"/><xs:element name="many" type="xs:int"
          maxOccurs="9"/><xs:element name="o" type="xs:int"/></xs:sequence></xs:complexType>
          </xs:element>""")
        request = built.cls("Ask")(id=77, text="x", many=[5, 6])
        notes: dict[str, str] = {}
        made = samples.full(built.cls("Answer"), echo=request, notes=notes)
        self.assertEqual((made.id, made.text, made.many, made.o), (77, 1, [1], 1))
        self.assertEqual(notes, {"id": "echo"})

    def test_anything(self) -> None:
        """A field of anyType gives back whatever came; a fixed one stays."""
        content = """<xs:complexType><xs:sequence><xs:element name="a"/><xs:element name="f"
          type="xs:int" fixed="3"/></xs:sequence></xs:complexType>"""
        built = self.build(
            f'<xs:element name="Ask">{content}</xs:element>'
            f'<xs:element name="Answer">{content}</xs:element>'
        )
        request = built.cls("Ask")(a=[1, "two"], f=4)
        made = samples.full(built.cls("Answer"), echo=request)
        self.assertEqual((made.a, made.f), ([1, "two"], 3))
