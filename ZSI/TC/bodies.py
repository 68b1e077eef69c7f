"""Messages whose parts are the children of the Body themselves: none, or several side by side.

WSDL 1.1 section 3.5, document style. A generated class says ``body=True``; its fields are the
parts. They are written in the order of the message and read in any.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from ZSI.errors import EvaluateException, StructureError, where_of
from ZSI.TC.decode import reader
from ZSI.TC.encode import element_writer
from ZSI.TC.values import NIL, UNSET

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.compound import Compound
    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.prefixes import Prefixes

Readers: TypeAlias = "dict[str, tuple[str, Callable[[etree._Element, DecodeContext], Any]]]"


def part_readers(cls: type[Compound]) -> Readers:
    """What reads each part of a message, by tag."""
    fields = cls.complex_type().children
    return {f.name.clark: (f.key, reader(f, cls._registry)) for f in fields if f.name is not None}


def read_parts(
    cls: type[Compound],
    readers: Readers,
    elements: Iterable[etree._Element],
    context: DecodeContext,
) -> Any:
    """The message that the children of a Body make.

    Raises:
        StructureError: they are not the parts, each once. EvaluateException: one of them is not
            of its type.
    """
    made = cls.__new__(cls)
    values = made.__dict__
    for elt in elements:
        tag = str(elt.tag)
        key, read = readers.get(tag, ("", None))
        if read is None or key in values:
            expected = tuple(tag for tag, (other, _) in readers.items() if other not in values)
            raise StructureError(
                f"unexpected element {tag}: expected {' and '.join(expected) or 'no further one'}",
                rule="unexpected", expected=expected, where=where_of(elt),
            )  # fmt: skip
        try:
            values[key] = read(elt, context)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(elt)
            raise
    missing = tuple(tag for tag, (key, _) in readers.items() if key not in values)
    if missing:
        raise StructureError(
            f"the Body lacks {' and '.join(missing)}", rule="missing", expected=missing
        )
    context.finish()
    return made


def parts_writer(cls: type[Compound], prefixes: Prefixes) -> Any:
    """Writes a message as the children of the Body: ``write(value, out, context)``."""
    fields = cls.complex_type().children
    writers = [(field, element_writer(field, cls._registry, prefixes)) for field in fields]

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        for field, write_part in writers:
            part = value.__dict__.get(field.key)
            if part is None or part is UNSET:
                if not field.nillable:
                    raise StructureError(
                        f"{field.shown} is not set: expected a value", rule="missing"
                    )
                part = NIL
            write_part(part, out, context)

    return write
