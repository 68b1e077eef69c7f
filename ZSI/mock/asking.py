"""Messages made from samples and words, and plain data as lines: for the commands."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from lxml import etree

from ZSI import samples
from ZSI.mock.errors import DefinitionError
from ZSI.mock.expressions import Known
from ZSI.mock.merge import compile_merge
from ZSI.mock.operations import MockOperation
from ZSI.mock.world import World
from ZSI.TC import Compound
from ZSI.writer import SoapWriter, typecode_for
from ZSI.xmlio import parse_document


def fields_of_words(words: Iterable[str]) -> dict[str, Any]:
    """Fields as a command line has them: ``path=value``; a path given twice is a list.

    Raises:
        DefinitionError: a word has no ``=``.

    >>> fields_of_words(["account=42", "tag=a", "tag=b=c", "note="])
    {'account': '42', 'tag': ['a', 'b=c'], 'note': ''}
    """
    found: dict[str, Any] = {}
    for word in words:
        path, equals, value = word.partition("=")
        if not equals or not path:
            raise DefinitionError(f"{word!r} is no field", expected="path=value")
        if path not in found:
            found[path] = value
        elif isinstance(found[path], list):
            found[path].append(value)
        else:
            found[path] = [found[path], value]
    return found


def made(
    operation: MockOperation,
    cls: type[Compound],
    fields: Mapping[str, Any] | None = None,
    *,
    now: datetime,
    seed: int = 0,
    full: bool = False,
) -> Compound:
    """A sample of one of an operation's messages, with fields over it.

    Args:
        operation: whose prefixes count.
        cls: of the message or fault detail.
        fields: values by path.
        now: dates lie near it. seed: of chance.
        full: with everything that is optional.

    Raises:
        DefinitionError: a field does not fit the contract.
        NoSample: the type has no finite instance.
    """
    kind = samples.full if full else samples.minimal
    sample: Compound = kind(cls, now=now, seed=seed)
    if not fields:
        return sample

    def fill(wanted: Any) -> Any:
        if isinstance(wanted, type):
            return kind(wanted, now=now, seed=seed)
        return samples.of_type(wanted, now=now, seed=seed)

    merge = compile_merge(fields, cls.complex_type(), Known(operation.scope), fill)
    changed: Compound = merge.build(sample, World(now=now))
    return changed


def envelope(
    operation: MockOperation, value: Any, cls: type[Compound], *, pretty: bool = False
) -> str:
    """A message as an envelope of the operation's SOAP version, with no prefix too many.

    Args:
        operation: whose message.
        value: the message. cls: its declared class; the value's may be derived from it.
        pretty: indented.
    """
    style = operation.version.encoding_style if operation.encoded else None
    writer = SoapWriter(version=operation.version, prefix="soap", encodingStyle=style)
    return slim(bytes(writer.serialize(value, typecode_for(value, cls))), pretty=pretty)


def slim(text: bytes, *, pretty: bool = False) -> str:
    """An envelope without empty Header and unused prefixes; ``pretty``: indented."""
    root = parse_document(text)
    header = root[0] if len(root) > 1 else None
    if header is not None and not len(header) and str(header.tag).endswith("}Header"):
        root.remove(header)
    etree.cleanup_namespaces(root, keep_ns_prefixes=_used_in_values(root))
    if pretty:
        etree.indent(root)
    return etree.tostring(root, encoding="unicode")


def _used_in_values(root: etree._Element) -> list[str]:
    """The prefixes that types and arrays name in their values, where nothing else shows it."""
    found: set[str] = set()
    for element in root.iter("*"):
        texts = [str(value) for name, value in element.attrib.items() if ":" in str(value)]
        if not len(element) and ":" in (element.text or ""):
            texts.append(element.text or "")
        for text in texts:
            found.update(word.partition(":")[0] for word in text.split() if ":" in word)
    known = {prefix for element in root.iter("*") for prefix in element.nsmap if prefix}
    return sorted(known & found)


def fault_envelope_of(operation: MockOperation, name: str, detail: Any) -> str:
    """A declared fault as the mock answers it."""
    from ZSI.fault import Fault, fault_envelope

    text = fault_envelope(
        Fault("Server", name, None, detail),
        operation.version,
        prefix="soap",
        serialize_detail=lambda entry: str(
            SoapWriter(envelope=False, version=operation.version).serialize(entry)
        ),
    )
    return slim(text, pretty=True)


# ---------------------------------------------------------------------------- plain data, shown


def lines(data: Any, path: str = "") -> Iterator[str]:
    """Plain data as ``path = value`` lines, in the paths that stubs use.

    >>> list(lines({"a": {"b": 1}, "c": ["x", {"d": True}]}))
    ['a/b = 1', 'c[1] = x', 'c[2]/d = true']
    """
    if isinstance(data, dict) and data.get("$nil") is True:
        yield f"{path} is nil"
    elif isinstance(data, dict):
        for key, item in data.items():
            inner = path if key == "." else f"{path}/{key}" if path else key
            yield from lines(item, inner)
    elif isinstance(data, list):
        for number, item in enumerate(data, 1):
            yield from lines(item, f"{path}[{number}]")
    else:
        text = "" if data is None else str(data).lower() if isinstance(data, bool) else data
        yield f"{path or '.'} = {text}"
