"""string and its children, anyURI, QName: characters, white space, prefixes."""

from __future__ import annotations

from enum import Enum
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from tests.tc.checking import NAMESPACES, SimpleTypeCase, ncnames, prefix_for, quick, texts
from ZSI.names import XML, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.lexical import collapse_space, replace_space
from ZSI.TC.strings import is_language, is_name, is_ncname, is_nmtoken, is_uri


class TextTests(SimpleTypeCase):
    """string, normalizedString, token (3.2.1, 3.3.1, 3.3.2)."""

    @quick
    @given(texts)
    def test_white_space_of_each(self, text: str) -> None:
        self.assertIs(BUILTIN["string"].parse(text), text)
        self.assertEqual(BUILTIN["normalizedString"].parse(text), replace_space(text))
        self.assertEqual(BUILTIN["token"].parse(text), collapse_space(text))

    def test_a_value_that_a_reader_would_change_is_refused(self) -> None:
        for value in ("a\tb", "a\nb", "\r"):
            self.refused(
                BUILTIN["normalizedString"].format, value,
                rule="xsd:normalizedString", says="without tabs and line breaks",
            )  # fmt: skip
        for value in (" a", "a ", "a  b", "a\nb"):
            self.refused(BUILTIN["token"].format, value, rule="xsd:token", says="double spaces")
            self.assertEqual(BUILTIN["string"].format(value), value)

    def test_what_may_be_written(self) -> None:
        class Colour(str, Enum):  # noqa: UP042 - as people have it, its str() is not its value
            RED = "red"

        class Loud(str):
            __slots__ = ()

            def __str__(self) -> str:
                return self.upper()

        for name in ("string", "token", "NCName", "anyURI", "anySimpleType"):
            for value in ("red", Colour.RED, Loud("red")):
                self.assertEqual(BUILTIN[name].format(value), "red")
                self.assertIs(type(BUILTIN[name].format(value)), str)
            wrong: tuple[Any, ...] = (1, None, b"x", ["x"], True)
            for value in wrong:
                self.refused(BUILTIN[name].format, value, rule=f"xsd:{name}", says="a str")


class NameTests(SimpleTypeCase):
    """language, NMTOKEN, Name, NCName and below (3.3.3-3.3.11)."""

    def test_forms(self) -> None:
        right = {
            "language": ["en", "pt-BR", "x-klingon", "abcdefgh-12345678"],
            "NMTOKEN": ["1", "-a", "a:b", "·", "é.ü"],
            "Name": ["a:b", ":", "_1", "中", "a\u0300", "\U00010000"],
            "NCName": ["a", "_", "é-1.x", "Ω", "a·"],
        }
        wrong = {
            "language": ["", "abcdefghi", "e1", "en_US", "en-", "-", "a b", "é"],
            "NMTOKEN": ["", "a b", "a,b", "×", "a/b", "a\u037e"],
            "Name": ["", "1a", "-a", ".a", "a b", "\u0300a", "·", "a\u2000"],
            "NCName": ["", "a:b", ":a", "1", "-", "a×", "a\xa0"],
        }
        for name, forms in right.items():
            for text in forms:
                self.assertEqual(BUILTIN[name].parse(f"\n {text} "), text)
                self.assertEqual(BUILTIN[name].format(text), text)
        for name, forms in wrong.items():
            for text in forms:
                self.refused(BUILTIN[name].parse, text, rule=f"xsd:{name}")
                self.refused(BUILTIN[name].format, text, rule=f"xsd:{name}")

    def test_children_of_ncname(self) -> None:
        for name in ("ID", "IDREF", "ENTITY"):
            self.assertEqual(BUILTIN[name].parse(" a1 "), "a1")
            self.refused(BUILTIN[name].parse, "a:b", rule=f"xsd:{name}", says="without colon")
            self.refused(BUILTIN[name].format, " a", rule=f"xsd:{name}")

    def test_lists_of_names(self) -> None:
        tokens = BUILTIN["NMTOKENS"]
        self.assertEqual(tokens.parse("\n1  b\tc "), ["1", "b", "c"])
        self.assertEqual(tokens.format(("a", "b")), "a b")
        for call, empty in ((tokens.parse, " "), (tokens.format, [])):
            self.refused(call, empty, rule="minLength", says="at least 1 item")
        self.refused(tokens.parse, "a b,c", rule="xsd:NMTOKEN", says="'b,c'")
        self.refused(tokens.format, "a b", rule="list", says="a list of xsd:NMTOKEN")

    @quick
    @given(ncnames)
    def test_names_within_names(self, name: str) -> None:
        self.assertTrue(is_ncname(name) and is_name(name) and is_nmtoken(name))
        self.assertFalse(is_ncname(f"{name}:{name}"))
        self.assertTrue(is_name(f"{name}:{name}"))

    def test_long_texts_are_judged_in_linear_time(self) -> None:
        for matches in (is_ncname, is_name, is_nmtoken, is_language, is_uri):
            for text in ("a" * 10**6 + " ", "a-" * 10**6, "%41" * 10**5 + "%", "[" * 10**5):
                matches(text)


class UriTests(SimpleTypeCase):
    """xsd:anyURI (3.2.17): kept as it came."""

    def test_nothing_is_decoded_or_encoded(self) -> None:
        for text in ("http://x/%2F?a=%26", "http://x/é ü", "%41", "HTTP://X", "http://x:80/../a"):
            self.assertEqual(BUILTIN["anyURI"].parse(text), text)
            self.assertEqual(BUILTIN["anyURI"].format(text), text)

    def test_forms(self) -> None:
        right = (
            "", "#", "?", "a", "a/b", "//h", "urn:a:b", "mailto:a@b", "http://[::1]:8080/x",
            "http://u@[::1]", "x://[v1.a]/", "file:///c:/x", "C:\\x", "\\\\srv\\x", "{a}", "a b",
            "?x=[1]", "#a[1]", "./1:2", "tel:+1", "é", "http:", "a#b?c#"[:5],
        )  # fmt: skip
        wrong = ("%", "%4", "%zz", "a%", "a#b#c", ":a", "1:2", "é:a", "a[b]", "[", "http://[::1",
                 "http://a/[", "http://[x]/", "12:00:00")  # fmt: skip
        for text in right:
            self.assertEqual(BUILTIN["anyURI"].parse(f" {text}\n"), text)
        for text in wrong:
            self.assertFalse(is_uri(text))
            self.refused(BUILTIN["anyURI"].parse, text, rule="xsd:anyURI", says="a URI")
            self.refused(BUILTIN["anyURI"].format, text, rule="xsd:anyURI")

    def test_white_space_inside(self) -> None:
        self.assertEqual(BUILTIN["anyURI"].parse(" a \n b "), "a b")
        self.refused(BUILTIN["anyURI"].format, "a  b", rule="xsd:anyURI")


class QNameTests(SimpleTypeCase):
    """QName and NOTATION (3.2.18, 3.2.19): pairs by the prefixes in scope."""

    def setUp(self) -> None:
        self.type = BUILTIN["QName"]

    def test_reading(self) -> None:
        self.assertEqual(self.type.parse(" p:a ", NAMESPACES), ("urn:p", "a"))
        self.assertIs(type(self.type.parse("p:a", NAMESPACES)), QName)
        self.assertEqual(self.type.parse("a", NAMESPACES), ("urn:default", "a"))
        self.assertEqual(self.type.parse("a", {"p": "urn:p"}), (None, "a"))
        self.assertEqual(self.type.parse("a", {None: ""}), (None, "a"))
        self.assertEqual(self.type.parse("a"), (None, "a"))
        self.assertEqual(self.type.parse("xml:lang"), (XML, "lang"))

    def test_unknown_prefixes_and_wrong_names(self) -> None:
        for scope in (None, {}, NAMESPACES):
            self.refused(self.type.parse, "x:a", scope, rule="xsd:QName", says="unlike 'x'")
        for text in ("", ":", "p:", ":a", "p:a:b", "p: a", "1:a", "p:1", "{urn:p}a"):
            self.refused(self.type.parse, text, NAMESPACES, rule="xsd:QName", says="prefix:name")

    def test_writing(self) -> None:
        self.assertEqual(self.type.format(("urn:p", "a"), prefix_for), "p:a")
        self.assertEqual(self.type.format(QName("urn:default", "a"), prefix_for), "a")
        self.assertEqual(self.type.format((None, "a")), "a")
        self.assertEqual(self.type.format(("", "a")), "a")
        self.assertEqual(self.type.format((XML, "lang")), "xml:lang")
        self.refused(self.type.format, ("urn:p", "a"), rule="xsd:QName", says="a prefix for the")
        for wrong in ("p:a", ("urn:p",), ("urn:p", "a:b"), ("urn:p", ""), (1, "a"), None, ("a", 1)):
            self.refused(self.type.format, wrong, prefix_for, rule="xsd:QName", says="a pair")

    def test_types_know_that_they_need_prefixes(self) -> None:
        self.assertTrue(self.type.needs_namespaces)
        self.assertTrue(BUILTIN["NOTATION"].restrict(enumeration=["a"]).needs_namespaces)
        self.assertFalse(BUILTIN["string"].needs_namespaces)

    def test_enumeration_by_value(self) -> None:
        one = self.type.restrict(enumeration=["x:a"], namespaces={"x": "urn:p"})
        self.assertEqual(one.parse("p:a", NAMESPACES), ("urn:p", "a"))
        self.refused(one.parse, "q:a", NAMESPACES, rule="enumeration", says="one of 'x:a'")
        self.assertEqual(one.format(("urn:p", "a"), prefix_for), "p:a")
        self.refused(one.format, ("urn:q", "a"), prefix_for, rule="enumeration")

    @quick
    @given(st.sampled_from([None, "p", "q"]), ncnames)
    def test_round_trip(self, prefix: str | None, local: str) -> None:
        text = f"{prefix}:{local}" if prefix else local
        value = self.type.parse(text, NAMESPACES)
        self.assertEqual(value, (NAMESPACES[prefix], local))
        self.assertEqual(self.type.format(value, prefix_for), text)
