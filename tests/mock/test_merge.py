"""Tests of ZSI.mock.merge."""

from __future__ import annotations

import contextlib
import datetime
from decimal import Decimal
from typing import Any

from hypothesis import given, settings
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.support import ANY_FIELDS, bank, buy, call_of, fill, refusal, sample, xml_of
from tests.mock.test_facts import SESSION
from tests.mock.test_paths import BUY, ORDERS, REST
from ZSI.errors import ZSIException
from ZSI.mock import matchers as m
from ZSI.mock.errors import RenderError
from ZSI.mock.merge import compile_merge
from ZSI.mock.world import World
from ZSI.names import XSD, QName
from ZSI.TC import NIL, AnyXML, TypedValue

NOON = datetime.datetime(2026, 11, 23, 12, tzinfo=datetime.UTC)
CALL = call_of(buy(), BUY.format(ORDERS + REST))


def merged(
    fields: dict[str, Any], base: Any = None, call: Any = CALL
) -> tuple[Any, dict[str, str]]:
    """The reply and where its values came from; it can be written, and the sample is unchanged."""
    operation = buy()
    merge = compile_merge(fields, operation.response_class.complex_type(), operation.known, fill)
    start = sample(operation) if base is None else base
    before = xml_of(start)
    merge.try_(start)
    world = World(call, NOON, store={"sid": "s9"})
    made = merge.build(start, world)
    assert xml_of(start) == before
    return made, world.notes


def reply(fields: dict[str, Any], **more: Any) -> Any:
    made, _ = merged(fields, **more)
    xml_of(made)
    return made


def refused(fields: dict[str, Any]) -> str:
    return refusal(lambda: merged(fields))


class FieldTests(SynchronousTestCase):
    def test_values_over_the_sample(self) -> None:
        made = reply({"class": "x", "number": "042", "due": datetime.date(2030, 1, 1), "flag": "0"})
        self.assertEqual(
            ("x", 42, datetime.date(2030, 1, 1), False),
            (made.class_, made.number, made.due, made.flag),
        )
        self.assertEqual(sample(buy()).total, made.total)

    def test_python_names_attributes_and_text(self) -> None:
        made = reply({"class_": "x", "@version": "3", "total/@currency": "USD", "@o:mark": "m"})
        self.assertEqual(("x", "3", "USD"), (made.class_, made.version, made.total.currency))
        self.assertEqual({"{urn:test:other}mark": "m"}, made.any_attributes)
        for fields in [{"total": "9"}, {"total/.": "9"}, {"total": {".": "9"}}, {"total/value": 9},
                       {"total": Decimal(9)}]:  # fmt: skip
            total = reply(fields).total
            self.assertEqual((Decimal(9), "text"), (total.value, total.currency), fields)

    def test_several_paths_into_one_object(self) -> None:
        made = reply(
            {"order/line": {"name": "a"}, "order/number": 7, "total/.": 1, "total/@currency": "X"}
        )
        self.assertEqual(
            (7, "a", 1),
            (made.order[0].number, made.order[0].line[0].name, made.order[0].line[0].quantity),
        )
        self.assertEqual((1, "X"), (made.total.value, made.total.currency))
        for fields in [{"total/@currency": "X", "total": "1"},
            {"total": {".": 1}, "total/@currency": "X"},
                       {"seller": {"$type": "Firm", "company": "A"},
                           "seller/id": "1"}]:  # fmt: skip
            made = reply(fields)
            self.assertEqual(("X", 1) if "total/@currency" in fields else ("text", Decimal("1.50")),
                             (made.total.currency, made.total.value))  # fmt: skip
        self.assertEqual(("A", "1"), (made.seller.company, made.seller.id))

    def test_nil_and_absent(self) -> None:
        for spec in (NIL, m.nil, {"$nil": "true"}):
            self.assertIs(NIL, reply({"remark": spec}).remark)
        for spec in (None, m.absent, {"$absent": True}):
            self.assertIs(None, reply({"remark": spec}).remark)
        self.assertEqual([], reply({"tag": None}).tag)

    def test_words(self) -> None:
        made = reply({"remark": {"$value": "x"}, "tag": [{"$value": "y"}, "z"]})
        self.assertEqual(("x", ["y", "z"]), (made.remark, made.tag))

    def test_from_nothing(self) -> None:
        fields = {"$sample": "none", "class": "x", "number": 1, "due": "2026-01-01", "pickup": "y",
                  "total": {"$sample": "none", ".": "2", "@currency": "EUR"}}  # fmt: skip
        made = reply(fields)
        self.assertEqual({"class_", "number", "due", "pickup", "total"}, set(made.__dict__))

    def test_static_or_not(self) -> None:
        operation = buy()
        for fields, static in [
            ({"class": "x", "order": [{"number": 1}], "total": "1"}, True),
            ({"class": "{{ now }}"}, False),
            ({"order": {"line": {"name": "{{ now }}"}}}, False), ({"class": str}, None),
            ({"class": lambda r: "x"}, False),
            ({"order": {"$for": 2}}, False), ({"order": [{"$for": 2}]}, False),
            ({"total": "{{ 1 }}"}, False),
            ({"anything": {"$type": "xs:long", "$value": "{{ 1 }}"}}, False),
            ({"anything": {"$type": "xs:long", "$value": "1"}}, True),
        ]:  # fmt: skip
            if static is None:
                self.assertIn("breaks xsd:string", refused(fields))
                continue
            merge = compile_merge(
                fields, operation.response_class.complex_type(), operation.known, fill
            )
            self.assertEqual(static, merge.static, repr(fields))


class ListTests(SynchronousTestCase):
    def test_a_list_replaces_the_list_over_the_samples_item(self) -> None:
        made = reply(
            {"order": [{"number": 5}, {"line": [{"name": "a"}, {"name": "b"}]}], "tag": ["a", "b"]}
        )
        self.assertEqual([5, 1], [order.number for order in made.order])
        self.assertEqual(
            [["text"], ["a", "b"]], [[line.name for line in order.line] for order in made.order]
        )
        self.assertEqual(["a", "b"], made.tag)
        self.assertEqual([], reply({"tag": []}).tag)

    def test_one_value_is_a_list_of_one(self) -> None:
        self.assertEqual(["x"], reply({"tag": "x"}).tag)
        self.assertEqual([9], [order.number for order in reply({"order": {"number": 9}}).order])

    def test_items_by_number_and_all(self) -> None:
        base = reply({"order": [{"number": 1}, {"number": 2}]})
        made = reply({"order[2]/number": 9, "tag[3]": "z"}, base=base)
        self.assertEqual([1, 9], [order.number for order in made.order])
        self.assertEqual(["text", "text", "z"], made.tag)
        made = reply({"order[*]/number": 7, "tag[*]": "q"}, base=base)
        self.assertEqual(([7, 7], ["q"]), ([order.number for order in made.order], made.tag))
        made = reply({"order/number": 8}, base=base)
        self.assertEqual([8, 8], [order.number for order in made.order])
        made = reply({"order[2]": {"number": 3}}, base=base)
        self.assertEqual([1, 3], [order.number for order in made.order])

    def test_where_the_sample_has_no_item(self) -> None:
        base = reply({"order": [], "tag": []})
        made = reply({"order[2]/number": 4, "tag": ["a"]}, base=base)
        self.assertEqual(([1, 4], ["a"]), ([order.number for order in made.order], made.tag))
        self.assertEqual(6, reply({"order/number": 6}, base=base).order[0].number)

    def test_an_item_left_out_is_nil(self) -> None:
        operation = buy()
        merge = compile_merge(
            {"tag": ["a", None]}, operation.response_class.complex_type(), operation.known, fill
        )
        self.assertEqual(["a", NIL], merge.build(sample(operation), World()).tag)


class ChoiceTests(SynchronousTestCase):
    def test_setting_a_branch_drops_the_others(self) -> None:
        made = reply({"pickup": "here"})
        self.assertEqual(("here", None, None), (made.pickup, made.carrier, made.parcel))

    def test_the_branch_brings_what_it_needs(self) -> None:
        made = reply({"parcel": 7}, base=reply({"refused": "no"}))
        self.assertEqual(("text", 7, None), (made.carrier, made.parcel, made.refused))

    def test_leaving_out_drops_nothing(self) -> None:
        self.assertEqual("text", reply({"pickup": None}).carrier)

    def test_two_branches(self) -> None:
        self.assertIn(
            "pickup and refused exclude one another in BuyResponse",
            refused({"refused": 1, "pickup": "x"}),
        )

    def test_a_choice_that_repeats(self) -> None:
        made = reply({"minus": 3})
        self.assertEqual(([], [3]), (made.plus, made.minus))
        made = reply({"plus": [1, 2], "minus": 3})
        self.assertEqual(([1, 2], [3]), (made.plus, made.minus))

    def test_the_bank(self) -> None:
        operation = bank("OpenAccount")
        merge = compile_merge(
            {"refused": "no"}, operation.response_class.complex_type(), operation.known, fill
        )
        made = merge.build(sample(operation), World())
        self.assertEqual(("no", None), (made.refused, made.opened))
        xml_of(made)


class TypeTests(SynchronousTestCase):
    def test_an_abstract_type(self) -> None:
        """Example C of the language."""
        for name in ("Firm", "s:Firm", "{urn:test:shop}Firm"):
            seller = reply({"seller": {"$type": name, "company": "ACME"}}).seller
            self.assertEqual(
                ("Firm", "ACME", "text"), (type(seller).__name__, seller.company, seller.id)
            )
        again = reply({"seller/company": "B"}, base=reply({"seller": {"$type": "Firm"}}))
        self.assertEqual("B", again.seller.company)

    def test_a_typed_object(self) -> None:
        human = fill(buy().scope.type("Human"))
        self.assertIs(human, reply({"seller": human}).seller)

    def test_anything(self) -> None:
        for spec, value in [
            ("42", "42"), (42, 42),
            ({"$type": "xs:long", "$value": "42"}, TypedValue(42, QName(XSD, "long"))),
            ({"$type": "xs:long", "$value": "{{ 40 + 2 }}"}, TypedValue(42, QName(XSD, "long"))),
            ({"$xml": "<a>x</a>"}, AnyXML.xml("<a>x</a>")),
            ({"$xml": "<a>{{ '<' }}</a>"}, AnyXML.xml("<a>&lt;</a>")),
            ("{{ 40 + 2 }}", 42), ("{{ request.anything }}", CALL.request.anything),
        ]:  # fmt: skip
            self.assertEqual(value, reply({"anything": spec}).anything, spec)
        price = reply({"anything": {"$type": "Price", ".": "2"}}).anything
        self.assertEqual(("Price", 2), (type(price).__name__, price.value))

    def test_members_of_a_substitution_group(self) -> None:
        for fields in (
            {"circle": {"radius": 2}},
            {"circle/radius": "2"},
            {"shape": {"$element": "circle", "radius": 2}},
        ):
            self.assertIn("<ns2:radius>2.0</ns2:radius></ns2:circle>", xml_of(reply(fields)))

    def test_wildcards(self) -> None:
        for fields, text in [
            ({"any": {"$element": "o:extra", "depth": 3}}, "<ns1:depth>3</ns1:depth></ns1:extra>"),
            ({"o:extra/depth": 3}, "<ns1:depth>3</ns1:depth></ns1:extra>"),
            ({"o:note": "hi"}, ">hi</ns1:note>"),
            ({"any": [{"$xml": "<z xmlns='urn:z'>1</z>"}, {"$element": "note", ".": "n"}]},
             '<z xmlns="urn:z">1</z>'),
        ]:  # fmt: skip
            self.assertIn(text, xml_of(reply(fields)), fields)

    def test_refusals(self) -> None:
        for fields, part in [
            ({"seller": {"$type": "Line"}}, "$type 'Line' is not derived from Party"),
            ({"seller": {"$type": "Party"}}, "$type 'Party' is abstract"),
            ({"seller": {"company": "x"}}, "abstract"),
            ({"seller": {"$type": "Frim"}}, "did you mean Firm"),
            ({"seller": {"$type": "xs:int"}}, "simple type"),
            ({"class": {"$type": "Line"}}, "for a value of xsd:string"),
            ({"class": {"$xml": "<a/>"}}, "$xml for a value"),
            ({"anything": {"a": 1}}, "fields a of a value of xsd:anyType"),
            ({"anything": {"$xml": "<a>"}}, "no XML"),
            ({"any": {"$element": "nothing"}}, "no element 'nothing'"),
            ({"seller/surname": "x"}, "abstract"),
            ({"anything/x": 1}, "leads into content that no type describes"),
        ]:  # fmt: skip
            self.assertIn(part, refused(fields), repr(fields))
        said = refusal(
            lambda: reply({"seller": {"surname": "x"}}, base=reply({"seller": {"$type": "Firm"}}))
        )
        self.assertIn("the sample here is a Firm, which has no field surname; expected $type", said)


class LoopTests(SynchronousTestCase):
    def test_one_item_for_each_of_the_request(self) -> None:
        """Example D of the language."""
        made, notes = merged({"order": {"$for": "//line", "number": "{{ 10000 + loop.index }}"}})
        self.assertEqual([10001, 10002, 10003], [order.number for order in made.order])
        self.assertEqual("template rules.yaml:7", notes["order[3]/number"])

    def test_three_levels_deep(self) -> None:
        made = reply({"order": {
            "$for": "order", "$as": "order", "number": "{{ order.number * 10 }}",
            "line": {"$for": "line", "$as": "line", "name": "{{ order.number }}.{{ line.name }}",
                     "part": {"$for": "part", "$as": "part",
                         "sku": "{{ line.name }}-{{ part.sku }}-{{ loop.length }}",
                              "serial": {"$for": "serial", "$value": "{{ item|upper }}"}}},
        }})  # fmt: skip
        self.assertEqual([10, 20], [order.number for order in made.order])
        self.assertEqual(
            [["1.a", "1.b"], ["2.c"]], [[line.name for line in order.line] for order in made.order]
        )
        parts = made.order[0].line[0].part
        self.assertEqual(
            [("a-s1-2", ["X", "Y"]), ("a-s2-2", [])], [(part.sku, part.serial) for part in parts]
        )

    def test_sources(self) -> None:
        for source, number in [
            (3, 3), ("2", 2), (["a", "b"], 2), ("{{ range(4) }}", 4), ("order/line", 3),
            ("//sku", 2),
            ("{{ request.order }}", 2), (lambda request: request.order, 2), ("when", 0),
            (lambda request: None, 0),
            (lambda request: "one", 1), ("{{ request.when }}", 0),
        ]:  # fmt: skip
            self.assertEqual(
                number, len(reply({"tag": {"$for": source, "$value": "x"}}).tag), repr(source)
            )

    def test_a_path_in_a_loop_begins_at_the_inner_value_or_further_out(self) -> None:
        made = reply({"order": {"$for": "order", "$as": "o", "line": {
            "$for": "o/line", "name": "{{ item.name }}",
            "part": {"$for": "//serial", "sku": "{{ item }}"}}}})  # fmt: skip
        self.assertEqual(["a", "b"], [line.name for line in made.order[0].line])
        self.assertEqual(["x", "y"], [part.sku for part in made.order[0].line[0].part])
        made = reply(
            {"order": {"$for": "order", "line": {"$for": "codes", "quantity": "{{ item[0] }}"}}}
        )
        self.assertEqual([1], [line.quantity for line in made.order[1].line])

    def test_items_of_a_list_and_loops_beside_each_other(self) -> None:
        made = reply({"tag": ["first", {"$for": 2, "$value": "{{ loop.index }}"}, "last"]})
        self.assertEqual(["first", "1", "2", "last"], made.tag)

    def test_without_a_request(self) -> None:
        made = reply({"tag": {"$for": "order", "$value": "x"}}, call=None)
        self.assertEqual([], made.tag)

    def test_refusals(self) -> None:
        for fields, part in [
            ({"class": {"$for": 2, "$value": "x"}}, "$for for a field that does not repeat"),
            ({"tag": {"$for": "ordr", "$value": "x"}}, "no field 'ordr' in Buy"),
            ({"tag": {"$for": "order", "$as": "request"}}, "a name of your own"),
            ({"tag": {"$for": 1, "$as": "1"}}, "$as"),
            ({"order": {"$for": "order", "number": "{{ item.nmber }}"}}, "did you mean number"),
            ({"order": {"$for": "order", "line": {"$for": "lin"}}}, "no field 'lin'"),
            ({"order": {"$for": "{{ nothing }}"}}, "no name 'nothing'"),
            ({"order": {"$for": "a//b"}}, "no field path"),
        ]:  # fmt: skip
            self.assertIn(part, refused(fields), repr(fields))


class TemplateTests(SynchronousTestCase):
    def test_values_of_the_call(self) -> None:
        made, notes = merged({
            "class": "{{ request.class }}-{{ store.sid }}",
            "number": "{{ request.order[1].number }}",
            "due": "{{ now + days(1) }}", "total": "{{ request.order[0].line[0].price }}",
            "order": "{{ request.order }}",
            "seller": "{{ request.buyer }}", "tag": ["{{ request.class }}", "x"],
        })  # fmt: skip
        self.assertEqual(
            ("c-s9", 2, datetime.date(2026, 11, 24)), (made.class_, made.number, made.due)
        )
        self.assertEqual((Decimal("1.50"), "EUR"), (made.total.value, made.total.currency))
        self.assertEqual(CALL.request.order, made.order)
        self.assertEqual(("ACME", ["c", "x"]), (made.seller.company, made.tag))
        self.assertEqual("template rules.yaml:7", notes["number"])
        self.assertEqual("stub rules.yaml:7", notes["tag[2]"])

    def test_what_is_absent_in_the_request_is_in_the_reply(self) -> None:
        self.assertIs(None, reply({"remark": "{{ request.when }}"}).remark)
        self.assertIs(NIL, reply({"remark": "{{ request.remark }}"}).remark)

    def test_values_that_the_type_refuses(self) -> None:
        operation = buy()
        for spec, part in [
            ("{{ request.class }}", "'c' breaks xsd:long"),
            ("{{ request.order }}", "breaks"),
        ]:
            merge = compile_merge(
                {"number": spec}, operation.response_class.complex_type(), operation.known, fill
            )
            said = refusal(lambda m_=merge: m_.build(sample(operation), World(CALL)))  # type: ignore[misc]  # bound at once
            self.assertIn(part, said)
            self.assertIn("rules.yaml:7: number", said)

    def test_templates_that_fail(self) -> None:
        operation = buy()
        merge = compile_merge(
            {"number": "{{ 1 / 0 }}"},
            operation.response_class.complex_type(),
            operation.known,
            fill,
        )
        error = self.assertRaises(RenderError, merge.build, sample(operation), World(CALL))
        self.assertIn("rules.yaml:7: number: template", str(error))

    def test_headers(self) -> None:
        operation = bank("GetBalance")
        call = call_of(
            operation,
            '<GetBalance xmlns="urn:example:bank"><account>1</account></GetBalance>',
            SESSION,
        )
        merge = compile_merge(
            {"account": "{{ header.Session.sessionId }}"},
            operation.response_class.complex_type(),
            operation.known,
            fill,
        )
        self.assertEqual("s1", merge.build(sample(operation), World(call)).account)


class FunctionTests(SynchronousTestCase):
    def test_a_function_of_the_request(self) -> None:
        made, notes = merged({
            "class": lambda request: request.class_ + "!", "number": lambda request: "7",
            "order": lambda request: [{"number": n} for n in (1, 2)],
            "total": lambda request: Decimal(3),
            "seller": lambda request: {"$type": "Human", "surname": "x"},
            "tag": lambda request: None,
        })  # fmt: skip
        self.assertEqual(
            ("c!", 7, [1, 2]), (made.class_, made.number, [order.number for order in made.order])
        )
        self.assertEqual((Decimal(3), "x", []), (made.total.value, made.seller.surname, made.tag))
        self.assertEqual("function rules.yaml:7", notes["class"])

    def test_text_of_a_function_is_no_template(self) -> None:
        """It may hold what a client sent."""
        self.assertEqual("{{ 1 }}", reply({"class": lambda request: "{{ 1 }}"}).class_)
        made = reply({"seller": lambda request: {"$type": "Human", "surname": "{{ 1 }}"}})
        self.assertEqual("{{ 1 }}", made.seller.surname)


class RefusalTests(SynchronousTestCase):
    def test_said_with_place_and_nearest(self) -> None:
        for fields, parts in [
            ({"numer": 1}, ["numer: no field 'numer' in BuyResponse", "did you mean number"]),
            ({"number": "x"}, ["number: 'x' breaks xsd:long"]),
            ({"flag": "yes"}, ["expected true, false, 1 or 0"]),
            ({"class": ["a"]}, ["a list for a field that does not repeat"]),
            ({"class": {"a": 1}}, ["fields a of a value"]),
            ({"order": "x"}, ["'x' where fields are wanted"]),
            ({"class": {"$re": "x"}}, ["$re makes no value"]),
            ({"class": m.matching("x")}, ["$re makes no value"]),
            ({"class": {"$nli": 1}}, ["did you mean $nil"]),
            ({"$sample": "half"}, ["$sample: 'half'"]),
            ({"total": "1", "total/.": "2"}, ["value is set twice"]),
            ({"class": "x", "class_": "y"}, ["class_ is set twice"]), ({".": "x"}, ["x"]),
            ({"total": buy().scope.type("Price").pyclass(), "total/@currency": "X"},
             ["total is set twice"]),
            ({"order": [{"line": [{"quantity": "x"}]}]}, ["order: [1]: line: [1]: quantity: 'x'"]),
            ({"class": "{{ request.clas }}"}, ["class: template", "did you mean class"]),
            ({"$nil": True}, ["for BuyResponse"]),
            ({"seller": object()}, ["where fields are wanted"]),
            ({"remark": {"$absent": "maybe"}}, ["breaks xsd:boolean"]),
        ]:  # fmt: skip
            said = refused(fields)
            for part in parts:
                self.assertIn(part, said, repr(fields))
            self.assertTrue(said.startswith("rules.yaml:7: "), said)

    @settings(max_examples=100, deadline=None)
    @given(ANY_FIELDS)
    def test_anything_is_a_reply_or_refused(self, fields: dict[str, Any]) -> None:
        with contextlib.suppress(ZSIException):
            reply(fields)

    def test_text_of_an_object_without_any(self) -> None:
        operation = buy()
        said = refusal(
            lambda: compile_merge(
                {".": buy().response_class()},
                operation.response_class.complex_type(),
                operation.known,
                fill,
            )
        )
        self.assertIn("BuyResponse has no text of its own", said)
