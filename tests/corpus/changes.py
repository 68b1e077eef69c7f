"""Changes to XML documents that a careless or a hostile author might make."""

from __future__ import annotations

import random
from collections.abc import Callable
from copy import deepcopy
from typing import Any

from lxml import etree

NASTY = (
    "", " ", "0", "-1", "1", "99999999999999999999", "unbounded", "1e9", "true", "a:b:c", ":", "x:",
    ":x", "{}", "{urn:x}y", "\u2028", "\U0001f600", "__import__('os')", "class", "None",
    "__class__",
    "../../../../../etc/passwd", "/etc/passwd", "http://[", "file:///dev/zero", "#", "%00",
    "a\tb\nc",
    "(a|aa)+b", "[", "(" * 500, "\\p{IsNowhere}", "a{99999}", "x" * 100_000, '"""', "'+f()+'", "\\",
    "rpc", "encoded", "literal", "optional", "prohibited", "#all", "##any", "##other ##local",
    "lax",
)  # fmt: skip
TIMES = ("0", "1", "2", "77", "100000", "4294967296", "unbounded", "-1", "x")
Tree = Any
Change = Callable[[random.Random, Tree], None]


def _elements(root: Tree) -> list[Any]:
    return [e for e in root.iter() if isinstance(e.tag, str) and e is not root]


def _some(rng: random.Random, root: Tree) -> Any:
    """An element below the root, or the root where there is none."""
    return rng.choice(_elements(root) or [root])


def _attribute(rng: random.Random, root: Tree) -> tuple[Any, str]:
    """An element with an attribute, and the attribute's name."""
    having = [e for e in root.iter() if isinstance(e.tag, str) and e.attrib]
    element = rng.choice(having or [root])
    return element, rng.choice([*element.attrib] or ["name"])


def drop(rng: random.Random, root: Tree) -> None:
    """An element is not there."""
    element = _some(rng, root)
    if element is not root:
        element.getparent().remove(element)


def duplicate(rng: random.Random, root: Tree) -> None:
    """An element is there twice, or very often."""
    element = _some(rng, root)
    if element is not root:
        text = etree.tostring(element)
        for _ in range(rng.choice((1, 1, 1, 2, 50)) if len(text) < 2_000 else 1):
            element.addnext(deepcopy(element))


def move(rng: random.Random, root: Tree) -> None:
    """An element is somewhere else, perhaps inside itself by copy."""
    element, target = _some(rng, root), _some(rng, root)
    if element is not root:
        target.insert(rng.randint(0, len(target)), deepcopy(element))
        if rng.random() < 0.5 and element.getparent() is not None:
            element.getparent().remove(element)


def rename(rng: random.Random, root: Tree) -> None:
    """An element has another's tag, or one nobody knows."""
    element = _some(rng, root)
    other = _some(rng, root).tag
    element.tag = rng.choice((other, other, "{urn:unknown}x", "x"))


def swap_attributes(rng: random.Random, root: Tree) -> None:
    """Two attributes have each other's values."""
    (one, first), (two, second) = _attribute(rng, root), _attribute(rng, root)
    a, b = one.get(first, ""), two.get(second, "")
    one.set(first, b)
    two.set(second, a)


def drop_attribute(rng: random.Random, root: Tree) -> None:
    """An attribute is not there."""
    element, name = _attribute(rng, root)
    element.attrib.pop(name, None)


def rename_attribute(rng: random.Random, root: Tree) -> None:
    """An attribute has another's name."""
    element, name = _attribute(rng, root)
    _, other = _attribute(rng, root)
    element.set(other, element.attrib.pop(name, ""))


def nasty_attribute(rng: random.Random, root: Tree) -> None:
    """An attribute is something that somebody would rather not get."""
    element, name = _attribute(rng, root)
    element.set(name, rng.choice(NASTY))


def break_qname(rng: random.Random, root: Tree) -> None:
    """A QName has no, a wrong or an unknown prefix, or names something else."""
    names = [
        (e, k) for e in root.iter() if isinstance(e.tag, str) for k, v in e.attrib.items()
        if ":" in v and "/" not in v
    ]  # fmt: skip
    if not names:
        return
    element, key = rng.choice(names)
    prefix, _, local = element.get(key).partition(":")
    other, other_key = rng.choice(names)
    element.set(key, rng.choice((
        local, f"nobody:{local}", f"{prefix}:Nothing", f"{prefix}:{local}:{local}",
        other.get(other_key), f"{other.get(other_key).partition(':')[0]}:{local}",
        f" {prefix}:{local} ",
    )))  # fmt: skip


def refer_to_itself(rng: random.Random, root: Tree) -> None:
    """A named component refers to itself."""
    named = [e for e in _elements(root) if e.get("name")]
    if not named:
        return
    outer = rng.choice(named)
    inner = [e for e in outer.iter() if isinstance(e.tag, str)]
    references = [
        (e, k) for e in inner for k in ("base", "type", "ref", "itemType", "element", "message")
        if e.get(k)
    ]  # fmt: skip
    if references:
        element, key = rng.choice(references)
        prefix = element.get(key).partition(":")[0]
        own = [p for p, uri in outer.nsmap.items() if uri == root.get("targetNamespace") and p]
        element.set(key, f"{rng.choice([prefix, *own])}:{outer.get('name')}")


def text(rng: random.Random, root: Tree) -> None:
    """Text where there should be none."""
    _some(rng, root).text = rng.choice([n for n in NASTY if n.isprintable()])


def deep(rng: random.Random, root: Tree) -> None:
    """Nesting, as deep as a document may have it."""
    element = _some(rng, root)
    tag = element.tag
    for _ in range(rng.choice((5, 100, 240))):
        element = etree.SubElement(element, tag, dict(element.attrib))


def occurrences(rng: random.Random, root: Tree) -> None:
    """Particles come more or less often than anybody would want them."""
    particles = [e for e in _elements(root) if etree.QName(e).localname in (
        "element", "any", "sequence", "choice", "all", "group")]  # fmt: skip
    if particles:
        for _ in range(rng.choice((1, 1, 5))):
            key = rng.choice(("minOccurs", "maxOccurs"))
            value = rng.choice(
                ("0", "1", "2", "77", "100000", "4294967296", "unbounded", "-1", "x")
            )
            rng.choice(particles).set(key, value)


CHANGES: tuple[Change, ...] = (
    drop, duplicate, move, rename, swap_attributes, drop_attribute, rename_attribute,
    nasty_attribute, break_qname, refer_to_itself, text, deep, occurrences,
)  # fmt: skip


def spoil(rng: random.Random, content: bytes) -> bytes:
    """Bytes that are not even XML any more, mostly."""
    at = rng.randrange(len(content) + 1)
    kind = rng.randrange(4)
    if kind == 0:
        return content[:at]
    if kind == 1:
        return content[:at] + bytes(rng.randrange(256) for _ in range(3)) + content[at:]
    if kind == 2:
        end = min(len(content), at + rng.randrange(1, 200))
        return content[:at] + content[end:]
    return content.replace(b"http://", rng.choice((b"", b"urn:", b"HTTP://")), rng.randrange(1, 5))


def mutated(rng: random.Random, content: bytes, names: list[str]) -> bytes:
    """A document with one to eight changes; their names go into ``names``."""
    if rng.random() < 0.07:
        names.append("spoil")
        return spoil(rng, content)
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError:
        return content
    for _ in range(rng.choice((1, 1, 2, 2, 3, 4, 8))):
        change = rng.choice(CHANGES)
        names.append(change.__name__)
        try:
            change(rng, root)
        except ValueError:  # lxml refuses characters and names that XML does not have
            names.append("(refused)")
    return etree.tostring(root, encoding="UTF-8", xml_declaration=True)
