"""White space, and the parts that all simple types share."""

from __future__ import annotations

from enum import Enum, IntEnum

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, quick
from ZSI.TC.lexical import (
    NORMALIZE,
    collapse_space,
    keep_space,
    make_kind,
    no_spellings,
    refused,
    replace_space,
    split_items,
    unwrapped,
)

spaced = st.text(st.sampled_from(" \t\r\na\x0b\x1f\x85\xa0\u2003é"), max_size=12)


class WhiteSpaceTests(SimpleTypeCase):
    """whiteSpace (4.3.6): only the four characters of XML count."""

    @quick
    @given(spaced)
    def test_replace(self, text: str) -> None:
        plain = text.replace("\t", " ").replace("\r", " ").replace("\n", " ")
        self.assertEqual(replace_space(text), plain)

    @quick
    @given(spaced)
    def test_collapse(self, text: str) -> None:
        plain = replace_space(text)
        while "  " in plain:
            plain = plain.replace("  ", " ")
        plain = plain.removeprefix(" ").removesuffix(" ")
        self.assertEqual(collapse_space(text), plain)
        self.assertEqual(split_items(text), plain.split(" ") if plain else [])

    def test_text_without_need_is_not_copied(self) -> None:
        for text in ("a b", "a\xa0b", "", "x" * 100, "é ü"):
            for normalize in NORMALIZE.values():
                self.assertIs(normalize(text), text)

    def test_preserve(self) -> None:
        self.assertEqual(keep_space(" \t "), " \t ")


class KindTests(SimpleTypeCase):
    """What a kind has when nothing else is said."""

    def test_format_and_canonical_come_from_coerce_and_write(self) -> None:
        def write(value: object, prefix_for: object = None) -> str:
            return f"<{value}>"

        kind = make_kind("x", lambda text, namespaces=None: text, int, write, (int,))
        self.assertEqual(kind.format("7"), "<7>")
        self.assertEqual(kind.canonical("7"), "<7>")
        self.assertEqual(kind.white_space, "collapse")
        self.assertEqual(list(kind.spellings(7)), list(no_spellings(7)))

    def test_enum_members_stand_for_their_values(self) -> None:
        class Colour(Enum):
            RED = "red"

        class Number(IntEnum):
            ONE = 1

        self.assertEqual(unwrapped(Colour.RED), "red")
        self.assertIs(type(unwrapped(Number.ONE)), int)
        self.assertEqual(unwrapped("red"), "red")

    def test_refusal_names_the_type(self) -> None:
        refusal = refused("int", "an integer", "x")
        self.assertEqual(str(refusal), "'x' breaks xsd:int: expected an integer")
