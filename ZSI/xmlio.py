"""Bytes to lxml and back: the only XML parser of the project.

Nothing here reads a DTD, a file or the network, and no entity but the five built-in ones is
expanded: a DOCTYPE is refused before libxml2 sees it (SOAP 1.1 section 3, SOAP 1.2 part 1
section 5). ``huge_tree`` is never used, so libxml2's own limits hold as well as `ZSI.limits`.

>>> parse_document('<a xmlns="urn:x">1 &lt; 2</a>').text
'1 < 2'
>>> escape_text("a < b")
'a &lt; b'
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from encodings.aliases import aliases as _ALIASES
from functools import lru_cache
from typing import Final, NoReturn

from lxml import etree

from ZSI.errors import LimitExceeded, ParseException, ValueRefused, Where, quote
from ZSI.heap import keep_heap
from ZSI.limits import DEFAULT_LIMITS, Limits

# --------------------------------------------------------------------------- characters

#: What XML 1.0 (section 2.2, Char) does not allow, however it is written.
_FORBIDDEN = "\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff"
_FORBIDDEN_CHARACTER: Final = re.compile(f"[{_FORBIDDEN}]")
_SPECIAL_IN_TEXT: Final = re.compile(f"[&<>\r{_FORBIDDEN}]")
_SPECIAL_IN_ATTRIBUTE: Final = re.compile(f'[&<"\t\n\r{_FORBIDDEN}]')
#: Canonical XML 1.0 section 2.3 names exactly these, so what we write is canonical already.
_TEXT_ESCAPES: Final = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"})
_ATTRIBUTE_ESCAPES: Final = str.maketrans(
    {"&": "&amp;", "<": "&lt;", '"': "&quot;", "\t": "&#x9;", "\n": "&#xA;", "\r": "&#xD;"}
)


#: Finds what `escape_text` would change or refuse; None where it would not.
find_special: Final = _SPECIAL_IN_TEXT.search


def escape_text(text: str) -> str:
    r"""Character data as Canonical XML writes it; ``\r`` as ``&#xD;`` so that it survives.

    Raises:
        ValueRefused: a character that XML 1.0 cannot hold (most control characters, a lone
            surrogate, U+FFFE, U+FFFF).
    """
    if _SPECIAL_IN_TEXT.search(text) is None:
        return text
    refuse_forbidden(text)
    return text.translate(_TEXT_ESCAPES)


def escape_attribute(text: str) -> str:
    """The value of an attribute, for double quotes; white space survives normalization.

    Raises:
        ValueRefused: as `escape_text`.
    """
    if _SPECIAL_IN_ATTRIBUTE.search(text) is None:
        return text
    refuse_forbidden(text)
    return text.translate(_ATTRIBUTE_ESCAPES)


def refuse_forbidden(text: str) -> None:
    """Raise `ValueRefused` if the text has a character that XML 1.0 cannot hold."""
    found = _FORBIDDEN_CHARACTER.search(text)
    if found is not None:
        character = f"no U+{ord(found.group()):04X} (at {found.start()})"
        raise ValueRefused("XML 1.0 Char", f"characters that XML can hold, {character}", text)


def replace_forbidden(text: str) -> str:
    r"""The text with U+FFFD for every character that XML 1.0 cannot hold.

    >>> replace_forbidden("a\x00b")
    'a\ufffdb'
    """
    return _FORBIDDEN_CHARACTER.sub("\ufffd", text)


# --------------------------------------------------------------------------- encodings

#: Python codecs that we read; not UTF-7 and EBCDIC, which hide markup from whoever scans for
#: it, nor UTF-32, which nobody sends, nor Python's own (unicode_escape, zlib, idna, ...).
_CODECS: Final = frozenset(
    {"utf_8", "utf_16", "utf_16_le", "utf_16_be", "ascii", "latin_1", "mac_roman", "tis_620"}
    | {f"iso8859_{part}" for part in range(2, 17) if part != 12}
    | {f"cp{page}" for page in (437, 850, 852, 866, 932, 949, 950, *range(1250, 1259))}
    | {"koi8_r", "koi8_u", "shift_jis", "euc_jp", "iso2022_jp"}
    | {"gb2312", "gbk", "gb18030", "big5", "euc_kr"}
)
#: Every spelling we know of them. Never ``codecs.lookup`` with a name from outside: it imports
#: modules by that name and remembers each miss for ever.
_CODEC_OF: Final = (
    {name: name for name in _CODECS}
    | {alias: codec for alias, codec in _ALIASES.items() if codec in _CODECS}
    | {"windows_31j": "cp932", "x_sjis": "shift_jis"}
)
_UTF8_NAMES: Final = frozenset({"utf-8", "UTF-8", "utf8", "UTF8", "Utf-8"})

#: First bytes that settle the encoding (XML 1.0 appendix F, RFC 7303 section 3.2).
_UNREADABLE_STARTS: Final = {
    b"\x00\x00\xfe\xff": "UTF-32",
    b"\xff\xfe\x00\x00": "UTF-32",
    b"\x00\x00\x00<": "UTF-32",
    b"<\x00\x00\x00": "UTF-32",
    b"\x4c\x6f\xa7\x94": "EBCDIC",
    b"+/v8": "UTF-7",
    b"+/v9": "UTF-7",
    b"+/v+": "UTF-7",
    b"+/v/": "UTF-7",
}
_BOMS: Final = ((b"\xef\xbb\xbf", "utf_8"), (b"\xff\xfe", "utf_16_le"), (b"\xfe\xff", "utf_16_be"))
_DECLARED_UTF8: Final = re.compile(
    rb"<\?xml version=[\"']1\.0[\"'] encoding=[\"'](?:utf|UTF)-8[\"'] ?\?>"
)
_DECLARED: Final = re.compile(
    rb"<\?xml[ \t\r\n][^>?]*?[ \t\r\n]encoding[ \t\r\n]*=[ \t\r\n]*(?:\"([^\"?>]*)\"|'([^'?>]*)')"
)


def to_utf8(data: bytes | str, charset: str | None = None) -> bytes:
    """The same document in UTF-8 without a BOM; its XML declaration no longer counts.

    The encoding is that of the BOM, else ``charset`` (the media type's), else that of the XML
    declaration, else UTF-8 (RFC 7303 section 3).

    Raises:
        ParseException: an encoding that is not read (it is named), or bytes that are not in it.
    """
    if isinstance(data, str):
        try:
            return data.removeprefix("\ufeff").encode()
        except UnicodeEncodeError as error:
            raise ParseException(
                f"not XML: the text has a lone surrogate at {error.start}"
            ) from None
    if data[:1] == b"<" and (
        charset in _UTF8_NAMES
        or (charset is None and (data[:2] not in (b"<?", b"<\x00") or _DECLARED_UTF8.match(data)))
    ):
        return data
    codec, skip = _encoding_of(data, charset)
    if codec == "utf_8":
        return data[skip:]
    try:
        return data[skip:].decode(codec).encode()
    except UnicodeDecodeError as error:
        place = error.start + skip
        raise ParseException(f"not XML: the bytes from {place} on are not {codec}") from None


def _encoding_of(data: bytes, charset: str | None) -> tuple[str, int]:
    """The codec of a document, and how many bytes of BOM stand before it."""
    head = data[:4]
    if head in _UNREADABLE_STARTS:
        refuse_encoding(_UNREADABLE_STARTS[head])
    for bom, codec in _BOMS:
        if head.startswith(bom):
            return codec, len(bom)
    two = head[:2]
    wide = {b"<\x00": "utf_16_le", b"\x00<": "utf_16_be"}.get(two)
    if charset:
        codec = codec_of(charset)
        # RFC 2781 section 4.3: without a BOM big-endian, unless the first "<" says otherwise
        return (wide or "utf_16_be") if codec == "utf_16" else codec, 0
    if wide:
        return wide, 0
    found = _DECLARED.match(data)
    if found is None:
        return "utf_8", 0
    codec = codec_of((found[1] or found[2] or b"").decode("latin-1"))
    # .NET's StringWriter declares UTF-16 and is then sent as UTF-8; it was read, so it is not 16
    return "utf_8" if codec.startswith("utf_16") else codec, 0


def codec_of(charset: str) -> str:
    """The Python codec for a charset's name.

    Raises:
        ParseException: it is unknown, or is one that is never read (UTF-7, UTF-32, EBCDIC).

    >>> codec_of("Windows-1252")
    'cp1252'
    """
    name = charset.strip().lower().replace("-", "_")
    codec = _CODEC_OF.get(name)
    if codec is None:
        refuse_encoding(charset)
    return codec


def refuse_encoding(charset: str) -> NoReturn:
    """Raise the `ParseException` that names an encoding we do not read."""
    raise ParseException(
        f"the encoding {quote(charset)} is not supported: send UTF-8 or UTF-16"
        " (ISO-8859-*, windows-125*, US-ASCII and the usual East Asian ones are read too)"
    )


# --------------------------------------------------------------------------- parsing


def _new_parser(*, recover: bool = False) -> etree.XMLParser[etree._Element]:
    return etree.XMLParser(
        encoding="utf-8",  # what to_utf8 made; whatever the declaration says
        resolve_entities=False,
        load_dtd=False,
        dtd_validation=False,
        no_network=True,
        huge_tree=False,
        remove_comments=True,
        remove_pis=False,
        recover=recover,
    )


class _Resolver(etree.Resolver):
    """Hands libxml2 the documents given, and nothing else."""

    def __init__(self, documents: Mapping[str, bytes]) -> None:
        self._documents = documents

    def resolve(self, system_url, public_id, context):  # type: ignore[no-untyped-def]  # lxml exports no names for these types
        """The document of that name; for any other one that is no schema."""
        content = self._documents.get(system_url or "", b"<refused/>")
        return self.resolve_string(content, context, base_url=system_url)


def xml_schema(documents: Mapping[str, bytes], root: str) -> etree.XMLSchema:
    """Compile schema documents of our own that import and include each other by made-up names.

    Args:
        documents: every document by the ``schemaLocation`` that the others name it by; no other
            location is ever read.
        root: the one to start from.

    Raises:
        etree.XMLSchemaParseError, etree.XMLSyntaxError: libxml2 refuses them.
    """
    parser = _new_parser()  # not a copy of the shared one: lxml's copies share their resolvers
    parser.resolvers.add(_Resolver(documents))
    return etree.XMLSchema(etree.fromstring(documents[root], parser, base_url=root))


#: Shared by all threads: lxml locks it for the time of a parse (a new one costs 1.5 us a call).
_PARSER = _new_parser()
#: Bytes that it has read, and after how many the names in them are let go of.
_read = 0
_FORGET_AFTER = 16 * 1024 * 1024
#: Documents from this size have a table of names for themselves, and a heap kept for the next.
_LARGE = 64 * 1024
#: Where lxml keeps a thread's table; undocumented, so it may once be elsewhere: then it stays.
_TABLE: Final = "_ParserDictionaryContext"


def _parse(data: bytes) -> etree._Element:
    """The root element; the names in it do not stay in memory for longer than they have to.

    lxml keeps each name of an element, attribute, prefix or namespace in a table of the thread's,
    for ever. Whoever sends ever new ones would make the process grow; and from 100 MB on libxml2
    refuses new names, and so every message that has one. So large documents get a table of their
    own, and small ones a new one now and then. A table lives as long as its documents.
    """
    global _PARSER, _read
    if len(data) >= _LARGE:
        keep_heap()
        state = _thread_state()
        shared = state.pop(_TABLE, None)
        try:
            return etree.fromstring(data, _new_parser())
        finally:
            state.pop(_TABLE, None)
            if shared is not None:
                state[_TABLE] = shared
    _read += len(data)
    if _read > _FORGET_AFTER:
        _read = 0
        _PARSER = _new_parser()  # the old one would bring its table along
        _thread_state().pop(_TABLE, None)
    return etree.fromstring(data, _PARSER)


def _thread_state() -> dict[str, object]:
    """The dictionary in which C extensions keep what belongs to a thread."""
    try:
        import ctypes  # some milliseconds, which no start has to wait for
    except ImportError:  # a Python that was built without libffi: the names stay
        return {}
    state = ctypes.PYFUNCTYPE(ctypes.c_void_p)(("PyThreadState_GetDict", ctypes.pythonapi))()
    # a borrowed reference, so it is no result of type py_object
    return ctypes.cast(state, ctypes.py_object).value if state else {}


_PROLOG: Final = re.compile(rb"(?:[ \t\r\n]++|<\?.*?\?>|<!--.*?-->)*+", re.DOTALL)
_ATTRIBUTE: Final = re.compile(rb"=[ \t\r\n]*[\"']")
_START_TAG: Final = re.compile(rb"<[^ \t\r\n/>]++(?:[^\"'>]++|\"[^\"]*+\"|'[^']*+')*+")
_SHORTEST_ATTRIBUTE = len(' a=""')
_SHORTEST_ELEMENT = len("<a/>")
_SHORTEST_DECLARATION = len(' xmlns=""')
_SHORTEST_LEVEL = len("<a></a>")
_SMALL = 20_000
#: A document with fewer bytes than this is within the default limits, whatever it holds.
_SHORT = min(
    DEFAULT_LIMITS.attributes * _SHORTEST_ATTRIBUTE,
    DEFAULT_LIMITS.elements * _SHORTEST_ELEMENT,
    DEFAULT_LIMITS.depth * _SHORTEST_LEVEL,
)
#: A namespace name that is no URI, or a relative one: libxml2 calls it an error and lxml stops
#: there, although Namespaces in XML 1.0 leaves it well-formed, and real contracts have blanks.
_NAMESPACE_WARNINGS: Final = frozenset({"WAR_NS_URI", "WAR_NS_URI_RELATIVE"})
_PLACE: Final = re.compile(r"\s*, line \d+, column \d+$")
#: libxml2's own limits without huge_tree, by a word of its message.
_LIBXML2_LIMITS: Final = (
    ("Excessive depth", "depth", 256),
    ("Text node", "text_bytes", 10_000_000),
    ("Buffer size", "attribute_bytes", 10_000_000),
    ("too long", "name_bytes", 50_000),
)


def parse_document(
    data: bytes | str,
    *,
    charset: str | None = None,
    limits: Limits = DEFAULT_LIMITS,
    file: str | None = None,
) -> etree._Element:
    """Parse one document and return its root element; comments are dropped, PIs kept.

    Args:
        data: the document; in a str an XML declaration's encoding does not count.
        charset: of the media type; see `to_utf8` for what wins.
        limits: ``elements``, ``attributes``, ``depth`` and ``scopes`` are obeyed.
        file: where it came from, for messages.

    Raises:
        LimitExceeded: too many elements, attributes, levels or namespaces in scope, or a limit of
            libxml2 itself.
        ParseException: not well-formed, a DOCTYPE, an encoding that is not read; with line.
    """
    return parse_utf8(to_utf8(data, charset), limits=limits, file=file)


def parse_utf8(
    data: bytes, *, limits: Limits = DEFAULT_LIMITS, file: str | None = None
) -> etree._Element:
    """`parse_document` for what `to_utf8` returned."""
    if data.find(b"!") >= 0 and b"<!DOCTYPE" in data:  # one character is found much faster
        _refuse_doctype(data, file)
    size = len(data)  # which settles most questions: a short document cannot hold much
    short = size < _SHORT and limits is DEFAULT_LIMITS
    if not short and (
        size > limits.attributes * _SHORTEST_ATTRIBUTE or size > limits.elements * _SHORTEST_ELEMENT
    ):
        _check_counts(data, limits, file)
    try:
        root = _parse(data)
    except etree.XMLSyntaxError as error:
        root = _read_despite(error, data, limits, file)
    if (
        not short
        and size > limits.depth * _SHORTEST_LEVEL
        and (
            # few end tags, little depth; in a large one the question costs more than the answer
            size > _SMALL or data.count(b"</") >= limits.depth
        )
    ):
        _check_depth(root, limits, file)
    if not short and size * size > limits.scopes * _SHORTEST_ELEMENT * _SHORTEST_DECLARATION:
        _check_scopes(root, data, limits, file)
    return root


def _refuse_doctype(data: bytes, file: str | None) -> None:
    """Refuse a DOCTYPE in the prolog; the same characters in CDATA or a comment are harmless."""
    prolog = _PROLOG.match(data)
    end = prolog.end() if prolog else 0
    if data.startswith(b"<!DOCTYPE", end):
        where = Where(file, data.count(b"\n", 0, end) + 1)
        raise ParseException(
            "a DOCTYPE is not allowed: no DTD is read here (SOAP 1.1 section 3)", where=where
        )


def _check_counts(data: bytes, limits: Limits, file: str | None) -> None:
    """Bound elements and attributes before a tree is built: 10 MB of ``<a/>`` cost 296 MB."""
    if len(data) > limits.elements * _SHORTEST_ELEMENT:
        starts = data.count(b"<") - sum(data.count(other) for other in (b"</", b"<!", b"<?"))
        if starts > limits.elements:
            raise LimitExceeded("elements", limits.elements, where=Where(file))
    most = data.count(b"=")
    if most > limits.elements and len(_ATTRIBUTE.findall(data)) > limits.elements:
        # an attribute costs as much as an element
        raise LimitExceeded("elements", limits.elements, where=Where(file))
    if most > limits.attributes:
        long_tag = re.compile(rb"<[^<]{%d}" % (limits.attributes * _SHORTEST_ATTRIBUTE))
        long = long_tag.search(data)
        while long is not None:
            start = long.start()
            tag = _START_TAG.match(data, start)
            if tag and len(_ATTRIBUTE.findall(tag.group())) > limits.attributes:
                line = data.count(b"\n", 0, start) + 1
                raise LimitExceeded("attributes", limits.attributes, where=Where(file, line))
            # past what has been gone through: a "<" in there begins no tag, or it is malformed
            long = long_tag.search(data, tag.end() if tag else start + 1)


def _check_depth(root: etree._Element, limits: Limits, file: str | None) -> None:
    if _deeper_than(limits.depth)(root):
        raise LimitExceeded("depth", limits.depth, where=Where(file))


def _check_scopes(root: etree._Element, data: bytes, limits: Limits, file: str | None) -> None:
    """Bound what the prefixes of a document's values can cost: each asks all around it."""
    if data.count(b"xmlns") * len(data) <= limits.scopes * _SHORTEST_ELEMENT:
        return
    around = most = 0
    for event, _ in etree.iterwalk(root, events=("start-ns", "end-ns")):
        around += 1 if event == "start-ns" else -1
        most = max(most, around)
    if (
        most * data.count(b"<") > limits.scopes
        and most * sum(1 for _ in root.iter()) > limits.scopes
    ):
        raise LimitExceeded("scopes", limits.scopes, where=Where(file))


@lru_cache(maxsize=8)
def _deeper_than(depth: int) -> etree.XPath:
    """Whether a document has more levels: a search level by level in C, 30 ns an element."""
    return etree.XPath("boolean(" + "/*" * (depth + 1) + ")")


def _read_despite(
    error: etree.XMLSyntaxError, data: bytes, limits: Limits, file: str | None
) -> etree._Element:
    """The root if libxml2 only grumbled at a namespace's URI, else our exception for its error."""
    if error.msg and "is not a valid URI" in error.msg:
        parser = _new_parser(recover=True)
        root = etree.fromstring(data, parser)
        others = [e for e in parser.error_log if e.type_name not in _NAMESPACE_WARNINGS]
        if not others:
            return root
        first = others[0]
        raise _syntax_error(first.message, first.line, first.column, limits, file)
    line, column = error.position
    raise _syntax_error(error.msg or "no reason given", line, column, limits, file)


def _syntax_error(
    message: str, line: int, column: int, limits: Limits, file: str | None
) -> ParseException:
    where = Where(file, line or None)
    reason = " ".join(_PLACE.sub("", message).split())
    if "XML_PARSE_HUGE" in reason or reason.startswith("Name too long"):
        for word, limit, maximum in _LIBXML2_LIMITS:
            if word in reason:
                return LimitExceeded(
                    limit, min(maximum, getattr(limits, limit, maximum)), where=where
                )
    if reason == "Document is empty":
        return ParseException("nothing came: expected an XML document, here is no byte of one")
    place = f"line {line}, column {column}" if line else "at the start"
    return ParseException(
        f"not well-formed XML: {replace_forbidden(reason)} ({place})", where=where
    )


# --------------------------------------------------------------------------- serializing


def serialize_element(element: etree._Element) -> bytes:
    """The element in UTF-8, without tail and XML declaration, prefixes as they are."""
    return etree.tostring(element, encoding="utf-8", xml_declaration=False, with_tail=False)


def canonicalize(
    element: etree._Element, *, exclusive: bool = True, inclusive_prefixes: Iterable[str] = ()
) -> bytes:
    """Canonical XML without comments of one element.

    Exclusive XML Canonicalization 1.0 with ``inclusive_prefixes`` as its InclusiveNamespaces
    PrefixList, or Canonical XML 1.0.

    Raises:
        ParseException: a namespace name is a relative URI (Canonical XML 1.0 section 1.3).
    """
    made = try_canonicalize(element, exclusive=exclusive, inclusive_prefixes=inclusive_prefixes)
    if made is None:
        raise ParseException(
            "no canonical form: a namespace name here is a relative URI", elt=element
        )
    return made


def try_canonicalize(
    element: etree._Element, *, exclusive: bool = True, inclusive_prefixes: Iterable[str] = ()
) -> bytes | None:
    """`canonicalize`, but None where there is no canonical form.

    Whoever has many elements to ask for needs no exception for each, which tells of its place
    among them all.
    """
    try:
        return etree.tostring(
            element,
            method="c14n",
            exclusive=exclusive,
            inclusive_ns_prefixes=list(inclusive_prefixes) or None,
            with_comments=False,
        )
    except etree.C14NError:
        return None
