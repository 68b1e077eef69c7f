"""SimpleType: restriction, lists, unions, derivation, immutability, reconstruction."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal, ExtendedContext, localcontext
from enum import Enum
from threading import Thread
from typing import Any
from unittest import mock

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import NAMESPACES, VALUES, SimpleTypeCase, prefix_for, quick
from ZSI.errors import ValueRefused
from ZSI.limits import Limits
from ZSI.names import QName
from ZSI.TC.builtin import BUILTIN, builtins_for
from ZSI.TC.compare import value_key
from ZSI.TC.simple import SimpleType, list_of, union_of

B = BUILTIN

#: Texts as most of a type are, and what is like them.
COLUMNS = {
    "string": ("a", "", " b\t"),
    "boolean": ("true", "false", "1", "0", " true", "TRUE", ""),
    "decimal": ("1.50", "12", "1.", ".5", "", ".", "1.2.3", "-1", "\u0661", "1_0", "9" * 5_000),
    "double": ("1.5", "12", "1.", ".5", "", ".", "1.2.3", "-1", "INF", "1e3", "9" * 900),
    "int": ("1", "007", "2147483647", "2147483648", "-1", "1.5", "", "\u0661", "1_0", " 1"),
    "integer": ("1", "2147483648", "-1", "+1", "9" * 900, "9" * 1_001, "9" * 5_000),
    "unsignedByte": ("0", "255", "256", "-0"),
    "negativeInteger": ("-1", "0", "1"),
    "positiveInteger": ("1", "0"),
    "dateTime": (
        "2026-11-23T10:00:00", "2026-11-23T23:59:59", "2026-11-23T24:00:00", "2026-02-30T10:00:00",
        "2026-11-23T10:00:00Z", "2026-11-23T10:00:00.5", "2026-11-23 10:00:00", "20261123T100000",
        "2026-11-23T10:00:0", "02026-11-23T10:00:00", "2026-W48-1T10:00:00", "0000-01-01T00:00:00",
    ),
    "token": ("a", " b  c "),
}  # fmt: skip


class RestrictionTests(SimpleTypeCase):
    """Types derived by restriction."""

    def test_attributes(self) -> None:
        code = B["token"].restrict(("urn:x", "Code"), maxLength=2)
        anonymous = code.restrict(minLength=1)
        self.assertEqual(code.name, QName("urn:x", "Code"))
        self.assertIsInstance(code.name, QName)
        self.assertIsNone(anonymous.name)
        self.assertIs(anonymous.base, code)
        for simple in (code, anonymous):
            self.assertEqual((simple.variety, simple.primitive), ("atomic", "string"))
            self.assertEqual((simple.builtin, simple.white_space), ("token", "collapse"))
            self.assertEqual((simple.hint, simple.python), ("str", (str,)))
            self.assertFalse(simple.is_builtin)
        self.assertEqual(str(code), "{urn:x}Code")
        self.assertEqual(str(anonymous), "a restriction of {urn:x}Code")
        self.assertEqual(repr(B["int"]), "<SimpleType xsd:int>")

    def test_no_facet_costs_nothing(self) -> None:
        named = B["int"].restrict(("urn:x", "Count"))
        self.assertIs(named.parse, B["int"].parse)
        self.assertIs(named.format, B["int"].format)

    def test_enum_members_are_written(self) -> None:
        class Colour(Enum):
            RED = "red"
            BLUE = "blue"

        colour = B["string"].restrict(enumeration=["red"])
        self.assertEqual(colour.format(Colour.RED), "red")
        self.refused(colour.format, Colour.BLUE, rule="enumeration")

    def test_nothing_changes(self) -> None:
        simple = B["int"].restrict(maxInclusive=5)
        for name in ("parse", "name", "facets", "anything"):
            self.assertRaises(AttributeError, setattr, simple, name, None)
            self.assertRaises(AttributeError, delattr, simple, name)
        self.assertRaises(AttributeError, setattr, simple.facets, "length", 1)

    def test_decode_leaves_facets_out(self) -> None:
        short = B["string"].restrict(maxLength=1, pattern="x", enumeration=["x"])
        self.assertEqual(short.decode("yy"), "yy")
        self.refused(B["int"].restrict(maxInclusive=5).decode, "x", rule="xsd:int")
        self.assertEqual(B["int"].restrict(maxInclusive=5).decode("6"), 6)


class ListTests(SimpleTypeCase):
    """List types (4.1.2.2)."""

    def test_values(self) -> None:
        numbers = list_of(B["int"], ("urn:x", "Numbers"))
        self.assertEqual(numbers.parse(" 1\n2\t 3 "), [1, 2, 3])
        self.assertEqual(numbers.parse(""), [])
        self.assertEqual(numbers.format([1, 2]), "1 2")
        self.assertEqual(numbers.format((1, 2)), "1 2")
        self.assertEqual(numbers.format([]), "")
        self.assertEqual(numbers.canonical([1, 2]), "1 2")
        self.assertEqual(
            (numbers.hint, numbers.variety, numbers.item), ("list[int]", "list", B["int"])
        )
        self.assertEqual(numbers.white_space, "collapse")
        self.assertIsNone(numbers.primitive)
        self.refused(numbers.parse, "1 x", rule="xsd:int", says="'x'")
        wrong: tuple[Any, ...] = ("1 2", 1, None, {1}, iter([1]))
        for value in wrong:
            self.refused(numbers.format, value, rule="list", says="a list of xsd:int")
        self.refused(numbers.format, [1, "2"], rule="xsd:int")

    def test_items_that_would_fall_apart(self) -> None:
        texts = list_of(B["string"])
        self.assertEqual(texts.format(["a", "b\xa0c"]), "a b\xa0c")
        for items in (["a b"], [""], ["a", "\n"], [" a"]):
            self.refused(texts.format, items, rule="list", says="items without white space")

    def test_lists_of_names_with_prefixes(self) -> None:
        names = list_of(B["QName"])
        self.assertTrue(names.needs_namespaces)
        self.assertEqual(names.parse("p:a b", NAMESPACES), [("urn:p", "a"), ("urn:default", "b")])
        self.assertEqual(names.format([("urn:q", "a")], prefix_for), "q:a")

    def test_lists_of_unions(self) -> None:
        mixed = list_of(union_of([B["int"], B["date"], B["token"]]))
        value = [1, date(2024, 1, 1), "x"]
        self.assertEqual(mixed.parse("1 2024-01-01 x"), value)
        self.assertEqual(mixed.format(value), "1 2024-01-01 x")
        self.assertEqual(mixed.hint, "list[int | date | Date | str]")
        self.assertEqual(mixed.imports, (("datetime", "date"), ("ZSI.TC.times", "Date")))

    @quick
    @given(st.data(), st.sampled_from(["int", "decimal", "dateTime", "NCName", "double", "QName"]))
    def test_round_trip(self, data: st.DataObject, name: str) -> None:
        simple, values = list_of(B[name]), data.draw(st.lists(VALUES[name], max_size=5))
        text = simple.format(values, prefix_for)
        self.assertEqual(value_key(simple.parse(text, NAMESPACES)), value_key(values))


class UnionTests(SimpleTypeCase):
    """Union types (4.1.2.3): the first member that takes it, every time anew."""

    def test_order_is_never_remembered(self) -> None:
        either = union_of([B["long"], B["string"]])
        for _ in range(3):
            self.assertEqual(either.parse("1"), 1)
            self.assertEqual(either.parse("a"), "a")
            self.assertEqual(either.parse(str(2**63)), str(2**63))
        self.assertEqual(either.format(1), "1")
        self.assertEqual(either.format("a"), "a")
        self.assertEqual((either.hint, either.variety), ("int | str", "union"))
        self.assertEqual(either.python, (int, str))

    def test_no_member_takes_it(self) -> None:
        narrow = union_of([B["int"], B["boolean"].restrict(pattern="true")])
        self.refused(
            narrow.parse, "false", rule="union", says="xsd:int or a restriction of xsd:boolean"
        )
        self.refused(narrow.format, 1.5, rule="union")
        self.assertEqual(narrow.format(True), "true")
        self.refused(union_of([]).parse, "1", rule="union", says="no members")

    def test_python_types_are_told_apart(self) -> None:
        many = union_of(
            [B["boolean"], B["int"], B["decimal"], B["dateTime"], B["date"], B["string"]]
        )
        for value, text in ((True, "true"), (1, "1"), (Decimal("1.5"), "1.5"), ("x", "x"),
                            (date(2024, 1, 1), "2024-01-01"),
                            (datetime(2024, 1, 1), "2024-01-01T00:00:00")):  # fmt: skip
            self.assertEqual(many.format(value), text)
        self.assertIs(many.parse("1"), True)  # boolean comes first
        self.assertEqual(many.canonical(Decimal("1.50")), "1.5")

    def test_white_space_is_the_members(self) -> None:
        either = union_of([B["int"], B["string"]])
        self.assertEqual(either.parse(" 1 "), 1)
        self.assertEqual(either.parse(" a "), " a ")
        digits = either.restrict(pattern="[0-9]+| a ")
        self.assertEqual(digits.parse(" 1 "), 1)
        self.assertEqual(digits.parse(" a "), " a ")
        self.refused(digits.parse, "a", rule="pattern")

    def test_enumeration(self) -> None:
        either = union_of([B["int"], B["token"]], ("urn:x", "U"), enumeration=["1", "all"])
        self.assertEqual(either.facets.enumeration_values, (1, "all"))
        self.assertEqual([either.parse("01"), either.parse(" all ")], [1, "all"])
        self.assertEqual([either.format(1), either.format("all")], ["1", "all"])
        for value in (2, "some", "1"):
            self.refused(either.format, value, rule="enumeration")
        self.refused(either.parse, "2", rule="enumeration", says="one of '1', 'all'")
        self.assertEqual(either.name, ("urn:x", "U"))
        self.assertEqual(either.restrict(maxLength=1).findings[0].rule, "maxLength")

    def test_nested(self) -> None:
        inner = union_of([B["int"], B["boolean"]])
        outer = union_of([inner, list_of(B["int"])])
        self.assertEqual(
            [outer.parse("5"), outer.parse("true"), outer.parse("5 6")], [5, True, [5, 6]]
        )
        self.assertEqual([outer.format(True), outer.format([5, 6])], ["true", "5 6"])
        self.assertEqual(str(outer), "xsd:int or xsd:boolean or a list of xsd:int")

    def test_facets_of_members_decide_in_decode_too(self) -> None:
        small = B["int"].restrict(maxInclusive=9)
        self.assertEqual(union_of([small, B["string"]]).decode("10"), "10")

    def test_names_with_prefixes(self) -> None:
        either = union_of([B["QName"], B["int"]])
        self.assertTrue(either.needs_namespaces)
        self.assertEqual(either.parse("p:a", NAMESPACES), ("urn:p", "a"))
        self.assertEqual(either.parse("5", NAMESPACES), 5)
        self.assertEqual(either.format(("urn:p", "a"), prefix_for), "p:a")


class DerivationTests(SimpleTypeCase):
    """Type derivation OK (Simple), part 1, 3.14.6."""

    def test_chains(self) -> None:
        code = B["NCName"].restrict(("urn:x", "Code"))
        for name in ("NCName", "Name", "token", "normalizedString", "string", "anySimpleType"):
            self.assertTrue(code.derives_from(B[name]), name)
        self.assertTrue(code.derives_from(code))
        self.assertFalse(B["NCName"].derives_from(code))
        self.assertFalse(B["int"].derives_from(B["unsignedInt"]))
        self.assertTrue(B["int"].derives_from(builtins_for(Limits(digits=9))["decimal"]))

    def test_lists_and_unions(self) -> None:
        either = union_of([B["int"], B["token"]])
        self.assertTrue(B["short"].derives_from(either))
        self.assertTrue(B["NCName"].derives_from(either))
        self.assertFalse(B["string"].derives_from(either))
        self.assertFalse(either.derives_from(B["string"]))
        self.assertTrue(either.derives_from(B["anySimpleType"]))
        restricted = either.restrict(pattern="1")
        self.assertTrue(restricted.derives_from(either))
        self.assertFalse(B["int"].derives_from(restricted))
        numbers = list_of(B["int"])
        self.assertTrue(numbers.restrict(length=1).derives_from(numbers))
        self.assertFalse(B["int"].derives_from(numbers))


class SharingTests(SimpleTypeCase):
    """Types go through pickle, copies and threads."""

    def types(self) -> list[SimpleType]:
        code = B["token"].restrict(("urn:x", "Code"), pattern=["[A-Z]+"], maxLength=3)
        name = B["QName"].restrict(enumeration=["x:a"], namespaces={"x": "urn:p"})
        either = union_of([B["int"].restrict(maxInclusive="9"), code], enumeration=["1", "AB"])
        return [
            code,
            code.restrict(enumeration=iter(["AB"])),
            name,
            either,
            list_of(either, maxLength=2),
        ]

    def test_pickle(self) -> None:
        for simple in self.types():
            again = pickle.loads(pickle.dumps(simple))
            self.assertEqual((str(again), again.name), (str(simple), simple.name))
            self.assertEqual(again.facets, simple.facets)
            self.assertEqual(again.hint, simple.hint)
            text = "p:a" if simple.needs_namespaces else "AB"
            self.assertEqual(again.parse(text, NAMESPACES), simple.parse(text, NAMESPACES))
            self.refused(again.parse, "nothing", NAMESPACES, rule=self.rule(simple))

    def rule(self, simple: SimpleType, text: str = "nothing") -> str:
        return str(self.assertRaises(ValueRefused, simple.parse, text, NAMESPACES).rule)

    def test_limits_are_inherited(self) -> None:
        small = builtins_for(Limits(digits=3))
        for simple in (small["integer"].restrict(minInclusive=0), list_of(small["integer"]),
                       union_of([small["integer"]])):  # fmt: skip
            self.assertEqual(simple.limits.digits, 3)
            again = pickle.loads(pickle.dumps(simple))
            self.assertEqual(again.limits.digits, 3)
            self.refused(again.parse, "1234", rule=self.rule(again, "1234"))

    def test_copies_are_the_type_itself(self) -> None:
        for simple in self.types():
            self.assertIs(copy.copy(simple), simple)
            self.assertIs(copy.deepcopy([simple])[0], simple)

    def test_threads(self) -> None:
        either, wrong = union_of([B["long"], B["boolean"], B["string"]]), []

        def work() -> None:
            for index in range(300):
                values = (index, True, f"x{index}")
                found = tuple(map(either.parse, map(either.format, values)))
                if found != values:
                    wrong.append(found)

        threads = [Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(wrong, [])


def found(read: Callable[[], Any]) -> Any:
    """The values with their types, or the words of the refusal."""
    try:
        return [(type(value), value) for value in read()]
    except ValueRefused as refusal:
        return str(refusal)


class ManyTests(SimpleTypeCase):
    """`SimpleType.parse_all`."""

    def agree(self, name: str, texts: list[str]) -> None:
        """The same values as one by one, or the refusal of the first that is wrong."""
        simple = B[name]
        together = found(lambda: simple.parse_all(texts))
        self.assertEqual(together, found(lambda: [*map(simple.parse, texts)]), (name, texts))

    @quick
    @given(st.sampled_from(sorted(COLUMNS)).flatmap(
        lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(COLUMNS[name]), max_size=5))
    ))  # fmt: skip
    def test_as_one_by_one(self, drawn: tuple[str, list[str]]) -> None:
        self.agree(*drawn)

    def test_each_alone(self) -> None:
        """Every text, in company that is as most are."""
        for name, texts in COLUMNS.items():
            for text in texts:
                for column in ([text], [texts[0], text], [text, texts[0]]):
                    self.agree(name, column)

    def test_together(self) -> None:
        """What is as most are is not read one by one."""
        usual = {
            "string": ["a", ""], "boolean": ["true", "0"], "decimal": ["1.5", "2"],
            "double": ["1.5", "2"], "float": ["1.5", "0.1"], "int": ["1", "2147483647"],
            "positiveInteger": ["1", "9" * 50],
            "dateTime": ["2026-11-23T10:00:00", "2026-11-23T10:00:01"],
        }  # fmt: skip
        for name, texts in usual.items():
            values = [B[name].parse(text) for text in texts]
            with mock.patch.object(SimpleType, "parse", self.fail):
                self.assertEqual(list(B[name].parse_all(texts)), values)

    def test_facets(self) -> None:
        """Those of a type of one's own count for each."""
        for facets in ({"maxInclusive": 100}, {"pattern": "100|1"}):
            percent = B["int"].restrict(**facets)
            self.assertEqual(percent.parse_all(["1", "100"]), [1, 100])
            self.refused(percent.parse_all, ["1", "101"], rule=next(iter(facets)))

    def test_decimal_context(self) -> None:
        """What is no number is refused where the caller's arithmetic would go on with NaN."""
        with localcontext(ExtendedContext):
            self.refused(B["decimal"].parse_all, ["1.5", "1.2.3"], rule="xsd:decimal")

    def test_limits(self) -> None:
        """As many digits as the limits say."""
        self.refused(builtins_for(Limits(digits=3))["integer"].parse_all, ["1234"], rule="digits")
