"""SoapWriter: typed objects become an envelope, as text without a tree. No I/O."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from typing import Any, TypeAlias

from ZSI.envelope import SOAP11, SoapVersion, envelope_prefixes, envelope_tag
from ZSI.errors import EvaluateException, where_of
from ZSI.faultxml import write_details_with
from ZSI.TC.encode import EncodeContext
from ZSI.TC.garbage import collector_waits
from ZSI.TC.typecode import CompoundTypeCode, TypeCode
from ZSI.xmlio import escape_attribute, parse_document

_TAG_NAME = re.compile(r"<[^\s/>]+")
#: Sets of declarations remembered for a class; one has a handful.
_FRAMES = 64
_STYLE = re.compile(r' [^\s=]+:encodingStyle="[^"]*"')


#: A header block or body element: the declarations that it needs, and its text in pieces.
_Entry: TypeAlias = tuple[str, list[str]]


class SoapWriter:
    """Collects typed objects and gives the message that holds them.

    Args:
        envelope: false: the body's content alone, with all declarations that it needs.
        encodingStyle: written on the Body's children (SOAP 1.1 section 4.1.1).
        header: false: no Header element unless header blocks are written.
        nsdict: further prefixes for the Envelope to declare, prefix -> namespace.
        outputclass: accepted for ZSI's signature; unused.
        version: the SOAP version of the envelope.
        prefix: the envelope's prefix; some clients know faults only as ``<soap:Fault>``, or
            (empty) as ``<Fault>``.

    Raises:
        ValueRefused: a prefix that is no name, or taken.

    >>> from ZSI.schema import Registry
    >>> from ZSI.TC import Compound, element
    >>> own = Registry("doc", public=False)
    >>> class Ping(Compound, element=("urn:ping", "Ping"), registry=own):
    ...     text: str = element("text", ("http://www.w3.org/2001/XMLSchema", "string"))
    >>> str(SoapWriter().serialize(Ping(text="a < b"))).partition("<soapenv:Body")[2]
    ' xmlns:ns1="urn:ping"><ns1:Ping><text>a &lt; b</text></ns1:Ping></soapenv:Body></soapenv:Envelope>'
    """  # noqa: E501 -- one line of output

    # ZSI's smaller things, which most messages never touch
    _known: tuple[Any, ...] = ()
    _callbacks: tuple[tuple[Callable[..., Any], tuple[Any, ...]], ...] = ()

    def __init__(
        self,
        envelope: bool = True,
        encodingStyle: str | None = None,
        header: bool = True,
        nsdict: Mapping[str, str] | None = None,
        outputclass: Any = None,
        *,
        version: SoapVersion = SOAP11,
        prefix: str = "soapenv",
        **kw: Any,
    ) -> None:
        self._enveloped = envelope
        self._header_wanted = header
        self.encodingStyle = encodingStyle
        self.version = version
        self.prefix = prefix
        self.nsdict = dict(nsdict) if nsdict else {}
        self._body: list[_Entry] = []
        self._headers: list[_Entry] = []

    def serialize(
        self,
        pyobj: Any,
        typecode: Any = None,
        root: Any = None,
        header_pyobjs: Iterable[Any] = (),
        **kw: Any,
    ) -> SoapWriter:
        """Write an object into the Body.

        Args:
            pyobj: the object.
            typecode: how; None: the object's own ``typecode``.
            root: accepted for ZSI's signature; unused.
            header_pyobjs: objects for the Header, each with a typecode.
            kw: reach a hand-written typecode, for this once: ``typed``, ``name``, ``unique``,
                ``childnames``.

        Raises:
            EvaluateException: a value is not what its type says; names the field.
        """
        for header in header_pyobjs:
            self.serialize_header(header)
        self._body.append(self._write(pyobj, typecode, kw))
        return self

    def serialize_header(self, pyobj: Any, typecode: Any = None, **kw: Any) -> SoapWriter:
        """Write an object as a header block; arguments and errors as in `serialize`."""
        self._headers.append(self._write(pyobj, typecode, kw))
        return self

    def add_header(self, xml: str) -> SoapWriter:
        """Put header blocks that are XML text already, with their own declarations."""
        self._headers.append(("", [xml]))
        return self

    def add_body(self, xml: str) -> SoapWriter:
        """Put a body element that is XML text already, with its own declarations."""
        self._body.append(("", [xml]))
        return self

    def _write(self, pyobj: Any, typecode: Any, kw: Mapping[str, Any]) -> _Entry:
        if typecode is None:
            typecode = type(pyobj).__dict__.get("_typecode")
            if type(typecode) is not CompoundTypeCode or "_element" in pyobj.__dict__:
                typecode = getattr(pyobj, "typecode", None)
            if typecode is None:
                raise EvaluateException(
                    f"{type(pyobj).__name__} has no typecode: give one to serialize, or an object "
                    "of a generated class"
                )
            if isinstance(pyobj, type):
                raise EvaluateException(f"{pyobj.__name__} is a class: give an object of it")
        elif isinstance(typecode, type):
            typecode = getattr(typecode, "typecode")  # noqa: B009 -- any class may have one
        made: TypeCode = typecode
        by_hand: Any = getattr(made, "varied", None)
        if kw and by_hand is not None:
            made = by_hand(**kw)
        reserved = _reserved(self.version, self.prefix)
        if self.nsdict:
            reserved = {**{uri: name for name, uri in self.nsdict.items()}, **reserved}
        declared = {"nsdict": self.nsdict} if by_hand is not None and self._enveloped else {}
        context = EncodeContext(made.prefixes(**declared), made.registry, reserved)
        if not self._enveloped or self.prefix == "":
            # without a prefix of its own the envelope makes every unqualified root a trap
            context.siblings = False
        pieces: list[str] = []
        try:
            made.write_root(pyobj, pieces.append, context)
        except RecursionError:
            raise _too_deep(pyobj) from None
        except EvaluateException as error:
            error.blame = "server"  # it comes from no client
            raise
        return context.declarations(), pieces

    def writeNSdict(self, nsdict: Mapping[str, str]) -> None:
        """Declare further prefixes on the Envelope."""
        self.nsdict.update(nsdict)

    writeNSDict = writeNSdict  # as the guide spells it

    @property
    def body(self) -> str:
        """The content of the Body."""
        return "".join(piece for _, pieces in self._body for piece in pieces)

    def __str__(self) -> str:
        return "".join(self._message())

    def __bytes__(self) -> bytes:
        return "".join(self._message()).encode()

    def _message(self) -> list[str]:
        """The message in pieces."""
        if self._callbacks:
            self.close()
        if not self._enveloped:
            return _entries(self._body, "", self._bare_attributes())
        start, header, header_end, body, end = _frame(self.version, self.prefix)
        if self.nsdict:
            start = start[:-1] + "".join(
                f' xmlns:{name}="{escape_attribute(uri)}"' for name, uri in self.nsdict.items()
            ) + ">"  # fmt: skip
        reset = ' xmlns=""' if not self.prefix else ""
        message = [start]
        if self._header_wanted or self._headers:
            declared = self._headers[0][0] if self._headers else ""
            blocks = _entries(self._headers, declared, reset)
            message += [header, declared, ">", *blocks, header_end]
        style = (
            f' soapenv:encodingStyle="{escape_attribute(self.encodingStyle)}"'
            if self.encodingStyle
            else ""
        )
        declared = self._body[0][0] if self._body else ""
        message += [body, declared, ">", *_entries(self._body, declared, reset + style), end]
        return message

    def _bare_attributes(self) -> str:
        """What an Envelope would have declared."""
        uris = envelope_prefixes(self.version, self.prefix)
        return "".join(f' xmlns:{prefix}="{uri}"' for prefix, uri in uris.items() if prefix)

    def close(self) -> None:
        """Call what `AddCallback` has noted; nothing else is left to be done."""
        waiting, self._callbacks = self._callbacks, ()
        for function, arguments in waiting:
            function(self, *arguments)

    # ------------------------------------------------------------------ ZSI's smaller ones

    def AddCallback(self, func: Callable[..., Any], *arglist: Any) -> None:
        """Have ``func(writer, *arglist)`` called at `close`, or before the message is taken."""
        self._callbacks = (*self._callbacks, (func, arglist))

    def ReservedNS(self, prefix: str, uri: str) -> bool:
        """Whether the envelope declares a prefix for another namespace already."""
        declared = {**envelope_prefixes(self.version, self.prefix), **self.nsdict}
        return declared.get(prefix, uri) != uri

    def Known(self, obj: Any) -> bool:
        """Whether an object has been asked about before; then it might be written by reference.

        For ``serialize`` methods of the user's; what occurs twice in an encoded message is written
        by reference anyway.
        """
        known = any(one is obj for one in self._known)
        if not known:
            self._known = (*self._known, obj)
        return known

    def Forget(self, obj: Any) -> None:
        """Forget that an object has been asked about."""
        self._known = tuple(one for one in self._known if one is not obj)

    def Backtrace(self, elt: Any) -> str:
        """The path of an element."""
        return where_of(elt).path or ""

    def getSOAPHeader(self) -> Any:
        """The Header of what has been written so far, as an lxml element; None without one."""
        return parse_document(str(self)).find(f"{{{self.version.namespace}}}Header")


def typecode_for(pyobj: Any, declared: Any) -> Any:
    """The typecode to write an object with; None: its own.

    Args:
        pyobj: a message. Its class may be of a type that derives from the type of the message's
            element: then it is written as that element.
        declared: the class of the message; None: it is not known.
    """
    own = getattr(pyobj, "typecode", None)
    if declared is None or own is None or own.pname is not None or own.body:
        return None
    return declared.typecode


def write_message(
    pyobj: Any, version: SoapVersion, prefix: str = "soapenv", declared: Any = None
) -> bytes:
    """``bytes(SoapWriter(version=version, prefix=prefix).serialize(pyobj))``, in less time.

    For an object of a generated class, which is what most answers are; ``declared`` is as for
    `typecode_for`.

    >>> from ZSI.schema import Registry
    >>> from ZSI.TC import Compound, element
    >>> own = Registry("doc", public=False)
    >>> class Pong(Compound, element=("urn:ping", "Pong")):
    ...     text: str = element("text", ("http://www.w3.org/2001/XMLSchema", "string"))
    >>> pong = Pong(text="x")
    >>> write_message(pong, SOAP11) == bytes(SoapWriter().serialize(pong))
    True
    """
    typecode = type(pyobj).__dict__.get("_typecode")
    if (
        type(typecode) is not CompoundTypeCode
        or typecode.pname is None
        or not prefix
        or "_element" in pyobj.__dict__
    ):
        with collector_waits():  # what is compiled for the first of a class stays
            typecode = typecode_for(pyobj, declared)
            return bytes(SoapWriter(version=version, prefix=prefix).serialize(pyobj, typecode))
    write = typecode.messages.get((version, prefix))
    if write is None:
        write = typecode.messages[version, prefix] = _message_writer(typecode, version, prefix)
    message: bytes = write(pyobj)
    return message


def _message_writer(
    typecode: CompoundTypeCode, version: SoapVersion, prefix: str
) -> Callable[[Any], bytes]:
    """Compile `write_message` for a typecode."""
    table, registry = typecode.prefixes(), typecode.registry
    reserved = _reserved(version, prefix)
    write_root = typecode.writer()
    #: Text before and after the object, by the declarations that it needs.
    frames: dict[int, tuple[str, str]] = {}

    def write(pyobj: Any) -> bytes:
        context = EncodeContext(table, registry, reserved)
        pieces = [""]
        try:
            write_root(pyobj, pieces.append, context)
        except RecursionError:
            raise _too_deep(pyobj) from None
        frame = None if context.extra else frames.get(context.mask)
        if frame is None:
            frame = _plain_frame(version, prefix, True, context.declarations())
            if not context.extra and len(frames) < _FRAMES:
                frames[context.mask] = frame
        pieces[0], closing = frame
        pieces.append(closing)
        return "".join(pieces).encode()

    return write


write_details_with(lambda entry: str(SoapWriter(envelope=False).serialize(entry)))


def _too_deep(pyobj: Any) -> EvaluateException:
    return EvaluateException(
        f"{type(pyobj).__name__} holds itself, or objects nested too deep to be written"
    )


def _entries(entries: list[_Entry], declared: str, attributes: str) -> list[str]:
    """The text of entries inside an element that carries certain declarations.

    Args:
        declared: what the element around them declares.
        attributes: what each start tag gets besides.
    """
    pieces: list[str] = []
    for own, text in entries:
        # prefixes are numbered by each package for itself: another's are declared where they hold
        more = attributes if own == declared else own + attributes
        if not more:
            pieces += text
            continue
        first = text[0]
        name = _TAG_NAME.match(first)
        end = name.end() if name is not None else 0
        start_tag = first.partition(">")[0]
        if " xmlns=" in start_tag:
            more = more.replace(' xmlns=""', "")
        if ":encodingStyle=" in start_tag:
            more = _STYLE.sub("", more)
        pieces += [first[:end], more, first[end:], *text[1:]]
    return pieces


@lru_cache(maxsize=64)  # a service has one prefix; callers may try a few
def _reserved(version: SoapVersion, prefix: str) -> Mapping[str, str]:
    """What the Envelope declares anyway: namespace -> a prefix that names can have."""
    return {version.namespace: prefix or "soapenv", version.encoding_style: "soapenc"}


@lru_cache(maxsize=64)
def _frame(version: SoapVersion, prefix: str) -> tuple[str, str, str, str, str]:
    """The text around header blocks and body elements; the tags of Header and Body stay open."""
    name = f"{prefix}:" if prefix else ""
    return (
        envelope_tag(version, prefix),
        f"<{name}Header",
        f"</{name}Header>",
        f"<{name}Body",
        f"</{name}Body></{name}Envelope>",
    )


def _plain_frame(version: SoapVersion, prefix: str, header: bool, declared: str) -> tuple[str, str]:
    """The text before and after the one body element of a message without header blocks."""
    start, header_start, header_end, body, end = _frame(version, prefix)
    empty = f"{header_start}>{header_end}" if header else ""
    return f"{start}{empty}{body}{declared}>", end
