"""Runs of records read from their text: the same values and refusals as one by one."""

from __future__ import annotations

from typing import Any
from unittest import mock

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.contracts import DECLARED, TNS, Package, package, schema_text
from tests.tc.schemas import Case, cases
from tests.tc.test_usual import read
from ZSI.TC import decode

#: Runs of records and of leaves, after each other, and what may stand behind them.
RUNS = """
<xs:element name="all"><xs:complexType><xs:sequence>
  <xs:element name="r" type="R" minOccurs="0" maxOccurs="unbounded"/>
  <xs:element name="s" type="xs:token" minOccurs="0" maxOccurs="200"/>
  <xs:element name="end" type="xs:int" minOccurs="0"/>
</xs:sequence></xs:complexType></xs:element>
<xs:complexType name="R"><xs:sequence>
  <xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:string" nillable="true" minOccurs="0"/>
  <xs:element name="c" type="C" minOccurs="0" form="unqualified"/>
  <xs:element name="d" type="xs:dateTime" minOccurs="0"/>
</xs:sequence></xs:complexType>
<xs:simpleType name="C"><xs:restriction base="xs:decimal">
  <xs:maxInclusive value="100"/></xs:restriction></xs:simpleType>
"""

#: Texts of the leaves, and attributes of all, right and wrong.
_TEXTS = {
    "a": ("1", " 2 ", "x", "2147483648", "<?pi?>3", "&#49;", ""),
    "b": ("t", "", "a&lt;b&amp;#13;&gt;&amp;lt;", "&#13;\r\n", "é\u2028\U0001f600",
          "<![CDATA[<&]]>", "<x/>", "<!-- c -->t", "&#x85;&#xA0;", " "),
    "c": ("1.50", "101", "1e3"),
    "d": ("2026-11-23T10:00:00", "2026-11-23T24:00:00Z", "2026-02-30T10:00:00"),
}  # fmt: skip
_ATTRIBUTES = ("",) * 80 + (
    ' xsi:nil="true"', ' xsi:type="xs:short"', ' odd="1"', ' xmlns:t="urn:other"',
)  # fmt: skip
_TAILS = ("",) * 80 + (" ", "\n", "\u00a0", "x", "<?pi?>", "<!-- c -->")


@st.composite
def _records(draw: Any, prefix: str) -> str:
    """One record, most often a right one."""
    names = draw(st.sampled_from((*("abcd", "a", "ab", "acd", "abd") * 8, "ba", "aab")))
    body = ""
    for name in names if prefix else names.replace("c", ""):  # c is in no namespace
        texts = _TEXTS[name]
        text = texts[0] if draw(st.integers(0, 9)) else draw(st.sampled_from(texts))
        attribute = draw(st.sampled_from(_ATTRIBUTES))
        tag = name if name == "c" else prefix + name
        body += f"<{tag}{attribute}>{text}</{tag}>{draw(st.sampled_from(_TAILS))}"
    attribute = draw(st.sampled_from(_ATTRIBUTES))
    tail = draw(st.sampled_from(_TAILS))
    return f"<{prefix}r{attribute}>{body}</{prefix}r>{tail}"


@st.composite
def _documents(draw: Any) -> str:
    """A run of equal records with others among them, then a run of leaves, then the end."""
    prefix = draw(st.sampled_from(("t:", "u.-:", "")))
    default = "" if prefix else f' xmlns="{TNS}"'
    first = draw(_records(prefix))
    records = [first] * draw(st.integers(0, 5)) + draw(st.lists(_records(prefix), max_size=5))
    leaves = draw(st.lists(st.sampled_from((*_TEXTS["b"], *"t" * 40)), max_size=4))
    body = "".join(records) + "".join(f"<{prefix}s>{text}</{prefix}s>" for text in leaves)
    scope = f'{DECLARED.partition(" ")[2]} xmlns:u.-="{TNS}" xmlns:v="urn:&gt;&quot;&apos;>"'
    return f"<{prefix}all {scope}{default}>{body}</{prefix}all>"


class BothWaysTests(SynchronousTestCase):
    """Every document read as runs, and one by one."""

    def agree(self, schema: str, *documents: str) -> None:
        runs, single = Package(main=schema), Package(main=schema)
        for document in documents:
            with mock.patch.object(decode, "RUN_FROM", 1):
                found = read(runs, document)
            with mock.patch.object(decode, "RUN_FROM", 10**9):
                self.assertEqual(found, read(single, document), document)

    @settings(deadline=None, max_examples=200, suppress_health_check=list(HealthCheck))
    @given(_documents())
    def test_runs(self, document: str) -> None:
        self.agree(schema_text(RUNS), document)

    @settings(deadline=None, max_examples=40, suppress_health_check=list(HealthCheck))
    @given(cases())
    def test_drawn(self, case: Case) -> None:
        """Schemas and documents that hypothesis draws."""
        self.agree(case.schema, *case.valid, *case.mutants)

    def test_bounds(self) -> None:
        """How many there may be is counted, and the line of what is wrong is its own."""
        right, wrong = "<s>t</s>\n" * 200, "<r>\n<a>1</a>\n</r>\n" * 50 + "<r><a>x</a></r>"
        for body in (right, right + "<s>t</s>", wrong, right + "<r><a>1</a></r>"):
            self.agree(schema_text(RUNS), f"<all {DECLARED}>{body}</all>")

    def test_two_fields_of_a_name(self) -> None:
        """The base's takes what it may, the other the rest."""
        first = '<xs:element name="s" type="xs:int" minOccurs="0"'
        last = '<xs:element name="s" type="xs:int" minOccurs="0" maxOccurs="unbounded"/>'
        end = '<xs:element name="end" type="xs:int" minOccurs="0"/>'
        for base, own, end_of_base in (
            (f"{first}/>", f"{last}{end}", 1), (last, f"{end}{last}", 40),
        ):  # fmt: skip
            schema = schema_text(
                f"""
<xs:element name="all"><xs:complexType><xs:complexContent><xs:extension base="Base">
  <xs:sequence>{own}<xs:any namespace="##other" minOccurs="0" maxOccurs="unbounded"/>
  </xs:sequence></xs:extension></xs:complexContent></xs:complexType></xs:element>
<xs:complexType name="Base"><xs:sequence>{base}</xs:sequence></xs:complexType>"""
            )
            for count in (1, 2, 40):
                document = f"<all {DECLARED}>{'<s>1</s>' * count}</all>"
                self.agree(schema, document)
                value = Package(main=schema).read(document)
                theirs = value.s if isinstance(value.s, list) else [value.s]
                self.assertEqual(theirs, [1] * min(count, end_of_base))
                self.assertEqual(value.s_ or [], [1] * (count - len(theirs)))

    def test_what_forbids_a_run(self) -> None:
        """Records of which the schema says more than the order of their leaves."""
        schema = schema_text(
            """
<xs:element name="all"><xs:complexType><xs:choice>
  <xs:element name="few" type="R" minOccurs="2" maxOccurs="3"/>
  <xs:element name="marked" type="Marked" maxOccurs="unbounded"/>
  <xs:element name="type" type="Abstract" maxOccurs="unbounded"/>
  <xs:element ref="head" maxOccurs="unbounded"/>
  <xs:element name="keyed" type="R" maxOccurs="unbounded">
    <xs:key name="k"><xs:selector xpath="."/><xs:field xpath="t:b"/></xs:key></xs:element>
  <xs:element name="local" type="Local" maxOccurs="unbounded"/>
  <xs:element name="either" type="Either" maxOccurs="unbounded"/>
  <xs:element name="named" type="Named" maxOccurs="unbounded"/>
  <xs:element name="empty" type="Empty" maxOccurs="unbounded"/>
</xs:choice></xs:complexType></xs:element>
<xs:element name="head" type="R" abstract="true"/>
<xs:complexType name="R"><xs:sequence><xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:int" minOccurs="0"/></xs:sequence></xs:complexType>
<xs:complexType name="Marked"><xs:sequence><xs:element name="a" type="xs:int"/></xs:sequence>
  <xs:attribute name="no" type="xs:int" use="required"/></xs:complexType>
<xs:complexType name="Abstract" abstract="true"><xs:complexContent><xs:extension base="R"/>
  </xs:complexContent></xs:complexType>
<xs:complexType name="Local"><xs:sequence><xs:element name="a" type="xs:int" minOccurs="0"/>
  <xs:element name="b" type="xs:int" form="unqualified"/></xs:sequence></xs:complexType>
<xs:complexType name="Either"><xs:choice><xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:int"/></xs:choice></xs:complexType>
<xs:complexType name="Named"><xs:sequence><xs:element name="a" type="xs:int"/>
  <xs:element name="b" type="xs:QName"/></xs:sequence></xs:complexType>
<xs:complexType name="Empty"/>
"""
        )
        names = "few", "marked", "type", "head", "keyed", "local", "either", "named", "empty"
        inside = {"either": "<a>1</a><b>1</b>", "empty": " "}
        for name in names:
            for count in (1, 2, 3, 4):
                body = f"<{name}>{inside.get(name, '<a>1</a>')}</{name}>" * count
                document = f"<all {DECLARED}>{body}</all>"
                self.agree(schema, document)
                found = read(Package(main=schema), document)
                wrong = isinstance(found, str) or bool(found[1])
                self.assertEqual(wrong, name != "few" or count in (1, 4), name)


class TakenTests(SynchronousTestCase):
    """How far a run goes."""

    def taken(self, body: str, scope: str = DECLARED) -> int:
        """How many children of the body are read from their text."""
        made = package(RUNS)
        rows = made.element("all").complex_type().rows
        elt = etree.fromstring(f"<all {scope}>{body}</all>")
        self.context = made.context()
        return len(elt) - len(rows.read(elt, len(elt), {}, self.context)[0])

    def test_whole(self) -> None:
        """Leaves that are absent or empty, references, white space between elements."""
        b = ("", "<b/>", "<b>a &amp; b</b>", "<b>&lt;&gt;&#13;</b>")
        d = "<d>2026-11-23T10:00:00</d>"
        body = "\n".join(f"<r> <a>1</a> {text}\t{d}\n</r>" for text in b) * 600
        self.assertEqual(self.taken(body), 4 * 600)
        self.assertLess(self.context.in_vain, 0)
        self.assertEqual(self.taken("<s>t</s>" * 40), 40)

    def test_prefixes(self) -> None:
        """Whatever the document calls the namespace."""
        self.assertEqual(
            self.taken("<n.s:r><n.s:a>1</n.s:a></n.s:r>" * 9, DECLARED + f' xmlns:n.s="{TNS}"'), 9
        )
        self.assertEqual(self.taken("<t:r><a>1</a></t:r>" * 9), 9)
        local = "<t:r><t:a>1</t:a></t:r><t:r><t:a>1</t:a><c>1</c></t:r>"
        self.assertEqual(self.taken(local * 9, f'xmlns:t="{TNS}"'), 18)
        self.assertEqual(self.taken("<r><a>1</a><c>1</c></r>" * 9), 0)
        for odd in ("<nxs:r><n.s:a>1</n.s:a></nxs:r>", "<n.s:r><nxs:a>1</nxs:a></n.s:r>"):
            body = "<n.s:r><n.s:a>1</n.s:a></n.s:r>" * 9 + odd
            self.assertEqual(self.taken(body, f'xmlns:n.s="{TNS}" xmlns:nxs="urn:other"'), 9)

    def test_ends(self) -> None:
        """At the first that has more to it than text."""
        record = "<r><a>1</a></r>"
        for odd in (
            "<!-- c -->", "<r><a>1</a><?pi?></r>", '<r x="1"><a>1</a></r>', "<s>t</s>",
            "&#13;", "<r>\u00a0<a>1</a></r>", "<r><a>1</a>\u2028</r>",
            '<r><a xsi:nil="1"/></r>', f'<r xmlns="{TNS}" xmlns:t="urn:x"><a>1</a></r>', "<r/>",
        ):  # fmt: skip
            self.assertEqual(self.taken(record * 7 + odd + record), 7, odd)

    def test_crowd(self) -> None:
        """Where each text would begin with a great many declarations, there is no run at all."""
        for count, taken in ((20, 9), (80, 0)):
            declared = "".join(f' xmlns:n{i}="urn:{i}"' for i in range(count))
            self.assertEqual(self.taken("<r><a>1</a></r>" * 9, DECLARED + declared), taken)

    def test_runs_in_runs(self) -> None:
        """The text of all that is inside is not written again and again, level by level."""
        made = package(
            """
<xs:element name="n" type="N"/>
<xs:complexType name="N"><xs:sequence>
  <xs:element name="i" type="xs:int" maxOccurs="unbounded"/>
  <xs:element name="s" type="xs:string" minOccurs="0"/>
  <xs:element name="n" type="N" minOccurs="0"/></xs:sequence></xs:complexType>"""
        )
        written: list[int] = []
        serialize = etree.tostring

        def tostring(elt: Any, **options: Any) -> str:
            text = str(serialize(elt, **options))
            written.append(len(text))
            return text

        def document(depth: int, inside: str) -> str:
            opening = f"<n {DECLARED}>" + "<i>1</i>" * 40
            return opening * depth + inside + "</n>" * depth

        for text, depth, least in (
            (document(150, f"<s>{'x' * 400_000}</s>"), 150, 2),
            (document(4, "<i>1</i>" * 100_000), 4, 3),
        ):
            written.clear()
            with mock.patch.object(etree, "tostring", tostring):
                value = made.read(text)
            self.assertLess(sum(written), 11_000_000 + 2 * len(text))
            self.assertGreater(len(written), least)
            for _ in range(depth - 1):
                self.assertEqual(value.i, [1] * 40)
                value = value.n

    def test_refused_value(self) -> None:
        """The records in memory together with one that breaks its type are looked at one by one."""
        record = "<r><a>1</a></r>"
        self.assertEqual(self.taken(record * 2_000 + "<r><a>x</a></r>"), 1_024)

    def test_values(self) -> None:
        """Of the documented kinds, and fresh for each record."""
        made = package(RUNS)
        text = "x &lt; y&amp;#13; &gt; &#13;&amp;lt;"
        body = f"<r><a>1</a><b>{text}</b></r><r><a>2</a><b/></r><r><a>3</a></r>" * 20
        records = made.read(f"<all {DECLARED}>{body}</all>").r
        self.assertEqual(
            [one.__dict__ for one in records[:3]],
            [{"a": 1, "b": "x < y&#13; > \r&lt;"}, {"a": 2, "b": ""}, {"a": 3}],
        )
        self.assertEqual(len(set(map(id, records))), 60)
        self.assertIs(type(records[0]), made.type("R"))
