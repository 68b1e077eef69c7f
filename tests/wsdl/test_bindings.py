"""wsdl:binding: kinds, styles, which operation is bound, what cannot be served."""

from __future__ import annotations

import time

from tests.wsdl.small import BINDING, HTTP, MESSAGES, PORT_TYPE, SmallTests, name, wsdl_text


class BindingsTests(SmallTests):
    def test_soap11(self) -> None:
        contract = self.contract(wsdl_text())
        self.assertClean(contract)
        binding = contract.bindings[name("B")]
        self.assertEqual(
            (binding.kind, binding.style, binding.transport, binding.port_type),
            ("soap11", "document", HTTP, name("PT")),
        )
        operation = self.operation(contract)
        self.assertEqual((operation.name, operation.soap_action), ("Ask", "urn:ask"))
        self.assertIsNone(operation.problem)

    def test_both_versions_side_by_side(self) -> None:
        twin = BINDING.replace('name="B"', 'name="B12"').replace("soap:", "soap12:")
        contract = self.contract(wsdl_text(binding=BINDING + twin))
        self.assertClean(contract)
        kinds = [binding.kind for binding in contract.bindings.values()]
        self.assertEqual(kinds, ["soap11", "soap12"])

    def test_styles(self) -> None:
        rpc = BINDING.replace("<soap:binding ", '<soap:binding style="rpc" ')
        cases = {
            BINDING: ("document", 0),
            BINDING.replace("soapAction", 'style="document" soapAction'): ("document", 0),
            BINDING.replace("soapAction", 'style="RPC" soapAction'): ("rpc", 3),
            BINDING.replace("soapAction", 'style="odd" soapAction'): ("document", 1),
            rpc.replace("soapAction", 'style="document" soapAction'): ("document", 0),
        }
        for text, (style, findings) in cases.items():
            contract = self.contract(wsdl_text(binding=text))
            self.assertEqual(self.operation(contract).style, style)
            self.assertEqual(len(contract.findings), findings, text)

    def test_soap_operation_anywhere(self) -> None:
        """soap:operation after input and output, or of the other SOAP version, or not at all."""
        action, end = '<soap:operation soapAction="urn:ask"/>', "</wsdl:operation>"
        without = BINDING.replace(action, "")
        other = BINDING.replace("soap:operation", "soap12:operation")
        cases = {without.replace(end, action + end): "urn:ask", other: "urn:ask", without: None}
        for text, expected in cases.items():
            contract = self.contract(wsdl_text(binding=text))
            self.assertClean(contract)
            self.assertEqual(self.operation(contract).soap_action, expected)
        empty = BINDING.replace("urn:ask", "")
        self.assertEqual(self.operation(self.contract(wsdl_text(binding=empty))).soap_action, "")

    def test_http_binding(self) -> None:
        binding = (
            '<wsdl:binding name="B" type="t:PT"><http:binding verb="GET"/>'
            '<wsdl:operation name="Ask"><http:operation location="/a"/><wsdl:input>'
            '<http:urlEncoded/></wsdl:input><wsdl:output><mime:content part="Body"/>'
            "</wsdl:output></wsdl:operation></wsdl:binding>"
        )
        contract = self.contract(wsdl_text(binding=binding))
        self.assertEqual([finding.rule for finding in contract.findings], ["http-binding"])
        self.assertEqual(contract.findings[0].severity, "notice")
        self.assertEqual(contract.bindings[name("B")].kind, "http")
        self.assertEqual(self.operation(contract).problem, "not a SOAP binding")

    def test_unknown_binding(self) -> None:
        binding = '<wsdl:binding name="B" type="t:PT"><x:b xmlns:x="urn:b"/></wsdl:binding>'
        contract = self.contract(wsdl_text(binding=binding))
        self.found(contract, "other-binding")
        self.assertEqual(contract.bindings[name("B")].kind, "other")

    def test_soap_operations_without_a_soap_binding(self) -> None:
        """What its operations say has one reading only."""
        binding = BINDING.replace(f'<soap:binding transport="{HTTP}"/>', "")
        for prefix, kind in (("soap", "soap11"), ("soap12", "soap12")):
            for action in ('<soap:operation soapAction="urn:ask"/>', ""):
                text = binding.replace('<soap:operation soapAction="urn:ask"/>', action)
                contract = self.contract(wsdl_text(binding=text.replace("soap:", f"{prefix}:")))
                self.assertEqual(self.found(contract, "no-soap-binding").severity, "warning")
                self.assertEqual(contract.bindings[name("B")].kind, kind)
                self.assertIsNone(self.operation(contract).problem)

    def test_transport(self) -> None:
        contract = self.contract(wsdl_text(binding=BINDING.replace(HTTP, "urn:jms")))
        self.assertEqual(self.found(contract, "transport").severity, "notice")
        for transport in (HTTP + "/", HTTP + " "):
            self.assertClean(self.contract(wsdl_text(binding=BINDING.replace(HTTP, transport))))

    def test_missing_port_type(self) -> None:
        contract = self.contract(wsdl_text(port_type=""))
        self.assertEqual(dict(contract.bindings), {})
        rules = [finding.rule for finding in contract.findings]
        self.assertEqual(rules, ["missing-porttype", "port"])

    def test_missing_operation(self) -> None:
        more = '<wsdl:operation name="No"><soap:operation/></wsdl:operation></wsdl:binding>'
        contract = self.contract(wsdl_text(binding=BINDING.replace("</wsdl:binding>", more)))
        first, second = contract.bindings[name("B")].operations
        self.assertIsNone(first.problem)
        self.assertEqual(second.problem, "portType PT has no operation No")
        self.assertLine(self.found(contract, "missing-operation"), 'name="No"')

    def test_unbound_operation(self) -> None:
        more = '<wsdl:operation name="More"><wsdl:input message="t:In"/></wsdl:operation>'
        text = PORT_TYPE.replace("</wsdl:portType>", more + "</wsdl:portType>")
        contract = self.contract(wsdl_text(port_type=text))
        self.assertEqual(self.found(contract, "unbound-operation").severity, "notice")

    def test_overloads(self) -> None:
        port_type = (
            '<wsdl:portType name="PT">'
            '<wsdl:operation name="Ask"><wsdl:input name="one" message="t:In"/></wsdl:operation>'
            '<wsdl:operation name="Ask"><wsdl:input name="two" message="t:Out"/></wsdl:operation>'
            "</wsdl:portType>"
        )

        def binding(*names: str) -> str:
            operations = "".join(
                f'<wsdl:operation name="Ask"><wsdl:input {n}><soap:body use="literal"/>'
                "</wsdl:input></wsdl:operation>"
                for n in names
            )
            return (
                f'<wsdl:binding name="B" type="t:PT"><soap:binding transport="{HTTP}"/>'
                f"{operations}</wsdl:binding>"
            )

        by_name = binding('name="two"', 'name="one"')
        by_order = binding("", "")
        for text, expected in ((by_name, ["two", "one"]), (by_order, ["one", "two"])):
            contract = self.contract(wsdl_text(port_type=port_type, binding=text))
            operations = contract.bindings[name("B")].operations
            self.assertEqual([operation.input_name for operation in operations], expected)
        messages = [operation.input and operation.input.message for operation in operations]
        self.assertEqual(messages, [name("In"), name("Out")])

    def test_thousands_of_overloads(self) -> None:
        inputs = [f'<wsdl:input name="i{i}" message="t:In"/>' for i in range(3_000)]
        port_type = "".join(f'<wsdl:operation name="Ask">{i}</wsdl:operation>' for i in inputs)
        binding = "".join(
            f'<wsdl:operation name="Ask">{i[:-2]}><soap:body use="literal"/></wsdl:input>'
            "</wsdl:operation>"
            for i in reversed(inputs)
        )
        start = time.process_time()
        contract = self.contract(
            wsdl_text(
                port_type=f'<wsdl:portType name="PT">{port_type}</wsdl:portType>',
                binding='<wsdl:binding name="B" type="t:PT"><soap:binding '
                f'transport="{HTTP}"/>{binding}</wsdl:binding>',
            )
        )
        operations = contract.bindings[name("B")].operations
        names = (operations[0].input_name, operations[-1].input_name)
        self.assertEqual(names, ("i2999", "i0"))
        self.assertLess(time.process_time() - start, 5)

    def test_parts_are_bounded(self) -> None:
        parts = "".join(f'<wsdl:part name="p{i}" type="xs:int"/>' for i in range(3_000))
        operations = "".join(
            f'<wsdl:operation name="o{i}"><wsdl:input message="t:In"/></wsdl:operation>'
            for i in range(3_000)
        )
        port_type = f'<wsdl:portType name="PT">{operations}</wsdl:portType>'
        binding = operations.replace('message="t:In"', "")
        error = self.refusal(
            wsdl_text(
                messages=f'<wsdl:message name="In">{parts}</wsdl:message>',
                port_type=port_type,
                binding='<wsdl:binding name="B" type="t:PT"><soap:binding '
                f'transport="{HTTP}"/>{binding}</wsdl:binding>',
            )
        )
        self.assertIn("message parts", str(error))

    def test_one_broken_operation_leaves_the_others(self) -> None:
        port_type = PORT_TYPE.replace(
            "</wsdl:portType>",
            '<wsdl:operation name="Bad"><wsdl:input message="t:No"/></wsdl:operation>'
            "</wsdl:portType>",
        )
        binding = BINDING.replace(
            "</wsdl:binding>",
            '<wsdl:operation name="Bad"><wsdl:input><soap:body use="literal"/></wsdl:input>'
            "</wsdl:operation></wsdl:binding>",
        )
        contract = self.contract(wsdl_text(port_type=port_type, binding=binding))
        problems = [operation.problem for operation in contract.bindings[name("B")].operations]
        self.assertEqual(problems, [None, "message {urn:x}No is missing"])

    def test_document_style_with_several_parts(self) -> None:
        messages = MESSAGES.replace(
            "</wsdl:message>", '<wsdl:part name="b" element="t:Answer"/></wsdl:message>', 1
        )
        contract = self.contract(wsdl_text(messages=messages))
        self.found(contract, "document-parts")
        self.assertIsNone(self.operation(contract).problem)

    def test_rpc_names_that_xml_does_not_allow(self) -> None:
        messages = MESSAGES.replace('name="parameters" element="t:Ask"', 'name="a b" type="xs:int"')
        contract = self.contract(wsdl_text(messages=messages))
        self.assertIsNone(self.operation(contract).problem)
        rpc = BINDING.replace("<soap:binding ", '<soap:binding style="rpc" ').replace(
            'use="literal"', 'use="literal" namespace="urn:w"'
        )
        contract = self.contract(wsdl_text(messages=messages, binding=rpc))
        self.assertEqual(self.operation(contract).problem, "'a b' is no XML name")
        self.found(contract, "name")
