"""Writing SOAP encoding: ``xsi:type`` on everything, objects that occur twice by reference.

SOAP 1.1 section 5, SOAP 1.2 part 2, 3. The content is written by the same compiled encoders as in
literal messages, only that every child says its type.
"""

from __future__ import annotations

from collections.abc import Callable
from copy import copy
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final

from ZSI.errors import ValueRefused
from ZSI.names import SOAP11_ENC, SOAP11_ENV, SOAP12_ENC, SOAP12_ENV, QName
from ZSI.TC.content import compile_encoder
from ZSI.TC.encode import EncodeContext, Out
from ZSI.TC.multiref import DEEPEST, Encode, Sharing

if TYPE_CHECKING:
    from ZSI.TC.complextype import ComplexType
    from ZSI.TC.prefixes import Prefixes

#: What a type has worked out that holds for its encoded twin as well.
_KEPT: Final = frozenset(("model",))


class EncodedStruct:
    """The encoders of a complex type for SOAP-encoded messages, one for each table of prefixes."""

    def __init__(self, ctype: ComplexType) -> None:
        self._twin = typed_twin(ctype)
        self._encoders: dict[int, tuple[Prefixes, Encode, Encode]] = {}

    def encoder(self, prefixes: Prefixes) -> Encode:
        """Writes a value, or a reference to it."""
        return self._compiled(prefixes)[2]

    def in_place(self, prefixes: Prefixes) -> Encode:
        """Writes a value where it stands, whatever refers to it."""
        return self._compiled(prefixes)[1]

    def _compiled(self, prefixes: Prefixes) -> tuple[Prefixes, Encode, Encode]:
        known = self._encoders.get(id(prefixes))
        if known is None:
            inner = compile_encoder(self._twin, prefixes)
            known = self._encoders[id(prefixes)] = (prefixes, inner, sharing_encoder(inner))
        return known


def typed_twin(ctype: ComplexType) -> ComplexType:
    """The same type with ``xsi:type`` on every child."""
    twin = copy(ctype)
    for base in type(ctype).__mro__:
        for name, made in vars(base).items():
            if isinstance(made, cached_property) and name not in _KEPT:
                twin.__dict__.pop(name, None)
    twin.fields = {key: field.copy(typed=True) for key, field in ctype.fields.items()}
    return twin


def sharing_encoder(inner: Encode) -> Encode:
    """An encoder that writes a reference where the object stands elsewhere in the message.

    Objects nested very deep become siblings of the operation element too, so that a long chain
    costs neither the stack here nor the depth that receivers allow.
    """

    def encode(value: Any, tag: str, attribute: str, out: Out, context: EncodeContext) -> None:
        sharing: Sharing = context.sharing
        if sharing.is_known(value):
            return
        deep = sharing.depth >= DEEPEST
        if deep or sharing.is_shared(value):
            if not sharing.in_place:
                name, first = sharing.name(value)
                if first:
                    sharing.pending.append((value, name, attribute, inner))
                out(f'<{tag} href="#{name}"></{tag}>')
                return
            if sharing.is_shared(value):
                id_name, reference = _in_place_names(context)
                name, first = sharing.name(value)
                if not first:
                    out(f'<{tag} {reference}{name}"></{tag}>')
                    return
                attribute += f' {id_name}="{name}"'
            elif sharing.depth >= 2 * DEEPEST:
                raise ValueRefused("depth", f"objects nested up to {2 * DEEPEST} deep", value)
        sharing.depth += 1
        inner(value, tag, attribute, out, context)
        sharing.depth -= 1

    return encode


def _in_place_names(context: EncodeContext) -> tuple[str, str]:
    """The attribute for an id, and the start of the one that refers to it."""
    return ("soapenc:id", 'soapenc:ref="') if is_soap12(context) else ("id", 'href="#')


def is_soap12(context: EncodeContext) -> bool:
    """Whether the message is one of SOAP 1.2."""
    return SOAP12_ENC in context.reserved


def encoding_style(context: EncodeContext) -> str:
    """The ``encodingStyle`` attribute (SOAP 1.1 section 4.1.1, SOAP 1.2 part 1, 5.1.1)."""
    envelope, style = (SOAP12_ENV, SOAP12_ENC) if is_soap12(context) else (SOAP11_ENV, SOAP11_ENC)
    return f' {context.reserved.get(envelope, "soapenv")}:encodingStyle="{style}"'


def write_message(pyclass: Any, name: QName, value: Any, out: Out, context: EncodeContext) -> None:
    """Write an rpc/encoded message: the operation element, and beside it what it refers to.

    Raises:
        EvaluateException: a value is not what its type says; names the field.
    """
    if not isinstance(value, pyclass):
        raise ValueRefused("type", f"a {pyclass.__name__}", value)
    inner = pyclass.complex_type().encoded_struct.in_place(context.prefixes)
    tag = context.qname(name)
    write_graph(lambda put: inner(value, tag, encoding_style(context), put, context), out, context)


def write_graph(write: Callable[[Out], None], out: Out, context: EncodeContext) -> None:
    """Write something that may hold an object more than once, and what it refers to."""
    in_place = is_soap12(context) or not context.siblings
    before: Sharing | None = None
    while True:
        sharing = context.sharing = Sharing(in_place=in_place, before=before)
        pieces: list[str] = []
        write(pieces.append)
        _write_pending(sharing, pieces.append, context)
        if not sharing.twice:
            break
        before = sharing
    context.sharing = None
    out("".join(pieces))


def _write_pending(sharing: Sharing, out: Out, context: EncodeContext) -> None:
    """The objects beside the operation element (SOAP 1.1 section 5.4.1)."""
    style = encoding_style(context)
    while sharing.pending:
        value, name, attribute, inner = sharing.pending.popleft()
        sharing.depth = 1
        inner(value, "multiRef", f' id="{name}" soapenc:root="0"{style}{attribute}', out, context)
