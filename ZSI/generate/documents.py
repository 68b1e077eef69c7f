"""Copies of a contract's documents, flat in one folder, their links turned to one another."""

from __future__ import annotations

import re

from ZSI.generate.identifiers import Names
from ZSI.wsdl.model import Contract, Document

_NOT_IN_FILE_NAMES = re.compile(r"[^\w.\-]+")


def copies(contract: Contract) -> tuple[tuple[str, bytes], ...]:
    """File names and contents for ``?wsdl``: the root document first, shipped schemas left out.

    A document is copied byte for byte but for the locations of its imports, which become the
    names of the copies.
    """
    ours = [document for document in contract.documents if not document.url.startswith("known:")]
    names = Names()
    given = {document.url: names.give(*_file_names(document)) for document in ours}
    return tuple((given[document.url], _relinked(document, given)) for document in ours)


def _file_names(document: Document) -> list[str]:
    """The last step of the URL as a file name, and the same numbered, for namesakes."""
    last = document.url.replace("\\", "/").rstrip("/").rpartition("/")[2].partition("?")[0]
    name = _NOT_IN_FILE_NAMES.sub("_", last).strip(".") or f"document.{document.kind}"
    stem, dot, suffix = name.rpartition(".")
    stem, suffix = (stem, suffix) if dot else (name, document.kind)
    return [f"{stem}.{suffix}", *(f"{stem}_{number}.{suffix}" for number in range(2, 1_000))]


def _relinked(document: Document, given: dict[str, str]) -> bytes:
    """The content with every location that led to a copy naming that copy."""
    content = document.content
    for link in document.links:
        target = given.get(link.url or "")
        if target is None or target == link.location:
            continue
        written = re.escape(_escaped(link.location).encode(document.charset or "utf-8"))
        content = re.sub(
            rb"((?:schemaLocation|location)\s*=\s*[\"'])\s*" + written + rb"\s*([\"'])",
            lambda match, name=target: match[1] + name.encode() + match[2],  # type: ignore[misc]  # name is bound early
            content,
        )
    return content


def _escaped(location: str) -> str:
    return location.replace("&", "&amp;").replace("<", "&lt;")
