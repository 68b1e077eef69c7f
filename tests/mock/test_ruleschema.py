"""The JSON Schema of rule files is what the tables say, and fits what the reader takes."""

from __future__ import annotations

import json
import re
from typing import Any

import yaml
from twisted.trial.unittest import SynchronousTestCase

from tests.mock.test_definitions import ENTRIES
from ZSI.mock import merge, operators, ruleschema
from ZSI.mock.rules import FILE_KEYS, SERVICE_KEYS, SHARED
from ZSI.mock.ruleschema import FILE, make_schema, schema_text


def check(value: Any, schema: dict[str, Any], root: dict[str, Any]) -> bool:
    """The part of JSON Schema that ours uses, in a few lines, as a second opinion."""
    if "$ref" in schema:
        return check(value, root["$defs"][schema["$ref"].rpartition("/")[2]], root)
    for word, some in (("anyOf", any), ("allOf", all)):
        if word in schema and not some(check(value, part, root) for part in schema[word]):
            return False
    if "enum" in schema and value not in schema["enum"]:
        return False
    if "pattern" in schema and isinstance(value, str):
        return re.search(schema["pattern"], value) is not None
    types = schema.get("type", [])
    known = {"string": str, "number": (int, float), "integer": int, "boolean": bool,
             "null": type(None), "object": dict, "array": list}  # fmt: skip
    if types:
        names = types if isinstance(types, list) else [types]
        if not any(isinstance(value, known[name]) for name in names):  # type: ignore[arg-type]  # classes or tuples of them
            return False
    if isinstance(value, dict):
        return check_object(value, schema, root)
    if isinstance(value, list) and "items" in schema:
        return all(check(item, schema["items"], root) for item in value)
    return True


def check_object(value: dict[str, Any], schema: dict[str, Any], root: dict[str, Any]) -> bool:
    if not set(schema.get("required", ())) <= set(value):
        return False
    for key, item in value.items():
        part = schema.get("properties", {}).get(key, schema.get("additionalProperties", True))
        if part is False or (isinstance(part, dict) and not check(item, part, root)):
            return False
    return True


class SchemaTests(SynchronousTestCase):
    """What is shipped, what it says, what it lets through."""

    def test_shipped(self) -> None:
        """To write it anew: ``FILE.write_text(schema_text(), "utf-8")``."""
        self.assertEqual(FILE.read_text("utf-8"), schema_text())

    def test_operators_and_words_are_all_there(self) -> None:
        self.assertEqual(set(ruleschema.OPERATORS), set(operators.OPERATORS))
        self.assertEqual(set(ruleschema.REPLY_WORDS), set(merge._CONTROLS))

    def test_references_lead_somewhere(self) -> None:
        schema = make_schema()
        text = json.dumps(schema)
        for name in {part.split('"')[0] for part in text.split("#/$defs/")[1:]}:
            self.assertIn(name, schema["$defs"])

    def test_every_key_is_described(self) -> None:
        schema = make_schema()
        for name in ("file", "stub", "reply", "condition", "scenario"):
            for key, part in schema["$defs"][name]["properties"].items():
                self.assertTrue(part.get("description", "").endswith((".", ")")), f"{name}.{key}")

    def test_entries_pass(self) -> None:
        """As an editor reads them: YAML with numbers and booleans."""
        schema = make_schema()
        for text, _ in ENTRIES:
            entry = yaml.safe_load(text)
            self.assertTrue(check([entry], schema, schema), text)
            self.assertTrue(check({"stubs": [entry]}, schema, schema), text)
            self.assertFalse(check([{**entry, "wen": {}}], schema, schema), text)

    def test_files(self) -> None:
        schema = make_schema()
        for good in (
            None,
            [],
            {"port": 8080, "requests": "off", "services": ["a.wsdl", {"wsdl": "b.wsdl"}]},
            {"port": "${PORT}", "services": [{"class": "m:C", "seed": 5, "stubs": None}]},
        ):
            self.assertTrue(check(good, schema, schema), str(good))
        for bad in (
            5,
            {"ports": 1},
            {"services": [{"wdsl": "a"}]},
            {"requests": "sometimes"},
            [{"op": "G", "reply": {"a": 1}, "version": 1.3}],
        ):
            self.assertFalse(check(bad, schema, schema), str(bad))

    def test_examples_pass_their_own_schema(self) -> None:
        schema = make_schema()
        for table in (FILE_KEYS, {**SERVICE_KEYS, **SHARED}):
            for name, key in table.items():
                if key.example is not None:
                    self.assertTrue(check(key.example, dict(key.kind.schema), schema), name)
