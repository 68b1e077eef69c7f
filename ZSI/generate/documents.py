"""Copies of a contract's documents, flat in one folder, their links turned to one another."""

from __future__ import annotations

import codecs
import re

from ZSI.generate.identifiers import LONGEST, Names
from ZSI.wsdl.known import KNOWN, KNOWN_URLS, known_schema
from ZSI.wsdl.model import Contract, Document, Link

_NOT_IN_FILE_NAMES = re.compile(r"[^\w.\-]+")
_SUFFIXES = frozenset(("wsdl", "xsd", "xml"))
#: The imports of a shipped schema, which say no location.
_IMPORTED = re.compile(r'<xs:import namespace="([^"]*)"')
_DECLARED = re.compile(rb"<\?xml[^>]*?encoding\s*=\s*[\"']([\w.\-]+)")


def copies(contract: Contract) -> tuple[tuple[str, bytes], ...]:
    """File names and contents for ``?wsdl``: the root document first.

    A document is copied byte for byte but for the locations of its imports, which become the
    names of the copies. Shipped schemas are among them where they answered for a location that
    was not read: whoever is shown the copies could not read it either.
    """
    ours = [document for document in contract.documents if not document.url.startswith("known:")]
    ours += _shipped({link.url for document in ours for link in document.links})
    names = _FileNames()
    given = {document.url: names.give(document) for document in ours}
    return tuple((given[document.url], _relinked(document, given)) for document in ours)


def _shipped(urls: set[str | None]) -> list[Document]:
    """The shipped schemas among what locations led to, and those that they import in turn."""
    found: dict[str, Document] = {}
    wanted = sorted(KNOWN_URLS.keys() & urls)
    while wanted:
        url = wanted.pop()
        if url not in found:
            text = (known_schema(KNOWN_URLS[url]) or b"").decode()
            links = [Link(KNOWN[name], f"known:{KNOWN[name]}") for name in _IMPORTED.findall(text)]
            text = _IMPORTED.sub(lambda m: f'{m[0]} schemaLocation="{KNOWN[m[1]]}"', text)
            found[url] = Document(url, "xsd", text.encode(), tuple(links))
            wanted += [link.url for link in links if link.url]
    return [found[url] for url in sorted(found)]


class _FileNames:
    """Names that differ on file systems that take capitals for small letters, too."""

    def __init__(self) -> None:
        self._names = Names()

    def give(self, document: Document) -> str:
        """The last step of the URL as the name of an XML document."""
        url = document.url.removeprefix("known:").replace("\\", "/")
        last = url.rstrip("/").rpartition("/")[2].partition("?")[0]
        name = _NOT_IN_FILE_NAMES.sub("_", last).strip(".")[-LONGEST:] or "document"
        stem, dot, suffix = name.rpartition(".")
        if not dot or suffix.lower() not in _SUFFIXES:
            stem, suffix = name, document.kind
        plain = stem.lower()
        numbered = self._names.give(plain, *(f"{plain}_{number}" for number in range(2, 1_000)))
        return f"{stem}{numbered[len(plain) :]}.{suffix}"


def _relinked(document: Document, given: dict[str, str]) -> bytes:
    """The content with every location that led to a copy naming that copy."""
    links = {
        link.location: given[link.url]
        for link in document.links
        if link.url in given and given[link.url] != link.location
    }
    if not links:
        return document.content
    encoding = _encoding(document)
    try:
        text = document.content.decode(encoding)
    except (LookupError, ValueError):  # lxml knew better: the copy stays as it is
        return document.content
    for location, name in links.items():
        text = re.sub(
            rf"((?:schemaLocation|location)\s*=\s*[\"'])\s*{re.escape(_escaped(location))}\s*([\"'])",
            rf"\g<1>{name}\g<2>",
            text,
        )
    return text.encode(encoding)


def _encoding(document: Document) -> str:
    """The charset of a document: the media type's, its BOM's, or the declared one."""
    start = document.content[:200]
    if start.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    declared = _DECLARED.match(start)
    return document.charset or (declared[1].decode("ascii") if declared else "utf-8")


def _escaped(location: str) -> str:
    return location.replace("&", "&amp;").replace("<", "&lt;")
