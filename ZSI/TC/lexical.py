"""What the lexical side of all simple types shares: white space, refusals, and `Kind`.

A `Kind` is the unrestricted core of a simple type: how its text becomes a value and back.
`ZSI.TC.simple` puts facets, names and derivation around it. XSD 1.0 part 2, 2.3 and 4.3.6.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Any, Literal, Protocol

from ZSI.errors import ValueRefused

#: In-scope prefixes as lxml's ``nsmap`` gives them: str, or None for the default namespace. (Keys
#: of a Mapping are invariant: ``str | None`` would keep a plain ``dict[str, str]`` out.)
Namespaces = Mapping[Any, str]
#: Gives the prefix a writer has for a namespace ("" for the default namespace).
PrefixFor = Callable[[str], str]
WhiteSpace = Literal["preserve", "replace", "collapse"]

#: What XML 1.0 calls white space (production 3); str.strip() alone would take more.
XML_SPACE = " \t\r\n"
#: White space facets, weakest first.
WHITE_SPACE_ORDER: tuple[WhiteSpace, ...] = ("preserve", "replace", "collapse")

_to_space = str.maketrans("\t\r\n", "   ")
_breaks = re.compile(r"[\t\r\n]").search
_uncollapsed = re.compile(r"[\t\r\n]|  |^ | \Z").search
#: The pieces of a text between XML white space: the items of a list type.
split_items: Callable[[str], list[str]] = re.compile(r"[^ \t\r\n]+").findall


class Parser(Protocol):
    """Text to value; ``namespaces`` matter to QName and NOTATION only."""

    def __call__(self, text: str, namespaces: Namespaces | None = None) -> Any: ...


class Formatter(Protocol):
    """Value to text; ``prefix_for`` matters to QName and NOTATION only."""

    def __call__(self, value: Any, prefix_for: PrefixFor | None = None) -> str: ...


#: Many texts to their values, if all are as most are: a `ValueError`, an `ArithmeticError` or a
#: `KeyError` says that one is not.
ColumnParser = Callable[[Sequence[str]], Sequence[Any]]
Coercer = Callable[[Any], Any]
Check = Callable[[Any], None]


def no_spellings(value: Any) -> Iterator[str]:
    """For kinds that write a value in one way only."""
    return iter(())


@dataclass(frozen=True, slots=True)
class Kind:
    """How one built-in type, list or union reads, checks and writes, without any facet.

    ``coerce`` takes what a program may hand over and gives the value of the value model;
    ``write`` takes such a value. All four refuse with `ValueRefused`. ``spellings`` gives
    further lexical forms of a value, for types whose patterns refuse the usual one.
    """

    name: str
    white_space: WhiteSpace
    parse: Parser
    coerce: Coercer
    write: Formatter
    #: Classes of the values, in the order the annotation names them.
    python: tuple[type, ...]
    format: Formatter
    canonical: Formatter
    spellings: Callable[[Any], Iterator[str]] = no_spellings
    #: What the length facets count: "character", "octet", "item"; None where they do not apply.
    unit: str | None = None
    #: Whether the four bounds, and the two digit facets, apply.
    ordered: bool = False
    digits: bool = False
    needs_namespaces: bool = False
    #: As ``parse``, without the facets of list items, for text that a validator has passed.
    decode: Parser | None = None
    #: As ``parse``, for many texts: what that makes sure of for each, it does for all joined.
    column: ColumnParser | None = None
    #: The normalized text that patterns see, where ``white_space`` alone does not tell (unions).
    literal: Callable[[str, Namespaces | None], str] | None = None


def make_kind(
    name: str,
    parse: Parser,
    coerce: Coercer,
    write: Formatter,
    python: tuple[type, ...],
    *,
    white_space: WhiteSpace = "collapse",
    format: Formatter | None = None,
    canonical: Formatter | None = None,
    **more: Any,
) -> Kind:
    """A `Kind`; ``format`` and ``canonical`` come from ``coerce`` and ``write`` unless given."""

    def coerce_and_write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return write(coerce(value), prefix_for)

    return Kind(
        name,
        white_space,
        parse,
        coerce,
        write,
        python,
        format=format or coerce_and_write,
        canonical=canonical or write,
        **more,
    )


def replace_space(text: str) -> str:
    r"""Tab, line feed and carriage return become spaces (``whiteSpace="replace"``, 4.3.6).

    >>> replace_space("a\tb\n")
    'a b '
    """
    return text.translate(_to_space) if _breaks(text) else text


def collapse_space(text: str) -> str:
    r"""Runs of white space become one space, none at the ends (``whiteSpace="collapse"``).

    Text that needs no change is returned as it is. No-break space is not white space.

    >>> collapse_space("  a \n b ")
    'a b'
    """
    if text.isalnum():
        return text
    if text.isprintable() and "  " not in text and text[:1] != " " and text[-1:] != " ":
        return text
    return " ".join(split_items(text)) if _uncollapsed(text) else text


def keep_space(text: str) -> str:
    """The text itself (``whiteSpace="preserve"``)."""
    return text


NORMALIZE: Mapping[WhiteSpace, Callable[[str], str]] = {
    "preserve": keep_space,
    "replace": replace_space,
    "collapse": collapse_space,
}


def unwrapped(value: Any) -> Any:
    """The value of an Enum member, else the value itself."""
    return value.value if isinstance(value, Enum) else value


def refused(type_name: str, expected: str, value: object) -> ValueRefused:
    """The error for a value that is not one of the built-in type ``type_name``."""
    return ValueRefused(f"xsd:{type_name}", expected, value)
