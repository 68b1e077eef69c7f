"""xs:keyref in samples: references are values of keys."""

from __future__ import annotations

from tests.generate.made import MadeTests
from ZSI import samples
from ZSI.generate.build import Built
from ZSI.generate.planner import make_plan
from ZSI.parse import ParsedSoap
from ZSI.samples.references import Slot
from ZSI.writer import SoapWriter

#: An order whose lines name articles; by an attribute, by a child, by an element with attributes.
BODY = """<xs:complexType name="Amount"><xs:simpleContent><xs:extension base="xs:int">
    <xs:attribute name="unit"/></xs:extension></xs:simpleContent></xs:complexType>
  <xs:element name="Order"><xs:complexType><xs:sequence>
    <xs:element name="articles"><xs:complexType><xs:sequence>
      <xs:element name="article" maxOccurs="unbounded"><xs:complexType><xs:sequence>
        <xs:element name="price" type="t:Amount"/></xs:sequence>
        <xs:attribute name="no" type="xs:int" use="required"/></xs:complexType></xs:element>
      </xs:sequence></xs:complexType></xs:element>
    <xs:element name="line" type="xs:int" maxOccurs="3"/>
    <xs:element name="best"><xs:complexType><xs:attribute name="no" type="xs:int" use="required"/>
      </xs:complexType></xs:element>
    <xs:element name="total" type="t:Amount"/>
    </xs:sequence></xs:complexType>
    <xs:key name="number"><xs:selector xpath=".//t:article"/><xs:field xpath="@no"/></xs:key>
    <xs:unique name="price"><xs:selector xpath="t:articles/t:article"/>
      <xs:field xpath="t:price"/></xs:unique>
    <xs:keyref name="lines" refer="t:number"><xs:selector xpath="t:line"/>
      <xs:field xpath="."/></xs:keyref>
    <xs:keyref name="bests" refer="t:number"><xs:selector xpath="t:best | child::t:none"/>
      <xs:field xpath="attribute::no"/></xs:keyref>
    <xs:keyref name="totals" refer="t:price"><xs:selector xpath="."/>
      <xs:field xpath="t:total"/></xs:keyref></xs:element>
  <xs:element name="Holder"><xs:complexType><xs:sequence><xs:element ref="t:Order"/></xs:sequence>
    </xs:complexType></xs:element>"""


class ReferencesTests(MadeTests):
    """Of samples of every kind."""

    def test_references_are_keys(self) -> None:
        built = Built(make_plan(self.schema(BODY)))
        for name in ("Order", "Holder"):
            cls = built.cls(name)
            made = [samples.minimal(cls), samples.full(cls)]
            made += [samples.random(cls, seed=seed) for seed in range(10)]
            for sample in made:
                order = getattr(sample, "Order", sample)
                numbers = [article.no for article in order.articles.article]
                self.assertLessEqual({*order.line, order.best.no}, set(numbers))
                prices = [article.price.value for article in order.articles.article]
                self.assertIn(order.total.value, prices)
                text = bytes(SoapWriter().serialize(sample, cls.typecode))
                parsed = ParsedSoap(text)
                self.assertEqual(parsed.Parse(cls.typecode), sample)

    def test_slot(self) -> None:
        fields = {"a": 1, "b": [1, 2]}
        Slot(fields, "a").put(3)
        Slot(fields, "b", 1).put(4)
        self.assertEqual(fields, {"a": 3, "b": [1, 4]})
        self.assertEqual([Slot(fields, "a").value, Slot(fields, "b", 0).value], [3, 1])
