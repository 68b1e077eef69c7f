"""Python names for XML names: valid, stable, and never in the way of the code around them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

from ZSI.TC.compound import Compound

#: Longer names are cut: an XML name may have any length, a file name may not.
LONGEST = 100

#: What generated modules call things themselves: ``_NS0``, ``ns0``, ``_registry`` …
_OURS = re.compile(r"_NS\d+|ns\d+|_XSD|_registry|_types|_[tb]|_datetime|_Decimal|_Any|_Literal")
#: What declarations in class bodies call; a field of that name would hide it.
_IN_CLASS_BODIES = frozenset(("TC",))
_OF_COMPOUND = frozenset(
    (*dir(Compound), *Compound.__annotations__, "_content", "_nil", "_aliases", "self", "cls")
)
_OF_MODULES = frozenset((
    "Any", "ClassVar", "Decimal", "Deferred", "Documents", "Literal", "Operation", "ParsedSoap",
    "Registry", "Reply", "ServiceSOAPBinding", "TC", "TYPE_CHECKING", "TypeAlias", "WSResource",
    "annotations", "client", "datetime",
)) | frozenset(dir(builtins))  # fmt: skip


def identifier(name: str) -> str:
    """A valid identifier as close to the name as can be.

    Characters that Python does not admit become ``_``, a leading digit gets one in front,
    keywords one behind. The result is NFKC, as Python itself compares identifiers. Two
    underscores in front would be private to a class: one is left.

    >>> identifier("Echo"), identifier("get-it.now"), identifier("class"), identifier("3D")
    ('Echo', 'get_it_now', 'class_', '_3D')
    """
    text = re.sub(r"\W", "_", unicodedata.normalize("NFKC", name)[:LONGEST]) or "_"
    if not f"_{text}".isidentifier():  # some of what \w takes is no letter for Python
        text = re.sub(r"[^0-9A-Za-z_]", "_", text)
    if not text.isidentifier():
        text = f"_{text}"
    text = re.sub(r"^__+", "_", text)
    return f"{text}_" if keyword.iskeyword(text) else text


class Names:
    """Hands out distinct names in one scope; who asks first gets the plain one.

    >>> names = Names(["taken"])
    >>> names.give("taken"), names.give("free"), names.give("free")
    ('taken_', 'free', 'free_')
    >>> names.give("free", "free_element"), names.give("ns0")
    ('free_element', 'ns0_')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def __contains__(self, name: str) -> bool:
        return name in self._taken

    def give(self, wanted: str, *others: str) -> str:
        """The first of the wanted names that is free, else the first with a suffix."""
        for candidate in (wanted, *others):
            if self._is_free(candidate):
                break
        else:
            candidate, number = f"{wanted}_", 2
            while not self._is_free(candidate):
                candidate = f"{wanted}_{number}"
                number += 1
        self._taken.add(candidate)
        return candidate

    def take(self, names: Iterable[str]) -> None:
        """Mark names as given."""
        self._taken.update(names)

    def _is_free(self, name: str) -> bool:
        return name not in self._taken and _OURS.fullmatch(name) is None


def field_names(inherited: Iterable[str] = ()) -> Names:
    """A scope for the fields and nested classes of one class."""
    return Names((*_IN_CLASS_BODIES, *_OF_COMPOUND, *inherited))


def module_names() -> Names:
    """A scope for the classes of one module."""
    return Names(_OF_MODULES)


def module_base(name: str) -> str:
    """The base of module names for a definitions' or service's name, as ZSI made it.

    >>> module_base("My-Service.v1/2")
    'My_Service_v1_2'
    """
    return identifier(re.sub(r"[-./:# ]", "_", name))
