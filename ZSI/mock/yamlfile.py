"""YAML as rule files need it: scalars stay text, and every mapping knows its lines.

The safe loader would make 010 an 8, 12:30:00 a 45000 and ``no`` a False; here a scalar is the
text that was written, and the schema type of the field decides what it means.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import yaml

from ZSI.errors import Where, quote
from ZSI.mock.errors import DefinitionError

#: Bytes of one rule file, and nodes in it: a thousand stubs are some 200 KB.
MOST_BYTES = 4 * 1024 * 1024
MOST_NODES = 500_000
_VARIABLE = re.compile(r"\$\{([A-Za-z_][A-Za-z0-9_]*)(?::-([^}]*))?\}")


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


def load_yaml(path: Path, environ: dict[str, str] | None = None) -> Any:
    """Read a YAML file: mappings are `Marked`, scalars text (null is None).

    Args:
        path: the file.
        environ: for ``${NAME}`` and ``${NAME:-default}`` in scalars; None: the process's.

    Raises:
        DefinitionError: it cannot be read, is not YAML, repeats a key or names an unknown
            variable; with file and line.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise DefinitionError(f"cannot be read: {error.strerror}", where=Where(str(path))) from None
    if len(data) > MOST_BYTES:
        raise DefinitionError(f"is larger than {MOST_BYTES} bytes", where=Where(str(path)))
    return parse_yaml(data, str(path), environ)


def parse_yaml(data: bytes | str, file: str, environ: dict[str, str] | None = None) -> Any:
    """The same from text.

    >>> parse_yaml("{a: 010, b: no, c: null}", "x.yaml")
    {'a': '010', 'b': 'no', 'c': None}
    """
    variables = dict(os.environ) if environ is None else environ
    try:
        node = yaml.compose(data, Loader=yaml.SafeLoader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark is not None else None
        raise DefinitionError(
            f"not YAML: {error.problem or error.context}", where=Where(file, line)
        ) from None
    except yaml.YAMLError as error:
        raise DefinitionError(f"not YAML: {' '.join(str(error).split())}", where=Where(file)) from None
    if node is None:
        return None
    return _Reader(file, variables).value(node)


class _Reader:
    """Makes values of nodes, counting them: an alias bomb costs what it would unfold to."""

    def __init__(self, file: str, environ: dict[str, str]) -> None:
        self.file = file
        self.environ = environ
        self.nodes = 0
        self._open: set[int] = set()

    def value(self, node: yaml.Node) -> Any:
        """The value of a node."""
        self.nodes += 1
        if self.nodes > MOST_NODES:
            raise self._error(node, f"has more than {MOST_NODES} nodes")
        if id(node) in self._open:
            raise self._error(node, "an anchor that contains itself")
        self._open.add(id(node))
        try:
            return self._kinds[type(node)](self, node)
        finally:
            self._open.discard(id(node))

    def _scalar(self, node: yaml.ScalarNode) -> str | None:
        text: str = node.value
        plain = node.style is None
        if plain and text in ("", "~", "null", "Null", "NULL"):
            return None
        return _VARIABLE.sub(lambda found: self._variable(node, found), text)

    def _variable(self, node: yaml.Node, found: re.Match[str]) -> str:
        name, default = found[1], found[2]
        value = self.environ.get(name, default)
        if value is None:
            raise self._error(node, f"variable {name} is not set")
        return value

    def _sequence(self, node: yaml.SequenceNode) -> list[Any]:
        return [self.value(item) for item in node.value]

    def _mapping(self, node: yaml.MappingNode) -> Marked:
        made = Marked(self.file, node.start_mark.line + 1)
        for key_node, value_node in node.value:
            if not isinstance(key_node, yaml.ScalarNode):
                raise self._error(key_node, "a key that is no text")
            key: str = key_node.value
            if key in made:
                raise self._error(key_node, f"key {quote(key)} stands here twice")
            made.lines[key] = key_node.start_mark.line + 1
            made[key] = self.value(value_node)
        return made

    def _error(self, node: yaml.Node, message: str) -> DefinitionError:
        return DefinitionError(message, where=Where(self.file, node.start_mark.line + 1))

    _kinds: dict[type, Callable[[_Reader, Any], Any]] = {
        yaml.ScalarNode: _scalar,
        yaml.SequenceNode: _sequence,
        yaml.MappingNode: _mapping,
    }


def mappings(value: Any) -> Iterator[Marked]:
    """Every mapping in a loaded document, outermost first."""
    if isinstance(value, Marked):
        yield value
        for inner in value.values():
            yield from mappings(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from mappings(inner)
