"""What libxml2 and xmlschema say of the same texts, and why we differ where we do.

A disagreement that no row of a table explains fails the test. Each row names the clause of XSD
1.0 part 2 (or of what it refers to) that decides for us.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from typing import Any

import xmlschema
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.marks import mark_xmlschema
from ZSI.errors import ValueRefused
from ZSI.names import XSD
from ZSI.TC.builtin import BUILTIN
from ZSI.TC.patterns import is_usable
from ZSI.TC.simple import SimpleType

mark_xmlschema()

LIBXML2, XMLSCHEMA = "libxml2", "xmlschema"
SCOPE = {"p": "urn:p"}
#: Types that an element may have: NOTATION must be restricted first.
NAMES = sorted(set(BUILTIN) - {"NOTATION", "anySimpleType"})
INTEGERS = frozenset(name for name in NAMES if BUILTIN[name].facets.fraction_digits == 0)


def names(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


NAME_TYPES = names("NMTOKEN NMTOKENS Name NCName ID IDREF IDREFS ENTITY ENTITIES QName")
MOMENTS = names("dateTime date time gYear gYearMonth gMonthDay gDay gMonth")
FLOATS = names("float double")
CALENDAR = names("dateTime date gYear gYearMonth")

SEEDS = {
    "number": "0 1 -1 +5 -0 007 127 128 -129 255 256 32768 65536 2147483648 -2147483649 4294967296 "
    "9223372036854775808 18446744073709551616 1.0 1. .5 -.5 . 1e3 1E-05 1e 1e1.5 INF -INF +INF NaN "
    "inf nan 1_0 ٣ 1,0 99999999999999999999999999 1e400 0x1",
    "date": "2024-02-29 2023-02-29 1900-02-29 2000-02-29 0000-01-01 -0001-02-29 -0004-02-29 "
    "12024-01-01 012024-01-01 24-01-01 2024-13-01 2024-01-32 2024-1-1 2024-01-01Z 2024-01-01+14:00 "
    "2024-01-01+14:01 2024-01-01-13:59 2024-01-01+1:00 2024-04-31 +2024-01-01",
    "time": "00:00:00 23:59:59 24:00:00 24:00:01 24:00:00.0 12:60:00 12:00:60 12:00:59.999999999 "
    "12:00 1:00:00 12:00:00Z 12:00:00. 12:00:00.5+05:30 12:00:00+15:00 25:00:00",
    "dateTime": "2024-02-29T12:00:00 2024-02-29T12:00:00Z 2024-02-29T24:00:00 2024-02-30T12:00:00 "
    "2024-02-29t12:00:00 2024-02-29T12:00 -2024-02-29T12:00:00 0000-02-29T12:00:00 "
    "12024-02-29T12:00:00.1234567890+13:59 2024-02-29T12:00:00+0100 2024-02-29T12:00:00-14:00",
    "calendar": "2024 24 -2024 0000 02024 12024 2024Z 2024-05 2024-13 2024-05Z -2024-05 --02-29 "
    "--02-30 --04-30Z --4-3 ---31 ---32 ---00 ---31Z --12 --13 --12Z --12-- ---12+05:00",
    "duration": "P1Y P1M PT1S PT1.5S PT.5S PT1.S P PT -P1D +P1D P-1D P1Y2M3DT4H5M6S P1DT P1S "
    "PT1H1D P1M1Y P1.5D P1Y1Y PT0S P99999999999999999999Y PT1H30",
    "binary": "00 0 aF GG AA== AB== AAA= AAB= AAAA A AA AAA A=== ==== AAAA==== AA==AA== AA=A -_AA",
    "name": "a a:b :a a: _a 1a -a .a a.b-c_d é a\u0300 \u0300a · a· a:b:c 中 \U00010000 \u0370 × "
    "p:a en en-US x-klingon abcdefghi en- e1 en_US",
    "uri": "% %41 %4 a#b a#b#c http://[::1]/ http://[::1 [ a[b] ?x=[1] #[x] 1:2 http://a:b/ "
    "http://a:80/ \\\\srv\\x C:\\x <a> {a} ^ | mailto:a@b //a /// http: urn:x:y http://é/ a% "
    "http://a@b@c/ http://h:/ http://[v1.a]/ http://[T::1]/",
    "boolean": "true false TRUE yes 00 t",
}
SPACED = ["", " ", " 5 ", "5 5", "\n1\t", "a b", "  a  b ", "A A A A", "AA = =", "0 0", "a\xa0b",
          "a\u2000", "12:00:00 Z", " --04-30", "--04-30 ", "http://a b/"]  # fmt: skip
ALL_SEEDS = [*dict.fromkeys([seed for group in SEEDS.values() for seed in group.split()] + SPACED)]
ALPHABET = "0123456789+-.:TZPYMDHSEe%#[]/ aAbé_\t=?@٣"


@st.composite
def mutated(draw: st.DrawFn) -> str:
    """A seed, or a seed with one or two characters changed, put in or left out."""
    text = draw(st.sampled_from(ALL_SEEDS))
    for _ in range(draw(st.integers(0, 2))):
        at = draw(st.integers(0, len(text)))
        new = draw(st.sampled_from(["", *ALPHABET]))
        text = text[:at] + new + text[at + draw(st.integers(0, 1)) :]
    return text


@dataclass(frozen=True)
class Explained:
    """One kind of disagreement: whose, on what, and the clause that decides."""

    judge: str
    says: bool
    clause: str
    types: frozenset[str] | None = None
    #: Given the text, and the values of the facets after it.
    when: Callable[[str], Any] = lambda text: True

    def covers(self, judge: str, name: str, text: str, verdict: bool) -> bool:
        """Whether this row is about that disagreement."""
        return (
            judge == self.judge
            and verdict is self.says
            and (self.types is None or name in self.types)
            and bool(self.when(text))
        )


def beyond_machine_words(text: str) -> bool:
    return re.search("[0-9]{9}", text) is not None


def foreign_name_characters(text: str) -> bool:
    return not text.isascii()


def not_ascii_space(text: str) -> bool:
    return re.search("[\xa0\u2000]", text) is not None


#: On built-in types, no facets.
LEXICAL = (
    Explained(LIBXML2, True, "3.2.4.1: digits must follow the E", names("float double"),
              re.compile(r"[eE][+-]?\s*\Z").search),
    Explained(LIBXML2, True, "3.2.16.1: only the alphabet and white space", names("base64Binary"),
              re.compile(r"[^A-Za-z0-9+/= \t\r\n]").search),
    Explained(LIBXML2, True, "3.2.6.1: digits on both sides of the point", names("duration"),
              re.compile(r"\.S|[^0-9]\.").search),
    Explained(LIBXML2, True, "3.3.5, 3.3.9, 3.3.12: minLength=1", names("NMTOKENS IDREFS ENTITIES"),
              lambda text: not text.strip()),
    Explained(LIBXML2, False, "4.3.6: white space is collapsed first", MOMENTS,
              re.compile(r"\A\s|\s\Z").search),
    Explained(LIBXML2, False, "3.2.6, 3.2.7: years and spans are unbounded",
              CALENDAR | {"duration"}, beyond_machine_words),
    Explained(LIBXML2, False, "XML 1.0 fifth edition, production 4a: names as parsers take them",
              NAME_TYPES, foreign_name_characters),
    Explained(LIBXML2, False, "part 1, 3.14.4: a rule of documents with a DTD, which SOAP forbids",
              names("ENTITY ENTITIES")),
    Explained(LIBXML2, False, "RFC 2732: brackets are legal in query and fragment", names("anyURI"),
              re.compile(r"[?#].*[\[\]]", re.S).search),
    Explained(LIBXML2, True, "RFC 2732: an address between the brackets", names("anyURI"),
              re.compile(r"//[^/?#]*\[").search),
    Explained(LIBXML2, False, "RFC 2396, 3.2.1: a registry-based authority, or an empty port",
              names("anyURI"), re.compile(r"//[^/?#]*[:@]").search),
    Explained(XMLSCHEMA, True, "3.3.13.1: digits are 0-9, without underscores", INTEGERS,
              re.compile("_|٣").search),
    Explained(XMLSCHEMA, True, "3.2.3.1: one numeral, no white space inside",
              INTEGERS | {"decimal"}, re.compile(r"\S\s+\S").search),
    Explained(XMLSCHEMA, True, "XML 1.0, production 3: four characters are white space", None,
              not_ascii_space),
    Explained(XMLSCHEMA, True, "XML 1.0 fifth edition, production 4a", NAME_TYPES,
              foreign_name_characters),
    Explained(XMLSCHEMA, False, "XML 1.0 fifth edition, production 4a", NAME_TYPES,
              foreign_name_characters),
    Explained(XMLSCHEMA, False, "part 1, 3.14.4: what an IDREF points to is a rule of documents",
              names("IDREF IDREFS")),
    Explained(XMLSCHEMA, True, "3.2.17 with RFC 2396: '%', '#', brackets, ':' in the first segment",
              names("anyURI"), re.compile(r"[%#\[\]:]").search),
)  # fmt: skip

_ELEMENTS = "".join(f'<xs:element name="{name}" type="xs:{name}"/>' for name in NAMES)
BUILTINS_SCHEMA = f'<xs:schema xmlns:xs="{XSD}">{_ELEMENTS}</xs:schema>'


@cache
def both_schemas(text: str) -> tuple[Any, Any]:
    """The schema as either judge has it, None where it refuses the schema itself."""
    try:
        ours: Any = etree.XMLSchema(etree.fromstring(text)).validate
    except etree.XMLSchemaParseError:
        ours = None
    try:
        theirs: Any = xmlschema.XMLSchema(text).is_valid
    except xmlschema.XMLSchemaException:
        theirs = None
    return ours, theirs


def opinions(schema: str, name: str, text: str) -> dict[str, bool]:
    """The verdicts of those judges that have one."""
    element = etree.Element(name, nsmap=SCOPE)
    element.text = text
    found: dict[str, bool] = {}
    for judge, machine in zip((LIBXML2, XMLSCHEMA), both_schemas(schema), strict=True):
        # an internal error is no verdict
        with contextlib.suppress(OverflowError, ValueError, etree.XMLSchemaValidateError):
            if machine is not None:
                found[judge] = bool(machine(element))
    return found


def our_verdict(simple: SimpleType, text: str) -> bool:
    try:
        simple.parse(text, SCOPE)
    except ValueRefused:
        return False
    return True


class OpinionCase(SynchronousTestCase):
    """Compares verdicts and looks for explanations."""

    def compare(
        self, rows: Iterable[Explained], schema: str, name: str, base: str, simple: SimpleType,
        text: str, context: str = "",
    ) -> None:  # fmt: skip
        ours = our_verdict(simple, text)
        for judge, verdict in opinions(schema, name, text).items():
            if verdict is ours:
                continue
            if not any(row.covers(judge, base, text + context, verdict) for row in rows):
                self.fail(f"{judge} says {verdict}, we say {ours}: {text!r} as {base} {context}")


class LexicalTests(OpinionCase):
    """The lexical spaces of the built-in types."""

    def test_every_seed(self) -> None:
        for name in NAMES:
            for text in ALL_SEEDS:
                self.compare(LEXICAL, BUILTINS_SCHEMA, name, name, BUILTIN[name], text)

    @settings(deadline=None, max_examples=700)
    @given(st.sampled_from(NAMES), mutated())
    def test_mutated(self, name: str, text: str) -> None:
        self.compare(LEXICAL, BUILTINS_SCHEMA, name, name, BUILTIN[name], text)

    def test_every_row_is_needed(self) -> None:
        """A row that explains nothing is a row that hides something."""
        unused = set(LEXICAL)
        for name in NAMES:
            for text in ALL_SEEDS:
                ours = our_verdict(BUILTIN[name], text)
                for judge, verdict in opinions(BUILTINS_SCHEMA, name, text).items():
                    if verdict is not ours:
                        unused -= {r for r in LEXICAL if r.covers(judge, name, text, verdict)}
        self.assertEqual([row.clause for row in unused], [])


#: Values near each other, by type: bounds and enumerations are drawn from them, and texts.
POOLS = {
    "decimal": "-2 -1 -0 0 0.001 0.01 0.10 1 1.0 1.5 1.50 9 10 10.25 99.99 100 1234",
    "integer": "-10 -2 -1 0 1 2 7 9 10 11 99 100 007 1234",
    "unsignedByte": "0 1 2 9 10 99 100 254 255",
    "double": "-1 0 -0 1 1.0 1e0 1.5 1E3 1000 INF -INF NaN",
    "float": "0 1 0.1 0.100000001 16777216 16777217 1e38 1e39 INF NaN",
    "dateTime": "2000-01-15T12:00:00 2000-01-15T12:00:00Z 2000-01-15T13:00:00+01:00 "
    "2000-01-16T02:00:00 2000-01-16T02:00:01 2000-01-14T22:00:00 2000-01-14T21:59:59 "
    "2000-01-15T12:00:00.5 2000-01-15T24:00:00 2000-01-16T00:00:00 1999-12-31T23:59:59Z",
    "date": "2000-01-15 2000-01-15Z 2000-01-14 2000-01-16Z 2000-01-17Z 2000-01-15+14:00 "
    "2000-01-14-10:00 2000-02-29",
    "time": "00:00:00 12:00:00 12:00:00Z 13:00:00+01:00 23:59:59 12:00:00.5 24:00:00",
    "gYear": "1999 2000 2001 2000Z 2002Z -0001 12000",
    "gYearMonth": "1999-12 2000-01 2000-02 2000-01Z 2000-03Z",
    "gMonthDay": "--01-31 --02-28 --02-29 --03-01 --03-01Z --12-31",
    "gDay": "---01 ---15 ---16 ---31 ---15Z ---17Z",
    "gMonth": "--01 --06 --07 --12 --06Z --08Z",
    "duration": "P1D PT24H PT23H P27D P28D P30D P31D P32D P1M P2M P365D P366D P367D P1Y P12M "
    "-P1M PT0S",
    "string": "a|b|ab|abc| a|a |a  b||\n",
    "token": "a|b|ab|abc| a|a  b|",
    "anyURI": "a|b|ab|%41|http://x/",
    "hexBinary": "|00|ff|FF|0000|00ff00",
    "base64Binary": "|AA==|AAA=|AAAA|A A A A|AAAAAA==",
    "NMTOKENS": "a|a b| a  b |a b c|b a",
    "boolean": "true|1|false|0",
}  # fmt: skip
COUNTED = ("length", "minLength", "maxLength")
BOUNDED = ("minInclusive", "minExclusive", "maxInclusive", "maxExclusive")


def pool(base: str) -> list[str]:
    values = POOLS[base]
    return values.split("|") if "|" in values else values.split(" ")


@st.composite
def restrictions(draw: st.DrawFn) -> tuple[str, tuple[tuple[str, str], ...], str]:
    """A base type, one or two facets that it may have, and a text."""
    base = draw(st.sampled_from(sorted(POOLS)))
    kind = BUILTIN[base]._kind
    possible = ["enumeration"] if base != "boolean" else []
    possible += COUNTED if kind.unit else BOUNDED if kind.ordered else ()
    possible += ("totalDigits", "fractionDigits") if base == "decimal" else ()
    possible += ("totalDigits",) if base in ("integer", "unsignedByte") else ()
    possible += ("pattern",)
    chosen = draw(st.lists(st.sampled_from(possible), min_size=1, max_size=2, unique=True))
    facets: list[tuple[str, str]] = []
    for facet in sorted(chosen):
        if facet in COUNTED or facet.endswith("Digits"):
            facets.append((facet, str(draw(st.integers(facet == "totalDigits", 4)))))
        elif facet == "pattern":
            facets.append((facet, draw(st.sampled_from(["[a0-9:TZ.+-]*", ".{1,3}", "1|a|true"]))))
        else:
            several = 3 if facet == "enumeration" else 1
            values = draw(st.lists(st.sampled_from(pool(base)), min_size=1, max_size=several))
            facets += [(facet, value) for value in values]
    return base, tuple(facets), draw(st.sampled_from(pool(base)))


def schema_of(base: str, facets: Iterable[tuple[str, str]]) -> str:
    """A schema with one element ``e``, of a restriction of ``base``."""
    root = etree.Element(f"{{{XSD}}}schema", nsmap={"xs": XSD})
    element = etree.SubElement(root, f"{{{XSD}}}element", name="e")
    simple = etree.SubElement(element, f"{{{XSD}}}simpleType")
    restriction = etree.SubElement(simple, f"{{{XSD}}}restriction", base=f"xs:{base}")
    for name, value in facets:
        etree.SubElement(restriction, f"{{{XSD}}}{name}", value=value)
    return etree.tostring(root, encoding="unicode")


def restricted(base: str, facets: Iterable[tuple[str, str]]) -> SimpleType:
    """The same type, ours."""
    given_facets: dict[str, Any] = {}
    for name, value in facets:
        if name in ("enumeration", "pattern"):
            given_facets.setdefault(name, []).append(value)
        else:
            given_facets[name] = value
    return BUILTIN[base].restrict(None, **given_facets)


ZONED = re.compile(r"(Z|[0-9][+-][0-9]{2}:[0-9]{2})\Z").search


def values_in(case: str) -> list[str]:
    return [word for word in case.split() if not word[:1].isalpha()]


def mixed_zones(case: str) -> bool:
    """Whether zoned and naive values meet."""
    return len({bool(ZONED(value)) for value in values_in(case)}) == 2


def zoned(case: str) -> bool:
    return any(map(ZONED, values_in(case)))


def with_bound(value: str) -> Callable[[str], bool]:
    """Whether this value and a bound are involved."""
    return lambda case: value in case.split() and re.search("In|Ex", case) is not None


#: On restrictions: the facets' names and values follow the text.
FACETS = (
    Explained(LIBXML2, True, "3.2.7.3: incomparable within 14 hours", MOMENTS, mixed_zones),
    Explained(XMLSCHEMA, True, "3.2.7.3: incomparable within 14 hours", MOMENTS, mixed_zones),
    Explained(LIBXML2, True, "3.2.4: NaN is incomparable", FLOATS, with_bound("NaN")),
    Explained(XMLSCHEMA, True, "3.2.4: NaN is incomparable", FLOATS, with_bound("NaN")),
    Explained(LIBXML2, True, "3.2.7.1: 24:00:00 is the next 00:00:00", names("dateTime time"),
              re.compile("24:00:00").search),
    Explained(LIBXML2, False, "3.2.7.1: 24:00:00 is the next 00:00:00", names("dateTime time"),
              re.compile("24:00:00").search),
    Explained(LIBXML2, True, "3.2.8: zoned times are ordered in UTC", names("time"), zoned),
    Explained(LIBXML2, False, "3.2.8: zoned times are ordered in UTC", names("time"), zoned),
    Explained(XMLSCHEMA, True, "3.2.6.2: a month is no number of days", names("duration")),
    Explained(XMLSCHEMA, True, "3.2.4.1: texts round to singles", names("float")),
    Explained(XMLSCHEMA, False, "3.2.4.1: texts round to singles", names("float")),
)  # fmt: skip


class FacetTests(OpinionCase):
    """Restrictions with the facets of each type."""

    @settings(deadline=None, max_examples=250, suppress_health_check=[HealthCheck.too_slow])
    @given(restrictions())
    def test_facets(self, case: tuple[str, tuple[tuple[str, str], ...], str]) -> None:
        base, facets, text = case
        simple = restricted(base, facets)
        if not simple.findings:
            context = "".join(f" {name} {value}" for name, value in facets)
            self.compare(FACETS, schema_of(base, facets), "e", base, simple, text, context)


_ESCAPES = (
    r"\+ \. \- \n \d \D \w \W \s \S \i \c \I \C \p{L} \P{L} \p{Lu} \p{Nd} \p{IsBasicLatin} "
    r"[\w-[_]] [\s_] [^\d\s] [\p{L}1] [\-a] [a-b] [^a] [ab1] [a-z-[b]] [+-]"
)
_ATOMS = st.sampled_from([*"ab1_é: ^$.", *str.split(_ESCAPES)])
_QUANTIFIERS = st.sampled_from(["", "", "", "?", "*", "+", "{2}", "{0,1}", "{1,}", "{0}"])
_PIECES = st.builds(str.__add__, _ATOMS, _QUANTIFIERS)


def _branches(inner: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    sequence = st.lists(inner, min_size=1, max_size=3).map("".join)
    choice = st.lists(sequence, min_size=1, max_size=2).map("|".join)
    return st.builds("({}){}".format, choice, st.sampled_from(["", "", "?", "{1,2}"]))


PATTERNS = st.lists(st.recursive(_PIECES, _branches, max_leaves=4), min_size=1, max_size=3).map(
    "".join
)
PATTERN_TEXTS = st.text(st.sampled_from("abA1_é+-: .^$\n\xa0٣"), max_size=4)


def names_beyond_ascii(case: str) -> bool:
    return not case.isascii() and re.search(r"\\[icIC]", case) is not None


#: On patterns, which follow the text. libxml2's automaton goes wrong where optional or repeated
#: pieces follow each other: xmlschema, on Python's engine, is with us there.
PATTERN_ROWS = (
    Explained(LIBXML2, False, "F.1.1 with XML 1.0 fifth edition: name characters", None,
              names_beyond_ascii),
    Explained(LIBXML2, True, "F.1.1 with XML 1.0 fifth edition: name characters", None,
              names_beyond_ascii),
    Explained(LIBXML2, False, "F: L(ST) is every s followed by every t", None,
              re.compile(r"[?*+}].*[?*+}]", re.S).search),
    Explained(LIBXML2, True, "F: L(ST) is every s followed by every t, and nothing else", None,
              re.compile(r"[?*+}].*[?*+}]", re.S).search),
    Explained(XMLSCHEMA, False, "F.1.1: \\w is all but punctuation, separators, others; \\s four",
              None, re.compile(r"\\[wWsS]").search),
    Explained(XMLSCHEMA, True, "F.1.1: \\w is all but punctuation, separators, others; \\s four",
              None, re.compile(r"\\[wWsS]").search),
)  # fmt: skip


class PatternTests(OpinionCase):
    """Regular expressions of appendix F, made at random."""

    @settings(deadline=None, max_examples=60, suppress_health_check=[HealthCheck.too_slow])
    @given(PATTERNS, PATTERN_TEXTS)
    def test_patterns(self, pattern: str, text: str) -> None:
        self.assertTrue(is_usable(pattern))
        facets = (("pattern", pattern),)
        simple = restricted("string", facets)
        self.compare(
            PATTERN_ROWS, schema_of("string", facets), "e", "string", simple, text, pattern
        )
