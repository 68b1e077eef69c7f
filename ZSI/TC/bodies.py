"""Messages whose parts are the children of the Body themselves: none, or several side by side.

WSDL 1.1 section 3.5, document style. A generated class says ``body=True``; its fields are the
parts, in the order of the message.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ZSI.errors import EvaluateException, StructureError, where_of
from ZSI.TC.encode_content import content_writer

if TYPE_CHECKING:
    from lxml import etree

    from ZSI.TC.compound import Compound
    from ZSI.TC.encode import EncodeContext, Out
    from ZSI.TC.leaf import DecodeContext
    from ZSI.TC.prefixes import Prefixes


def read_parts(
    cls: type[Compound], elements: Iterable[etree._Element], context: DecodeContext
) -> Any:
    """The message that the children of a Body make.

    Raises:
        StructureError: they are not the parts, in their order. EvaluateException: one of them
            is not of its type.
    """
    made = cls.__new__(cls)
    state = cls.complex_type().automaton.start
    for elt in elements:
        try:
            state, key, many, _, read = state[str(elt.tag)]
            value = read(elt, context)
        except EvaluateException as error:
            if error.where is None:
                error.where = where_of(elt)
            raise
        if many:
            made.__dict__.setdefault(key, []).append(value)
        else:
            made.__dict__[key] = value
    if not state.accepting:
        raise StructureError(state.shortage, rule="missing", expected=state.expected)
    return made


def parts_writer(cls: type[Compound], prefixes: Prefixes) -> Any:
    """Writes a message as the children of the Body: ``write(value, out, context)``."""
    write_content = content_writer(cls.complex_type(), prefixes)

    def write(value: Any, out: Out, context: EncodeContext) -> None:
        write_content(value.__dict__, out, context)

    return write
