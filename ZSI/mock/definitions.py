"""One dict form for stubs: exactly a YAML entry, and what the HTTP interface takes.

Tables say for each key what it means. Whatever is wrong is said with the file and line of the
key, what was expected and the nearest names, all mistakes at once; whether the contract knows
the names is checked when a stub is bound to its operation. `ZSI.mock.unparse` is the way back.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from ZSI.mock.delays import parse_delay
from ZSI.mock.keys import (
    ANY_TEXT,
    ANYTHING,
    FLAG,
    TEXT,
    TEXTS,
    Key,
    Kind,
    Place,
    all_of,
    choice,
    integer,
    mapping,
    read_keys,
    ref,
    several,
    shown,
)
from ZSI.mock.mistakes import Mistakes
from ZSI.mock.stubs import (
    DeclaredFault,
    FileReply,
    FreeFault,
    Origin,
    RawReply,
    Reply,
    SampleReply,
    Scenario,
    Stub,
    Trouble,
    When,
    XmlReply,
)
from ZSI.mock.yamlfile import where_in

# ---------------------------------------------------------------------------- conditions


def _specs(value: Any, place: Place) -> Mapping[str, Any]:
    """Value specs by path; what the paths and values mean, the contract decides later."""
    found = mapping(value if value is not None else {}, place)
    return {key: _with_bytes(item, place.below(key)) for key, item in found.items()}


def _with_bytes(value: Any, place: Place) -> Any:
    """A value spec with bytes for ``{$base64: …}``; in text they are as their type writes them."""
    if isinstance(value, Mapping):
        if set(value) == {"$base64"}:
            return _base64(value, place)
        return {key: _with_bytes(item, place.below(str(key))) for key, item in value.items()}
    if isinstance(value, list):
        return [_with_bytes(item, place) for item in value]
    return value


def _base64(value: Mapping[str, Any], place: Place) -> bytes:
    try:
        return base64.b64decode(str(value["$base64"]), validate=True)
    except (binascii.Error, ValueError):  # ValueError: not ASCII
        raise place.below("$base64").error("no base64", expected="base64") from None


def _xpaths(value: Any, place: Place) -> Mapping[str, Any]:
    if isinstance(value, str):
        return {value: True}
    return mapping(value, place)


def _condition(value: Any, place: Place) -> When:
    mistakes = Mistakes()
    values = read_keys(mapping(value, place), CONDITION_KEYS, place, mistakes)
    mistakes.finish()
    return _when(values)


def _when(values: Mapping[str, Any]) -> When:
    found = {
        CONDITION_KEYS[key].attribute or key: value
        for key, value in values.items()
        if key in CONDITION_KEYS
    }
    return When(**found)


_SPECS = Kind(_specs, ref("conditions"))
_CONDITIONS = several(Kind(_condition, ref("condition")))

#: What a call must be: keys of a stub, and of the items of ``all``, ``any`` and ``not``.
CONDITION_KEYS: dict[str, Key] = {
    "when": Key(
        _SPECS,
        "Fields of the request, by path below the wrapper: a value, or operators such as "
        "{$re: …}, {$in: […]}, {$absent: true}.",
        "fields",
        {"account": "42"},
    ),
    "header": Key(
        _SPECS,
        "SOAP header blocks of the request, by block or block/path.",
        example={"Session/sessionId": {"$present": "true"}},
    ),
    "http": Key(
        _SPECS,
        "HTTP header fields of the request; $method, $path, $uri, $query.",
        example={"X-Env": "uat"},
    ),
    "version": Key(
        choice("1.1", "1.2"), "The SOAP version of the request's envelope.", example="1.2"
    ),
    "xpath": Key(
        Kind(_xpaths, {"anyOf": [{"type": "string"}, ref("conditions")]}),
        "XPath 1.0 expressions on the envelope: one that selects something, or by expression "
        "what it gives. Prefixes are those of the WSDL and of namespaces.",
        example="//b:account[. = '42']",
    ),
    "body": Key(
        ANY_TEXT,
        "XML that the body element equals, whatever its prefixes, white space and attribute "
        "order; placeholders stand for what varies.",
        example="<GetBalance xmlns='urn:example:bank'><account>42</account></GetBalance>",
    ),
    "all": Key(_CONDITIONS, "Further conditions that all hold.", "all_of"),
    "any": Key(_CONDITIONS, "Conditions of which at least one holds.", "any_of"),
    "not": Key(_CONDITIONS, "Conditions of which none holds.", "none_of"),
    "namespaces": Key(
        TEXTS, "Prefixes for paths, values and XPath.", example={"b": "urn:example:bank"}
    ),
}

# ---------------------------------------------------------------------------- replies


def _fault(value: Any, place: Place) -> Reply:
    """A declared fault by its name, or a free one by its code, string, actor and detail."""
    given = mapping(value, place)
    names = [key for key in given if key[:1] != "$"]
    mistakes = Mistakes()
    control = read_keys(
        {key: item for key, item in given.items() if key[:1] == "$"}, FAULT_KEYS, place, mistakes
    )
    if len(names) > 1:
        mistakes.add(place.error(f"faults {' and '.join(names)}", expected="one fault"))
    if names and "$detail" in given:
        mistakes.add(
            place.below("$detail").error("$detail beside a declared fault", expected="its fields")
        )
    mistakes.finish()
    values = {key[1:]: item for key, item in control.items()}
    if names:
        fields = given[names[0]]
        if isinstance(fields, Mapping):
            fields = _specs(fields, place.below(names[0]))
        return DeclaredFault(names[0], {} if fields is None else fields, **values)
    return FreeFault(**values)


def _raw(value: Any, place: Place) -> Reply:
    if isinstance(value, Mapping) and set(value) == {"$base64"}:
        return RawReply(_base64(value, place))
    text = ANY_TEXT.parse(value, place)
    return RawReply(text if isinstance(text, bytes) else text.encode())


#: Keys of a fault; any other names a declared one, and holds its fields.
FAULT_KEYS: dict[str, Key] = {
    "$code": Key(
        TEXT, "The fault code: a name of SOAP's, p:name or {uri}name.", example="sf:INVALID"
    ),
    "$string": Key(ANY_TEXT, "The reason; may be a template.", example="no such session"),
    "$actor": Key(TEXT, "The actor or role that failed."),
    "$detail": Key(
        ANYTHING,
        "The detail of a free fault: XML, or fields by the name of a global element.",
        example="<x:info xmlns:x='urn:x'/>",
    ),
}

#: What a reply is: exactly one of these, or none for the sample.
CONTENT_KEYS: dict[str, Key] = {
    "reply": Key(
        Kind(lambda value, place: SampleReply(_specs(value, place)), ref("reply_fields")),
        "Fields over the sample; values may be templates, lists replace lists. $sample: none "
        "for nothing but these fields, $type for a derived type, $for for an item per item.",
        example={"balance": "10.00"},
    ),
    "fault": Key(
        Kind(_fault, ref("fault")),
        "A fault that the contract declares, by name with its fields; or a free one by $code, "
        "$string, $actor and $detail.",
        example={"AccountNotFound": {"code": "7"}},
    ),
    "xml": Key(
        Kind(lambda value, place: XmlReply(ANY_TEXT.parse(value, place)), dict(ANY_TEXT.schema)),
        "The body element, or a whole envelope, as XML; a template.",
    ),
    "file": Key(
        Kind(lambda value, place: FileReply(TEXT.parse(value, place)), {"type": "string"}),
        "The same from a file beside the rule file; with media_type: any bytes.",
        example="reply.xml",
    ),
    "raw": Key(
        Kind(_raw, {"anyOf": [dict(ANY_TEXT.schema), ref("base64")]}),
        "Any bytes, never held against the contract: text, or {$base64: …}.",
        example="<html>…",
    ),
}

_DELAY = Kind(lambda value, place: parse_delay(value, place.where), ref("delay"))

#: Keys of a reply beside its content. At the stub itself, where http and header are conditions,
#: these two are spelled reply_http and reply_header.
ASPECT_KEYS: dict[str, Key] = {
    "status": Key(integer(200, 599), "The HTTP status of the reply.", example="503"),
    "http": Key(TEXTS, "HTTP header fields of the reply.", example={"Retry-After": "1"}),
    "header": Key(Kind(_specs, ref("reply_fields")), "SOAP header blocks of the reply."),
    "delay": Key(
        _DELAY,
        "Hold the reply: a time, or {uniform: [low, high]}, {normal: [mean, deviation]}, "
        "{lognormal: [median, sigma]}.",
        example="300ms",
    ),
    "media_type": Key(
        TEXT, "The media type of raw, or of a file that is no XML.", example="text/html"
    ),
    "template": Key(FLAG, "Whether xml or file is a template; true unless said otherwise."),
}
REPLY_KEYS = {**CONTENT_KEYS, **ASPECT_KEYS}


def parse_reply(given: Any, place: Place | None = None) -> Reply:
    """A reply from its dict form: one content, and status, http, header and delay beside it.

    Raises:
        DefinitionError: see `parse_stub`.

    >>> parse_reply({"raw": "gone", "status": 503}).status
    503
    """
    place = place or Place(given)
    mistakes = Mistakes()
    values = read_keys(mapping(given, place), REPLY_KEYS, place, mistakes)
    reply = _joined(values, given, place, mistakes)
    mistakes.finish()
    return reply


def _joined(
    values: Mapping[str, Any], given: Mapping[str, Any], place: Place, mistakes: Mistakes
) -> Reply:
    """Content and aspects as one reply."""
    contents = [key for key in given if key in CONTENT_KEYS]
    if len(contents) > 1:
        mistakes.add(
            place.below(contents[1]).error(
                f"{' and '.join(contents)} in one reply", expected="one of them"
            )
        )
    reply: Reply = next((values[key] for key in contents if key in values), SampleReply())
    changes = {key: values[key] for key in ("status", "http", "header", "delay") if key in values}
    for key, kinds in (("media_type", (RawReply, FileReply)), ("template", (XmlReply, FileReply))):
        if key in values and isinstance(reply, kinds):
            changes[key] = values[key]
        elif key in values and len(contents) < 2:
            owners = " or ".join(name for name, kind in _OWNERS.items() if kind in kinds)
            mistakes.add(place.below(key).error(f"{key} without {owners}"))
    return replace(reply, **changes) if changes else reply


_OWNERS = {"raw": RawReply, "xml": XmlReply, "file": FileReply}

# ---------------------------------------------------------------------------- how and how often


def _scenario(value: Any, place: Place) -> Scenario:
    if isinstance(value, str):
        return Scenario(value)
    mistakes = Mistakes()
    values = read_keys(mapping(value, place), SCENARIO_KEYS, place, mistakes)
    if "name" not in value:
        mistakes.add(place.error("a scenario without a name", expected="name, when, then"))
    mistakes.finish()
    return Scenario(**values)


def _trouble(value: Any, place: Place) -> Trouble:
    if isinstance(value, str):
        return Trouble(value)
    given = dict(mapping(value, place))
    mistakes = Mistakes()
    if "kind" not in given:
        mistakes.add(place.error("a trouble without a kind", expected="kind, probability, seed"))
    own = {key: given.pop(key) for key in TROUBLE_KEYS if key in given}
    values = read_keys(own, TROUBLE_KEYS, place, mistakes)
    mistakes.finish()
    return Trouble(**values, settings=given)


def _probability(value: Any, place: Place) -> float:
    try:
        number = float(value) if not isinstance(value, bool) else -1.0
    except (TypeError, ValueError):
        number = -1.0
    if not 0 <= number <= 1:
        raise place.error(shown(value), expected="a number from 0 to 1")
    return number


def _fallback(value: Any, place: Place) -> Any:
    if isinstance(value, Mapping):
        return parse_reply(value, place)
    return choice("sample", "fault").parse(value, place)


FALLBACK = Kind(_fallback, ref("fallback"))

SCENARIO_KEYS: dict[str, Key] = {
    "name": Key(TEXT, "Its name."),
    "when": Key(TEXT, "The state in which the stub counts; every scenario begins in start."),
    "then": Key(TEXT, "The state that follows when the stub has answered."),
}
TROUBLE_KEYS: dict[str, Key] = {
    "kind": Key(TEXT, "What goes wrong, such as reset."),
    "probability": Key(
        Kind(_probability, {"type": ["number", "string"]}), "How often, from 0 to 1."
    ),
    "seed": Key(integer(0, 2**63), "Makes chance repeatable."),
}

#: Keys of a stub besides conditions and its reply.
CONTROL_KEYS: dict[str, Key] = {
    "op": Key(
        TEXT,
        "The operation: GetBalance on all ports, or BankSoap12/GetBalance on one.",
        example="GetBalance",
    ),
    "service": Key(
        TEXT,
        "Only for the service of this name; stubs inside a service are for that one anyway.",
    ),
    "input": Key(TEXT, "The input's name, for overloaded operations."),
    "replies": Key(
        all_of(Kind(parse_reply, ref("reply"))),
        "Replies that take turns, one a call.",
        example=[{"raw": "busy", "status": "503"}, {"reply": {"balance": "10.00"}}],
    ),
    "then": Key(
        choice("stay", "repeat", "pass", "random"),
        "After the last of the replies: stay there (default), repeat, or pass to other stubs; "
        "random: each call gets any of them.",
    ),
    "per": Key(
        TEXT, "A field by each of whose values the turn is counted alone.", example="account"
    ),
    "priority": Key(
        integer(-1_000_000, 1_000_000), "Higher is tried first; 0 by default.", example="5"
    ),
    "times": Key(integer(0, 10**9), "How many calls it answers; others then do.", example="2"),
    "scenario": Key(
        Kind(_scenario, {"anyOf": [{"type": "string"}, ref("scenario")]}),
        "A state machine: in which state the stub counts, and which follows.",
        example={"name": "outage", "when": "down", "then": "up"},
    ),
    "gate": Key(TEXT, "Hold the reply until this gate is released.", example="hold"),
    "trouble": Key(
        several(Kind(_trouble, {"anyOf": [{"type": "string"}, ref("trouble")]})),
        "Something goes wrong on the wire.",
        example={"kind": "reset", "probability": "0.1", "seed": "7"},
    ),
    "session": Key(TEXT, "Only for calls of this session."),
    "fallback": Key(
        FALLBACK,
        "What answers calls of the operation that no stub matches: sample, fault, or a reply. "
        "A stub with it has neither conditions nor a reply of its own.",
        example="sample",
    ),
    "label": Key(ANY_TEXT, "Words for console, journal and reports."),
    "id": Key(TEXT, "Its name over HTTP."),
    "reply_http": Key(TEXTS, "HTTP header fields of the reply.", "http"),
    "reply_header": Key(
        Kind(_specs, ref("reply_fields")), "SOAP header blocks of the reply.", "header"
    ),
}
_OWN_ASPECTS = {key: ASPECT_KEYS[key] for key in ("status", "delay", "media_type", "template")}

#: All keys of a stub, in the order of the reference.
STUB_KEYS: dict[str, Key] = {
    "op": CONTROL_KEYS["op"],
    **CONDITION_KEYS,
    **CONTENT_KEYS,
    **_OWN_ASPECTS,
    **CONTROL_KEYS,
}
_PLAIN = (
    "service", "input", "then", "per", "priority", "times", "delay", "scenario", "gate", "trouble",
    "session", "fallback", "label", "id",
)  # fmt: skip


def parse_stub(
    entry: Any,
    *,
    origin: Origin = "file",
    session: str = "",
    service: str = "",
    namespaces: Mapping[str, str] | None = None,
) -> Stub:
    """A stub from its dict form.

    Args:
        entry: the mapping.
        origin: who defined it.
        session, service: what it is for unless it names one.
        namespaces: prefixes around it.

    Raises:
        DefinitionError: a key or value is not known; with its place. `DefinitionErrors` if there
            are several mistakes.

    >>> stub = parse_stub({"op": "GetBalance", "when": {"account": "42"}, "delay": "300ms"})
    >>> stub.op, stub.when.fields, stub.delay.describe()
    ('GetBalance', {'account': '42'}, '300ms')
    """
    place = Place(entry)
    mistakes = Mistakes()
    values = read_keys(mapping(entry, place), STUB_KEYS, place, mistakes)
    if "op" not in entry:
        mistakes.add(place.error("a stub without op", expected="op: the name of an operation"))
    when = _when(values)
    if namespaces:
        when = replace(when, namespaces={**namespaces, **when.namespaces})
    replies = _replies(values, entry, place, mistakes)
    mistakes.finish()
    plain = {key: values[key] for key in _PLAIN if key in values}
    return Stub(
        values["op"],
        when,
        replies,
        **{"session": session, "service": service} | plain,
        origin=origin,
        where=where_in(entry),
    )


def _replies(
    values: Mapping[str, Any], entry: Mapping[str, Any], place: Place, mistakes: Mistakes
) -> tuple[Reply, ...]:
    """The replies of a stub: a sequence, or the one that stands at the stub itself."""
    own = {key: values[key] for key in values if key in CONTENT_KEYS or key in _OWN_ASPECTS}
    own.pop("delay", None)  # the stub's own
    given = [key for key in entry if key in CONTENT_KEYS]
    for key in ("reply_http", "reply_header"):
        if key in values:
            own[CONTROL_KEYS[key].attribute] = values[key]
    if "replies" in entry:
        double = [key for key in entry if key in CONTENT_KEYS] or list(own)
        if double:
            mistakes.add(
                place.below(double[0]).error(f"{double[0]} beside replies", expected="one of them")
            )
        found = values.get("replies", ())
        if "replies" in values and not found:
            mistakes.add(place.below("replies").error("no replies", expected="a list of replies"))
        return tuple(found)
    if not own and not given:
        return ()
    return (_joined(own, {key: entry.get(key) for key in given}, place, mistakes),)
