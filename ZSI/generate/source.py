"""Python source as text: literals, docstrings and calls that nothing from a WSDL can break out of.

Every name and text of a contract enters a module through `literal` or `docstring`, or is an
identifier that `ZSI.generate.identifiers` has made.
"""

from __future__ import annotations

import textwrap
from collections.abc import Iterable

from ZSI.names import XSD, QName

#: Longest line of generated code, where it can be broken at all.
WIDTH = 99


def literal(value: object) -> str:
    """A value as a Python expression, on one line, printable characters only.

    >>> literal('say "hi"'), literal(("a", 1, None)), literal(["x"])
    ('\\'say "hi"\\'', '("a", 1, None)', '["x"]')
    """
    if isinstance(value, str):
        text = repr(str(value))
        if text[0] == "'" and '"' not in text:
            text = f'"{text[1:-1]}"'.replace("\\'", "'")
        return text
    if isinstance(value, tuple):
        return f"({', '.join(map(literal, value))}{',' if len(value) == 1 else ''})"
    if isinstance(value, list):
        return f"[{', '.join(map(literal, value))}]"
    if value is None or isinstance(value, bool | int):
        return repr(value)
    raise TypeError(f"no literal for {type(value).__name__}")


def docstring(text: str, indent: str) -> str:
    """A docstring, wrapped; nothing in the text can end it early."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    lines: list[str] = []
    for paragraph in filter(None, paragraphs):
        if lines:
            lines.append("")
        lines.extend(textwrap.wrap(_printable(paragraph), WIDTH - len(indent) - 3))
    lines = [line.replace("\\", "\\\\").replace('"""', '\\"\\"\\"') for line in lines]
    if not lines:
        return ""
    if lines[-1].endswith('"'):
        lines[-1] = lines[-1][:-1] + '\\"'
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""\n'
    body = "".join(f"{indent}{line}".rstrip() + "\n" for line in lines[1:])
    return f'{indent}"""{lines[0]}\n{body}{indent}"""\n'


def comment(text: str) -> str:
    """Text that is safe at the end of a line of code."""
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


def call(start: str, arguments: Iterable[str], indent: str) -> str:
    """A call, on one line where it fits, else one argument a line.

    >>> print(call("f", ["a", "b=1"], "    "))
        f(a, b=1)
    """
    arguments = list(arguments)
    line = f"{indent}{start}({', '.join(arguments)})"
    if len(line) <= WIDTH:
        return line
    inner = "".join(f"{indent}    {argument},\n" for argument in arguments)
    return f"{indent}{start}(\n{inner}{indent})"


class Spaces:
    """Namespace constants of a module: ``_NS0`` … for target namespaces, ``_XSD``."""

    def __init__(self, namespaces: tuple[str, ...]) -> None:
        self.constants = {uri: f"_NS{number}" for number, uri in enumerate(namespaces)}
        self.constants[XSD] = "_XSD"

    def space(self, namespace: str | None) -> str:
        """A namespace as an expression."""
        if namespace is None:
            return "None"
        return self.constants.get(namespace) or literal(namespace)

    def name(self, name: QName) -> str:
        """A name as an expression."""
        return f"({self.space(name.namespace)}, {literal(name.localname)})"

    def lines(self) -> str:
        """The assignments."""
        return "".join(f"{name} = {literal(uri)}\n" for uri, name in self.constants.items())
