"""soap:body, soap:header, soap:fault, MIME parts and WS-Addressing actions."""

from __future__ import annotations

from tests.wsdl.small import BINDING, HTTP, MESSAGES, PORT_TYPE, SmallTests, name, wsdl_text, xsd
from ZSI.wsdl.model import BoundFault, BoundHeader, Contract, MimeContent, Part

PARTS = """
<wsdl:message name="In"><wsdl:part name="a" type="xs:int"/><wsdl:part name="b" type="xs:string"/>
  <wsdl:part name="h" element="t:Ask"/></wsdl:message>
<wsdl:message name="Out"><wsdl:part name="r" type="xs:int"/></wsdl:message>
"""
BROKEN = '<wsdl:message name="Broken"><wsdl:part name="x" element="t:No"/></wsdl:message>'
ENCODING = "http://schemas.xmlsoap.org/soap/encoding/"


def bound(into: str, style: str = "rpc", faults: str = "") -> str:
    """A binding with this in its input."""
    return (
        f'<wsdl:binding name="B" type="t:PT"><soap:binding style="{style}" transport="{HTTP}"/>'
        f'<wsdl:operation name="Ask"><wsdl:input>{into}</wsdl:input><wsdl:output>'
        f'<soap:body use="literal" namespace="urn:w"/></wsdl:output>{faults}'
        "</wsdl:operation></wsdl:binding>"
    )


class BodyTests(SmallTests):
    def read(self, into: str, style: str = "rpc", messages: str = PARTS) -> Contract:
        return self.contract(wsdl_text(messages=messages, binding=bound(into, style)))

    def names(self, contract: Contract) -> list[str]:
        message = self.operation(contract).input
        assert message is not None
        return [part.name for part in message.parts]

    def test_rpc(self) -> None:
        contract = self.read('<soap:body use="literal" namespace="urn:w"/>')
        self.assertClean(contract)
        message = self.operation(contract).input
        assert message is not None
        self.assertEqual(
            (message.use, message.namespace, message.message, message.name),
            ("literal", "urn:w", name("In"), "AskRequest"),
        )
        self.assertEqual(self.names(contract), ["a", "b", "h"])

    def test_encoded(self) -> None:
        body = f'<soap:body use="encoded" namespace="urn:w" encodingStyle="{ENCODING}"/>'
        message = self.operation(self.read(body)).input
        assert message is not None
        self.assertEqual((message.use, message.encoding_style), ("encoded", ENCODING))

    def test_document_encoded_is_read_as_literal(self) -> None:
        body = f'<soap:body use="encoded" parts="h" encodingStyle="{ENCODING}"/>'
        contract = self.read(body, "document")
        self.assertLine(self.found(contract, "document-encoded"), "encoded")
        message = self.operation(contract).input
        assert message is not None
        self.assertEqual((message.use, message.namespace), ("literal", None))

    def test_unknown_or_no_use(self) -> None:
        for body, findings in (('use="odd" ', 1), ("", 0)):
            contract = self.read(f'<soap:body {body}namespace="urn:w"/>')
            message = self.operation(contract).input
            assert message is not None
            self.assertEqual((message.use, len(contract.findings)), ("literal", findings))

    def test_rpc_without_namespace(self) -> None:
        contract = self.read('<soap:body use="literal"/>')
        self.found(contract, "rpc-namespace")
        message = self.operation(contract).input
        assert message is not None
        self.assertEqual(message.namespace, "urn:x")
        message = self.operation(self.read('<soap:body use="literal" namespace=""/>')).input
        assert message is not None
        self.assertIsNone(message.namespace)

    def test_parts(self) -> None:
        body = '<soap:body use="literal" namespace="urn:w" parts="{}"/>'
        self.assertEqual(self.names(self.read(body.format("b a"))), ["b", "a"])
        self.assertEqual(self.names(self.read(body.format(""))), [])
        contract = self.read(body.format("b no"))
        self.assertEqual(self.names(contract), ["b"])
        self.assertIn("no", self.found(contract, "missing-part").message)
        self.assertEqual(self.names(self.read(body.format("no"))), ["a", "b", "h"])

    def test_parts_of_headers_are_not_in_the_body(self) -> None:
        contract = self.read(
            '<soap:body use="literal" namespace="urn:w"/>'
            '<soap:header message="t:In" part="h" use="literal"/>'
        )
        self.assertEqual(self.names(contract), ["a", "b"])

    def test_no_body(self) -> None:
        contract = self.read("")
        self.assertEqual(
            [finding.rule for finding in contract.findings], ["missing-body", "rpc-namespace"]
        )
        self.assertEqual(self.names(contract), ["a", "b", "h"])

    def test_no_input(self) -> None:
        start, end = BINDING.index("<wsdl:input>"), BINDING.index("<wsdl:output>")
        contract = self.contract(wsdl_text(binding=BINDING[:start] + BINDING[end:]))
        self.found(contract, "missing-body")
        self.assertEqual(self.names(contract), ["parameters"])


class HeaderTests(SmallTests):
    def headers(self, text: str) -> tuple[tuple[BoundHeader, ...], Contract]:
        body = '<soap:body use="literal" namespace="urn:w" parts="a"/>'
        messages = PARTS + (BROKEN if "Broken" in text else "")
        contract = self.contract(wsdl_text(messages=messages, binding=bound(body + text)))
        message = self.operation(contract).input
        assert message is not None
        return message.headers, contract

    def test_header_and_fault(self) -> None:
        found, contract = self.headers(
            '<soap:header message="t:In" part="h" use="literal">'
            '<soap:headerfault message="t:Out" part="r" use="literal"/></soap:header>'
        )
        self.found(contract, "header-namespace")
        fault = BoundHeader(name("Out"), Part("r", type=xsd("int")))
        self.assertEqual(
            found, (BoundHeader(name("In"), Part("h", element=name("Ask")), faults=(fault,)),)
        )

    def test_encoded(self) -> None:
        found, _ = self.headers(
            f'<soap:header message="t:In" part="a" use="encoded" namespace="urn:h" '
            f'encodingStyle="{ENCODING}"/>'
        )
        self.assertEqual(
            (found[0].use, found[0].namespace, found[0].encoding_style),
            ("encoded", "urn:h", ENCODING),
        )

    def test_wrong_ones_are_left_out(self) -> None:
        for attributes, rule in (
            ('message="t:No" part="h"', "missing-message"),
            ('message="t:In" part="no"', "missing-part"),
            ('message="t:In"', "header"),
            ('message="t:Broken" part="x"', "header"),
        ):
            found, contract = self.headers(f'<soap:header {attributes} use="literal"/>')
            self.assertEqual(found, ())
            self.assertIn(rule, [finding.rule for finding in contract.findings])
            self.assertIsNone(self.operation(contract).problem)

    def test_the_only_part(self) -> None:
        found, contract = self.headers('<soap:header message="t:Out" use="literal"/>')
        self.assertEqual(found[0].part.name, "r")
        self.found(contract, "missing-part")

    def test_several_parts(self) -> None:
        found, _ = self.headers('<soap:header message="t:In" parts="a h" use="literal"/>')
        self.assertEqual([header.part.name for header in found], ["a", "h"])


class FaultTests(SmallTests):
    MESSAGES = (
        MESSAGES
        + """
        <wsdl:message name="F"><wsdl:part name="f" element="t:Answer"/></wsdl:message>
        <wsdl:message name="None"/>
        <wsdl:message name="Two"><wsdl:part name="f" element="t:Ask"/>
          <wsdl:part name="g" element="t:Ask"/></wsdl:message>"""
    )

    def faults(self, message: str, text: str) -> tuple[tuple[BoundFault, ...], Contract]:
        port_type = PORT_TYPE.replace(
            "\n</wsdl:operation>", f'<wsdl:fault name="F" message="t:{message}"/></wsdl:operation>'
        )
        binding = BINDING.replace("</wsdl:operation>", text + "</wsdl:operation>")
        contract = self.contract(
            wsdl_text(messages=self.MESSAGES, port_type=port_type, binding=binding)
        )
        return self.operation(contract).faults, contract

    def test_fault(self) -> None:
        found, contract = self.faults(
            "F", '<wsdl:fault name="F"><soap:fault name="F" use="literal"/></wsdl:fault>'
        )
        self.assertClean(contract)
        part = Part("f", element=name("Answer"))
        self.assertEqual(found, (BoundFault("F", name("F"), part, action="urn:x:PT:Ask:Fault:F"),))

    def test_name_on_one_of_both(self) -> None:
        found, contract = self.faults("F", '<wsdl:fault><soap:fault name="F"/></wsdl:fault>')
        self.assertEqual(len(found), 1)
        self.assertClean(contract)

    def test_not_bound(self) -> None:
        found, contract = self.faults("F", "")
        self.assertEqual(len(found), 1)
        self.found(contract, "unbound-fault")

    def test_not_declared(self) -> None:
        found, contract = self.faults(
            "F", '<wsdl:fault name="G"><soap:fault name="G" use="literal"/></wsdl:fault>'
        )
        self.assertEqual([fault.name for fault in found], ["F"])
        self.found(contract, "missing-fault")

    def test_left_out(self) -> None:
        text = '<wsdl:fault name="F"><soap:fault name="F" use="literal"/></wsdl:fault>'
        for message in ("None", "No"):
            found, contract = self.faults(message, text)
            self.assertEqual(found, ())
            self.assertIn("fault", [finding.rule for finding in contract.findings])
            self.assertIsNone(self.operation(contract).problem)
        found, contract = self.faults("Two", text)
        self.assertEqual(found[0].part.name, "f")
        self.found(contract, "fault")


class MimeTests(SmallTests):
    def test_multipart(self) -> None:
        into = """<mime:multipartRelated>
            <mime:part><soap:body use="literal" namespace="urn:w" parts="a"/>
              <soap:header message="t:In" part="h" use="literal"/></mime:part>
            <mime:part><mime:content part="b" type="image/gif"/>
              <mime:content part="b" type="image/png"/></mime:part>
            <mime:part><mime:content part="no"/></mime:part></mime:multipartRelated>"""
        contract = self.contract(wsdl_text(messages=PARTS, binding=bound(into)))
        message = self.operation(contract).input
        assert message is not None
        self.assertTrue(message.multipart)
        self.assertEqual([part.name for part in message.parts], ["a"])
        self.assertEqual(len(message.headers), 1)
        self.assertEqual(
            message.attachments,
            (
                MimeContent(Part("b", type=xsd("string")), ("image/gif", "image/png")),
                MimeContent(None, ("*/*",)),
            ),
        )
        self.assertEqual(self.found(contract, "mime-binding").severity, "notice")
        self.assertIn("no", self.found(contract, "missing-part").message)

    def test_attached_parts_are_not_in_the_body(self) -> None:
        into = """<mime:multipartRelated>
            <mime:part><soap:body use="literal" namespace="urn:w"/></mime:part>
            <mime:part><mime:content part="b" type="image/gif"/></mime:part>
            </mime:multipartRelated>"""
        contract = self.contract(wsdl_text(messages=PARTS, binding=bound(into)))
        message = self.operation(contract).input
        assert message is not None
        self.assertEqual([part.name for part in message.parts], ["a", "h"])


class ActionTests(SmallTests):
    """WS-Addressing 1.0 Metadata, 4.4: written, SOAPAction, or the default pattern."""

    def actions(self, contract: Contract) -> tuple[str | None, str | None]:
        operation = self.operation(contract)
        assert operation.input is not None and operation.output is not None
        return operation.input.action, operation.output.action

    def test_soap_action_and_pattern(self) -> None:
        contract = self.contract(wsdl_text())
        self.assertEqual(self.actions(contract), ("urn:ask", "urn:x:PT:AskResponse"))

    def test_pattern(self) -> None:
        binding = BINDING.replace("urn:ask", "")
        contract = self.contract(wsdl_text(binding=binding))
        self.assertEqual(self.actions(contract), ("urn:x:PT:AskRequest", "urn:x:PT:AskResponse"))
        for space in ("http://x.org/a", "http://x.org/a/"):
            text = wsdl_text(binding=binding).replace("urn:x", space)
            operation = next(iter(self.contract(text).bindings.values())).operations[0]
            assert operation.input is not None
            self.assertEqual(operation.input.action, "http://x.org/a/PT/AskRequest")

    def test_written(self) -> None:
        space = 'xmlns:wsam="http://www.w3.org/2007/05/addressing/metadata"'
        port_type = PORT_TYPE.replace('t:In"', f't:In" wsam:Action="urn:1" {space}')
        self.assertEqual(self.actions(self.contract(wsdl_text(port_type=port_type)))[0], "urn:1")
