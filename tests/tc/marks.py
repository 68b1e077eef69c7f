"""xmlschema and zope.interface in one process."""

from __future__ import annotations

from xmlschema.validators.xsdbase import XsdValidator
from zope.interface import implementedBy


def mark_xmlschema() -> None:
    """Give xmlschema's classes marks of zope.interface of their own.

    Twisted's test helpers mark the ABCs of collections, and xmlschema trips over a mark that one
    of its classes only inherits.
    """
    _mark(XsdValidator)


def _mark(base: type) -> None:
    implementedBy(base)
    for child in base.__subclasses__():
        _mark(child)
