"""Contracts that try to become code: what is generated only defines.

Covers: the whole way from names and texts of a WSDL to Python source.
"""

from __future__ import annotations

from xml.sax.saxutils import quoteattr

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.generate.definitions import suspicious
from tests.generate.made import MadeTests
from tests.generate.test_build import EVERYTHING
from tests.generate.test_source import HOSTILE
from tests.wsdl.small import BINDING, MESSAGES, PORT_TYPE, SERVICE, TYPES, wsdl_text
from ZSI.errors import ZSIException
from ZSI.generate.commands import plan_files
from ZSI.generate.plan import Plan
from ZSI.generate.planner import make_plan

#: Texts that would run if they were pasted into source.
CODE = (
    "'+__import__('os').system('x')+'",
    '"+__import__("os").system("x")+"',
    '"""\nimport os\n"""',
    "\\",
    "x\\",
    "a\nimport os",
    "{__import__('os')}",
    "\u2028import os",
    "']",
    "#",
    "\\N{BULLET}",
    "\\u0022",
)
NAME_CHARACTERS = st.characters(
    categories=["Lu", "Ll", "Lt", "Lo", "Nl", "Nd", "Mn"], include_characters="_-.·"
)
NAMES = st.text(NAME_CHARACTERS, min_size=1, max_size=12).map(lambda text: f"_{text}")


class HostileTests(MadeTests):
    """Every place of a WSDL into which somebody can write."""

    def assertDefines(self, plan: Plan) -> None:
        """All modules of a plan are definitions, for Twisted and without."""
        for twisted in (True, False):
            for name, content in plan_files(plan, package=True, twisted=twisted).items():
                if name.endswith(".py"):
                    self.assertEqual(suspicious(content.decode()), [], name)
                    compile(content, name, "exec", dont_inherit=True)

    def attributes(self, text: str) -> str:
        """A contract with this text wherever any text may stand."""
        given = quoteattr(text)
        body = given[1:-1].replace("<", "&lt;")
        words = f"<wsdl:documentation>{body}</wsdl:documentation>"
        schema = (
            TYPES
            + f"""
          <xs:complexType name="T"><xs:annotation><xs:documentation>{body}</xs:documentation>
            </xs:annotation><xs:sequence><xs:element name="d" type="xs:string" default={given}/>
            <xs:any namespace={given} minOccurs="0" processContents="lax"/></xs:sequence>
            <xs:attribute name="a" fixed={given}/></xs:complexType>
          <xs:simpleType name="E"><xs:restriction base="xs:string"><xs:enumeration value={given}/>
            <xs:enumeration value="ok"/></xs:restriction></xs:simpleType>
          <xs:simpleType name="P"><xs:restriction base="xs:string"><xs:pattern value={given}/>
            </xs:restriction></xs:simpleType>
          <xs:element name="K"><xs:complexType/><xs:key name="k"><xs:selector xpath={given}/>
            <xs:field xpath={given}/></xs:key></xs:element>"""
        )
        return wsdl_text(
            types=schema,
            messages=MESSAGES,
            port_type=PORT_TYPE.replace('<wsdl:input', f"{words}<wsdl:input", 1),
            binding=BINDING.replace('"urn:ask"', given),
            service=SERVICE.replace('"http://localhost/x"', given).replace(
                '<wsdl:port', f"{words}<wsdl:port", 1),
            attributes=f"xmlns:n={given}" if text.strip() else "",
        )  # fmt: skip

    def test_texts(self) -> None:
        generated = 0
        for text in (*CODE, *HOSTILE):
            try:
                contract = self.contract(self.attributes(text))
            except ZSIException:
                continue  # refused: nothing is generated
            generated += 1
            self.assertDefines(make_plan(contract))
        self.assertGreater(generated, 30)

    def test_target_namespaces(self) -> None:
        for text in CODE:
            given = quoteattr(text)
            document = self.attributes("x").replace('"urn:x"', given)
            try:
                self.assertDefines(make_plan(self.contract(document)))
            except ZSIException:
                continue

    @given(st.lists(NAMES, min_size=6, max_size=6, unique=True))
    @settings(deadline=None, max_examples=40)
    def test_names(self, names: list[str]) -> None:
        """Whatever XML takes for a name becomes an identifier; different names stay different."""
        text = wsdl_text()
        for plain, name in zip(("Ask", "Answer", "In", "Out", "S", "Small"), names, strict=True):
            for start, end in (('"', '"'), (":", '"')):
                text = text.replace(f"{start}{plain}{end}", f"{start}{name}{end}")
        try:
            plan = make_plan(self.contract(text))
        except ZSIException:
            return
        self.assertDefines(plan)

    def test_everything(self) -> None:
        self.assertDefines(self.plan(EVERYTHING))

    def test_the_check_finds_code(self) -> None:
        """Each of these would be found."""
        for source in (
            "import os", "print(1)", "x = f()", "x = [y for y in z]", "class A(f()): pass",
            "class A:\n    x = TC.element(open('x'))", "for x in y: pass", "x.y = 1",
            "def f(): pass", "if x: import y", "class A:\n    def f(self): self.z()",
            "@d\nclass A: pass", "x = lambda: 1", "del x",
        ):  # fmt: skip
            self.assertNotEqual(suspicious(source), [], source)
