"""Python source as text: literals, docstrings and calls that nothing from a WSDL can break out of.

Every name and text of a contract enters a module through `literal` or `docstring`, or is an
identifier that `ZSI.generate.identifiers` has made.
"""

from __future__ import annotations

import html
import re
import textwrap
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from ZSI.names import XSD, QName

#: Longest line of generated code, where it can be broken at all.
WIDTH = 99
#: Documentation beyond this many characters is cut: the WSDL lies beside the module.
LONGEST_DOCUMENTATION = 2_000

_STEP = "    "


@dataclass(frozen=True, slots=True)
class Bracket:
    """An expression in brackets that may be broken over lines.

    ``fill`` puts as many items on a line as fit, for long lists of short values.
    """

    open: str
    items: tuple[Expr, ...]
    close: str
    fill: bool = False

    def __str__(self) -> str:
        lone = "," if self.open.endswith("(") and self.is_tuple and len(self.items) == 1 else ""
        return f"{self.open}{', '.join(map(str, self.items))}{lone}{self.close}"

    @property
    def is_tuple(self) -> bool:
        """Whether the parentheses are those of a tuple, not of a call."""
        return self.open.endswith("(") and not re.search(r"\w\($", self.open)


Expr: TypeAlias = "str | Bracket"


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


def values(start: str, items: Iterable[object], end: str = "]") -> Bracket:
    """A list of literals, filled over as many lines as it takes."""
    return Bracket(start, tuple(map(literal, items)), end, fill=True)


def call(start: str, arguments: Iterable[Expr], end: str = ")") -> Bracket:
    """A call."""
    return Bracket(f"{start}(", tuple(arguments), end)


def text_of(expr: Expr, indent: str, lead: str = "", trail: str = "") -> str:
    """An expression as lines: one if it fits, else its items indented, all on one line if they
    fit there, else one a line.

    Args:
        expr: what to write.
        indent: of the line that it begins on.
        lead, trail: what stands before and after it on its first and last line.

    >>> print(text_of(call("f", ["a", "b=1"]), "    ", "x = "))
        x = f(a, b=1)
    """
    flat = f"{indent}{lead}{expr}{trail}"
    if isinstance(expr, str) or len(flat) <= WIDTH or not expr.items:
        return flat
    inner = indent + _STEP
    head, foot = f"{indent}{lead}{expr.open}\n", f"\n{indent}{expr.close}{trail}"
    if expr.fill:
        return head + _filled(expr.items, inner) + foot
    joined = inner + ", ".join(map(str, expr.items))
    if len(joined) <= WIDTH and not expr.is_tuple:
        return head + joined + foot
    return head + "\n".join(text_of(item, inner, trail=",") for item in expr.items) + foot


def _filled(items: tuple[Expr, ...], indent: str) -> str:
    lines = [indent]
    for item in items:
        piece = f"{item}, "
        if len(lines[-1]) + len(piece) - 1 > WIDTH and lines[-1] != indent:
            lines.append(indent)
        lines[-1] += piece
    return "\n".join(line.rstrip() for line in lines)


def docstring(text: str, indent: str) -> str:
    """A docstring, wrapped; nothing in the text can end it early."""
    paragraphs = [" ".join(part.split()) for part in text.split("\n\n")]
    lines: list[str] = []
    for paragraph in filter(None, paragraphs):
        if lines:
            lines.append("")
        lines.extend(textwrap.wrap(_printable(paragraph), WIDTH - len(indent) - 6))
    if not lines:
        return ""
    lines = [line.replace("\\", "\\\\") for line in lines]
    if '"""' in text or lines[-1].endswith('"'):
        lines = [line.replace('"', '\\"') for line in lines]
    if len(lines) == 1:
        return f'{indent}"""{lines[0]}"""\n'
    body = "".join(f"{indent}{line}".rstrip() + "\n" for line in lines[1:])
    return f'{indent}"""{lines[0]}\n{body}{indent}"""\n'


def readable(documentation: str | None) -> str:
    """A schema's documentation without HTML tags, cut to a length that a docstring may have.

    >>> readable("Gets a <b>rate</b>  &amp;c.")
    'Gets a rate &c.'
    """
    text = documentation or ""
    if "<" in text:
        text = re.sub(r"</?(?:p|br|li|ul|ol|div|tr|h\d)\b[^<>]{0,200}>", "\n\n", text, flags=re.I)
        text = re.sub(r"</?[a-zA-Z][^<>]{0,200}>", "", text)
    if "&" in text:
        text = html.unescape(text)
    text = "\n\n".join(" ".join(p.split()) for p in re.split(r"\n\s*\n", text) if p.strip())
    if len(text) > LONGEST_DOCUMENTATION:
        text = text[:LONGEST_DOCUMENTATION].rpartition(" ")[0] + " […]"
    return text


def comment(text: str) -> str:
    """Text that is safe at the end of a line of code."""
    return _printable(" ".join(text.split()))


def _printable(text: str) -> str:
    return "".join(character if character.isprintable() else " " for character in text)


class Spaces:
    """Namespace constants of a module: ``_NS0`` … for target namespaces first, ``_XSD``."""

    def __init__(self, namespaces: tuple[str, ...]) -> None:
        self.constants = {uri: f"_NS{number}" for number, uri in enumerate(namespaces)}
        self.constants[XSD] = "_XSD"

    def space(self, namespace: str | None) -> str:
        """A namespace as an expression; one that is new gets a constant too."""
        if namespace is None:
            return "None"
        return self.constants.setdefault(namespace, f"_NS{len(self.constants) - 1}")

    def name(self, name: QName) -> str:
        """A name as an expression."""
        return f"({self.space(name.namespace)}, {literal(name.localname)})"

    def lines(self) -> str:
        """The assignments."""
        return "".join(f"{name} = {literal(uri)}\n" for uri, name in self.constants.items())
