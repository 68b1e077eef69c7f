"""YAML as rule files need it: scalars stay text, and every mapping knows its lines.

The safe loader would make 010 an 8, 12:30:00 a 45000 and ``no`` a False; here a scalar is the
text that was written, and the schema type of the field decides what it means. Values are made
straight from the parser's events: libyaml's composer is recursive and would run out of stack.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import yaml

from ZSI.errors import Where, quote
from ZSI.mock.errors import DefinitionError
from ZSI.mock.mistakes import InputError

#: Bytes of one rule file, nodes in it, and depth: a thousand stubs are some 200 KB.
MOST_BYTES = 4 * 1024 * 1024
MOST_NODES = 500_000
MOST_DEPTH = 100
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")
_NULLS = ("", "~", "null", "Null", "NULL")
_TAGS = frozenset(
    f"tag:yaml.org,2002:{name}" for name in ("str", "int", "float", "bool", "null", "map", "seq")
)
#: YAML 1.1's merge key: ``<<: *defaults`` takes over the keys that a mapping lacks.
_MERGE = "<<"
_LOADER: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast where it is there


class Marked(dict[str, Any]):
    """A mapping that knows its file, its line, and the line of each key (1-based)."""

    __slots__ = ("file", "line", "lines")

    def __init__(self, file: str, line: int) -> None:
        super().__init__()
        self.file = file
        self.line = line
        self.lines: dict[str, int] = {}

    def where(self, key: str | None = None) -> Where:
        """The place of the mapping, or of one of its keys."""
        line = self.line if key is None else self.lines.get(key, self.line)
        return Where(self.file, line, key)


def where_in(value: Any, key: str | None = None) -> Where | None:
    """The place of a mapping that came from a file; None for one that did not."""
    return value.where(key) if isinstance(value, Marked) else None


def where_of(entry: Any, path: str | None) -> Where | None:
    """The place to which a path of keys leads in a mapping from a file.

    Args:
        entry: the mapping.
        path: keys joined by ``": "``, as `ZSI.mock.errors.below` makes them; ``[2]`` is an item.

    >>> where_of(parse_yaml("when:\\n  a:\\n    $re: (", "x.yaml"), "when: a: $re").line
    3
    """
    found = where_in(entry)
    rest = path or ""
    while rest:
        item = re.match(r"\[(\d+)\](?:: |$)", rest)
        if item and isinstance(entry, list) and 0 < int(item[1]) <= len(entry):
            entry, rest = entry[int(item[1]) - 1], rest[item.end() :]
            found = where_in(entry) or found
            continue
        key = _leading_key(entry, rest)
        if key is None:
            break
        found = entry.where(key)
        entry, rest = entry[key], rest[len(key) + 2 :]
    return Where(found.file, found.line, path) if found is not None else None


def _leading_key(entry: Any, path: str) -> str | None:
    """The longest key of a mapping with which a path begins."""
    if not isinstance(entry, Marked):
        return None
    fitting = [key for key in entry if path == key or path.startswith(f"{key}: ")]
    return max(fitting, key=len, default=None)


def load_yaml(path: Path, environ: Mapping[str, str] | None = None) -> Any:
    """Read a YAML file: mappings are `Marked`, scalars text (null is None).

    Args:
        path: the file.
        environ: for ``${NAME}`` and ``${NAME:-default}`` in scalars; None: the process's.

    Raises:
        InputError: it cannot be read.
        DefinitionError: it is not YAML, repeats a key or names an unknown
            variable; with file and line.
    """
    try:
        with path.open("rb") as file:
            data = file.read(MOST_BYTES + 1)
    except OSError as error:
        raise InputError(f"cannot be read: {error.strerror}", where=Where(str(path))) from None
    if len(data) > MOST_BYTES:
        raise DefinitionError(f"is larger than {MOST_BYTES} bytes", where=Where(str(path)))
    return parse_yaml(data, str(path), environ)


def parse_yaml(data: bytes | str, file: str, environ: Mapping[str, str] | None = None) -> Any:
    """The same from text; ``file`` is what errors call it.

    Raises:
        DefinitionError: as for `load_yaml`.

    >>> parse_yaml("{a: 010, b: no, c: null}", "x.yaml")
    {'a': '010', 'b': 'no', 'c': None}
    """
    if isinstance(data, bytes):
        data = data.removeprefix(b"\xef\xbb\xbf")  # Windows editors write one
    reader = _Reader(file, os.environ if environ is None else environ)
    if data.lstrip()[:1] not in (b"<", "<"):
        return _parse(data, file, reader)
    with suppress(DefinitionError):
        found = _parse(data, file, reader)
        if not isinstance(found, str):
            return found
    raise DefinitionError(
        "this is XML", where=Where(file, 1),
        expected="YAML (a WSDL is given without --rules, and does not end in .yaml)",
    )  # fmt: skip


def _parse(data: bytes | str, file: str, reader: _Reader) -> Any:
    try:
        return reader.document(yaml.parse(data, Loader=_LOADER))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        if mark is not None and _indented_by_tab(data, mark.line):
            raise DefinitionError("not YAML: a tab begins this line", where=Where(file, line),
                                  expected="spaces") from None  # fmt: skip
        begun = error.context_mark.line + 1 if error.context_mark is not None else line
        within = f" (in what begins at line {begun})" if begun != line else ""
        raise DefinitionError(
            f"not YAML: {error.problem or error.context}{within}", where=Where(file, line)
        ) from None
    except yaml.reader.ReaderError as error:
        if "UTF-8" in str(error.reason) or error.encoding == "utf-8":
            raise DefinitionError("is not UTF-8", where=Where(file)) from None
        raise DefinitionError(f"not YAML: {error.reason}", where=Where(file)) from None
    except (yaml.YAMLError, UnicodeError) as error:
        raise DefinitionError(
            f"not YAML: {' '.join(str(error).split())}", where=Where(file)
        ) from None


def _indented_by_tab(data: bytes | str, line: int) -> bool:
    lines = (data.decode("utf-8", "replace") if isinstance(data, bytes) else data).split("\n")
    text = lines[line] if line < len(lines) else ""
    return "\t" in text[: len(text) - len(text.lstrip())]


class _Reader:
    """Makes values of events, counting them: an alias bomb costs what it would unfold to."""

    def __init__(self, file: str, environ: Mapping[str, str]) -> None:
        self.file = file
        self.environ = environ
        self.nodes = 0
        self._anchors: dict[str, tuple[Any, int]] = {}

    def document(self, events: Iterator[Any]) -> Any:
        """The value of the only document; None for an empty file."""
        self._events = events
        value: Any = None
        documents = 0
        for event in events:
            if isinstance(event, yaml.DocumentStartEvent):
                documents += 1
                if documents > 1:
                    raise self._error(event, "a second document", "one document a file")
                value = self._value(next(events), 0)
        return value

    def _value(self, event: Any, depth: int) -> Any:
        """The value that begins with an event."""
        self._count(event, 1)
        if isinstance(event, yaml.AliasEvent):
            return self._alias(event)
        if depth > MOST_DEPTH:
            raise self._error(event, f"nested more than {MOST_DEPTH} deep")
        if event.tag is not None and event.tag not in _TAGS:
            raise self._error(event, f"tag {quote(event.tag)}", "no tags: schema types decide")
        before = self.nodes
        value: Any
        if isinstance(event, yaml.ScalarEvent):
            value = self._scalar(event)
        elif isinstance(event, yaml.SequenceStartEvent):
            value = []
            while not isinstance(item := next(self._events), yaml.SequenceEndEvent):
                value.append(self._value(item, depth + 1))
        else:
            value = self._mapping(event, depth)
        if event.anchor is not None:
            self._anchors[event.anchor] = (value, self.nodes - before + 1)
        return value

    def _count(self, event: Any, nodes: int) -> None:
        self.nodes += nodes
        if self.nodes > MOST_NODES:
            raise self._error(event, f"has more than {MOST_NODES} nodes")

    def _alias(self, event: Any) -> Any:
        known = self._anchors.get(event.anchor)
        if known is None:  # unknown, or open: an anchor that contains itself
            raise self._error(event, f"no anchor {quote(event.anchor)} before this")
        value, nodes = known
        self._count(event, nodes)
        return value

    def _scalar(self, event: Any) -> str | None:
        text: str = event.value
        if not event.style and event.tag is None and text in _NULLS:
            return None
        if "${" not in text:
            return text
        return _VARIABLE.sub(lambda found: self._variable(event, found), text)

    def _variable(self, event: Any, found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        value = self.environ.get(name, default)
        if value is None:
            raise self._error(
                event, f"variable {name} is not set", f"it in the environment, or ${{{name}:-…}}"
            )
        return value

    def _mapping(self, event: Any, depth: int) -> Marked:
        made = Marked(self.file, _line(event))
        merged: list[Marked] = []
        while not isinstance(key_event := next(self._events), yaml.MappingEndEvent):
            if not isinstance(key_event, yaml.ScalarEvent):
                raise self._error(key_event, "a key that is no text")
            key: str = key_event.value
            value = self._value(next(self._events), depth + 1)
            if key == _MERGE and not key_event.style:
                merged += self._merged(key_event, value)
                continue
            if key in made:
                raise self._error(key_event, f"key {quote(key)} stands here twice")
            made.lines[key] = _line(key_event)
            made[key] = value
        for other in merged:
            for key, value in other.items():
                if key not in made:
                    made.lines[key] = other.lines[key]
                    made[key] = value
        return made

    def _merged(self, event: Any, value: Any) -> list[Marked]:
        found = value if isinstance(value, list) else [value]
        if not all(isinstance(item, Marked) for item in found):
            raise self._error(event, "<< with what is no mapping", "an alias of a mapping")
        return found

    def _error(self, event: Any, message: str, expected: str = "") -> DefinitionError:
        where = Where(self.file, _line(event))
        return DefinitionError(message, where=where, expected=expected)


def _line(event: Any) -> int:
    number: int = event.start_mark.line
    return number + 1
