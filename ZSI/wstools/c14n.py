"""Canonical XML of a node (Canonical XML 1.0, Exclusive XML Canonicalization 1.0), by libxml2.

>>> from ZSI.xmlio import parse_document
>>> elt = parse_document('<a b="1" a="2"/>')
>>> Canonicalize(elt)
'<a a="2" b="1"></a>'
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from lxml import etree


def Canonicalize(
    node: Any,
    output: Any = None,
    *,
    unsuppressedPrefixes: Iterable[str] | None = None,
    comments: bool | int = False,
    subset: Any = None,
    nsdict: Any = None,
) -> str | None:
    """Write a node in its canonical form.

    Args:
        node: an lxml element or tree.
        output: written to, if given: a file of text or of bytes.
        unsuppressedPrefixes: None for C14N; a list for exclusive C14N, which treats the prefixes
            in it inclusively.
        comments: keep them. (Those of messages are dropped when these are read.)
        subset, nsdict: must be left out.

    Returns:
        The text; None if there is an ``output``.

    Raises:
        NotImplementedError: a subset of the nodes was asked for.
    """
    if subset or nsdict:
        raise NotImplementedError("only whole elements are canonicalized: leave subset= out")
    inclusive = None if unsuppressedPrefixes is None else [p for p in unsuppressedPrefixes if p]
    data = etree.tostring(
        node,
        method="c14n",
        exclusive=inclusive is not None,
        with_comments=bool(comments),
        inclusive_ns_prefixes=inclusive or None,
    )
    text = data.decode("utf-8")
    if output is None:
        return text
    try:
        output.write(text)
    except TypeError:  # a file of bytes
        output.write(data)
    return None
