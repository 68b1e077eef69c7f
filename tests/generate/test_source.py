"""Tests of the text of Python: nothing breaks out of literals and docstrings."""

from __future__ import annotations

import ast

from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.generate.source import (
    LONGEST_DOCUMENTATION,
    WIDTH,
    Spaces,
    call,
    comment,
    docstring,
    literal,
    readable,
    text_of,
    values,
)
from ZSI.names import XSD, QName

#: What has ended somebody's string literal.
HOSTILE = (
    '"', "'", '"""', "'''", '\\"""', "\\", 'a\\', "\n", "\r\n", "\u2028", "\u2029", "\x85", "\x0c",
    '"""\nimport os\nos.system("x")\n"""', "{}", "{0.__class__}", "%s", "\N{ZERO WIDTH SPACE}",
    "\u202e", "\ud7ff", "\U0001f600", "#", "\t", 'x"', "x'", '"x',
)  # fmt: skip


class LiteralTests(SynchronousTestCase):
    """Values as expressions."""

    def test_hostile_texts(self) -> None:
        for text in HOSTILE:
            made = literal(text)
            self.assertEqual(ast.literal_eval(made), text)
            self.assertTrue(made.isprintable(), repr(made))

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        self.assertEqual(ast.literal_eval(literal(text)), text)
        self.assertEqual(len(literal(text).splitlines()), 1)

    def test_structures(self) -> None:
        for value in (("a",), ("a", 1, None), [], ["x", ("y", None)], True, None, -3):
            self.assertEqual(ast.literal_eval(literal(value)), value)
        self.assertRaises(TypeError, literal, 1.5)

    def test_double_quotes_are_preferred(self) -> None:
        self.assertEqual(literal("it's"), '"it\'s"')


class DocstringTests(SynchronousTestCase):
    """Texts as docstrings."""

    def read(self, text: str) -> str | None:
        made = docstring(text, "    ")
        tree = ast.parse(f"def f():\n{made}    pass\n")
        self.assertEqual(len(tree.body), 1)
        function = tree.body[0]
        assert isinstance(function, ast.FunctionDef)
        self.assertLessEqual(len(function.body), 2)
        return ast.get_docstring(function)

    def test_hostile_texts(self) -> None:
        for text in HOSTILE:
            self.read(text)
            self.assertEqual((self.read(f"a {text} b") or "").split()[0], "a")

    @given(st.text())
    def test_any_text(self, text: str) -> None:
        self.read(text)

    def test_wrapped(self) -> None:
        made = docstring("word " * 100 + "\n\nsecond", "        ")
        self.assertTrue(all(len(line) <= WIDTH for line in made.splitlines()))
        self.assertIn("\n\n        second\n", made)
        self.assertEqual(docstring("  \n\n ", ""), "")

    def test_readable(self) -> None:
        self.assertEqual(readable("<p>One<br/>two &lt; three</p>"), "One\n\ntwo < three")
        self.assertEqual(readable("a <b>bold</b> x < y"), "a bold x < y")
        self.assertEqual(readable(None), "")
        self.assertLess(len(readable("word " * 5_000)), LONGEST_DOCUMENTATION + 10)

    def test_comment(self) -> None:
        self.assertEqual(comment("a\nb\u2028c"), "a b c")


class ExpressionTests(SynchronousTestCase):
    """Calls and lists over as many lines as they need."""

    def test_on_one_line(self) -> None:
        self.assertEqual(text_of(call("f", ["a", "b=1"]), "  ", "x = ", ","), "  x = f(a, b=1),")

    def test_arguments_on_a_line_of_their_own(self) -> None:
        long = ["a" * 30, "b" * 30, "c" * 30]
        text = text_of(call("function", long), "")
        self.assertEqual(text, f"function(\n    {', '.join(long)}\n)")

    def test_one_argument_a_line(self) -> None:
        long = [letter * 50 for letter in "abc"]
        expected = "".join(f"    {item},\n" for item in long)
        self.assertEqual(text_of(call("f", long), ""), f"f(\n{expected})")

    def test_inner_brackets(self) -> None:
        inner = call("inner", ["x" * 60, "y" * 60])
        text = text_of(call("outer", ["a", inner]), "")
        self.assertEqual(text.splitlines()[2], "    inner(")
        ast.parse(text)

    def test_filled(self) -> None:
        text = text_of(values("Literal[", [f"value {n}" for n in range(60)]), "", "X = ")
        lines = text.splitlines()
        self.assertTrue(all(len(line) <= WIDTH for line in lines))
        self.assertGreater(len(lines[1]), 80)
        self.assertEqual(len(ast.literal_eval(text.removeprefix("X = Literal"))), 60)

    def test_tuple_of_one(self) -> None:
        self.assertEqual(str(values("members=(", ["a"], ")")), 'members=("a",)')


class SpacesTests(SynchronousTestCase):
    """Constants for namespaces."""

    def test_names(self) -> None:
        spaces = Spaces(("urn:a", "urn:b"))
        self.assertEqual(spaces.name(QName("urn:b", "x")), '(_NS1, "x")')
        self.assertEqual(spaces.name(QName(None, "x")), '(None, "x")')
        self.assertEqual(spaces.name(QName(XSD, "int")), '(_XSD, "int")')
        self.assertEqual(spaces.name(QName("urn:c", "x")), '(_NS2, "x")')
        self.assertIn('_NS2 = "urn:c"\n', spaces.lines())
