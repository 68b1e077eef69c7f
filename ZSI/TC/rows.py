"""Long runs of alike records, read from their text.

Most of a large message is one element over and over, with plain leaves. Asking lxml for each
leaf's name, attributes, children and text takes longer than libxml2 took to parse them; so such a
run is written out again as text, which has one spelling for everything, and read by a regular
expression: two thirds of the time. What it does not match, an attribute, a comment, another
order, or what breaks a rule, ends the run there, and the automaton reads on and finds the words.

The names are the prefixed ones of the run's first element. Nothing that is matched declares a
prefix, so what they mean is the same from the first element to the last.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import lru_cache
from itertools import compress, islice
from typing import TYPE_CHECKING, Any, Final, NamedTuple
from xml.sax.saxutils import unescape

from lxml import etree

from ZSI.errors import ValueRefused
from ZSI.TC.decode import global_declaration, plain_type, take_text
from ZSI.TC.resolve import resolve

if TYPE_CHECKING:
    from ZSI.names import QName
    from ZSI.schema import Registry
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.fields import Field
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.lexical import ColumnParser
    from ZSI.TC.model import State

#: How many elements are in memory as texts at a time.
_CHUNK: Final = 1024

#: Namespaces in scope from which on a message's runs are read one by one: each run's text begins
#: with all of them.
_CROWD: Final = 64
#: Characters written in vain from which on they are, too: the text of an element is that of all
#: inside it, which may have runs of its own, and so on.
_IN_VAIN: Final = 10_000_000

_SPACE: Final = "[ \t\n]*+"
#: Text as libxml2 writes it, with and without the four references that it uses.
_TEXT: Final = "[^<&]*+"
_ESCAPED: Final = "(?:[^<&]++|&(?:amp|lt|gt|#13);)*+"
_RETURN: Final = {"&#13;": "\r"}
#: The start tag of the element around the run: namespaces and attributes may hold any ">".
_START_TAG: Final = re.compile("""<[^\\s>"']+(?:"[^"]*+"|'[^']*+'|[^"'>])*+>""")


class _Leaf(NamedTuple):
    """A child that is nothing but text."""

    key: str
    name: QName
    parse: ColumnParser
    required: bool


class _Run(NamedTuple):
    """An element that may come any number of times.

    Attributes:
        key, name: its field, and its name.
        cls: the class of a record; None where the element is itself a leaf.
        leaves: the record's, in order; or the element.
    """

    key: str
    name: QName
    cls: Any
    leaves: tuple[_Leaf, ...]


class Rows:
    """The runs that may be at the start of a type's content.

    Args:
        ctype: the type of the element that holds them.
    """

    __slots__ = ("_ctype", "_fields", "_runs")

    def __init__(self, ctype: ComplexType) -> None:
        self._ctype = ctype
        children = (field for field in ctype.children if field.many)
        self._fields = {field.name.clark: field for field in children if field.name is not None}
        self._runs: dict[str, _Run | None] = {}

    def _run(self, tag: str) -> _Run | None:
        """How elements of this name are read, worked out once."""
        if tag not in self._runs and tag in self._fields:
            self._runs[tag] = _run(self._fields[tag], self._ctype.registry)
        return self._runs.get(tag)

    def read(
        self, elt: etree._Element, count: int, values: dict[Any, Any], context: DecodeContext
    ) -> tuple[list[etree._Element], State]:
        """Read the run at the start of an element, into the list under its field's key.

        Args:
            elt: the element.
            count: of its children; to count them is to go through all of them.
            values: gets the list.
            context: of the message.

        Returns:
            The children after it, and where the automaton is.
        """
        start = self._ctype.automaton.start
        first = elt[0]
        tag = str(first.tag)
        run = None if context.one_by_one else self._run(tag)
        step = start.taking(tag) if run is not None else None
        if run is not None and step is not None:
            context.one_by_one = len(elt.nsmap) > _CROWD or context.in_vain > _IN_VAIN
            after: State = step[0]
            again = after.taking(tag)
            # of two fields of a name the first may take one element, and the second the others
            same = again is not None and again[0] is after and step[1] == again[1] == run.key
            several = same and not context.one_by_one
            items = list(_items(elt, first, run, context)) if several else []
            if items:
                values[run.key] = items
                left = count - len(items)
                text = elt[-left - 1].tail  # from the end, where most runs end
                if text is not None:
                    take_text(text, elt, None, self._ctype, context)
                return elt[-left:] if left else [], after
        return elt[:], start


def _run(field: Field, registry: Registry) -> _Run | None:
    """How elements of a field are read from text, if they can be."""
    assert field.name is not None
    own = _leaf(field, registry)
    if own is not None:
        return _Run(field.key, field.name, None, (own._replace(required=True),))
    declaration = global_declaration(field, registry)
    use = field if declaration is None else declaration.use
    ctype: Any = resolve(use.type, registry) if getattr(use.type, "read", None) is None else None
    if getattr(ctype, "usual", None) is None or ctype.flat is None or ctype.attributes:
        return None
    if use.constraints or ctype.abstract or (declaration is not None and declaration.abstract):
        return None
    leaves = [_leaf(child, ctype.registry) for child in ctype.children]
    found = tuple(leaf for leaf in leaves if leaf is not None)
    if not found or len(found) < len(leaves):
        return None
    return _Run(field.key, field.name, ctype.pyclass, found)


def _leaf(field: Field, registry: Registry) -> _Leaf | None:
    """An element's field, if nothing but the element's text counts."""
    simple = plain_type(field, registry)
    if simple is None or field.name is None:
        return None
    return _Leaf(field.key, field.name, simple.parse_all, field.least > 0)


def _items(
    elt: etree._Element, first: etree._Element, run: _Run, context: DecodeContext
) -> Iterator[Any]:
    """The values of the elements in the run, until one that has to be looked at."""
    text = etree.tostring(elt, encoding="unicode", with_tail=False)
    context.in_vain += len(text)
    tag = _START_TAG.match(text)
    prefixes = _prefixes(elt, first.iterchildren("*") if run.cls is not None else (first,))
    leaves = [leaf for leaf in run.leaves if leaf.name.namespace in prefixes]
    if tag is None or any(leaf.required for leaf in run.leaves if leaf not in leaves):
        return
    escaped = text.find("&", tag.end()) >= 0
    names = tuple(prefixes[leaf.name.namespace] + leaf.name.localname for leaf in leaves)
    record = _prefix(first) + run.name.localname if run.cls is not None else None
    pattern = _pattern(names, tuple(leaf.required for leaf in leaves), record, escaped)
    matches = pattern.finditer(text, tag.end())
    done = tag.end()
    while records := [(last := match).groups("") for match in islice(matches, _CHUNK)]:
        end = last.end()
        if records[-1][-1]:
            records.pop()  # the end tag, or what is odd
            end = last.start()
        try:
            yield from _values(records, run.cls, leaves, escaped)
        except ValueRefused:
            return
        context.in_vain -= 2 * (end - done)
        done = end


def _prefixes(elt: etree._Element, examples: Iterable[etree._Element]) -> dict[str | None, str]:
    """What is written before the names of each namespace; as the examples have it, if they do."""
    scope = elt.nsmap
    found: dict[str | None, str]
    found = {uri: f"{prefix}:" if prefix else "" for prefix, uri in scope.items()}
    found |= {etree.QName(example).namespace: _prefix(example) for example in examples}
    return found if None in scope else {None: "", **found}


def _prefix(elt: etree._Element) -> str:
    return f"{elt.prefix}:" if elt.prefix else ""


@lru_cache(maxsize=256)
def _pattern(
    leaves: tuple[str, ...], required: tuple[bool, ...], record: str | None, escaped: bool
) -> re.Pattern[str]:
    """Matches one record, with a group for the text of each leaf, which misses ``<leaf/>``.

    A leaf that may be absent has a second group, which misses those that are. The last group is
    for what is no record: there all that is left matches.
    """
    text = _ESCAPED if escaped else _TEXT
    inside = ""
    for name, needed in zip(map(re.escape, leaves), required, strict=True):
        leaf = f"{_SPACE}<{name}(?:>({text})</{name}|/)"
        inside += f"{leaf}>" if needed else f"(?:{leaf}(>))?+"
    if record is not None:
        name = re.escape(record)
        inside = f"{_SPACE}<{name}>{inside}{_SPACE}</{name}>"
    return re.compile(f"{inside}|([\\s\\S])[\\s\\S]*+")


def _values(
    chunk: list[tuple[str, ...]], cls: Any, leaves: list[_Leaf], escaped: bool
) -> Iterable[Any]:
    """The values of the records with these texts, leaf by leaf.

    Raises:
        ValueRefused: one of them breaks its type.
    """
    if not chunk:
        return ()  # zip() would not give the columns of nothing
    columns = iter(zip(*chunk, strict=True))
    if cls is None:
        (leaf,) = leaves
        return leaf.parse(_unescaped(next(columns)) if escaped else next(columns))
    made = [object.__new__(cls) for _ in chunk]
    fields = [one.__dict__ for one in made]
    for key, _, parse, required in leaves:
        holders, texts = fields, next(columns)
        if not required:
            there = next(columns)
            holders, texts = list(compress(fields, there)), tuple(compress(texts, there))
        for holder, value in zip(
            holders, parse(_unescaped(texts) if escaped else texts), strict=True
        ):
            holder[key] = value
    return made


def _unescaped(texts: Iterable[str]) -> list[str]:
    return [unescape(text, _RETURN) for text in texts]
