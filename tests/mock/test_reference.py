"""The reference says what the tables say."""

from __future__ import annotations

from pathlib import Path

from twisted.trial.unittest import SynchronousTestCase

from ZSI.mock.definitions import REPLY_KEYS, STUB_KEYS
from ZSI.mock.options import OPTIONS
from ZSI.mock.reference import kind_of, reference_text
from ZSI.mock.rules import FILE_KEYS, SERVICE_KEYS

FILE = Path(__file__).parents[2] / "docs" / "mock" / "reference.md"


class ReferenceTests(SynchronousTestCase):
    """The document is made, not written."""

    def test_written(self) -> None:
        """To write it anew: ``zsi-mock schema --markdown > docs/mock/reference.md``."""
        self.assertEqual(FILE.read_text("utf-8"), reference_text())

    def test_nothing_is_left_out(self) -> None:
        text = reference_text()
        for name in (*STUB_KEYS, *REPLY_KEYS, *SERVICE_KEYS, *FILE_KEYS):
            self.assertIn(f"| `{name}`", text)
        for option in OPTIONS:
            self.assertIn(f"`{option.variable}`", text)

    def test_tables_are_whole(self) -> None:
        for line in reference_text().splitlines():
            if line.startswith("|"):
                cells = line.replace("\\|", "").count("|")
                self.assertIn(cells, (5, 6), line)

    def test_kinds(self) -> None:
        for schema, words in (
            ({"enum": ["a", "b", 1.1, False]}, "`a`, `b`"),
            ({"allOf": [{"$ref": "#/$defs/reply_fields"}]}, "reply fields"),
            ({"type": ["string", "number", "boolean"]}, "text"),
            ({"type": ["boolean", "string"]}, "true or false"),
            ({"type": ["array", "null"]}, "a list"),
            ({"anyOf": [{"type": "boolean"}, {"type": "string", "pattern": "x"}]}, "true or false"),
            ({"anyOf": [{"type": "string"}, {"type": "array"}]}, "text, or a list of text"),
            ({}, "anything"),
        ):
            self.assertEqual(kind_of(schema), words)
