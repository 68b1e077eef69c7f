"""Whether two pieces of XML are equal as a person would say: whatever the prefixes, the white
space around elements, the order of attributes, and where namespaces are declared.

What is expected may hold placeholders, each as the whole text of an element or an attribute:
``{{ any }}`` (anything, children too), ``{{ text }}`` (any text but none), ``{{ re: PATTERN }}``,
and the name of any built-in type, ``{{ int }}``, ``{{ dateTime }}``. XMLUnit's spellings, as
WireMock's users have them, are read as well: ``${xmlunit.ignore}``, ``${xmlunit.isNumber}``,
``${xmlunit.isDateTime}``, ``${xmlunit.matchesRegex(PATTERN)}``.

>>> pattern = XmlPattern("<a xmlns='urn:x' n='{{ int }}'><b>{{ any }}</b></a>")
>>> from ZSI.xmlio import parse_document
>>> pattern.differences(parse_document("<p:a xmlns:p='urn:x' n='7'>  <p:b><c/></p:b></p:a>"))
[]
>>> pattern.differences(parse_document("<p:a xmlns:p='urn:x' n='x'><p:b/><p:b/></p:a>"))
["a/@n: expected a valid xsd:int, was 'x'", 'a/b[2]: not expected']
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from ZSI.errors import EvaluateException, Where, ZSIException, quote
from ZSI.mock.errors import DefinitionError, listed, nearest
from ZSI.mock.operators import compile_pattern, is_valid
from ZSI.names import SOAP11_ENV, SOAP12_ENV, XSI, QName
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.leaf import expand
from ZSI.TC.lexical import collapse_space
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from lxml import etree

_OURS = re.compile(r"\{\{\s*(.*?)\s*\}\}", re.S)
_XMLUNIT = re.compile(r"\$\{xmlunit\.(\w+)(?:\((.*)\))?\}", re.S)
_XMLUNIT_NAMES = {
    "ignore": "any", "isNumber": "double", "isDateTime": "dateTime", "matchesRegex": "re",
}  # fmt: skip
_TYPE = f"{{{XSI}}}type"
#: Attributes that say nothing of the content.
_IGNORED = frozenset(
    (f"{{{XSI}}}schemaLocation", f"{{{XSI}}}noNamespaceSchemaLocation")
) | frozenset(f"{{{uri}}}encodingStyle" for uri in (SOAP11_ENV, SOAP12_ENV))
_ENVELOPES = frozenset(f"{{{uri}}}Envelope" for uri in (SOAP11_ENV, SOAP12_ENV))
#: Differences listed before the comparison ends.
MOST_DIFFERENCES = 20


@dataclass(frozen=True, slots=True)
class _Placeholder:
    """What a text must be. ``whole`` lets children through as well."""

    shown: str
    passes: Callable[[str], bool]
    whole: bool = False


class XmlPattern:
    """XML to compare with.

    Args:
        text: one element: what stands in the Body, or a whole envelope.
        where: the place of the definition.

    Raises:
        DefinitionError: it is not well-formed, or holds a placeholder that nobody knows.
    """

    def __init__(self, text: str | bytes, where: Where | None = None) -> None:
        try:
            self._element = parse_document(text.strip())
        except ZSIException as error:
            raise DefinitionError(f"no XML: {error}", where=where) from None
        self._placeholders: dict[str, _Placeholder] = {}
        for found in self._texts():
            made = _placeholder(found, where)
            if made is not None:
                self._placeholders[found] = made
        self._size = sum(1 + len(node.attrib) for node in self._element.iter())

    @property
    def is_envelope(self) -> bool:
        """Whether it is to be compared with the whole message."""
        return self._element.tag in _ENVELOPES

    def differences(self, actual: etree._Element | None) -> list[str]:
        """What differs, as ``path: expected …, was …``; nothing if they are equal."""
        if actual is None:
            return ["the Body is empty"]
        found: list[str] = []
        for difference in self._compare(self._element, actual, _local(self._element)):
            found.append(difference)
            if len(found) >= MOST_DIFFERENCES:
                break
        return found

    def distance(self, differences: list[str]) -> float:
        """How far off so many differences are: none 0, all of it 1."""
        return min(len(differences) / self._size, 1.0)

    def _texts(self) -> Iterator[str]:
        for node in self._element.iter():
            yield node.text or ""
            yield from map(str, node.attrib.values())

    def _compare(
        self, expected: etree._Element, actual: etree._Element, path: str
    ) -> Iterator[str]:
        if expected.tag != actual.tag:
            yield f"{path}: expected {expected.tag!s}, was {actual.tag!s}"
            return
        yield from self._attributes(expected, actual, path)
        wanted = self._placeholders.get(expected.text or "")
        if wanted is not None and not len(expected):
            if not wanted.whole and (len(actual) or not wanted.passes(actual.text or "")):
                yield f"{path}: expected {wanted.shown}, was {quote(actual.text or '')}"
            return
        if _normal(expected) != _normal(actual):
            said, was = _shown_text(expected), _shown_text(actual)
            yield f"{path}: expected {said}, was {was}"
        yield from self._children(expected, actual, path)

    def _attributes(
        self, expected: etree._Element, actual: etree._Element, path: str
    ) -> Iterator[str]:
        left = {str(name): str(value) for name, value in actual.attrib.items()}
        for raw, raw_value in expected.attrib.items():
            name, value = str(raw), str(raw_value)
            place = f"{path}/@{QName.from_clark(name).localname}"
            wanted = self._placeholders.get(value)
            was = left.pop(name, None)
            if name in _IGNORED:
                continue
            if was is None:
                yield f"{place}: missing"
            elif wanted is not None:
                if not wanted.passes(was):
                    yield f"{place}: expected {wanted.shown}, was {quote(was)}"
            elif not _same_attribute(name, expected, value, actual, was):
                yield f"{place}: expected {quote(value)}, was {quote(was)}"
        for name in left:
            if name not in _IGNORED:
                yield f"{path}/@{QName.from_clark(name).localname}: not expected"

    def _children(
        self, expected: etree._Element, actual: etree._Element, path: str
    ) -> Iterator[str]:
        present = list(actual)
        for number, (child, step) in enumerate(_steps(expected)):
            if number < len(present):
                yield from self._compare(child, present[number], f"{path}/{step}")
            else:
                yield f"{path}/{step}: missing"
        for _, step in list(_steps(actual))[len(expected) :]:
            yield f"{path}/{step}: not expected"


def _placeholder(text: str, where: Where | None) -> _Placeholder | None:
    """What a text asks for, if it is a placeholder."""
    ours, theirs = _OURS.fullmatch(text.strip()), _XMLUNIT.fullmatch(text.strip())
    if ours is not None:
        name, _, argument = (part.strip() for part in ours[1].partition(":"))
    elif theirs is not None:
        name, argument = _XMLUNIT_NAMES.get(theirs[1], theirs[1]), theirs[2] or ""
    else:
        return None
    if name in _SPECIAL and (name == "re") == bool(argument):
        return _SPECIAL[name](argument, where)
    type = BUILTIN.get(argument if name in ("xsd", "xs") else name if not argument else "")
    if type is None:
        known = ["any", "text", "re: PATTERN", *BUILTIN]
        raise DefinitionError(
            f"no placeholder {text.strip()!r}",
            where=where,
            expected=listed(f"{{{{ {known_name} }}}}" for known_name in known),
            nearest=nearest(name, known),
        )
    return _Placeholder(f"a valid {type}", lambda text: is_valid(text, type))


def _pattern(argument: str, where: Where | None) -> _Placeholder:
    matches = compile_pattern(argument, where, whole=True)
    return _Placeholder(f"to match {quote(argument)}", matches)


_SPECIAL: dict[str, Callable[[str, Where | None], _Placeholder]] = {
    "any": lambda argument, where: _Placeholder("anything", lambda text: True, whole=True),
    "text": lambda argument, where: _Placeholder("some text", lambda text: bool(text.strip())),
    "re": _pattern,
}


def _same_attribute(
    name: str, expected: etree._Element, value: str, actual: etree._Element, was: str
) -> bool:
    if name != _TYPE:
        return value == was
    try:
        return expand(expected, value) == expand(actual, was)
    except EvaluateException:  # a prefix that nobody declares
        return value == was


def _normal(element: etree._Element) -> list[str]:
    """The text pieces of an element, white space collapsed; of elements without text: nothing."""
    if not len(element):
        return [collapse_space(element.text or "")]
    pieces = [element.text, *(child.tail for child in element)]
    return [collapse_space(piece or "") for piece in pieces] if any(map(_solid, pieces)) else []


def _solid(text: Any) -> bool:
    return bool(text) and not text.isspace()


def _shown_text(element: etree._Element) -> str:
    return quote(" ".join(filter(None, _normal(element)))) if _normal(element) else "elements only"


def _local(element: etree._Element) -> str:
    return str(element.tag).rpartition("}")[2]


def _steps(parent: etree._Element) -> Iterator[tuple[etree._Element, str]]:
    """Each child with its name, numbered among those of its name if there are several."""
    totals = Counter(child.tag for child in parent)
    seen: Counter[Any] = Counter()
    for child in parent:
        seen[child.tag] += 1
        yield child, _local(child) + (f"[{seen[child.tag]}]" if totals[child.tag] > 1 else "")
