"""Wildcards: which foreign names ``xsd:any`` and ``xsd:anyAttribute`` admit.

XSD 1.0 part 1, 3.10 (the component), 3.10.4 (Wildcard allows Namespace Name).
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

ProcessContents = Literal["strict", "lax", "skip"]


@dataclass(frozen=True, slots=True)
class Wildcard:
    """The namespaces that a wildcard admits, and how much of the content is judged.

    Args:
        namespaces: ``"##any"``, ``"##other"`` (any but the target namespace and none), or a
            tuple of URIs in which None stands for names without a namespace.
        target_namespace: the target namespace of the schema that says ``##other``.
        process: ``strict``: a declaration must exist; ``lax``: judged where one exists;
            ``skip``: well-formed is enough.

    >>> Wildcard("##other", "urn:a").admits("urn:b"), Wildcard("##other", "urn:a").admits(None)
    (True, False)
    """

    namespaces: str | tuple[str | None, ...] = "##any"
    target_namespace: str | None = None
    process: ProcessContents = "strict"

    def admits(self, namespace: str | None) -> bool:
        """Whether names of this namespace (None: of none) are admitted."""
        if self.namespaces == "##any":
            return True
        if self.namespaces == "##other":
            return namespace is not None and namespace != self.target_namespace
        return namespace in self.namespaces

    def admits_tag(self, tag: str) -> bool:
        """The same for a name in Clark notation."""
        return self.admits(tag[1:].partition("}")[0] if tag[:1] == "{" else None)

    def __str__(self) -> str:
        return self.shown("element")

    def shown(self, what: str) -> str:
        """What it admits, in words.

        >>> wildcard("##other", target="urn:a").shown("attribute")
        'any attribute of a namespace other than urn:a'
        """
        if self.namespaces == "##any":
            return f"any {what}"
        if self.namespaces == "##other":
            if self.target_namespace is None:
                return f"any {what} of a namespace"
            return f"any {what} of a namespace other than {self.target_namespace}"
        names = [name if name is not None else "no namespace" for name in self.namespaces]
        return f"any {what} of {' or '.join(names) or 'nothing'}"


def wildcard(
    namespaces: str | Iterable[str | None] = "##any",
    *,
    target: str | None = None,
    process: ProcessContents = "strict",
) -> Wildcard:
    """A `Wildcard` from the XSD attributes: ``##targetNamespace`` and ``##local`` are resolved.

    >>> wildcard("##targetNamespace ##local", target="urn:a").namespaces
    ('urn:a', None)
    """
    if isinstance(namespaces, str):
        if namespaces.strip() in ("##any", "##other"):
            return Wildcard(namespaces.strip(), target, process)
        namespaces = [
            {"##targetNamespace": target, "##local": None}.get(word, word)
            for word in namespaces.split()
        ]
    return Wildcard(tuple(namespaces), target, process)
