"""The JSON Schema of rule files, made from the tables that read them.

It is shipped as ``rules.schema.json`` beside this module: ``zsi-mock schema`` prints it, and
editors complete rule files by it. A test holds the file equal to what is made here.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from ZSI.mock import definitions, rules
from ZSI.mock.keys import Key

#: Where the schema is known, for editors that look schemas up by name.
SCHEMA_ID = "urn:zsi-mock:rules"
FILE = Path(__file__).with_name("rules.schema.json")

_SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
_FLAG: dict[str, Any] = {"type": ["boolean", "string"]}
_ANY_LIST: dict[str, Any] = {"type": "array"}

#: Operators of conditions: what they mean, and an example.
OPERATORS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "$re": ("The text matches a regular expression, anywhere in it.", {"type": "string"}),
    "$in": ("One of these values.", _ANY_LIST),
    "$not": ("What stands here does not hold.", {}),
    "$any": ("One of these conditions holds.", _ANY_LIST),
    "$all": ("All of these conditions hold.", _ANY_LIST),
    "$present": ("true: the field is there.", _FLAG),
    "$absent": ("true: the field is not there.", _FLAG),
    "$nil": ("true: the field is nil.", _FLAG),
    "$count": ("So many of it are there: a number or a condition.", {}),
    "$contains": ("The text contains this; a list has this item.", _SCALAR),
    "$range": ("Between two values, both included: [low, high]; null is open.", _ANY_LIST),
    "$valid": ("The text is valid for this simple type.", _SCALAR),
    "$type": ("The value has this type, or one derived from it.", {"type": "string"}),
    "$value": ("The value equals this, whatever it looks like.", {}),
}
#: Control words of replies.
REPLY_WORDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "$type": (
        "The derived type that stands here: Customer, p:Customer or {uri}Customer.",
        {"type": "string"},
    ),
    "$for": ("An item for each item of this path of the request; loop.index counts them.", {}),
    "$as": ("The name of the loop's item in templates; item by default.", {"type": "string"}),
    "$sample": ("none: nothing but these fields.", {"enum": ["none", "full"]}),
    "$value": ("The value of an element that has attributes or a $type too.", {}),
    "$nil": ("true: the element is nil.", _FLAG),
    "$absent": ("true: the field is left out.", _FLAG),
    "$xml": ("Any XML, where the contract allows any.", {"type": "string"}),
    "$element": ("The global element that stands here, where any may.", {"type": "string"}),
}


def make_schema() -> dict[str, Any]:
    """The schema as JSON values; a new one each time."""
    stub = _object(definitions.STUB_KEYS, "A stub: what a call must be, and what then happens.")
    service = _object(
        {**rules.SERVICE_KEYS, **_settings()}, "A service: a WSDL, or a class over a stub of it."
    )
    file = _object(rules.FILE_KEYS, "A rule file.")
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "$id": SCHEMA_ID,
        "title": "Rules of zsi-mock",
        "anyOf": [{"$ref": "#/$defs/file"}, {"$ref": "#/$defs/stubs"}, {"type": "null"}],
        "$defs": {
            "file": file,
            "stubs": {"type": "array", "items": {"$ref": "#/$defs/stub"},
                      "description": "A file may be just a list of stubs."},
            "service": {"anyOf": [{"type": "string"}, service]},
            "stub": {**stub, "required": ["op"]},
            "condition": _object(definitions.CONDITION_KEYS, "Conditions that hold together."),
            "conditions": {
                "type": ["object", "null"],
                "additionalProperties": {"$ref": "#/$defs/expected"},
                "description": "Values or operators by name or path.",
            },
            "expected": _expected(),
            "reply": _object(definitions.REPLY_KEYS, "One reply."),
            "reply_fields": {
                "type": ["object", "null"],
                "properties": _words(REPLY_WORDS),
                "additionalProperties": {"$ref": "#/$defs/value"},
                "description": "Values by field or path; those of templates begin with {{.",
            },
            "value": {"anyOf": [
                _SCALAR,
                {"$ref": "#/$defs/reply_fields"},
                {"type": "array", "items": {"$ref": "#/$defs/value"}},
            ]},
            "fault": {
                "type": "object",
                "properties": _properties(definitions.FAULT_KEYS),
                "additionalProperties": {"$ref": "#/$defs/value"},
                "description": "A declared fault by its name, or a free one.",
            },
            "fallback": {"anyOf": [{"enum": ["sample", "fault"]}, {"$ref": "#/$defs/reply"}]},
            "scenario": _object(definitions.SCENARIO_KEYS, "A state machine."),
            "trouble": {
                "type": "object",
                "properties": _properties(definitions.TROUBLE_KEYS),
                "required": ["kind"],
                "description": "Something that goes wrong, with settings of its own.",
            },
            "delay": _delay(),
            "base64": {
                "type": "object",
                "properties": {"$base64": {"type": "string"}},
                "required": ["$base64"],
                "additionalProperties": False,
            },
        },
    }  # fmt: skip


def _settings() -> dict[str, Key]:
    return {name: rules.FILE_KEYS[name] for name in rules.SHARED}


def _object(table: Mapping[str, Key], words: str) -> dict[str, Any]:
    return {
        "type": "object",
        "description": words,
        "properties": _properties(table),
        "additionalProperties": False,
    }


def _properties(table: Mapping[str, Key]) -> dict[str, Any]:
    made = {}
    for name, key in table.items():
        schema = dict(key.kind.schema)
        # what stands beside $ref does not count in draft 7
        schema = {"allOf": [schema]} if "$ref" in schema else schema
        made[name] = {**schema, "description": key.words}
        if key.example is not None:
            made[name]["examples"] = [key.example]
    return made


def _words(table: Mapping[str, tuple[str, dict[str, Any]]]) -> dict[str, Any]:
    return {name: {**schema, "description": words} for name, (words, schema) in table.items()}


def _expected() -> dict[str, Any]:
    fields = {
        "type": "object",
        "properties": _words(OPERATORS),
        "additionalProperties": {"$ref": "#/$defs/expected"},
        "description": "Operators, or fields further inside.",
    }
    return {"anyOf": [_SCALAR, fields, {"type": "array", "items": {"$ref": "#/$defs/expected"}}]}


def _delay() -> dict[str, Any]:
    pair = {"type": "array", "minItems": 2, "maxItems": 2}
    kinds = {
        "uniform": ("Between two times: [least, most].", ["100ms", "1s"]),
        "normal": ("Around a mean: [mean, deviation].", ["300ms", "50ms"]),
        "lognormal": ("With a long tail: [median, sigma].", ["90ms", "0.4"]),
    }
    fixed = {"type": ["string", "number"], "description": "So long.", "examples": ["300ms"]}
    return {
        "anyOf": [
            {"type": ["string", "number"], "examples": ["300ms", "1.5s"]},
            {
                "type": "object",
                "properties": {
                    "fixed": fixed,
                    **{
                        kind: {**pair, "description": words, "examples": [example]}
                        for kind, (words, example) in kinds.items()
                    },
                },
                "minProperties": 1,
                "maxProperties": 1,
                "additionalProperties": False,
            },
        ]
    }


def schema_text() -> str:
    """The schema as the text of ``rules.schema.json``."""
    return json.dumps(make_schema(), indent=1, ensure_ascii=False) + "\n"
