"""Tests of the printed types module: the source, and the classes that it makes.

Covers: ZSI.generate.types_module, ZSI.generate.types_printer, ZSI.generate.notes,
ZSI.generate.namespaces
"""

from __future__ import annotations

import ast
import re
from datetime import UTC, date, datetime
from decimal import Decimal

from tests.generate.made import MadeTests
from tests.wsdl.small import TYPES, schema_text
from ZSI.errors import ValueRefused, ZSIException
from ZSI.generate import types_module
from ZSI.generate.planner import make_plan
from ZSI.generate.source import WIDTH
from ZSI.generate.types_module import TypesModule
from ZSI.schema import GTD, Registry
from ZSI.TC import NIL

ORDER = """
<xs:simpleType name="Size"><xs:annotation><xs:documentation>How big.</xs:documentation>
  </xs:annotation><xs:restriction base="xs:token"><xs:enumeration value="S"/>
  <xs:enumeration value="XL"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Zip"><xs:restriction base="xs:string"><xs:pattern value="[0-9]{5}"/>
  </xs:restriction></xs:simpleType>
<xs:complexType name="Item"><xs:sequence><xs:element name="size" type="t:Size"/>
  <xs:element name="price" type="xs:decimal" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="Gift"><xs:complexContent><xs:extension base="t:Item"><xs:sequence>
  <xs:element name="for" type="xs:string"/></xs:sequence></xs:extension></xs:complexContent>
  </xs:complexType>
<xs:element name="Order"><xs:complexType><xs:sequence>
  <xs:element name="item" type="t:Item" maxOccurs="unbounded"/>
  <xs:element name="zip" type="t:Zip" nillable="true"/>
  <xs:element name="day" type="xs:date" minOccurs="0"/></xs:sequence>
  <xs:attribute name="id" type="xs:int" use="required"/></xs:complexType></xs:element>
"""


class SourceTests(MadeTests):
    """What the module looks like."""

    def test_order(self) -> None:
        self.assertEqual(
            self.printed(ORDER),
            '''
Size: TypeAlias = Literal["S", "XL"]
"""How big."""
_registry.simple((_NS0, "Size"), base=(_XSD, "token"), enumeration=Size)

Zip: TypeAlias = str
"""pattern [0-9]{5}"""
_registry.simple((_NS0, "Zip"), base=(_XSD, "string"), pattern=["[0-9]{5}"])


class Item(TC.Compound, type=(_NS0, "Item"), registry=_registry):
    """Type Item of urn:x."""

    size: Size = TC.element("size", (_NS0, "Size"), ns=_NS0)
    price: Decimal | None = TC.element("price", (_XSD, "decimal"), ns=_NS0, default=None)


class Gift(Item, type=(_NS0, "Gift"), registry=_registry):
    """Type Gift of urn:x."""

    for_: str = TC.element("for", (_XSD, "string"), ns=_NS0)


class Order(TC.Compound, element=(_NS0, "Order"), registry=_registry):
    """Element Order of urn:x."""

    item: list[Item] = TC.element(
        "item", (_NS0, "Item"), ns=_NS0, min=1, max=None, default_factory=list
    )
    zip: Zip | TC.Nil | None = TC.element("zip", (_NS0, "Zip"), ns=_NS0, nillable=True)
    day: datetime.date | TC.Date | None = TC.element("day", (_XSD, "date"), ns=_NS0, default=None)
    id: int = TC.attribute("id", (_XSD, "int"), required=True)
'''.strip("\n"),
        )

    def test_only_what_is_needed_is_imported(self) -> None:
        head = self.source(ORDER).partition("_NS0 =")[0]
        self.assertEqual(
            re.findall(r"^(?:import|from) .*$", head, re.M)[1:],
            ["import datetime", "from decimal import Decimal",
             "from typing import Literal, TypeAlias",
             "from ZSI import TC", "from ZSI.schema import Registry"],
        )  # fmt: skip
        bare = self.source('<xs:element name="E" type="xs:int"/>').partition("_NS0 =")[0]
        self.assertNotIn("typing", bare)

    def test_content_models(self) -> None:
        text = self.printed("""<xs:complexType name="T"><xs:choice maxOccurs="unbounded">
          <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/></xs:choice>
          </xs:complexType>
          <xs:complexType name="U"><xs:sequence><xs:element name="a" type="xs:int"/>
          <xs:choice minOccurs="0"><xs:element name="b" type="xs:int"/><xs:any/></xs:choice>
          </xs:sequence></xs:complexType>""")
        self.assertIn("particles=TC.one_of(..., max=None)", text)
        self.assertIn('particles=TC.in_sequence("a", TC.one_of("b", "any", min=0))', text)

    def test_names_that_fields_hide(self) -> None:
        """``str: str`` and the like: annotations reach what is hidden in another way."""
        text = self.printed("""<xs:complexType name="Item"/><xs:complexType name="T"><xs:sequence>
          <xs:element name="Item" type="t:Item"/><xs:element name="str" type="xs:string"/>
          <xs:element name="list" type="xs:int" maxOccurs="3"/>
          <xs:element name="datetime" type="xs:dateTime"/><xs:element name="Any"/>
          <xs:element name="other" type="xs:string"/></xs:sequence></xs:complexType>""")
        for line in (
            'Item: _t.Item = TC.element("Item"',
            'str: _b.str = TC.element("str"',
            'other: _b.str = TC.element("other"',
            "datetime: _datetime.datetime | TC.DateTime = TC.element(",
            "Any: _Any = TC.element(",
            "default_factory=_b.list",
        ):
            self.assertIn(line, text)

    def test_identity_constraints_and_blocks(self) -> None:
        text = self.printed("""<xs:element name="E" block="extension"><xs:complexType><xs:sequence>
          <xs:element name="i" maxOccurs="9" type="xs:int" block="#all"/></xs:sequence>
          </xs:complexType><xs:key name="k"><xs:selector xpath="t:i"/><xs:field xpath="."/></xs:key>
          </xs:element>""")
        self.assertIn('block_element=("extension",)', text)
        self.assertIn('TC.key((_NS0, "k"), "t:i", ".", namespaces=(("t", "urn:x"),))', text)
        self.assertIn('block=("extension", "restriction", "substitution")', text)

    def test_lines_are_short(self) -> None:
        values = "".join(f'<xs:enumeration value="value {n}"/>' for n in range(60))
        text = self.source(
            f"""<xs:simpleType name="Long"><xs:restriction base="xs:string">{values}
            </xs:restriction></xs:simpleType><xs:complexType name="{"Name" * 12}"><xs:annotation>
            <xs:documentation>{"word " * 90}</xs:documentation></xs:annotation><xs:sequence>
            <xs:element name="{"name" * 8}" type="t:Long" minOccurs="0"/></xs:sequence>
            </xs:complexType>"""
        )
        self.assertEqual([line for line in text.splitlines() if len(line) > WIDTH], [])

    def test_deterministic(self) -> None:
        self.assertEqual(self.source(ORDER), self.source(ORDER))

    def test_documentation(self) -> None:
        text = self.printed("""<xs:complexType name="T"><xs:annotation><xs:documentation>
          A &lt;b&gt;thing&lt;/b&gt;.</xs:documentation></xs:annotation>
          <xs:attribute name="n" default="1"><xs:simpleType><xs:restriction base="xs:int">
          <xs:maxInclusive value="9"/></xs:restriction></xs:simpleType></xs:attribute>
          </xs:complexType>""")
        self.assertIn("\n    A thing.\n", text)
        self.assertIn('"""maxInclusive 9\n\n    Default "1".\n    """', text)


class ClassesTests(MadeTests):
    """What the classes do."""

    def test_a_message_there_and_back(self) -> None:
        types = self.make(ORDER + TYPES).types
        order = types.Order(id=1, zip="12345", day=date(2026, 1, 2), item=[
            types.Item(size="S"), types.Gift(size="XL", price=Decimal("1.50"), for_="you"),
        ])  # fmt: skip
        back = self.travelled(order)
        self.assertEqual(back, order)
        self.assertIsInstance(back.item[1], types.Gift)
        self.assertEqual(self.travelled(types.Order(id=1, zip=NIL, item=order.item)).zip, NIL)
        self.assertRaises(ValueRefused, self.travelled, types.Order(id=1, zip="x", item=order.item))

    def test_zsi_spellings(self) -> None:
        types = self.make(ORDER + TYPES).types
        order = types.ns0.Order_Dec().pyclass()
        order._id, order._zip = 7, "12345"
        self.assertEqual((order.id, order.zip), (7, "12345"))
        self.assertIs(types.ns0.Order_Dec().pyclass, types.Order)
        made = types.ns0.Item_Def(pname="item").pyclass
        self.assertIs(made, types.Item)
        self.assertIs(GTD("urn:x", "Zip").__class__, types.ns0.Zip_Def.__class__)

    def test_recursion(self) -> None:
        types = self.make("""<xs:element name="Ask"><xs:complexType><xs:sequence>
          <xs:element name="node" type="t:Node"/><xs:element ref="t:Ask" minOccurs="0"/>
          </xs:sequence></xs:complexType></xs:element><xs:element name="Answer" type="t:Node"/>
          <xs:complexType name="Node"><xs:sequence><xs:element name="child" type="t:Node"
          minOccurs="0" maxOccurs="unbounded"/></xs:sequence></xs:complexType>""").types
        node = types.Node(child=[types.Node(), types.Node(child=[types.Node()])])
        ask = types.Ask(node=node, Ask=types.Ask(node=types.Node()))
        self.assertEqual(self.travelled(ask), ask)

    def test_substitution(self) -> None:
        types = self.make("""<xs:element name="Ask"><xs:complexType><xs:sequence>
          <xs:element ref="t:Pet" maxOccurs="unbounded"/></xs:sequence></xs:complexType>
          </xs:element>
          <xs:element name="Answer" type="xs:int"/>
          <xs:complexType name="PetType"><xs:attribute name="n"/></xs:complexType>
          <xs:element name="Pet" type="t:PetType" abstract="true"/>
          <xs:element name="Dog" type="t:PetType" substitutionGroup="t:Pet"/>
          <xs:element name="Cat" substitutionGroup="t:Dog" type="t:PetType"/>""").types
        ask = types.Ask(Pet=[types.Dog(n="a"), types.Cat(n="b")])
        back = self.travelled(ask)
        self.assertEqual([type(pet) for pet in back.Pet], [types.Dog, types.Cat])
        self.assertRaises(ZSIException, self.travelled, types.Ask(Pet=[types.Pet(n="a")]))

    def test_wild_attributes(self) -> None:
        types = self.make('<xs:element name="Ask"><xs:complexType><xs:anyAttribute '
                          'processContents="lax"/></xs:complexType></xs:element>'
                          '<xs:element name="Answer" type="xs:int"/>').types  # fmt: skip
        ask = types.Ask()
        ask.any_attributes["{urn:y}a"] = "1"
        self.assertEqual(self.travelled(ask).any_attributes, {"{urn:y}a": "1"})
        self.assertEqual(types.Ask(), types.Ask(any_attributes={}))

    def test_no_part_and_several(self) -> None:
        from tests.generate.test_serviceplanner import binding, bound, message, port_type

        made = self.make(
            messages=message("In", 'name="a" element="t:Ask"', 'name="b" element="t:Answer"')
            + message("Out"),
            port_type=port_type(("Op", "In", "Out")),
            binding=binding(bound("Op")),
        )
        request = made.types.In(a="x", b=3)
        self.assertEqual(self.travelled(request), request)
        self.assertEqual(self.travelled(made.types.Out()), made.types.Out())
        self.assertRaises(ZSIException, self.travelled, made.types.In(a="x"))

    def test_array_in_an_encoded_message(self) -> None:
        from tests.generate.test_serviceplanner import binding, bound, message

        made = self.make(
            '<xs:complexType name="Ints"><xs:complexContent><xs:restriction base="soapenc:Array">'
            '<xs:attribute ref="soapenc:arrayType" wsdl:arrayType="xs:int[,]"/></xs:restriction>'
            "</xs:complexContent></xs:complexType>" + TYPES,
            messages=message("In", 'name="a" type="t:Ints"')
            + message("Out", 'name="d" type="xs:date"'),
            binding=binding(bound("Ask", 'use="encoded" namespace="urn:r"'), "rpc"),
        )
        request = made.types.In(a=[[1, 2], [3, 4]])
        self.assertEqual(self.travelled(request), request)

    def test_any_value(self) -> None:
        types = self.make('<xs:element name="Ask" type="xs:anyType"/>'
                          '<xs:element name="Answer" type="xs:dateTime"/>').types  # fmt: skip
        self.assertEqual(self.travelled(types.Ask(42)), 42)
        now = datetime(2026, 1, 2, tzinfo=UTC)
        self.assertEqual(self.travelled(types.Answer(now)).value, now)

    def test_format_number(self) -> None:
        """A module of a release that is too old says what to do."""
        self.assertIn("format=1", self.source(ORDER))
        error = self.assertRaises(ZSIException, Registry, "old_types", format=99)
        self.assertIn("run wsdl2py again", str(error))


class SplitTests(MadeTests):
    """One module a namespace where one alone would be too long."""

    def setUp(self) -> None:
        super().setUp()
        self.patch(types_module, "LINES", 10)
        self.patch(types_module, "PART_LINES", 5)

    def schemas(self) -> str:
        """Two namespaces that use one another, and derive from one another one way."""
        first = schema_text(
            '<xs:import namespace="urn:y"/><xs:complexType name="A"><xs:sequence>'
            '<xs:element name="c" type="y:C" minOccurs="0" xmlns:y="urn:y"/>'
            '<xs:element name="B" type="t:B" minOccurs="0"/></xs:sequence></xs:complexType>'
            '<xs:complexType name="B"><xs:attribute name="x" type="t:Size"/></xs:complexType>'
            '<xs:simpleType name="Size"><xs:restriction base="xs:string">'
            '<xs:enumeration value="S"/></xs:restriction></xs:simpleType>' + TYPES
        )
        second = schema_text(
            '<xs:import namespace="urn:x"/><xs:complexType name="C"><xs:complexContent>'
            '<xs:extension base="t:A"><xs:sequence><xs:element name="b" type="t:B"/>'
            '<xs:element name="size" type="t:Size" minOccurs="0"/></xs:sequence></xs:extension>'
            '</xs:complexContent></xs:complexType><xs:element name="Item" type="z:C" '
            'xmlns:z="urn:y"/>', target="urn:y",
        )  # fmt: skip
        return first + second

    def test_split(self) -> None:
        made = self.make(self.schemas())
        folder = next(path for path in self.folder.iterdir() if path.is_dir())
        self.assertEqual(
            sorted(path.name for path in folder.glob("*_types*.py")),
            [f"Small_types{end}.py" for end in ("", "_base", "_ns0", "_ns1")],
        )
        types = made.types
        item = types.Item(b=types.B(x="S"), c=types.C(b=types.B()))
        self.assertEqual(self.travelled(item), item)
        self.assertEqual(types.C.__module__.rpartition(".")[2], "Small_types_ns1")
        self.assertIs(types.ns1.Item_Dec().pyclass, types.Item)
        second = (folder / "Small_types_ns1.py").read_text()
        self.assertIn("from .Small_types_ns0 import A\n", second)
        self.assertIn("if TYPE_CHECKING:\n    from .Small_types_ns0 import B, Size\n", second)

    def test_namespaces_that_need_each_other_stay_together(self) -> None:
        back = self.schemas().replace(
            '<xs:complexType name="B">',
            '<xs:complexType name="D"><xs:complexContent><xs:extension base="y:C" xmlns:y="urn:y"/>'
            '</xs:complexContent></xs:complexType><xs:complexType name="B">',
        )
        plan = make_plan(self.contract(self.text(back)))
        self.assertEqual(list(TypesModule(plan, package=True).files()), ["Small_types.py"])

    def text(self, types: str) -> str:
        from tests.wsdl.small import wsdl_text

        return wsdl_text(types=types)

    def test_one_namespace_is_never_split(self) -> None:
        plan = make_plan(self.schema(schema_text(ORDER)))
        self.assertEqual(len(TypesModule(plan, package=False).files()), 1)

    def test_sources_are_sound(self) -> None:
        plan = make_plan(self.contract(self.text(self.schemas())))
        for package in (True, False):
            for text in TypesModule(plan, package).files().values():
                ast.parse(text)
                self.assertEqual("from ." in text and not package, False)
