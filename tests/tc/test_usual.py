"""Elements read as the one before them: the same values and refusals as by the automaton."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, ContractCase, Package, package, schema_text
from tests.tc.schemas import Case, cases
from ZSI.errors import ZSIException
from ZSI.TC import usual
from ZSI.TC.usual import Usual

#: Fields of a record: required, optional, nillable ones, and a choice.
RECORD = """
<xs:element name="all"><xs:complexType><xs:sequence>
  <xs:element name="r" type="R" minOccurs="0" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="R"><xs:sequence>
  <xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:string" nillable="true"/>
  <xs:element name="c" type="xs:decimal" minOccurs="0"/>
  <xs:choice minOccurs="0"><xs:element name="d" type="xs:dateTime"/>
    <xs:element name="e" type="xs:boolean"/></xs:choice>
  <xs:element name="f" type="xs:token" minOccurs="0"/>
  <xs:element name="g" type="xs:double" minOccurs="0"/>
</xs:sequence><xs:attribute name="no" type="xs:int"/></xs:complexType>
"""

#: Children as they may come, right and wrong.
_TEXTS = {
    "a": ("1", " 2 ", "x", "2147483648", "<?pi?>3", "4<?pi?>", ""),
    "b": ("t", "", "<![CDATA[<]]>", "<x/>"),
    "c": ("1.50", "1.2.3", "+.5", "1e3"),
    "d": ("2026-11-23T10:00:00", "2026-11-23T24:00:00Z", "2026-02-30T10:00:00"),
    "e": ("true", "0", "no"),
    "f": ("a  b", "c"),
    "g": ("1.5", "INF", "-"),
}
_ATTRIBUTES = ("",) * 6 + (' xsi:nil="true"', ' xsi:type="xs:short"', ' odd="1"')
_TAILS = ("",) * 8 + (" ", "\n", "x", "<?pi?>", "<!-- c -->")


@st.composite
def _records(draw: Any) -> str:
    """One record, most often a right one."""
    body = draw(st.sampled_from(("", "", "", " ", "y")))
    names = draw(st.sampled_from(("ab", "ab", "abcdfg", "abcdfg", "abcefg", "abefg", "ba", "abb")))
    for name in names:
        texts = _TEXTS[name]
        text = texts[0] if draw(st.integers(0, 3)) else draw(st.sampled_from(texts))
        attribute = draw(st.sampled_from(_ATTRIBUTES))
        body += f"<{name}{attribute}>{text}</{name}>{draw(st.sampled_from(_TAILS))}"
    attribute = draw(st.sampled_from(("", "", "", ' no="1"', ' no="x"', ' xsi:type="R"')))
    return f"<r{attribute}>{body}</r>"


def read(made: Package, document: str) -> Any:
    """The value and what was unusual, or why there is none."""
    try:
        value = made.read(document)
    except ZSIException as refusal:
        return f"{type(refusal).__name__}: {refusal}"
    return repr(value), [str(finding) for finding in made.findings]


class BothWaysTests(SynchronousTestCase):
    """One package that remembers what came before, and one that always asks the automaton."""

    def agree(self, schema: str, documents: tuple[str, ...]) -> None:
        """Both read the same documents, in the same order."""
        quick, careful = Package(main=schema), Package(main=schema)
        for document in documents:
            found = read(quick, document)
            with mock.patch.object(usual, "leaves_reader", lambda *args: None):
                self.assertEqual(found, read(careful, document), document)

    @settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))
    @given(st.lists(_records(), min_size=2, max_size=12))
    def test_records(self, records: list[str]) -> None:
        """Records that differ in every way there is, each twice and each alone."""
        twice = [f"<all {DECLARED}>{record * 2}</all>" for record in records]
        together = f"<all {DECLARED}>{''.join(records)}</all>"
        self.agree(schema_text(RECORD), (*twice, together, *twice))

    def test_more_than_text(self) -> None:
        """Leaves whose text is not all that counts."""
        schema = schema_text(
            """
<xs:element name="all"><xs:complexType><xs:sequence>
  <xs:element name="r" type="R" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="R"><xs:sequence>
  <xs:element name="name" type="xs:QName" minOccurs="0"/>
  <xs:element name="id" type="xs:ID" minOccurs="0"/>
  <xs:element name="fixed" type="xs:int" fixed="1" minOccurs="0"/>
  <xs:element name="default" type="xs:int" default="2" minOccurs="0"/>
</xs:sequence></xs:complexType>"""
        )
        for first, second in (
            ("<name>t:x</name>", "<name>xs:x</name>"), ("<id>i</id>", "<id>i</id>"),
            ("<fixed>1</fixed>", "<fixed>2</fixed>"), ("<default>1</default>", "<default/>"),
        ):  # fmt: skip
            body = f"<r>{first}</r>" * 3 + f"<r>{second}</r>" * 2
            self.agree(schema, (f"<all {DECLARED}>{body}</all>",))

    @settings(deadline=None, max_examples=25, suppress_health_check=list(HealthCheck))
    @given(cases())
    def test_drawn(self, case: Case) -> None:
        """Schemas and documents that hypothesis draws, each document three times."""
        documents = (*case.valid, *case.mutants)
        self.agree(case.schema, tuple(each for each in documents for _ in range(3)))


class UsualTests(ContractCase):
    """`Usual` itself."""

    def reader(self, count: int) -> tuple[Any, list[Any]]:
        """The reader of so many leaves, and children for it."""
        leaves = "".join(f'<xs:element name="e{i}" type="xs:int"/>' for i in range(count))
        made = package(
            f'<xs:element name="r"><xs:complexType><xs:sequence>{leaves}</xs:sequence>'
            f"</xs:complexType></xs:element>"
        )
        text = "".join(f"<e{i}>{i}</e{i}>" for i in range(count))
        root = etree.fromstring(f"<r {DECLARED}>{text}</r>")
        made.read(etree.tostring(root, encoding="unicode"))
        start = made.element("r").complex_type().automaton.start
        learned = Usual(start)
        learned.learn(root[:])
        return learned.read, root[:]

    def test_any_number(self) -> None:
        """One leaf to eleven; each of them is looked at."""
        for count in range(1, 12):
            read, children = self.reader(count)
            values: dict[str, int] = {}
            self.assertTrue(read(children, values))
            self.assertEqual(values, {f"e{i}": i for i in range(count)})
            for i in range(count):
                for spoil in ("tag", "tail", "text"):
                    read, children = self.reader(count)
                    setattr(children[i], spoil, "x")
                    self.assertFalse(read(children, {}), (count, i, spoil))
                read, children = self.reader(count)
                children[i].set("a", "b")
                self.assertFalse(read(children, {}))

    def test_is_used(self) -> None:
        """The second of two equal records does not ask the automaton."""
        made = package(RECORD)
        record = "<r><a>1</a><b>t</b></r>"
        made.read(f"<all {DECLARED}>{record}</all>")
        start = made.type("R").complex_type().automaton.start
        start.clear()
        made.read(f"<all {DECLARED}>{record}</all>")
        self.assertFalse(start)

    def test_waits(self) -> None:
        """After an element that was not as usual the next sixteen are no examples."""
        read, children = self.reader(1)
        learned = read.__self__
        children[0].text = "x"
        self.assertFalse(read(children, {}))
        children[0].text = "1"
        for _ in range(16):
            learned.learn(children)
            self.assertFalse(read(children, {}))
        learned.learn(children)
        self.assertTrue(read(children, {}))

    def test_threads(self) -> None:
        """Another thread may find in the meantime that elements are no longer as usual."""
        meantime: list[bool] = []

        def reader(children: list[Any], values: dict[Any, Any]) -> bool:
            if not meantime:
                meantime.append(False)
                meantime.append(read(children, values))
            return False

        with mock.patch.object(usual, "leaves_reader", lambda *args: reader):
            read, children = self.reader(1)
        self.assertFalse(read(children, {}))
        self.assertEqual(meantime, [False, False])


class OrderedTests(ContractCase):
    """Where the order of children counts, each element has its own."""

    def test_mixed_content(self) -> None:
        made = package(
            """
<xs:element name="all"><xs:complexType><xs:sequence>
  <xs:element name="r" type="R" maxOccurs="unbounded"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="R" mixed="true"><xs:sequence>
  <xs:element name="a" type="xs:int"/><xs:element name="b" type="xs:int"/>
</xs:sequence></xs:complexType>"""
        )
        value = made.read(f"<all {DECLARED}>{'<r><a>1</a><b>2</b></r>' * 40}</all>")
        self.assertEqual({record._content for record in value.r}, {("a", "b")})
