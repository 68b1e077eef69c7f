"""The reference of rule files and settings as Markdown, from their schema and tables.

``zsi-mock schema --markdown`` prints it; ``docs/mock/reference.md`` is held equal to it by a test.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from ZSI.mock.options import OPTIONS, Option
from ZSI.mock.rules import SHARED
from ZSI.mock.ruleschema import make_schema

_HEAD = """\
# Reference

Made by `zsi-mock schema --markdown` from the tables that the program itself reads by.

Commands: `serve`, `check`, `call`, `sample`, `init`, `example`, `schema`, each with `--help`, and
`twistd zsi-mock` with the options of `serve`. Exit codes: 0 done; 1 something is wrong (a rule, a
fault that was answered, a port that is taken); 64 wrong usage; 66 a WSDL or rule file cannot be
read.

## Settings

Option, then environment, then rule file, then default; `zsi-mock serve … --show-config` says which.
Those marked S may be said of each service in a rule file as well.
"""

#: Sections: the name in the schema, the title, and whether its keys stand under properties.
_SECTIONS = (
    ("file", "Rule file"),
    ("service", "Service: an item of `services`"),
    ("stub", "Stub: an item of `stubs`"),
    ("condition", "Conditions: items of `all`, `any` and `not`"),
    ("expected", "Operators: values of `when`, `header`, `http` and `xpath`"),
    ("reply", "Reply: an item of `replies`, or a `fallback`"),
    ("reply_fields", "Words in replies, beside or in place of fields"),
    ("fault", "Fault: besides one declared fault by its name"),
    ("scenario", "Scenario"),
    ("trouble", "Trouble"),
    ("delay", "Delay"),
)
_TYPES = {"boolean": "true or false", "integer": "a whole number", "number": "a number",
          "string": "text", "object": "a mapping", "array": "a list"}  # fmt: skip


def reference_text() -> str:
    """The whole document."""
    schema = make_schema()
    left_out: dict[str, set[str]] = {
        "file": {option.name for option in OPTIONS},
        "service": set(SHARED),
    }
    parts = [_HEAD, _table(("setting", "option", "variable", "default", "meaning"), _options())]
    for name, title in _SECTIONS:
        part = schema["$defs"][name]
        properties = _properties(part)
        hidden = left_out.get(name, set())
        rows = [_row(key, item) for key, item in properties.items() if key not in hidden]
        parts.append(f"## {title}\n")
        if name == "file":
            parts.append("Just a list of stubs is a rule file, too. All settings may be keys.\n")
        if name == "service":
            parts.append("Just the path of a WSDL is a service, too; settings marked S are keys.\n")
        if name == "delay":
            parts.append("A time such as `300ms`, `1.5s`, `2m`, or one of these.\n")
        parts.append(_table(("key", "value", "meaning", "example"), rows))
    return "\n".join(parts)


def _options() -> Iterator[tuple[str, ...]]:
    for option in OPTIONS:
        mark = " (S)" if option.shared else ""
        name = f"`{option.name}`{mark}" if option.in_file else f"{option.name}, not in rule files"
        long = f"`--{option.long}`"
        if option.name == "wsdl":
            long = "the words after `serve`"
        elif option.flag:
            long = f"`--[no-]{option.long}`"
        yield name, long, f"`{option.variable}`", _default(option), _escaped(option.words)


def _default(option: Option) -> str:
    if option.default in (None, ()):
        return ""
    if option.flag:
        return "`true`" if option.default else "`false`"
    return f"`{option.default}`"


def _properties(part: Mapping[str, Any]) -> dict[str, Any]:
    """The keys of a part, which may be one of several forms."""
    found = dict(part.get("properties", {}))
    for other in part.get("anyOf", ()):
        found |= other.get("properties", {})
    return found


def _row(key: str, item: Mapping[str, Any]) -> tuple[str, ...]:
    example = item.get("examples", [None])[0]
    shown = ""
    if isinstance(example, str):
        shown = f"`{_escaped(example)}`"
    elif example is not None:
        shown = f"`{_escaped(_yaml(example))}`"
    return f"`{key}`", kind_of(item), _escaped(item.get("description", "")), shown


def kind_of(item: Mapping[str, Any]) -> str:
    """What a value may be, in words.

    >>> kind_of({"anyOf": [{"type": "integer", "minimum": 1, "maximum": 5}, {"type": "string"}]})
    '1 to 5'
    """
    for part in item.get("allOf", ()):
        item = part
    if "$ref" in item:
        return str(item["$ref"]).rpartition("/")[2].replace("_", " ")
    if "enum" in item:
        return ", ".join(f"`{value}`" for value in item["enum"] if isinstance(value, str))
    if "minimum" in item:
        return f"{item['minimum']} to {item['maximum']}"
    forms = [kind_of(part) for part in item.get("anyOf", ()) if "pattern" not in part]
    if forms:
        several = f"list of {forms[0]}" if len(forms) > 1 else ""
        same = item["anyOf"][-1].get("type") == "array" and len(forms) == 2
        unique = dict.fromkeys(forms)
        if any("minimum" in part for part in item["anyOf"]):
            return forms[0]
        return f"{forms[0]}, or a {several}" if same else " or ".join(unique)
    names = item.get("type", [])
    names = [names] if isinstance(names, str) else [name for name in names if name != "null"]
    if set(names) == {"boolean", "string"}:
        return _TYPES["boolean"]
    if "string" in names:
        return "text"
    return " or ".join(_TYPES[name] for name in names) or "anything"


def _yaml(value: Any) -> str:
    """A value in YAML's flow style, for reading."""
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{key}: {_yaml(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(_yaml, value)) + "]"
    return value if isinstance(value, str) and ": " not in value else json.dumps(value)


def _escaped(text: str) -> str:
    return text.replace("|", "\\|")


def _table(titles: Iterable[str], rows: Iterable[tuple[str, ...]]) -> str:
    names = list(titles)
    lines = [names, ["---"] * len(names), *rows]
    return "".join(f"| {' | '.join(line)} |\n" for line in lines)
