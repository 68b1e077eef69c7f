"""Many texts read together: what each alone would be."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from unittest import mock

from hypothesis import given, settings
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.errors import ValueRefused
from ZSI.TC import columns
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.columns import column_parser

#: Texts as most of a type are, and what is like them.
_TEXTS = {
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


def found(read: Callable[[], Any]) -> Any:
    """The values with their types, or the words of the refusal."""
    try:
        return [(type(value), value) for value in read()]
    except ValueRefused as refusal:
        return str(refusal)


class ColumnParserTests(SynchronousTestCase):
    """`column_parser`."""

    @settings(deadline=None, max_examples=300)
    @given(st.sampled_from(sorted(_TEXTS)).flatmap(
        lambda name: st.tuples(st.just(name), st.lists(st.sampled_from(_TEXTS[name]), max_size=5))
    ))  # fmt: skip
    def test_as_one_by_one(self, drawn: tuple[str, list[str]]) -> None:
        """The same values, and the refusal of the first that is wrong."""
        name, texts = drawn
        parse = BUILTIN[name].parse
        self.assertEqual(
            found(lambda: column_parser(parse)(texts)), found(lambda: list(map(parse, texts)))
        )

    def test_each_alone(self) -> None:
        """Every text, in company that is as most are."""
        for name, texts in _TEXTS.items():
            parse = BUILTIN[name].parse
            for text in texts:
                for column in ([text], [texts[0], text], [text, texts[0]]):
                    self.assertEqual(
                        found(lambda column=column, parse=parse: column_parser(parse)(column)),
                        found(lambda column=column, parse=parse: list(map(parse, column))),
                        (name, column),
                    )

    def test_together(self) -> None:
        """What is as most are is not read one by one."""
        usual = {
            "string": ["a", ""], "boolean": ["true", "0"], "decimal": ["1.5", "2"],
            "double": ["1.5", "2"], "int": ["1", "2147483647"], "positiveInteger": ["1", "9" * 50],
            "dateTime": ["2026-11-23T10:00:00", "2026-11-23T10:00:01"],
        }  # fmt: skip
        for name, texts in usual.items():
            parse = BUILTIN[name].parse
            one_by_one = mock.Mock(side_effect=parse)
            with mock.patch.object(columns, "_TOGETHER", {one_by_one: columns._TOGETHER[parse]}):
                read = column_parser(one_by_one)
                self.assertEqual(list(read(texts)), [parse(text) for text in texts])
            one_by_one.assert_not_called()

    def test_other_types(self) -> None:
        """A type with facets of its own is read one by one."""
        percent = BUILTIN["int"].restrict(maxInclusive=100).parse
        self.assertEqual(column_parser(percent)(["1", "100"]), [1, 100])
        self.assertRaises(ValueRefused, column_parser(percent), ["1", "101"])
