"""Stubs held against the contracts: every mistake, each with the line of its key.

A stub is checked as a whole by the engine, which stops at the first mistake. Where it finds one,
the stub is taken apart and each part is checked alone, so that all of them are told at once.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any

from ZSI.errors import Where, ZSIException
from ZSI.mock.composition import Composition
from ZSI.mock.engine import Engine
from ZSI.mock.errors import DefinitionError
from ZSI.mock.facade import Mock
from ZSI.mock.mistakes import InputError, each_of
from ZSI.mock.operations import UnknownName
from ZSI.mock.stubs import (
    DeclaredFault,
    FileReply,
    RawReply,
    Reply,
    SampleReply,
    Stub,
    When,
    XmlReply,
)
from ZSI.mock.yamlfile import where_of


def check_stubs(
    engine: Engine, stubs: Iterable[Stub], entries: Mapping[int, Any] | None = None
) -> list[DefinitionError]:
    """What is wrong with stubs for the contracts of an engine.

    Args:
        engine: knows the contracts.
        stubs: from rule files.
        entries: what they were made from, by number; gives the lines of keys.
    """
    found: list[DefinitionError] = []
    for stub in stubs:
        entry = (entries or {}).get(stub.number)
        for base, error in _errors(engine, stub):
            for single in each_of(error):
                single.where = _place(single, base, stub, entry)
                found.append(single)
    return found


def all_mistakes(composition: Composition) -> list[DefinitionError]:
    """Whatever is wrong with what is to be served, its stubs too.

    Where a WSDL cannot be read, nobody can say which stubs were for it: then only that is said.
    """
    found = list(composition.mistakes)
    if not composition.served or any(isinstance(error, InputError) for error in found):
        return found
    try:
        engine = Mock(services=composition.served).engine
    except ZSIException:  # paths that clash, which are among the mistakes
        return found
    return found + check_stubs(engine, composition.stubs, composition.entries)


#: The keys that lead to a part of a stub where errors do not say them, the part, and its parts.
Group = tuple[str, Stub, list[Stub]]


def _errors(engine: Engine, stub: Stub) -> list[tuple[str, DefinitionError]]:
    first = _error(engine, stub)
    if first is None:
        return []
    if isinstance(first, UnknownName):
        return [("op", first)]
    found: list[tuple[str, DefinitionError]] = []
    for base, whole, parts in _groups(stub):
        wrong = [(base, error) for part in parts if (error := _error(engine, part))]
        if not wrong and (error := _error(engine, whole)):
            wrong = [(base, error)]
        found += wrong
    return found or [("", first)]


def _error(engine: Engine, stub: Stub) -> DefinitionError | None:
    try:
        engine.check(stub)
    except DefinitionError as error:
        return error
    return None


def _groups(stub: Stub) -> Iterator[Group]:
    """The stub with one condition and no reply, or with one reply and no condition, at a time."""
    names = When(namespaces=stub.when.namespaces)
    bare = replace(stub, when=names, replies=(), fallback=None, per=None, trouble=())
    for attribute in ("fields", "header", "http", "xpath"):
        for key, spec in getattr(stub.when, attribute).items():
            one: dict[str, Any] = {attribute: {key: spec}}
            yield "", replace(bare, when=replace(names, **one)), []
    for attribute in ("body", "version", "all_of", "any_of", "none_of"):
        if getattr(stub.when, attribute):
            whole: dict[str, Any] = {attribute: getattr(stub.when, attribute)}
            yield "", replace(bare, when=replace(names, **whole)), []
    for attribute in ("per", "trouble"):
        if getattr(stub, attribute):
            own: dict[str, Any] = {attribute: getattr(stub, attribute)}
            yield "" if attribute == "per" else attribute, replace(bare, **own), []
    replies = [("", reply) for reply in stub.replies]
    if len(replies) > 1:
        replies = [(f"replies: [{n}]: ", reply) for n, reply in enumerate(stub.replies, 1)]
    if stub.fallback is not None and not isinstance(stub.fallback, str):
        replies.append(("fallback: ", stub.fallback))
    for before, reply in replies:
        fields = [replace(bare, replies=(part,)) for part in _fields_alone(reply)]
        yield before + _key(reply), replace(bare, replies=(reply,)), fields


_KEYS = {SampleReply: "reply", XmlReply: "xml", FileReply: "file", RawReply: "raw"}


def _key(reply: Reply) -> str:
    """The keys that lead to what a reply's errors are about."""
    if isinstance(reply, DeclaredFault):
        return f"fault: {reply.name}"
    return _KEYS.get(type(reply), "fault")


def _fields_alone(reply: Reply) -> Iterator[Reply]:
    """The reply with one of its fields at a time, over the sample."""
    fields = getattr(reply, "fields", None)
    if not isinstance(reply, SampleReply | DeclaredFault) or not isinstance(fields, Mapping):
        return
    control = {k: v for k, v in fields.items() if str(k)[:1] == "$" and k != "$sample"}
    for key, value in fields.items():
        if str(key)[:1] != "$":
            yield replace(reply, fields={**control, key: value}, header={}, http={})


def _place(error: DefinitionError, base: str, stub: Stub, entry: Any) -> Where | None:
    """Where the key stands that an error is about, as far as that can be told."""
    inner = error.where.path if error.where is not None else None
    path = ": ".join(part for part in (base, inner) if part) or None
    found = where_of(entry, path)
    if found is None and stub.where is not None:
        found = replace(stub.where, path=path)
    return found or Where(path=path or stub.op)
