"""string and its children, anyURI, QName and NOTATION (XSD 1.0 part 2, 3.2.1, 3.2.17-3.2.19, 3.3).

Name characters are those of XML 1.0 fifth edition, as the XML parser takes them. An anyURI is
kept as it came: nothing is percent-decoded or encoded.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from ZSI.errors import ValueRefused
from ZSI.limits import Limits
from ZSI.names import XML, QName
from ZSI.TC.lexical import (
    NORMALIZE,
    XML_SPACE,
    Coercer,
    Formatter,
    Kind,
    Namespaces,
    Parser,
    PrefixFor,
    WhiteSpace,
    make_kind,
    refused,
    unwrapped,
)

_START = (
    r"A-Z_a-z\xC0-\xD6\xD8-\xF6\xF8-\u02FF\u0370-\u037D\u037F-\u1FFF\u200C-\u200D\u2070-\u218F"
    r"\u2C00-\u2FEF\u3001-\uD7FF\uF900-\uFDCF\uFDF0-\uFFFD\U00010000-\U000EFFFF"
)
_MORE = r"\-.0-9\xB7\u0300-\u036F\u203F-\u2040"


def _asked(pattern: str) -> Callable[[str], object]:
    """``fullmatch`` of a pattern that is compiled when it is first asked.

    These take milliseconds, which `import ZSI` would wait for.
    """

    @cache
    def compiled() -> Callable[[str], object]:
        return re.compile(pattern).fullmatch

    return lambda text: compiled()(text)


is_ncname = _asked(f"[{_START}][{_START}{_MORE}]*")
is_name = _asked(f"[:{_START}][:{_START}{_MORE}]*")
is_nmtoken = _asked(f"[:{_START}{_MORE}]+")
is_language = re.compile(r"[a-zA-Z]{1,8}(?:-[a-zA-Z0-9]{1,8})*").fullmatch

_NAMES: dict[str, tuple[Callable[[str], object], str]] = {
    "language": (is_language, "a language tag such as en or pt-BR"),
    "NMTOKEN": (is_nmtoken, "a name token: letters, digits, '.', '-', '_', ':'"),
    "Name": (is_name, "an XML name"),
    "NCName": (is_ncname, "an XML name without colon"),
    "ID": (is_ncname, "an XML name without colon"),
    "IDREF": (is_ncname, "an XML name without colon"),
    "ENTITY": (is_ncname, "an XML name without colon"),
}
#: The white space of every type made of one string; what is not here is "collapse".
_WHITE_SPACE: dict[str, WhiteSpace] = {
    "anySimpleType": "preserve",
    "string": "preserve",
    "normalizedString": "replace",
}


def _write(value: Any, prefix_for: PrefixFor | None = None) -> str:
    return str(value)


def _text_of(name: str, value: Any) -> str:
    value = unwrapped(value)
    if isinstance(value, str):
        return str.__str__(value)
    raise refused(name, "a str", value)


def text_kind(name: str, limits: Limits) -> Kind:
    """anySimpleType, string, normalizedString, token: any characters, differing in white space.

    A value with white space that a reader would change is refused on the way out.
    """
    white_space = _WHITE_SPACE.get(name, "collapse")
    normalize = NORMALIZE[white_space]
    keep = white_space == "preserve"

    def parse(text: str, namespaces: Namespaces | None = None) -> str:
        return normalize(text)

    def parse_unchanged(text: str, namespaces: Namespaces | None = None) -> str:
        return text

    def coerce(value: Any) -> str:
        text = value if type(value) is str else _text_of(name, value)
        if not keep and normalize(text) != text:
            raise refused(name, _SPACE_IN_WORDS[white_space], value)
        return text

    def format_unchanged(value: Any, prefix_for: PrefixFor | None = None) -> str:
        return value if type(value) is str else _text_of(name, value)

    return make_kind(
        name, parse_unchanged if keep else parse, coerce, _write, (str,), white_space=white_space,
        format=format_unchanged if keep else None, unit="character",
        column=tuple if keep else None,
    )  # fmt: skip


_SPACE_IN_WORDS: dict[WhiteSpace, str] = {
    "preserve": "any text",
    "replace": "text without tabs and line breaks",
    "collapse": "text without tabs, line breaks, double spaces and spaces at its ends",
}


def matched_kind(
    name: str, matches: Callable[[str], object], expected: str, spaced: bool = False
) -> Kind:
    """A kind of text in which all that matters is whether ``matches`` takes it, collapsed.

    ``spaced`` says that there may be spaces inside.
    """
    parse = _matched_parse(name, matches, expected, spaced)
    coerce = _matched_coerce(name, matches, expected)
    return make_kind(name, parse, coerce, _write, (str,), unit="character")


def _matched_parse(
    name: str, matches: Callable[[str], object], expected: str, spaced: bool
) -> Parser:
    normalize = NORMALIZE["collapse"]

    def parse(text: str, namespaces: Namespaces | None = None) -> str:
        if not spaced and matches(text):
            return text
        text = normalize(text)
        if matches(text):
            return text
        raise refused(name, expected, text)

    return parse


def _matched_coerce(name: str, matches: Callable[[str], object], expected: str) -> Coercer:
    normalize = NORMALIZE["collapse"]

    def coerce(value: Any) -> str:
        text = value if type(value) is str else _text_of(name, value)
        if normalize(text) == text and matches(text):
            return text
        raise refused(name, expected, value)

    return coerce


def name_kind(name: str, limits: Limits) -> Kind:
    """language, NMTOKEN, Name, NCName, ID, IDREF, ENTITY (3.3.3-3.3.11).

    That an IDREF points somewhere, and an ENTITY is declared, are rules of documents
    (XSD 1.0 part 1, 3.14.4), not of types; a SOAP message can declare no entity.
    """
    return matched_kind(name, *_NAMES[name])


def uri_kind(limits: Limits) -> Kind:
    """xsd:anyURI (3.2.17): a URI reference or IRI."""
    return matched_kind("anyURI", is_uri, "a URI, absolute or relative", spaced=True)


#: RFC 2396 with RFC 2732 and the empty path of RFC 3986, after the escaping of XLink 5.4 that
#: 3.2.17 prescribes: what it escapes is legal, "%" starts an escape, one "#" at the most.
#: [scheme ":"], a path without brackets (or authority with a bracketed host), ?query, #fragment.
_ESCAPE = "%[0-9A-Fa-f]{2}"
_PATH = rf"[^%#?\[\]]*(?:{_ESCAPE}[^%#?\[\]]*)*"
_QUERY = rf"[^%#]*(?:{_ESCAPE}[^%#]*)*"
_SCHEME = r"(?:[A-Za-z][A-Za-z0-9+.\-]*:|(?![^/?#]*:))"
_plain_uri = re.compile(rf"{_SCHEME}{_PATH}(?:\?{_QUERY})?(?:\#{_QUERY})?", re.DOTALL).fullmatch
_HOST = r"\[(?:[0-9A-Fa-f:.]+|[vV][0-9A-Fa-f]+\.[^%#?/\[\]@]+)\](?::[0-9]*)?"
_bracketed_uri = re.compile(
    rf"{_SCHEME}(?://(?:[^%#?/\[\]@]|{_ESCAPE})*@?{_HOST}(?=[/?#]|\Z))?"
    rf"{_PATH}(?:\?{_QUERY})?(?:\#{_QUERY})?",
    re.DOTALL,
).fullmatch


def is_uri(text: str) -> bool:
    """Whether a collapsed text is a URI reference or IRI.

    >>> is_uri("urn:a b"), is_uri("http://[::1]/?x=%20"), is_uri("50%"), is_uri("1:2")
    (True, True, False, False)
    """
    return bool(_plain_uri(text) or ("[" in text and _bracketed_uri(text)))


def qname_kind(name: str, limits: Limits) -> Kind:
    """QName or NOTATION (3.2.18, 3.2.19): the pair that the prefix in scope makes of the text.

    Without prefix it is in the default namespace, if there is one. Writing asks ``prefix_for``.
    """

    def parse(text: str, namespaces: Namespaces | None = None) -> QName:
        bare = text.strip(XML_SPACE)
        prefix, colon, local = bare.rpartition(":")
        if not is_ncname(local) or (colon and not is_ncname(prefix)):
            raise refused(name, "prefix:name or name", text)
        scope = namespaces or {}
        if not colon:
            return QName(scope.get(None) or None, local)
        uri = XML if prefix == "xml" else scope.get(prefix)
        if not uri:
            raise ValueRefused(f"xsd:{name}", f"a prefix in scope, unlike {prefix!r}", text)
        return QName(uri, local)

    def coerce(value: Any) -> QName:
        value = unwrapped(value)
        if isinstance(value, tuple) and len(value) == 2:
            uri, local = value
            if isinstance(local, str) and is_ncname(local) and (uri is None or type(uri) is str):
                return QName(uri or None, local)
        raise refused(name, "a pair (namespace, local name)", value)

    def write(value: Any, prefix_for: PrefixFor | None = None) -> str:
        uri, local = value
        if uri is None:
            return str(local)
        prefix = "xml" if uri == XML else prefix_for(uri) if prefix_for else None
        if prefix is None:
            raise refused(name, f"a prefix for the namespace {uri!r}", value)
        return f"{prefix}:{local}" if prefix else str(local)

    formatter: Formatter = write
    return make_kind(name, parse, coerce, formatter, (QName,), needs_namespaces=True)
