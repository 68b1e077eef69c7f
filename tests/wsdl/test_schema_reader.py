"""The reader as a whole: order, laziness, bounds against schemas made to explode."""

from __future__ import annotations

import pickle
import sys
import time

from tests.wsdl.small import SmallTests, name, schema_text, wsdl_text
from ZSI.names import DS, WSSE, WSU, QName
from ZSI.wsdl.model import ContractError


def chain(length: int) -> str:
    """Types each extending the next."""
    types = [
        f'<xs:complexType name="T{i}"><xs:complexContent><xs:extension base="t:T{i + 1}"/>'
        "</xs:complexContent></xs:complexType>"
        for i in range(length)
    ]
    return "".join(types) + f'<xs:complexType name="T{length}"/>'


class SchemaReaderTests(SmallTests):
    def test_document_order(self) -> None:
        contract = self.schema(
            chain(3) + '<xs:element name="z"/><xs:element name="a" substitutionGroup="t:z"/>'
        )
        self.assertEqual(
            [str(t.localname) for t in contract.schema.types], ["T0", "T1", "T2", "T3"]
        )
        self.assertEqual(list(contract.schema.elements), [name("z"), name("a")])

    def test_well_known_vocabularies_as_far_as_used(self) -> None:
        contract = self.schema(
            f'<xs:import namespace="{WSSE}"/><xs:element name="e"><xs:complexType><xs:sequence>'
            f'<xs:element ref="w:UsernameToken" xmlns:w="{WSSE}"/>'
            "</xs:sequence></xs:complexType></xs:element>"
        )
        self.assertClean(contract)
        schema = contract.schema
        self.assertIn(QName(WSSE, "UsernameTokenType"), schema.types)
        self.assertIn(QName(WSU, "Id"), schema.attributes)
        self.assertNotIn(QName(WSSE, "Security"), schema.elements)
        self.assertNotIn(DS, schema.namespaces)
        self.assertEqual(schema.known, {WSSE, WSU})
        urls = [document.url for document in contract.documents[1:]]
        self.assertEqual(urls, ["known:wss-secext.xsd", "known:wss-utility.xsd"])

    def test_booleans_as_they_may_be_written(self) -> None:
        """1, 0 and blanks are of xs:boolean (part 2, 3.2.2); whatever else is named, and read."""
        cases = {
            "true": (True, []),
            " 1 ": (True, []),
            "false": (False, []),
            "0": (False, []),
            "True": (True, ["nillable='True' is read as true"]),
            "yes": (False, ["nillable='yes' is read as false"]),
        }
        for text, (value, messages) in cases.items():
            contract = self.schema(f'<xs:element name="e" nillable="{text}"/>')
            self.assertIs(self.element(contract, "e").nillable, value)
            self.assertEqual([finding.message for finding in contract.findings], messages)
        contract = self.schema('<xs:complexType name="T" abstract="FALSE" mixed="TRUE"/>')
        read = self.complex(contract, "T")
        self.assertEqual((read.abstract, read.mixed), (False, True))
        self.assertEqual([finding.rule for finding in contract.findings], ["boolean"] * 2)

    def test_long_chains(self) -> None:
        contract = self.schema(chain(60))
        self.assertEqual(len(list(contract.schema.bases(self.complex(contract, "T0")))), 60)
        error = self.assertRaises(ContractError, self.schema, chain(200))
        self.assertIn("chain of more than 100", str(error))

    def test_long_chains_from_the_base_on(self) -> None:
        """Each base is read when its heir is: nothing waits, and the chain is bounded still."""
        types = chain(200).split("</xs:complexType>")[:-1]
        text = "</xs:complexType>".join([*reversed(types), ""])
        text = text.replace('<xs:complexType name="T200"/>', "")
        text = '<xs:complexType name="T200"/>' + text
        error = self.assertRaises(ContractError, self.schema, text)
        self.assertIn("derives over more than 100", str(error))
        heads = '<xs:element name="E0"/>' + "".join(
            f'<xs:element name="E{i}" substitutionGroup="t:E{i - 1}"/>' for i in range(1, 200)
        )
        error = self.assertRaises(ContractError, self.schema, heads)
        self.assertIn("substitutes over more than 100", str(error))

    def test_large_schemas_take_linear_time(self) -> None:
        """Names that are missing, doubled or overloaded by the thousand."""
        for text in (
            "".join(f'<xs:element name="e{i}" type="m{i}"/>' for i in range(5_000)),
            '<xs:element name="e"/>' * 5_000,
        ):
            start = time.process_time()
            self.schema(text)
            self.assertLess(time.process_time() - start, 5)

    def test_deep_nesting(self) -> None:
        inside = "<xs:element name='a'><xs:complexType><xs:sequence>"
        outside = "</xs:sequence></xs:complexType></xs:element>"
        contract = self.schema(inside * 60 + outside * 60)
        again = pickle.loads(pickle.dumps(contract))
        self.assertEqual(again.schema.elements, contract.schema.elements)

    def test_exploding_groups(self) -> None:
        groups = "".join(
            f'<xs:group name="G{i}"><xs:sequence>'
            + f'<xs:group ref="t:G{i + 1}"/>' * 10
            + "</xs:sequence></xs:group>"
            for i in range(12)
        )
        text = (
            groups + '<xs:group name="G12"><xs:sequence><xs:element name="e"/></xs:sequence>'
            '</xs:group><xs:complexType name="T"><xs:group ref="t:G0"/></xs:complexType>'
        )
        start = time.process_time()
        error = self.assertRaises(ContractError, self.schema, text)
        self.assertIn("expand", str(error))
        self.assertLess(time.process_time() - start, 5)

    def test_recursion_is_refused_in_one_line(self) -> None:
        """Chains of groups, each deep inside the one before, nest deeper than Python does."""
        inside = "<xs:element name='a'><xs:complexType><xs:sequence>" * 55
        outside = "</xs:sequence></xs:complexType></xs:element>" * 55
        groups = "".join(
            f'<xs:group name="G{i}"><xs:sequence>{inside}<xs:group ref="t:G{i + 1}"/>{outside}'
            "</xs:sequence></xs:group>"
            for i in range(8)
        )
        text = (
            groups + '<xs:group name="G8"><xs:sequence/></xs:group>'
            '<xs:complexType name="T"><xs:group ref="t:G0"/></xs:complexType>'
        )
        # hypothesis raises the limit while it runs, and leaves it raised where it is interrupted
        self.addCleanup(sys.setrecursionlimit, sys.getrecursionlimit())
        sys.setrecursionlimit(1_000)
        error = self.assertRaises(ContractError, self.schema, text)
        self.assertIn("nest too deep", str(error))

    def test_one_broken_component_leaves_the_others(self) -> None:
        broken = schema_text('<xs:element name="Ask" type="t:No"/><xs:element name="Answer"/>')
        contract = self.contract(wsdl_text(types=broken))
        self.assertIsNone(self.operation(contract).problem)
        self.found(contract, "missing-type")
