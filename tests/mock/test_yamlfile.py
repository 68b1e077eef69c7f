"""YAML with text scalars and lines."""

from __future__ import annotations

from pathlib import Path
from unittest import mock

import yaml
from hypothesis import given
from hypothesis import strategies as st
from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock import yamlfile
from ZSI.mock.errors import DefinitionError
from ZSI.mock.yamlfile import Marked, load_yaml, parse_yaml, where_in, where_of

TEXT = st.text(st.characters(exclude_characters="$", exclude_categories=["Cs"]))


def read(text: str | bytes, **environ: str) -> object:
    return parse_yaml(text, "f.yaml", environ)


class ScalarsTests(SynchronousTestCase):
    """A scalar is the text that was written."""

    def test_text_stays(self) -> None:
        self.assertEqual(
            read("{a: 010, b: no, c: 12:30:00, d: 1.10, e: 'x', f: 0x1F, g: 2026-01-02}"),
            {
                "a": "010",
                "b": "no",
                "c": "12:30:00",
                "d": "1.10",
                "e": "x",
                "f": "0x1F",
                "g": "2026-01-02",
            },
        )

    def test_null_is_none_unless_quoted(self) -> None:
        self.assertEqual(
            read("a:\nb: ~\nc: null\nd: 'null'\ne: ''"),
            {"a": None, "b": None, "c": None, "d": "null", "e": ""},
        )

    def test_empty_file(self) -> None:
        self.assertIsNone(read(""))
        self.assertIsNone(read("# only a comment\n"))
        self.assertEqual(read(b"\xef\xbb\xbfa: 1"), {"a": "1"})

    def test_core_tags_mean_text_others_nothing(self) -> None:
        self.assertEqual(read("a: !!int 5"), {"a": "5"})
        for tag in ("!!python/object/apply:os.system", "!x", "!!binary", "!!set"):
            error = self.assertRaises(DefinitionError, read, f"a:\n  b: {tag} x")
            self.assertIn("f.yaml:2: tag", str(error))

    @given(st.dictionaries(TEXT, TEXT))
    def test_what_yaml_writes_is_read(self, given: dict[str, str]) -> None:
        self.assertEqual(read(yaml.safe_dump(given)) or {}, given)

    def test_a_key_that_begins_like_xml(self) -> None:
        for key in ("<", "<a", "<a>", "<a b"):
            self.assertEqual(read(f"{key}: 1"), {key: "1"})

    def test_python_parser_says_the_same(self) -> None:
        """Where libyaml is not installed."""
        text = "a: [1, {b: no}]\nc: &x {d: 'null', e: }\nf: {<<: *x, e: 2}\n"
        with mock.patch.object(yamlfile, "_LOADER", yaml.SafeLoader):
            slow = read(text)
        self.assertEqual(slow, read(text))
        self.assertEqual(slow["f"], {"d": "null", "e": "2"})  # type: ignore[index]  # it is a dict


class VariablesTests(SynchronousTestCase):
    """``${NAME}`` and its default."""

    def test_variables(self) -> None:
        text = "a: ${HOST}:${PORT:-80}\nb: ${EMPTY:-}\nc: $HOST\nd: $5"
        self.assertEqual(read(text, HOST="h"), {"a": "h:80", "b": "", "c": "$HOST", "d": "$5"})

    def test_unset(self) -> None:
        error = self.assertRaises(DefinitionError, read, "x: 1\na: ${NOPE}")
        self.assertEqual(
            str(error),
            "f.yaml:2: variable NOPE is not set; expected it in the environment, or ${NOPE:-…}",
        )

    def test_value_is_text_not_yaml(self) -> None:
        """A variable cannot bring structure in."""
        self.assertEqual(read("a: ${V}", V="{b: [1]}"), {"a": "{b: [1]}"})

    def test_null_from_a_variable_is_text(self) -> None:
        self.assertEqual(read("a: ${V}", V="null"), {"a": "null"})


class LinesTests(SynchronousTestCase):
    """Mappings know where they and their keys stand."""

    def test_lines(self) -> None:
        found = read("stubs:\n- op: A\n  when:\n    x: 1\n    y: {z: 2}\n")
        assert isinstance(found, Marked)
        (stub,) = found["stubs"]
        self.assertEqual((stub.line, stub.lines), (2, {"op": 2, "when": 3}))
        self.assertEqual(str(where_in(stub, "when")), "f.yaml:3: when")
        self.assertEqual(str(where_of(stub, "when: y: z")), "f.yaml:5: when: y: z")
        self.assertEqual(
            str(where_of(found, "stubs: [1]: when: x")), "f.yaml:4: stubs: [1]: when: x"
        )
        self.assertEqual(str(where_of(stub, "when: x: $re")), "f.yaml:4: when: x: $re")
        self.assertEqual(str(where_of(stub, None)), "f.yaml:2")

    def test_keys_that_hold_the_separator(self) -> None:
        found = read("'a: b':\n  c: 1\na: 2\n")
        where = where_of(found, "a: b: c")
        assert where is not None
        self.assertEqual(where.line, 2)

    def test_what_came_from_no_file(self) -> None:
        self.assertIsNone(where_in({"a": 1}, "a"))
        self.assertIsNone(where_of({"a": 1}, "a"))

    def test_merge_keys(self) -> None:
        found = read("d: &d {times: 1, op: X}\ns:\n- <<: *d\n  op: Y\n- <<: [*d, {label: z}]\n")
        assert isinstance(found, Marked)
        self.assertEqual(found["s"][0], {"op": "Y", "times": "1"})
        self.assertEqual(found["s"][0].lines["times"], 1)
        self.assertEqual(found["s"][1], {"op": "X", "times": "1", "label": "z"})
        error = self.assertRaises(DefinitionError, read, "a:\n  <<: 5")
        self.assertIn("f.yaml:2: << with what is no mapping", str(error))
        self.assertEqual(read("'<<': 5"), {"<<": "5"})


class MistakesTests(SynchronousTestCase):
    """What cannot be read says where."""

    def test_mistakes(self) -> None:
        for text, said in (
            ("a: [", "f.yaml:2: not YAML"),
            (
                "a:\n  - b: 1\n   c: 2",
                "f.yaml:3: not YAML: did not find expected '-' indicator "
                "(in what begins at line 2)",
            ),
            ("- {a: {b: 1}\n- {a: 1}", "expected ',' or '}' (in what begins at line 1)"),
            ("a: 1\na: 2", "f.yaml:2: key 'a' stands here twice"),
            ("--- 1\n--- 2", "f.yaml:2: a second document"),
            ("? [1]\n: 2", "f.yaml:1: a key that is no text"),
            ("a: \x01", "f.yaml: not YAML"),
            (b"\xff\xfe\x00", "f.yaml: not YAML"),
            ("\n\t- x", "f.yaml:2: not YAML: a tab begins this line; expected spaces"),
            ("a:\n - 1\n \t- 2: 3: 4", "f.yaml:3: not YAML: a tab begins this line"),
            (b"a: \xe9t\xe9", "f.yaml: is not UTF-8"),
            (" <definitions/>", "f.yaml:1: this is XML; expected YAML (a WSDL is given without"),
            ("<?xml version='1.0'?>\n<a b='c: d'>\n  e: f\n</a>", "f.yaml:1: this is XML"),
            ("a: *b", "no anchor 'b'"),
            ("&a [*a]", "no anchor 'a'"),
        ):
            error = self.assertRaises(DefinitionError, read, text)
            self.assertIn(said, str(error))

    def test_depth(self) -> None:
        """A recursive reader would end the process."""
        for text in ("[" * 100_000, "{a: " * 100_000):
            self.assertIn("deep", str(self.assertRaises(DefinitionError, read, text)))

    def test_alias_bomb(self) -> None:
        lines = ["a: &a [x, x, x, x, x, x, x, x, x, x]"]
        for before, name in zip("abcdefgh", "bcdefghi", strict=True):
            lines.append(f"{name}: &{name} [{', '.join(['*' + before] * 10)}]")
        error = self.assertRaises(DefinitionError, read, "\n".join(lines))
        self.assertIn("nodes", str(error))

    def test_files(self) -> None:
        folder = Path(self.mktemp())
        folder.mkdir()
        error = self.assertRaises(DefinitionError, load_yaml, folder / "none.yaml")
        self.assertIn("none.yaml: cannot be read: No such file", str(error))
        (folder / "a.yaml").write_text("a: ${X}", "utf-8")
        self.assertEqual(load_yaml(folder / "a.yaml", {"X": "1"}), {"a": "1"})
        with mock.patch.object(yamlfile, "MOST_BYTES", 3):
            error = self.assertRaises(DefinitionError, load_yaml, folder / "a.yaml")
        self.assertIn("larger than 3 bytes", str(error))
