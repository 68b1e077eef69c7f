"""hexBinary and base64Binary against the grammars of the specification."""

from __future__ import annotations

import re
from base64 import b64decode, b64encode
from typing import Any

from hypothesis import example, given
from hypothesis import strategies as st

from tests.tc.checking import SimpleTypeCase, quick
from ZSI.errors import ValueRefused
from ZSI.TC.binary import read
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.lexical import collapse_space
from ZSI.TC.simple import SimpleType

_B64, _B16, _B04 = "[A-Za-z0-9+/] ?", "[AEIMQUYcgkosw048] ?", "[AQgw] ?"
#: Productions of 3.2.16.1, for text with its white space collapsed.
BASE64 = re.compile(
    rf"((?:{_B64}{_B64}{_B64}{_B64})*"
    rf"(?:(?:{_B64}{_B64}{_B64}[A-Za-z0-9+/])|(?:{_B64}{_B64}{_B16}=)|(?:{_B64}{_B04}= ?=)))?"
)
HEX = re.compile("([0-9a-fA-F]{2})*")


def verdict(simple: SimpleType, text: str) -> bool:
    try:
        simple.parse(text)
    except ValueRefused:
        return False
    return True


class HexTests(SimpleTypeCase):
    """xsd:hexBinary (3.2.15)."""

    @quick
    @given(st.text(st.sampled_from("09afAFgG \n٣"), max_size=9))
    def test_grammar(self, text: str) -> None:
        right = HEX.fullmatch(collapse_space(text)) is not None
        self.assertEqual(verdict(BUILTIN["hexBinary"], text), right)

    def test_values(self) -> None:
        simple = BUILTIN["hexBinary"]
        self.assertEqual(simple.parse(" 0aFf\n"), b"\x0a\xff")
        self.assertEqual(simple.format(b"\x0a\xff"), "0AFF")
        self.assertEqual(simple.parse(""), b"")
        self.refused(simple.parse, "0", rule="xsd:hexBinary", says="an even number")
        self.assertEqual(simple.restrict(pattern="[0-9a-f]*").format(b"\xff"), "ff")


class Base64Tests(SimpleTypeCase):
    """xsd:base64Binary (3.2.16)."""

    @quick
    @given(
        st.one_of(
            st.text(st.sampled_from("AQgEB8+/= \n-_é"), max_size=10),
            st.binary(max_size=9).map(lambda value: b64encode(value).decode()),
        )
    )
    @example("AAAA====")
    @example("AA = =")
    @example("AB==")
    @example("AAB=")
    @example("AA==AA==")
    @example("====")
    def test_grammar(self, text: str) -> None:
        right = BASE64.fullmatch(collapse_space(text)) is not None
        self.assertEqual(verdict(BUILTIN["base64Binary"], text), right)
        if right:
            self.assertEqual(BUILTIN["base64Binary"].parse(text), b64decode(text))

    def test_every_byte_and_every_padding(self) -> None:
        for size in range(5):
            value = bytes(range(250, 250 + size))
            self.assertEqual(read(b64encode(value).decode()), value)

    def test_every_last_letter(self) -> None:
        for letter in "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/":
            for text in (f"AA{letter}=", f"A{letter}=="):
                right = BASE64.fullmatch(text) is not None
                self.assertEqual(verdict(BUILTIN["base64Binary"], text), right, text)

    def test_refusals_say_what_is_wanted(self) -> None:
        self.refused(BUILTIN["base64Binary"].parse, "A", rule="xsd:base64Binary", says="base64")
        for name in ("hexBinary", "base64Binary"):
            wrong: tuple[Any, ...] = ("00", 1, None, [0])
            for value in wrong:
                self.refused(BUILTIN[name].format, value, rule=f"xsd:{name}", says="bytes")

    def test_other_buffers_are_written(self) -> None:
        for name, text in (("hexBinary", "00FF"), ("base64Binary", "AP8=")):
            for value in (b"\0\xff", bytearray(b"\0\xff"), memoryview(b"\0\xff")):
                self.assertEqual(BUILTIN[name].format(value), text)

    def test_length_counts_octets(self) -> None:
        for name, right, wrong in (("hexBinary", "0000", "00"), ("base64Binary", "AAA=", "AA==")):
            two = BUILTIN[name].restrict(length=2)
            self.assertEqual(two.parse(right), b"\0\0")
            self.refused(two.parse, wrong, rule="length", says="exactly 2 octets")
            self.refused(two.format, b"\0\0\0", rule="length")
