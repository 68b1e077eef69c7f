"""What a definition says of a reply -> what is to be written: compiled once, made for each call."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple

from ZSI import samples
from ZSI.errors import ZSIException, quote
from ZSI.fault import Fault
from ZSI.mock.errors import DefinitionError, RenderError, listed, nearest
from ZSI.mock.exchange import Call
from ZSI.mock.expressions import Known
from ZSI.mock.httpfields import check_http, http_field
from ZSI.mock.merge import Merge, compile_merge
from ZSI.mock.operations import MockOperation
from ZSI.mock.scope import Scope
from ZSI.mock.stubs import (
    SAMPLE,
    CallableReply,
    DeclaredFault,
    FileReply,
    FreeFault,
    RawReply,
    Reply,
    SampleReply,
    Stub,
    TypedReply,
    XmlReply,
)
from ZSI.mock.templates import compile_template, is_template
from ZSI.mock.world import World
from ZSI.names import QName
from ZSI.TC import Compound
from ZSI.TC.garbage import collector_waits
from ZSI.TC.values import NIL
from ZSI.writer import SoapWriter, typecode_for
from ZSI.xmlio import parse_document

if TYPE_CHECKING:
    from ZSI.mock.engine import Engine

#: Bytes of a reply file.
MOST_FILE_BYTES = 32 * 1024 * 1024
_NOTHING: Mapping[str, str] = MappingProxyType({})
#: Compiled replies that belong to no stub: samples of all operations, what functions give.
MOST_OTHERS = 4_096


class Rendered(NamedTuple):
    """A reply before it is written: one of value, xml, raw and error; none for an empty Body.

    A tuple, since one is made for each reply.
    ``xml`` is a body element, ``envelope`` a whole message, both sent as they are.
    """

    value: Any = None
    xml: str | None = None
    envelope: str | None = None
    raw: bytes | None = None
    error: BaseException | None = None
    media_type: str | None = None
    status: int | None = None
    http: tuple[tuple[str, str], ...] = ()
    headers: tuple[Any, ...] = ()
    header_xml: tuple[str, ...] = ()
    provenance: Mapping[str, str] = _NOTHING


#: Makes a reply for a call.
Make = Callable[[Call, World], Rendered]


class ReplyMaker:
    """Makes replies; one for each engine.

    Args:
        engine: clock, chance, store and addresses.
    """

    def __init__(self, engine: Engine) -> None:
        self.engine = engine
        self._made: dict[tuple[int, MockOperation], tuple[Reply, Make]] = {}
        self._others: dict[tuple[int, MockOperation], tuple[Reply, Make]] = {}
        self._samples: dict[Any, tuple[date, Any]] = {}
        self._echoes: dict[tuple[MockOperation, type, type], dict[str, str]] = {}

    # ------------------------------------------------------------------ samples

    def sample(self, cls: Any, now: datetime | None = None) -> Any:
        """The sample of a class (or type), dates near the mock's clock; not to be changed."""
        now = now or self.engine.clock()
        known = self._samples.get(cls)
        if known is None or known[0] != now.date():
            seed = self.engine.seed
            with collector_waits():  # what is made here stays, classes and types with it
                made = (
                    samples.full(cls, now=now, seed=seed)
                    if isinstance(cls, type)
                    else samples.of_type(cls, now=now, seed=seed)
                )
            known = self._samples[cls] = (now.date(), made)
        return known[1]

    def echoed(self, call: Call, cls: type[Compound]) -> tuple[Any, Mapping[str, str]]:
        """The sample of a response or detail, with the request's values of the same name and type.

        Returns:
            The sample, and which of its fields are the request's.
        """
        sample = self.sample(cls, call.time)
        operation, request = call.operation, call.request
        assert operation is not None
        if not isinstance(request, Compound):
            return sample, _NOTHING
        key = (operation, type(request), cls)
        notes = self._echoes.get(key)
        if notes is None:
            keys = samples.echo_keys(request, sample)
            notes = self._echoes[key] = dict.fromkeys(keys, "echo")
        given = request.__dict__
        made = object.__new__(type(sample))  # of an abstract type: one that derives from it
        values = made.__dict__
        values.update(sample.__dict__)
        for name in notes:
            value = given.get(name)
            if value is None or value is NIL:
                notes = {other: note for other, note in notes.items() if other != name}
            else:
                values[name] = value
        return made, notes

    # ------------------------------------------------------------------ making

    def make(self, call: Call, reply: Reply) -> Rendered:
        """Make a reply for a call.

        Raises:
            ZSIException: it cannot be made for this call.
        """
        assert call.operation is not None
        if reply is SAMPLE:
            return self._plain_sample(call, call.operation)
        make = self._compiled(reply, call.operation)
        return make(call, self._world(call))

    def _plain_sample(self, call: Call, operation: MockOperation) -> Rendered:
        """The reply that nobody has said anything about: most are so."""
        cls = operation.response_class
        if cls is None:
            return Rendered()
        value, notes = self.echoed(call, cls)
        return Rendered(value, provenance=notes)

    def given(self, call: Call, given: Any) -> Rendered:
        """What a handler gave, as a reply."""
        if isinstance(given, BaseException):
            return Rendered(error=given)
        if isinstance(given, Reply):
            return self.make(call, given)
        if given is None:
            rendered = self.make(call, SAMPLE)
        elif isinstance(given, Mapping):
            rendered = self.make(call, SampleReply(given))
        else:
            rendered = self.make(call, TypedReply(given))
        return self._with_aspects(rendered, call)

    def _with_aspects(self, rendered: Rendered, call: Call) -> Rendered:
        """What a handler gave, with what the stub says beside its handler."""
        operation, chosen = call.operation, call.chosen
        assert operation is not None and chosen is not None
        add = self._aspects(chosen, operation, known_of(operation, operation.scope))
        return add(rendered, self._world(call)) if add is not None else rendered

    def _world(self, call: Call) -> World:
        engine = self.engine
        return World.of(
            call, engine.clock(), engine.random, engine.url,
            engine.states.of(call.session).store, call.number,
        )  # fmt: skip

    def _compiled(self, reply: Reply, operation: MockOperation) -> Make:
        """How a reply is made; those of stubs have been compiled when they were checked."""
        key = (id(reply), operation)
        known = self._made.get(key) or self._others.get(key)
        if known is None or known[0] is not reply:
            # what functions give is a new one each time: only so many are kept
            if len(self._others) >= MOST_OTHERS:
                self._others.clear()
            known = (reply, self.compile(reply, operation, operation.scope))
            self._others[key] = known
        return known[1]

    def keep(self, stubs: Iterable[Stub]) -> None:
        """Drop what has been compiled for other stubs than these."""
        replies = {
            id(reply)
            for stub in stubs
            for reply in (*stub.replies, stub.fallback)
            if reply is not None
        }
        self._made = {key: known for key, known in self._made.items() if key[0] in replies}

    def check(self, stub: Stub, operation: MockOperation) -> None:
        """Compile all replies of a stub, and try those that depend on no call.

        Raises:
            DefinitionError: one of them cannot mean anything, or breaks the contract.
        """
        scope = operation.scope.of(stub).with_namespaces(stub.when.namespaces)
        fallback = stub.fallback
        replies = list(stub.replies)
        if fallback is not None and not isinstance(fallback, str):
            replies.append(fallback)
        for reply in replies:
            make = self.compile(reply, operation, scope)
            self._made[(id(reply), operation)] = (reply, make)

    def share(self, stub: Stub, twin: MockOperation, operation: MockOperation) -> None:
        """Use what was compiled for an operation for another one with the same messages."""
        for reply in (*stub.replies, stub.fallback):
            known = self._made.get((id(reply), twin))
            if known is not None:
                self._made[(id(reply), operation)] = known

    # ------------------------------------------------------------------ compiling

    def compile(self, reply: Reply, operation: MockOperation, scope: Scope) -> Make:
        """Compile one reply for an operation.

        Raises:
            DefinitionError: it cannot mean anything there; with its place.
        """
        known = known_of(operation, scope)
        content = _CONTENTS[type(reply)](self, reply, operation, known)
        check_http(reply, scope.where)
        aspects = self._aspects(reply, operation, known)
        return (lambda call, world: aspects(content(call, world), world)) if aspects else content

    def merged(self, fields: Mapping[str, Any], cls: Any, known: Known) -> Merge:
        """Fields over the sample of a class, tried at once."""
        merge = compile_merge(fields, cls.complex_type(), known, self.sample)
        made = merge.try_(self.sample(cls))
        if merge.static:
            self._write_once(made, known.scope, cls)
        return merge

    def _write_once(self, value: Any, scope: Scope, cls: Any = None) -> None:
        """A static reply, whose declared class is ``cls``, is checked when it is defined."""
        try:
            SoapWriter(envelope=False).serialize(value, typecode_for(value, cls))
        except ZSIException as error:
            text = getattr(error, "str", str(error))
            place = getattr(error, "trace", None)
            where = f" at {place}" if place else ""
            raise DefinitionError(
                f"the reply breaks the contract{where}: {text}", where=scope.where
            ) from None

    def _aspects(
        self, reply: Reply, operation: MockOperation, known: Known
    ) -> Callable[[Rendered, World], Rendered] | None:
        """Status, HTTP fields and header blocks beside a reply's content."""
        if reply.status is None and not reply.http and not reply.header:
            return None
        http = [(name, self._text(str(value), known)) for name, value in reply.http.items()]
        blocks = [self._block(name, spec, operation, known) for name, spec in reply.header.items()]

        def add(rendered: Rendered, world: World) -> Rendered:
            return rendered._replace(
                status=reply.status if reply.status is not None else rendered.status,
                http=(*rendered.http, *(http_field(name, text(world)) for name, text in http)),
                headers=(*rendered.headers, *(block(world) for block in blocks)),
            )

        return add

    def _block(
        self, name: str, spec: Any, operation: MockOperation, known: Known
    ) -> Callable[[World], Any]:
        """A header block of a reply: fields over the sample of its element."""
        cls = known.scope.below(name).element(name)
        if not isinstance(spec, Mapping):
            return lambda world: cls(value=spec) if "simple" in cls._options else spec
        merge = self.merged(spec, cls, known.at(known.scope.below(name)))
        return lambda world: merge.build(self.sample(cls), world)

    def _text(self, text: str, known: Known) -> Callable[[World], str]:
        """A text that may be a template."""
        if not is_template(text):
            return lambda world: text
        return compile_template(text, known).text

    def _sample_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """Fields over the sample."""
        cls = operation.response_class
        if cls is None:
            if reply.fields:
                raise DefinitionError(
                    f"{operation.name} is one-way: it has no reply fields", where=known.scope.where
                )
            return lambda call, world: Rendered()
        if not reply.fields:
            return lambda call, world: self._plain_sample(call, operation)
        merge = self.merged(reply.fields, cls, known)

        def make(call: Call, world: World) -> Rendered:
            base, notes = self.echoed(call, cls)
            world.notes.update(notes)
            return Rendered(merge.build(base, world), provenance=world.notes)

        return make

    def _typed_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """A typed object that is the whole reply."""
        value = reply.value
        if isinstance(value, Fault | BaseException):
            return lambda call, world: Rendered(error=value)
        cls = operation.response_class
        if cls is None or not isinstance(value, Compound):
            raise DefinitionError(
                f"{quote(value)} is no reply of {operation.name}", where=known.scope.where,
                expected=cls.__name__ if cls is not None else "nothing: it is one-way",
            )  # fmt: skip
        if not isinstance(value, cls):
            value = _rebuilt(value, cls, known)
        self._write_once(value, known.scope, cls)
        return lambda call, world: Rendered(value, provenance={".": "typed"})

    def _xml_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """A body element or an envelope as XML text."""
        text = reply.xml.decode() if isinstance(reply.xml, bytes) else reply.xml
        return self._xml_maker(text, reply.template, operation, known)

    def _xml_maker(self, text: str, template: bool, operation: MockOperation, known: Known) -> Make:
        if template and is_template(text):
            write = compile_template(text, known, xml=True).text
            return lambda call, world: _xml_rendered(write(world), operation, call)
        _xml_checked(text, known.scope)
        return lambda call, world: _xml_rendered(text, operation, call)

    def _file_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """The same from a file, read anew when it has changed."""
        where = known.scope.where
        base = Path(where.file).parent if where is not None and where.file else Path()
        path = base / reply.path
        state: dict[str, Any] = {}

        def load() -> Make:
            try:
                stamp = path.stat()
                if state.get("stamp") != (stamp.st_mtime_ns, stamp.st_size):
                    if stamp.st_size > MOST_FILE_BYTES:
                        raise DefinitionError(f"{path} is too large", where=where)
                    content = path.read_bytes()
                    state["make"] = self._file_maker(reply, content, operation, known)
                    state["stamp"] = (stamp.st_mtime_ns, stamp.st_size)
            except (OSError, ValueError) as error:  # a path with a NUL in it
                reason = getattr(error, "strerror", None) or error
                raise DefinitionError(f"{path} cannot be read: {reason}", where=where) from None
            made: Make = state["make"]
            return made

        load()
        return lambda call, world: load()(call, world)

    def _file_maker(
        self, reply: FileReply, content: bytes, operation: MockOperation, known: Known
    ) -> Make:
        if reply.media_type is not None:
            return lambda call, world: Rendered(raw=content, media_type=reply.media_type)
        return self._xml_maker(content.decode("utf-8-sig"), reply.template, operation, known)

    def _raw_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """Any bytes."""
        rendered = Rendered(raw=reply.body, media_type=reply.media_type)
        return lambda call, world: rendered

    def _callable_reply(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """What the edge has called by now never gets here."""

        def make(call: Call, world: World) -> Rendered:
            raise RenderError("a handler cannot answer where nobody calls it", known.scope.where)

        return make

    def _free_fault(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """A fault that nobody declared."""
        code = fault_code(reply.code, known.scope)
        string = self._text(str(reply.string), known)
        actor = self._text(reply.actor, known) if reply.actor is not None else None
        detail = self._detail(reply.detail, known)

        def make(call: Call, world: World) -> Rendered:
            said = actor(world) if actor is not None else None
            return Rendered(error=Fault(code, string(world), said, detail(world)))

        return make

    def _detail(self, detail: Any, known: Known) -> Callable[[World], Any]:
        """A free fault's detail: XML text, a typed object, or fields by an element's name."""
        if not isinstance(detail, Mapping):
            if isinstance(detail, str) and is_template(detail):
                return compile_template(detail, known, xml=True).text
            return lambda world: detail
        blocks = []
        for name, fields in detail.items():
            scope = known.scope.below(name)
            cls = scope.element(name)
            blocks.append((cls, self.merged(fields or {}, cls, known.at(scope))))
        return lambda world: [merge.build(self.sample(cls), world) for cls, merge in blocks]

    def _declared_fault(self, reply: Any, operation: MockOperation, known: Known) -> Make:
        """A fault that the contract declares."""
        name, cls = declared(reply.name, operation, known.scope)
        code = fault_code(reply.code, known.scope)
        string = self._text(reply.string if reply.string is not None else name, known)
        if isinstance(reply.fields, Mapping):
            if "simple" in cls._options and not reply.fields:
                detail: Callable[[Call, World], Any] = lambda call, world: self.sample(cls)  # noqa: E731  # one of four
            else:
                merge = self.merged(reply.fields, cls, known)

                def detail(call: Call, world: World) -> Any:
                    base, notes = self.echoed(call, cls)
                    world.notes.update(notes)
                    return merge.build(base, world)

        elif isinstance(reply.fields, Compound):
            value = (
                reply.fields
                if isinstance(reply.fields, cls)
                else _rebuilt(reply.fields, cls, known)
            )
            detail = lambda call, world: value  # noqa: E731  # as above
        else:
            element: Any = cls
            detail = lambda call, world: element(value=reply.fields)  # noqa: E731  # as above

        def make(call: Call, world: World) -> Rendered:
            fault = Fault(code, string(world), reply.actor, detail(call, world))
            return Rendered(error=fault, provenance=world.notes)

        return make


_CONTENTS: dict[type, Callable[[ReplyMaker, Any, MockOperation, Known], Make]] = {
    SampleReply: ReplyMaker._sample_reply,
    TypedReply: ReplyMaker._typed_reply,
    XmlReply: ReplyMaker._xml_reply,
    FileReply: ReplyMaker._file_reply,
    RawReply: ReplyMaker._raw_reply,
    CallableReply: ReplyMaker._callable_reply,
    FreeFault: ReplyMaker._free_fault,
    DeclaredFault: ReplyMaker._declared_fault,
}


def known_of(operation: MockOperation, scope: Scope) -> Known:
    """What templates in a reply of an operation may speak of."""
    return Known(scope, operation.request_class.complex_type(), operation.headers)


def _rebuilt(value: Compound, cls: type[Compound], known: Known) -> Compound:
    """A typed object of another package's class of the same contract, as one of ours."""
    mine, its = cls.complex_type(), value.complex_type()
    unknown = [key for key, _ in value._items() if key not in mine.fields]
    if mine.name != its.name or unknown:
        raise DefinitionError(
            f"{type(value).__name__} is not {cls.__name__}", where=known.scope.where,
            expected=cls.__name__,
        )  # fmt: skip
    writer = SoapWriter(envelope=False).serialize(value)
    read: Compound = cls.read_element(parse_document(str(writer)), _context(cls))
    return read


def _context(cls: type[Compound]) -> Any:
    from ZSI.TC.leaf import DecodeContext

    return DecodeContext(cls._registry)


def fault_code(code: Any, scope: Scope) -> Any:
    """A fault's code: a name of SOAP's, ``p:name``, ``{uri}name`` or a pair; None: Server."""
    if code is None:
        return "Server"
    if isinstance(code, str) and (code[:1] == "{" or ":" in code):
        return scope.name(code)
    return QName(*code) if isinstance(code, tuple | list) else code


def declared(name: str, operation: MockOperation, scope: Scope) -> tuple[str, type[Compound]]:
    """A declared fault by its name, its element's name, or its class's.

    Raises:
        DefinitionError: the operation declares no such fault; names those that it does.
    """
    for known, cls in operation.faults.items():
        declaration = cls.element_declaration()
        element = declaration.use.name.localname if declaration and declaration.use.name else None
        if name in (known, element, cls.__name__):
            return known, cls
    raise DefinitionError(
        f"{operation.name} declares no fault {quote(name)}", where=scope.where,
        expected=listed(operation.faults, "no declared fault; a free one has $code and $string"),
        nearest=nearest(name, operation.faults),
    )  # fmt: skip


def _xml_checked(text: str, scope: Scope) -> None:
    try:
        parse_document(text)
    except ZSIException as error:
        raise DefinitionError(
            f"the XML cannot be read: {error}", where=scope.where,
            expected="fields by name, or the XML of the body element or of a whole envelope",
        ) from None  # fmt: skip


def _xml_rendered(text: str, operation: MockOperation, call: Call) -> Rendered:
    """XML text as a body element, or as the whole message if it is an envelope."""
    root = parse_document(text)
    if QName.from_clark(str(root.tag)).localname == "Envelope":
        return Rendered(envelope=text)
    start = text.find("?>") + 2 if text.lstrip()[:5] == "<?xml" else 0
    return Rendered(xml=text[start:].strip(), provenance={".": "xml"})
