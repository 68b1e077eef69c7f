"""Tests of ZSI.mock.paths."""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import bank, buy, call_of, fill, refusal
from ZSI.mock.errors import PathError
from ZSI.mock.merge import compile_merge
from ZSI.mock.paths import BoundPath, Step, own_text, parse_path
from ZSI.mock.scope import Scope
from ZSI.mock.world import World
from ZSI.TC import NIL, AnyXML
from ZSI.TC.complextype import ComplexType
from ZSI.TC.resolve import ANY_TYPE

BUY = '<Buy xmlns="urn:test:shop" version="2" xmlns:o="urn:test:other" o:mark="m">{}</Buy>'
ORDERS = """
<order><number>1</number>
  <line no="10"><name>a</name><quantity>2</quantity><price currency="EUR">1.50</price>
    <part><sku>s1</sku><serial>x</serial><serial>y</serial></part><part><sku>s2</sku></part></line>
  <line><name>b</name><quantity>3</quantity></line></order>
<order><number>2</number><line no="20"><name>c</name><quantity>4</quantity></line></order>
"""
REST = """
<buyer xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:type="Firm">
  <id>7</id><company>ACME</company></buyer>
<class>c</class>
<remark xmlns:i="http://www.w3.org/2001/XMLSchema-instance" i:nil="true"/>
<anything><deep at="1">t</deep><deep>u</deep></anything>
<codes>1 2</codes>
<circle colour="red"><radius>1</radius></circle><square><side>2</side></square>
<o:note>hi</o:note><o:extra><o:depth>5</o:depth></o:extra><z xmlns="urn:z" k="v"><w>1</w></z>
"""


def bound(text: str, ctype: ComplexType | None = None) -> BoundPath:
    return parse_path(text).bind(ctype or buy().request_class.complex_type(), buy().scope)


def selected(text: str) -> list[tuple[str, Any]]:
    """What a path selects; its values alone, which may come by a shorter way, are the same."""
    request = call_of(buy(), BUY.format(ORDERS + REST)).request
    found = bound(text).select(request)
    assert repr(bound(text).values(request)) == repr([value for _, value in found]), text
    return found


class ParseTests(SynchronousTestCase):
    def test_grammar(self) -> None:
        for text, steps, deep, own in [
            ("a", [("a", None)], False, False),
            ("a/b", [("a", None), ("b", None)], False, False),
            ("a/@id", [("a", None), ("@id", None)], False, False),
            ("@id", [("@id", None)], False, False),
            ("item[2]", [("item", 2)], False, False),
            ("item[*]/x", [("item", "*"), ("x", None)], False, False),
            (".", [], False, True),
            ("a/.", [("a", None)], False, True),
            ("p:a/p:b", [("p:a", None), ("p:b", None)], False, False),
            ("{http://u/v}a/b", [("{http://u/v}a", None), ("b", None)], False, False),
            ("//CAE", [("CAE", None)], True, False),
            ("//a/b[3]/.", [("a", None), ("b", 3)], True, True),
            ("ä-b.c_1", [("ä-b.c_1", None)], False, False),
            (" a ", [("a", None)], False, False),
        ]:
            path = parse_path(text)
            self.assertEqual(steps, [(s.name, s.index) for s in path.steps], text)
            self.assertEqual((deep, own), (path.deep, path.own), text)

    def test_refusals_say_where(self) -> None:
        for text, column in [
            ("", 0), ("/a", 0), ("a/", 1), ("a//b", 2), ("a[0]", 1), ("a[-1]", 1), ("a[x]", 1),
            ("a[1", 1), ("@a/b", 3), ("1a", 0), ("a b", 1), ("a/$x", 2), ("..", 0), ("//", 2),
            ("///a", 2), ("a[1][2]", 4), ("./a", 0), ("{a", 0), ("a[9999999999]", 1), ("//.", 2),
        ]:  # fmt: skip
            error = self.assertRaises(PathError, parse_path, text)
            self.assertEqual(column, error.column, text)
            self.assertIn(f"at {column + 1}", str(error))

    @settings(max_examples=50, deadline=None)
    @given(st.text(max_size=30))
    def test_any_text_is_read_or_refused(self, text: str) -> None:
        try:
            path = parse_path(text)
        except PathError as error:
            self.assertTrue(0 <= error.column <= len(text))
        else:
            self.assertTrue(path.steps or path.own)

    @settings(max_examples=50, deadline=None)
    @given(
        st.lists(
            st.tuples(
                st.sampled_from(["a", "p:b", "{urn:x}c"]), st.sampled_from(["", "[2]", "[*]"])
            ),
            min_size=1,
        ),
        st.booleans(),
    )
    def test_what_is_written_is_read(self, steps: list[tuple[str, str]], deep: bool) -> None:
        text = ("//" if deep else "") + "/".join(name + index for name, index in steps)
        path = parse_path(text)
        self.assertEqual(text, str(path))
        self.assertEqual([name for name, _ in steps], [step.name for step in path.steps])
        self.assertIsInstance(path.steps[0], Step)


class BindTests(SynchronousTestCase):
    def test_types_and_repetition(self) -> None:
        for text, type_, many in [
            ("order", "Order", True), ("order[1]", "Order", False), ("order/number", "long", True),
            ("order[2]/number", "long", False), ("order[1]/line/@no", "int", True),
            ("class", "string", False), ("class_", "string", False),
            ("buyer/company", "string", False),
            ("//sku", "string", True), ("//price", "Price", True), ("//price/.", "decimal", True),
            ("codes", "Codes", False), ("circle/radius", "double", True), (".", "None", False),
            ("o:extra/depth", "int", True), ("@o:mark", "string", True),
            ("anything/x/y", "anyType", True),
        ]:  # fmt: skip
            path = bound(text)
            name = getattr(path.type, "name", None)
            self.assertEqual((type_, many), (name[1] if name else "None", path.many), text)

    def test_paths_that_select_the_same_have_one_key(self) -> None:
        for one, other in [
            ("class", "class_"), ("//sku", "order/line/part/sku"), ("order", "order[*]"),
            ("@version", "version"), ("s:order/number", "order/number"),
        ]:  # fmt: skip
            self.assertEqual(bound(one).key, bound(other).key)
        self.assertNotEqual(bound("order[1]").key, bound("order").key)
        self.assertNotEqual(bound("//price").key, bound("//price/.").key)

    def test_refusals(self) -> None:
        for text, parts in [
            ("ordr", ["no field 'ordr' in Buy", "did you mean order?"]),
            ("order/lin", ["no field 'lin' in Order; expected number, line", "did you mean line"]),
            ("order/number/x", ["x is asked of a value of xsd:long", "the path to end there"]),
            ("class[2]", ["class does not repeat", "expected class without [2]"]),
            ("buyer/rank", ["rank is not of one type", "xsd:date, xsd:int"]),
            ("//rank", ["ambiguous in Buy", "buyer/rank, buyer/owner/rank"]),
            ("buyer/compny", ["no field 'compny' in Party", "surname", "did you mean company?"]),
            ("//skuu", ["no field 'skuu' in Buy", "did you mean sku?"]),
            ("//compny", ["did you mean company?"]),
            ("zz:order", ["prefix 'zz' is not declared"]),
            ("@number", ["no field '@number'"]),
            ("order/sku", ["no field 'sku' in Order", "did you mean order/line/part/sku?"]),
        ]:
            said = refusal(lambda text=text: bound(text))  # type: ignore[misc]  # bound at once
            self.assertTrue(said.startswith("rules.yaml:7: "), said)
            for part in parts:
                self.assertIn(part, said, text)

    def test_a_deep_path_goes_where_the_rest_fits(self) -> None:
        self.assertEqual("order[*]/line[*]/name[*]", bound("//line/name").key)

    def test_undeclared_content(self) -> None:
        path = parse_path("a/b/@c").bind(ANY_TYPE, buy().scope)
        self.assertIs(None, path.field)
        self.assertEqual(["1"], path.values(AnyXML.xml("<x><a><b c='1'/></a><a/></x>")))

    def test_prefixes_of_the_definition(self) -> None:
        scope = Scope(buy().scope.registry, {"mine": "urn:test:shop"})
        path = parse_path("mine:class").bind(buy().request_class.complex_type(), scope)
        self.assertEqual("class_[*]", path.key)


class SelectTests(SynchronousTestCase):
    def test_values_with_their_places(self) -> None:
        for text, expected in [
            ("class", [("class", "c")]),
            ("@version", [("@version", "2")]),
            ("order/number", [("order[1]/number", 1), ("order[2]/number", 2)]),
            ("order[2]/number", [("order[2]/number", 2)]),
            ("order[3]/number", []),
            ("order[*]/line[1]/@no", [("order[1]/line[1]/@no", 10), ("order[2]/line[1]/@no", 20)]),
            ("order/line/@no", [("order[1]/line[1]/@no", 10), ("order[2]/line[1]/@no", 20)]),
            ("//serial[2]", [("order[1]/line[1]/part[1]/serial[2]", "y")]),
            ("//price/.", [("order[1]/line[1]/price/.", Decimal("1.50"))]),
            ("//price/@currency", [("order[1]/line[1]/price/@currency", "EUR")]),
            ("buyer/company", [("buyer/company", "ACME")]),
            ("buyer/surname", []),
            ("remark", [("remark", NIL)]),
            ("when", []),
            ("tree/child/label", []),
            ("codes", [("codes", [1, 2])]),
            ("circle/radius", [("circle[1]/radius", 1.0)]),
            ("square[1]/side", [("square[1]/side", 2.0)]),
            ("o:note", [("note[1]", "hi")]),
            ("o:extra/depth", [("extra[1]/depth", 5)]),
            ("{urn:z}z/@k", [("z[1]/k[1]", "v")]),
            ("@o:mark", [("@mark", "m")]),
        ]:  # fmt: skip
            self.assertEqual(expected, selected(text), text)

    def test_content_that_nobody_declared(self) -> None:
        self.assertEqual(["t", "u"], [str(value) for _, value in selected("anything/deep")])
        self.assertEqual([("anything/deep[1]/at[1]", "1")], selected("anything/deep[1]/@at"))
        self.assertEqual(["1"], [str(value) for _, value in selected("{urn:z}z/w")])
        self.assertEqual([], selected("anything/shallow"))

    def test_the_whole(self) -> None:
        request = call_of(buy(), BUY.format(ORDERS)).request
        self.assertEqual([(".", request)], bound(".").select(request))
        self.assertEqual([request], bound(".").values(request))

    def test_own_text(self) -> None:
        price = buy().scope.type("Price").pyclass(value=Decimal(1), currency="EUR")
        self.assertEqual(Decimal(1), own_text(price))
        self.assertEqual("x", own_text("x"))

    def test_the_short_way_to_one_value(self) -> None:
        """Where a nillable element has to stand, absence means nil: there is no short way."""
        odd = bank("ReportFraud")
        ctype = odd.request_class.complex_type()
        for name, direct in (("transactionId", True), ("note", not ctype.fields["note"].nillable)):
            path = parse_path(name).bind(ctype, odd.scope)
            self.assertEqual(path.direct is not None, direct, name)
        for text in ("order/number", "order", "tree/child", "."):
            self.assertIsNone(bound(text).direct, text)

    def test_a_nil_item_and_an_empty_list(self) -> None:
        request = bank("ReportFraud").request_class(transactionId=1, note=NIL)
        path = parse_path("note").bind(type(request).complex_type(), bank("ReportFraud").scope)
        self.assertEqual([("note", NIL)], path.select(request))
        tags = bank("ListTransactions").request_class(account="1", tag=[])
        path = parse_path("tag").bind(type(tags).complex_type(), bank("Transfer").scope)
        self.assertEqual([], path.select(tags))


class AssignTests(SynchronousTestCase):
    """What is set at the place that a path selected is what it selects then, and nothing else."""

    _values = {
        "order[*]/line[*]/name": st.text("abc", min_size=1, max_size=5),
        "order[*]/line[*]/quantity": st.integers(-9, 9),
        "order[*]/line[*]/@no": st.integers(-9, 9),
        "order[*]/number": st.integers(0, 1 << 40),
        "//price/@currency": st.sampled_from(["EUR", "USD"]),
        "//price/.": st.decimals(-9, 9, places=2),
        "tag[*]": st.text("xyz", min_size=1, max_size=4),
        "due": st.dates(datetime.date(2000, 1, 1), datetime.date(2030, 1, 1)),
        "class": st.text("abc", min_size=1),
        "@version": st.text("abc", min_size=1),
    }

    @settings(max_examples=40, deadline=None)
    @given(st.data())
    def test_round_trip(self, data: st.DataObject) -> None:
        operation = buy()
        ctype = operation.response_class.complex_type()
        sizes = data.draw(st.lists(st.integers(1, 3), min_size=1, max_size=3))
        before = compile_merge(
            {
                "order": [{"number": n, "line": [{}] * size} for n, size in enumerate(sizes)],
                "tag": ["a", "b"],
            },
            ctype, operation.known, fill,
        ).build(fill(operation.response_class), World())  # fmt: skip
        text = data.draw(st.sampled_from(sorted(self._values)))
        path = parse_path(text).bind(ctype, operation.scope)
        place, _ = data.draw(st.sampled_from(path.select(before)))
        value = data.draw(self._values[text])
        after = compile_merge({place: value}, ctype, operation.known, fill).build(before, World())
        self.assertEqual(
            [(place, value)], parse_path(place).bind(ctype, operation.scope).select(after)
        )
        left, right = dict(path.select(before)), dict(path.select(after))
        self.assertEqual(left.keys(), right.keys())
        self.assertEqual({**left, place: value}, right)
        again = compile_merge({place: left[place]}, ctype, operation.known, fill)
        self.assertEqual(before, again.build(after, World()))
