"""Python names for XML names: valid, stable, and never in the way of the code around them."""

from __future__ import annotations

import builtins
import keyword
import re
import unicodedata
from collections.abc import Iterable

from ZSI.TC.compound import Compound

#: What declarations in class bodies call; a field of that name would hide it.
_IN_CLASS_BODIES = frozenset(("TC",))
_OF_COMPOUND = frozenset(name for name in dir(Compound)) | {"self", "cls"}
_OF_MODULES = frozenset(
    ["Any", "ClassVar", "Decimal", "Literal", "QName", "Registry", "TC", "TYPE_CHECKING", "TypeAlias", "annotations", "client", "datetime", "WSResource", "ServiceSOAPBinding", "ParsedSoap", "Reply"]
) | frozenset(dir(builtins))


def identifier(name: str) -> str:
    """A valid identifier as close to the name as can be.

    Characters that Python does not admit become ``_``, a leading digit gets one in front,
    keywords one behind. The result is NFKC, as Python itself compares identifiers.

    >>> identifier("Echo"), identifier("get-it.now"), identifier("class"), identifier("3D")
    ('Echo', 'get_it_now', 'class_', '_3D')
    """
    text = unicodedata.normalize("NFKC", name)
    text = re.sub(r"\W", "_", text) or "_"
    if not text.isidentifier():
        text = "_" + text
    if not text.isidentifier():  # a mark that may not start and is no letter either
        text = re.sub(r"[^0-9A-Za-z_]", "_", text)
    return f"{text}_" if keyword.iskeyword(text) else text


class Names:
    """Hands out distinct names in one scope; who asks first gets the plain one.

    >>> names = Names(["taken"])
    >>> names.give("taken"), names.give("free"), names.give("free")
    ('taken_', 'free', 'free_')
    """

    def __init__(self, taken: Iterable[str] = ()) -> None:
        self._taken = set(taken)

    def give(self, wanted: str, *others: str) -> str:
        """The first of the wanted names that is free, else the first with a suffix."""
        for candidate in (wanted, *others):
            if candidate not in self._taken:
                break
        else:
            candidate = f"{wanted}_"
            number = 2
            while candidate in self._taken:
                candidate = f"{wanted}_{number}"
                number += 1
        self._taken.add(candidate)
        return candidate


def field_names(inherited: Iterable[str] = ()) -> Names:
    """A scope for the fields of one class."""
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


def variable_words(text: str) -> str:
    """Letters and digits of a text, for names of constants."""
    return re.sub(r"\W+", "_", text).strip("_")
