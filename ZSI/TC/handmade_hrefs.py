"""References out of a message, by resolvers: those of typecodes, and of the `ParsedSoap`.

A child with an ``href`` that is not ``#local`` has the value that the resolver gives; see
`ZSI.resolvers`. Without a resolver such a reference is refused.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from lxml import etree

if TYPE_CHECKING:
    from ZSI.TC.encoded import StructNode
    from ZSI.TC.leaf import DecodeContext


def has_resolver(node: StructNode, context: DecodeContext) -> bool:
    """Whether anything resolves references of a struct's children."""
    if getattr(context.source, "resolver", None) is not None:
        return True
    children = node.ctype.children
    return context.source is not None and any(_typecode(f.type).resolver for f in children)


def _typecode(use_type: Any) -> Any:
    """The typecode of a field, or what stands for one without a resolver."""
    found = getattr(use_type, "typecode", use_type)
    return found if hasattr(found, "resolver") else _NONE


class _Nothing:
    resolver = None


_NONE = _Nothing()


def read_with_resolvers(
    node: StructNode, values: dict[str, Any], elt: etree._Element, context: DecodeContext
) -> list[str]:
    """`StructNode.read_into`, references resolved.

    Resolved values of a repeated child come before the others.

    Raises:
        EvaluateException: a reference cannot be resolved, or the struct is not what it should be.
    """
    replaced: list[tuple[Any, etree._Element]] = []
    try:
        for child in list(elt):
            href = child.get("href") if isinstance(child.tag, str) else None
            if not href or href.startswith("#") or len(child):
                continue
            field, _ = node._accessor(child, context)
            typecode = getattr(field.type, "typecode", field.type)
            if getattr(field.type, "takes_references", False):
                continue
            value = context.source.ResolveHREF(href, typecode)
            if field.many:
                values.setdefault(field.key, []).append(value)
            elif field.key not in values:
                values[field.key] = value
            else:
                continue  # refused as standing twice
            stand_in = etree.Comment("")
            elt.replace(child, stand_in)
            replaced.append((stand_in, child))
        return node.read_into(values, elt, context)
    finally:
        for stand_in, child in replaced:
            elt.replace(stand_in, child)
