"""Schemas and instances drawn by hypothesis: a schema's text, documents of it, their mutants.

A schema is drawn as a small tree of parts, each of which writes its XSD and, for documents, an
instance of itself. What the parts draw from is kept narrow so that most schemas are valid ones:
local elements have names of their own unless a sequence repeats one on purpose.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from random import Random
from typing import Any, TypeVar

from hypothesis import strategies as st
from lxml import etree

T = TypeVar("T")
TNS = "urn:t"
OTHER = "urn:o"
XSI = "http://www.w3.org/2001/XMLSchema-instance"
XS = "http://www.w3.org/2001/XMLSchema"

#: Texts by simple type: those of the type, and those that are not.
TEXTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "xs:int": (("1", " -7 ", "+007", "2147483647"), ("", "x", "1.0", "2147483648", "1 2")),
    "xs:decimal": (("1", "1.50", "-.5", "7."), ("", "1e3", "INF", ".", "1,5")),
    "xs:string": (("", "a", " a b ", "ü<&"), ()),
    "xs:token": (("", "a", " a  b "), ()),
    "xs:boolean": (("true", "0", " 1 "), ("", "TRUE", "2", "yes")),
    "xs:date": (("2024-02-29", "2024-01-01Z", "1999-12-31+14:00"), ("2023-02-29", "24-01-01", "")),
    "xs:anyURI": (("", "urn:x", "a/b?c=%20"), ()),
    "xs:NMTOKEN": (("a", "1-b.c"), ("", "a b", "a/b")),
    "Small": (("1", "9", " 3"), ("0", "10", "")),
    "Code": (("AB-12", " ZZ-00 "), ("AB12", "ab-12", "", "AB-123")),
    "Colour": (("red", "green"), ("Red", "", "blue")),
    "Numbers": (("1", "1 2 3", " 4\n5 "), ("", "1 x", "1 2 3 4")),
    "Either": (("1", "red", " 5 "), ("blue", "", "99")),
}
PRELUDE = """
<xs:simpleType name="Small"><xs:restriction base="xs:int"><xs:minInclusive value="1"/>
  <xs:maxInclusive value="9"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Code"><xs:restriction base="xs:token"><xs:pattern value="[A-Z]{2}-\\d\\d"/>
  </xs:restriction></xs:simpleType>
<xs:simpleType name="Colour"><xs:restriction base="xs:string"><xs:enumeration value="red"/>
  <xs:enumeration value="green"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Ints"><xs:list itemType="xs:int"/></xs:simpleType>
<xs:simpleType name="Numbers"><xs:restriction base="Ints"><xs:minLength value="1"/>
  <xs:maxLength value="3"/></xs:restriction></xs:simpleType>
<xs:simpleType name="Either"><xs:union memberTypes="Small Colour"/></xs:simpleType>
<xs:complexType name="Base"><xs:sequence><xs:element name="b" type="xs:int" minOccurs="0"/>
  </xs:sequence><xs:attribute name="ba" type="xs:token"/></xs:complexType>
<xs:complexType name="Ext"><xs:complexContent><xs:extension base="Base"><xs:sequence>
  <xs:element name="x" type="xs:int"/></xs:sequence><xs:attribute name="xa" type="xs:int"/>
  </xs:extension></xs:complexContent></xs:complexType>
<xs:complexType name="Far"><xs:complexContent><xs:extension base="Ext"/></xs:complexContent>
  </xs:complexType>
<xs:complexType name="Less"><xs:complexContent><xs:restriction base="Base"><xs:sequence>
  <xs:element name="b" type="xs:int"/></xs:sequence></xs:restriction></xs:complexContent>
  </xs:complexType>
<xs:complexType name="Abstract" abstract="true"><xs:complexContent><xs:extension base="Base"/>
  </xs:complexContent></xs:complexType>
<xs:complexType name="Closed" block="extension"><xs:sequence>
  <xs:element name="c" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="OfClosed"><xs:complexContent><xs:extension base="Closed"/>
  </xs:complexContent></xs:complexType>
<xs:complexType name="Price"><xs:simpleContent><xs:extension base="xs:decimal">
  <xs:attribute name="unit" type="Colour" default="red"/></xs:extension></xs:simpleContent>
  </xs:complexType>
<xs:element name="head" type="Base"/>
<xs:element name="member" type="Base" substitutionGroup="head" nillable="true"/>
<xs:element name="extended" type="Ext" substitutionGroup="member"/>
<xs:element name="shut" type="Base" abstract="true" substitutionGroup="head"/>
<xs:element name="behind" type="Far" substitutionGroup="shut"/>
<xs:element name="blocked" type="Base" block="substitution extension"/>
<xs:element name="never" type="Base" substitutionGroup="blocked"/>
<xs:element name="number" type="xs:int"/>
<xs:attribute name="mark" type="xs:int"/>
"""
#: Complex types of the prelude, and content that each of them takes.
NAMED: dict[str, Sequence[str]] = {
    "Base": ("", "<b>1</b>"),
    "Ext": ("<x>1</x>", "<b>2</b><x>3</x>"),
    "Less": ("<b>1</b>",),
    "Closed": ("", "<c>1</c>"),
    "Price": ("1.5",),
}
TYPE_NAMES = (*NAMED, "Far", "Abstract", "OfClosed", "xs:int", "Small", "xs:string", "Nobody")
#: References to global elements, and documents of their substitution groups.
REFERENCES: dict[str, Sequence[str]] = {
    "head": ("<head/>", "<member><b>1</b></member>", "<extended><x>1</x></extended>",
             "<behind><x>1</x></behind>"),
    "blocked": ("<blocked/>",),
    "number": ("<number>1</number>",),
}  # fmt: skip
#: Content of an anyType.
ANYTHING = ("", "text", '<zzz a="1">x<p xmlns=""/></zzz>', "<number>1</number>tail")
FOREIGN = {
    "##other": ('<o xmlns="urn:o" a="1">x<p/></o>',),
    "##any": ('<o xmlns="urn:o"/>', "<number>1</number>", '<n xmlns=""/>'),
    "urn:o ##local": ('<o xmlns="urn:o"/>', '<n xmlns=""/>'),
}


class Dice:
    """Draws for the parts; everything shrinks towards the first choice."""

    def __init__(self, draw: Callable[[st.SearchStrategy[Any]], Any]) -> None:
        self._draw = draw
        self._names = 0

    def number(self, low: int, high: int) -> int:
        made: int = self._draw(st.integers(low, high))
        return made

    def pick(self, items: Sequence[T]) -> T:
        return items[self.number(0, len(items) - 1)]

    def chance(self, out_of: int) -> bool:
        """Once in so many times; shrinks to no."""
        return self.number(1, out_of) == out_of

    def name(self, start: str) -> str:
        self._names += 1
        return f"{start}{self._names}"


class SeededDice(Dice):
    """The same outside of hypothesis, by a seed."""

    def __init__(self, seed: int | str) -> None:
        super().__init__(lambda strategy: None)
        self._random = Random(seed)

    def number(self, low: int, high: int) -> int:
        return self._random.randint(low, high)


@dataclass
class Part:
    """A particle: its XSD without occurrence, and how an instance of it is drawn."""

    xsd: str
    make: Callable[[Dice], str]
    least: int = 1
    most: int | None = 1
    names: list[str] = field(default_factory=list)

    def text(self) -> str:
        """The XSD, with the occurrence."""
        occurs = "" if self.least == 1 else f' minOccurs="{self.least}"'
        if self.most != 1:
            occurs += f' maxOccurs="{"unbounded" if self.most is None else self.most}"'
        return self.xsd.replace("@@", occurs, 1)

    def some(self, dice: Dice) -> str:
        """Instances, as many as may be."""
        most = self.least + 2 if self.most is None else min(self.most, self.least + 2)
        return "".join(self.make(dice) for _ in range(dice.number(self.least, most)))


def _simple_text(dice: Dice, name: str) -> str:
    text = dice.pick(TEXTS[name][0])
    return text.replace("&", "&amp;").replace("<", "&lt;")


def _attributes(dice: Dice) -> tuple[str, Callable[[Dice], str]]:
    """Attribute declarations, and attributes of them."""
    xsd, makers = "", []
    for _ in range(dice.number(0, 2)):
        name, kind = dice.name("a"), dice.pick(list(TEXTS))
        valid = TEXTS[kind][0][0]
        more = dice.pick(["", ' use="required"', f' default="{valid}"', f' fixed="{valid}"'])
        xsd += f'<xs:attribute name="{name}" type="{kind}"{more}/>'
        makers.append((name, kind, "required" in more, "fixed" in more))
    if dice.chance(4):
        wild = dice.pick(["##any", "##other", "##local urn:o"])
        process = dice.pick(["lax", "skip", "strict"])
        xsd += f'<xs:anyAttribute namespace="{wild}" processContents="{process}"/>'

    def make(dice: Dice) -> str:
        made = ""
        for name, kind, required, fixed in makers:
            if required or dice.chance(2):
                text = TEXTS[kind][0][0] if fixed else _simple_text(dice, kind)
                made += f' {name}="{text}"'
        return made

    return xsd, make


def _element(dice: Dice, depth: int) -> Part:
    """A local element: of a simple type, a named or an anonymous complex one; or a reference."""
    kind = dice.pick(["simple", "simple", "named", "anonymous", "reference", "any"])
    if kind == "reference":
        name = dice.pick(list(REFERENCES))
        return Part(f'<xs:element ref="{name}"@@/>', lambda dice: dice.pick(REFERENCES[name]))
    name = dice.name("e")
    if kind == "any":
        xsd = f'<xs:element name="{name}"@@/>'
        return Part(xsd, lambda dice: f"<{name}>{dice.pick(ANYTHING)}</{name}>", names=[name])
    nillable = ' nillable="true"' if dice.chance(4) else ""
    if kind == "anonymous" and depth:
        type_xsd, make = complex_type(dice, depth - 1)
        xsd = f'<xs:element name="{name}"{nillable}@@>{type_xsd}</xs:element>'
        return Part(xsd, lambda dice: make(dice, name), names=[name])
    if kind == "named":
        type_name = dice.pick(list(NAMED))
        block = dice.pick(["", "", ' block="extension"', ' block="restriction"', ' block="#all"'])
        xsd = f'<xs:element name="{name}" type="{type_name}"{nillable}{block}@@/>'
        return Part(
            xsd, lambda dice: f"<{name}>{dice.pick(NAMED[type_name])}</{name}>", names=[name]
        )
    type_name = dice.pick(list(TEXTS))
    valid = TEXTS[type_name][0][0].strip()
    given = dice.pick(["", "", f' default="{valid}"', f' fixed="{valid}"'])
    xsd = f'<xs:element name="{name}" type="{type_name}"{nillable}{given}@@/>'
    if "fixed" in given:
        return Part(xsd, lambda dice: f"<{name}>{valid}</{name}>", names=[name])
    return Part(xsd, lambda dice: f"<{name}>{_simple_text(dice, type_name)}</{name}>", names=[name])


def _group(dice: Dice, depth: int) -> Part:
    """A sequence or choice of elements and groups."""
    kind = dice.pick(["sequence", "choice"])
    parts = [
        _group(dice, depth - 1)
        if depth and dice.chance(4)
        else _occurring(dice, _element(dice, depth))
        for _ in range(dice.number(1, 3))
    ]
    if kind == "sequence" and len(parts) > 1 and dice.chance(6):
        parts.append(parts[0])  # the same element again, further on
    if kind == "sequence" and dice.chance(5):
        parts.append(_occurring(dice, _wildcard(dice)))
    inner = "".join(part.text() for part in parts)

    def make(dice: Dice) -> str:
        if kind == "choice":
            return dice.pick(parts).some(dice)
        return "".join(part.some(dice) for part in parts)

    return _occurring(dice, Part(f"<xs:{kind}@@>{inner}</xs:{kind}>", make))


def _wildcard(dice: Dice) -> Part:
    namespace = dice.pick(list(FOREIGN))
    process = dice.pick(["lax", "skip"])
    return Part(
        f'<xs:any namespace="{namespace}" processContents="{process}"@@/>',
        lambda dice: dice.pick(FOREIGN[namespace]),
    )


def _occurring(dice: Dice, part: Part) -> Part:
    part.least, part.most = dice.pick(
        [(1, 1), (1, 1), (0, 1), (0, 2), (1, None), (0, None), (2, 3)]
    )
    return part


def _all(dice: Dice) -> Part:
    """An ``xs:all``: elements once at most."""
    parts = [_element(dice, 0) for _ in range(dice.number(1, 3))]
    for part in parts:
        part.least = dice.number(0, 1)
    inner = "".join(part.text() for part in parts)

    def make(dice: Dice) -> str:
        order = list(parts)
        made = ""
        while order:
            made += order.pop(dice.number(0, len(order) - 1)).some(dice)
        return made

    return Part(f"<xs:all@@>{inner}</xs:all>", make, least=dice.number(0, 1))


def complex_type(dice: Dice, depth: int) -> tuple[str, Callable[[Dice, str], str]]:
    """An anonymous complex type, and what makes elements of it under a name."""
    attributes, make_attributes = _attributes(dice)
    kind = dice.pick(["group", "group", "group", "all", "simple", "extension", "empty"])
    if kind == "simple":
        base = dice.pick(list(TEXTS))
        xsd = (
            f'<xs:complexType><xs:simpleContent><xs:extension base="{base}">{attributes}'
            "</xs:extension></xs:simpleContent></xs:complexType>"
        )
        return (
            xsd,
            lambda dice, name: (
                f"<{name}{make_attributes(dice)}>{_simple_text(dice, base)}</{name}>"
            ),
        )
    model = None if kind == "empty" else _all(dice) if kind == "all" else _group(dice, depth)
    mixed = dice.chance(5)
    inner = (model.text() if model is not None else "") + attributes
    first = ""
    if kind == "extension":
        xsd = (
            f'<xs:complexType><xs:complexContent><xs:extension base="Base">{inner}'
            "</xs:extension></xs:complexContent></xs:complexType>"
        )
        mixed, first = False, "<b>5</b>"
    else:
        said = ' mixed="true"' if mixed else ""
        xsd = f"<xs:complexType{said}>{inner}</xs:complexType>"

    def make(dice: Dice, name: str) -> str:
        content = model.some(dice) if model is not None else ""
        before = "text" if mixed and dice.chance(2) else first if dice.chance(2) else ""
        return f"<{name}{make_attributes(dice)}>{before}{content}</{name}>"

    return xsd, make


def _constraints(dice: Dice, type_xsd: str) -> str:
    """A key or unique constraint about an attribute of some element inside, now and then."""
    inside = etree.fromstring(f'<x xmlns:xs="{XS}">{type_xsd}</x>')
    found = inside.xpath(".//xs:element[@name]//xs:attribute[@name]", namespaces={"xs": XS})
    if not found or not dice.chance(3):
        return ""
    attribute = dice.pick(found)
    element = next(attribute.iterancestors(f"{{{XS}}}element"))
    kind = dice.pick(["unique", "key"])
    return (
        f'<xs:{kind} name="c"><xs:selector xpath=".//t:{element.get("name")}"/>'
        f'<xs:field xpath="@{attribute.get("name")}"/></xs:{kind}>'
    )


@dataclass(frozen=True)
class Case:
    """A schema and documents: some of the schema, the others mutants of such."""

    schema: str
    valid: tuple[str, ...]
    mutants: tuple[str, ...]


@st.composite
def cases(draw: Callable[[st.SearchStrategy[Any]], Any], documents: int = 3) -> Case:
    """A schema with documents and as many mutants of each."""
    dice = Dice(draw)
    type_xsd, make = complex_type(dice, 2)
    schema = (
        f'<xs:schema xmlns:xs="{XS}" xmlns="{TNS}" xmlns:t="{TNS}" targetNamespace="{TNS}" '
        f'elementFormDefault="qualified">{PRELUDE}<xs:element name="root">{type_xsd}'
        f"{_constraints(dice, type_xsd)}</xs:element></xs:schema>"
    )
    declared = (
        f'root xmlns="{TNS}" xmlns:t="{TNS}" xmlns:o="{OTHER}" xmlns:xsi="{XSI}" xmlns:xs="{XS}"'
    )
    valid = [
        make(dice, "root").replace("<root", f"<{declared}", 1)
        for _ in range(dice.number(1, documents))
    ]
    mutants = [mutant(dice, dice.pick(valid)) for _ in range(2 * len(valid))]
    return Case(schema, tuple(valid), tuple(mutants))


# --------------------------------------------------------------------------- mutants


def mutant(dice: Dice, document: str) -> str:
    """A document with one to three things changed."""
    root = etree.fromstring(document)
    for _ in range(dice.number(1, 2)):
        dice.pick(MUTATIONS)(dice, root)
    return etree.tostring(root, encoding="unicode")


def _any(dice: Dice, root: etree._Element) -> etree._Element:
    return dice.pick(list(root.iter("*")))


def _inner(dice: Dice, root: etree._Element) -> etree._Element | None:
    below = list(root.iter("*"))[1:]
    return dice.pick(below) if below else None


def _remove(dice: Dice, root: etree._Element) -> None:
    elt = _inner(dice, root)
    if elt is not None:
        elt.getparent().remove(elt)  # type: ignore[union-attr]  # below the root


def _repeat(dice: Dice, root: etree._Element) -> None:
    elt = _inner(dice, root)
    if elt is not None:
        elt.addnext(deepcopy(elt))


def _swap(dice: Dice, root: etree._Element) -> None:
    elt = _inner(dice, root)
    other = elt.getnext() if elt is not None else None
    if elt is not None and other is not None:
        other.addnext(elt)


def _rename(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    names = ["member", "extended", "shut", "behind", "never", "number", "b", "x", "e1", "e2", "zzz"]
    elt.tag = f"{{{TNS}}}{dice.pick(names)}"


def _unqualify(dice: Dice, root: etree._Element) -> None:
    elt = _inner(dice, root)
    if elt is not None:
        elt.tag = dice.pick(["", f"{{{OTHER}}}"]) + str(elt.tag).rpartition("}")[2]


def _insert(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    name = dice.pick(["b", "x", "number", "head", "e1", "e3", "zzz"])
    child = etree.SubElement(elt, f"{{{TNS}}}{name}")
    child.text = dice.pick([None, "1", "x"])
    if dice.chance(2):
        elt.insert(0, child)


def _text(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    good, bad = TEXTS[dice.pick(list(TEXTS))]
    elt.text = dice.pick([*good, *bad])


def _tail(dice: Dice, root: etree._Element) -> None:
    elt = _inner(dice, root)
    if elt is not None:
        elt.tail = dice.pick([" ", "\n", "x", "\u00a0"])


def _space(dice: Dice, root: etree._Element) -> None:
    _any(dice, root).text = dice.pick(["", " ", "\n\t"])


def _set_attribute(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    name = dice.pick(["a1", "a2", "ba", "xa", "unit", f"{{{TNS}}}mark", f"{{{OTHER}}}y", "zzz"])
    good, bad = TEXTS[dice.pick(list(TEXTS))]
    elt.set(name, dice.pick([*good, *bad]))


def _drop_attribute(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    if elt.keys():
        del elt.attrib[dice.pick(elt.keys())]


def _nil(dice: Dice, root: etree._Element) -> None:
    elt = _any(dice, root)
    elt.set(f"{{{XSI}}}nil", dice.pick(["true", "1", "false", "maybe"]))
    if dice.chance(2):
        for child in list(elt):
            elt.remove(child)
        elt.text = None


def _type(dice: Dice, root: etree._Element) -> None:
    _any(dice, root).set(f"{{{XSI}}}type", dice.pick(TYPE_NAMES))


def _instruct(dice: Dice, root: etree._Element) -> None:
    _any(dice, root).append(dice.pick([etree.Comment, etree.PI])("x"))  # type: ignore[operator]  # either


MUTATIONS: Sequence[Callable[[Dice, etree._Element], None]] = (
    _remove, _repeat, _swap, _rename, _unqualify, _insert, _text, _tail, _space, _set_attribute,
    _drop_attribute, _nil, _type, _instruct,
)  # fmt: skip
