"""WS-I Basic Profile 1.1: what only the documents themselves show."""

from __future__ import annotations

from tests.wsdl.small import BINDING, MESSAGES, PORT_TYPE, SmallTests, schema_text, wsdl_text
from ZSI.errors import Finding
from ZSI.wsdl.lint import lint

RPC = BINDING.replace("<soap:binding ", '<soap:binding style="rpc" ')


class LintDocumentsTests(SmallTests):
    def found(self, text: str) -> list[Finding]:  # type: ignore[override]  # by rules here
        return list(lint(self.contract(text)))

    def rules(self, text: str) -> set[str]:
        return {finding.rule for finding in self.found(text)}

    def test_encoding(self) -> None:
        text = '<?xml version="1.0" encoding="iso-8859-1"?>' + wsdl_text()
        (finding,) = self.found(text)
        self.assertEqual(finding.rule, "R4003")
        for good in ("utf-8", "UTF-8"):
            self.assertEqual(self.rules(text.replace("iso-8859-1", good)), set())

    def test_order(self) -> None:
        text = wsdl_text()
        start, end = text.index("<wsdl:types>"), text.index("</wsdl:types>") + len("</wsdl:types>")
        types = text[start:end]
        late = text.replace(types, "").replace("</wsdl:definitions>", types + "</wsdl:definitions>")
        self.assertEqual(self.rules(late), {"R2023"})
        link = '<wsdl:import namespace="urn:o" location="o.wsdl"/>'
        self.write("o.wsdl", '<definitions xmlns="http://schemas.xmlsoap.org/wsdl/"/>')
        self.assertEqual(self.rules(wsdl_text(before=link)), set())
        self.assertEqual(self.rules(wsdl_text(service=link)), {"R2022"})

    def test_imports(self) -> None:
        link = '<wsdl:import namespace="o"/>'
        self.assertEqual(self.rules(wsdl_text(before=link)), {"R2007", "R2803"})
        stray = wsdl_text().replace("<wsdl:types>", '<wsdl:types><xs:import namespace="urn:o"/>')
        self.assertEqual(self.rules(stray), {"R2003"})

    def test_schemas(self) -> None:
        bare = schema_text('<xs:element name="e"/>', None)
        text = wsdl_text().replace("<wsdl:types>", "<wsdl:types>" + bare)
        self.assertEqual(self.rules(text), {"R2105"})
        only_imports = schema_text('<xs:import namespace="urn:o"/>', None)
        text = wsdl_text().replace("<wsdl:types>", "<wsdl:types>" + only_imports)
        self.assertEqual(self.rules(text), set())

    def test_parts(self) -> None:
        both = MESSAGES.replace('element="t:Ask"', 'element="t:Ask" type="xs:int"')
        self.assertEqual(self.rules(wsdl_text(messages=both)), {"R2306"})

    def test_use_and_namespace(self) -> None:
        encoded = BINDING.replace('use="literal"', 'use="encoded"', 1)
        (finding,) = self.found(wsdl_text(binding=encoded))
        self.assertEqual(finding.rule, "R2706")
        self.assertLine(finding, "encoded")
        named = BINDING.replace('use="literal"', 'use="literal" namespace="urn:w"', 1)
        self.assertEqual(self.rules(wsdl_text(binding=named)), {"R2716"})
        self.assertIn("R2717", self.rules(wsdl_text(binding=RPC)))
        transport = BINDING.replace('transport="http://schemas.xmlsoap.org/soap/http"', "")
        self.assertIn("R2701", self.rules(wsdl_text(binding=transport)))

    def test_headers_and_faults(self) -> None:
        header = '<soap:header message="t:In" use="literal"/></wsdl:input>'
        text = wsdl_text(binding=BINDING.replace("</wsdl:input>", header))
        self.assertIn("R2720", self.rules(text))
        header = '<soap:header message="t:In" part="parameters" namespace="urn:h"/></wsdl:input>'
        text = wsdl_text(binding=RPC.replace("</wsdl:input>", header))
        self.assertIn("R2726", self.rules(text))
        port_type = PORT_TYPE.replace(
            "\n</wsdl:operation>", '<wsdl:fault name="F" message="t:Out"/></wsdl:operation>'
        )
        for fault, rule in (("<soap:fault/>", "R2721"), ('<soap:fault name="G"/>', "R2754")):
            inside = f'<wsdl:fault name="F">{fault}</wsdl:fault></wsdl:operation>'
            binding = BINDING.replace("</wsdl:operation>", inside)
            self.assertIn(rule, self.rules(wsdl_text(port_type=port_type, binding=binding)))
