"""The way in; and a slice of the shared corpus."""

from __future__ import annotations

import csv
import pickle
import time
from copy import deepcopy
from pathlib import Path
from random import Random

from twisted.trial.unittest import SkipTest, SynchronousTestCase

from tests.wsdl.small import SHARED, TYPES, SmallTests, name, schema_text, wsdl_text
from ZSI.wsdl.components import ComplexTypeDef
from ZSI.wsdl.lint import lint
from ZSI.wsdl.load import load_contract, load_schema
from ZSI.wsdl.model import Binding, Contract, ContractError, StrictFindings
from ZSI.wsdl.nodes import Node
from ZSI.wsdl.sources import LoadPolicy
from ZSI.wsdl.validator import compile_schema
from ZSI.xmlio import parse_document, serialize_element


class LoadTests(SmallTests):
    def test_contract(self) -> None:
        hello = "<wsdl:documentation>Hello.</wsdl:documentation>"
        path = self.write("main.wsdl", wsdl_text(before=hello))
        contract = load_contract(path)
        self.assertEqual(
            (contract.location, contract.name, contract.target_namespace, contract.documentation),
            (str(path), "Small", "urn:x", "Hello."),
        )
        self.assertEqual(load_contract(str(path)).location, str(path))

    def test_schema(self) -> None:
        contract = self.schema(TYPES)
        self.assertEqual((contract.name, contract.target_namespace), (None, "urn:x"))
        self.assertEqual(list(contract.schema.elements), [name("Ask"), name("Answer")])
        self.assertEqual((dict(contract.services), dict(contract.bindings)), ({}, {}))

    def test_each_by_its_own_door(self) -> None:
        wsdl, xsd = self.write("a.wsdl", wsdl_text()), self.write("a.xsd", schema_text(""))
        self.assertIn("-x", str(self.assertRaises(ContractError, load_contract, xsd)))
        self.assertIn("this is a WSDL", str(self.assertRaises(ContractError, load_schema, wsdl)))

    def test_strict(self) -> None:
        policy = LoadPolicy(strict=True)
        self.contract(wsdl_text(), policy=policy)
        text = wsdl_text(types=TYPES + '<xs:element name="Odd" type="t:No"/>')
        error = self.assertRaises(StrictFindings, self.contract, text, policy=policy)
        self.assertEqual([finding.rule for finding in error.findings], ["missing-type"])
        self.assertIn("main.wsdl:3: missing-type", str(error))

    def test_notices_are_no_errors(self) -> None:
        text = wsdl_text().replace("http://schemas.xmlsoap.org/soap/http", "urn:jms")
        contract = self.contract(text, policy=LoadPolicy(strict=True))
        self.found(contract, "transport")

    def test_places_are_relative_as_given(self) -> None:
        """Nothing of the machine's own folders shows where the path given was relative."""
        self.write("sub/o.xsd", schema_text("", "urn:o"))
        contract = self.contract(
            wsdl_text(
                types='<xs:import namespace="urn:o" schemaLocation="sub/../sub/o.xsd"/>' + TYPES
            )
        )
        folder = str(self.folder)
        self.assertFalse(Path(folder).is_absolute())
        self.assertEqual(
            [document.url for document in contract.documents],
            [f"{folder}/main.wsdl", f"{folder}/sub/o.xsd"],
        )


class MutationTests(SmallTests):
    """Whatever is done to a WSDL, it loads or is refused in one line (``make fuzz`` goes on)."""

    VALUES = ("", "t:Ask", "xs:int", "x", "-1", "unbounded", "a b", "é", ":", "urn:x", "##any")

    def test_mutations(self) -> None:
        random = Random(20)
        original = parse_document(wsdl_text(types=self.TYPES))
        for _ in range(300):
            root = deepcopy(original)
            for _ in range(random.randint(1, 5)):
                self.mutate(random, [node for node in root.iter() if isinstance(node.tag, str)])
            text = serialize_element(root)
            try:
                contract = self.contract(text)
            except ContractError as error:
                self.assertNotIn("\n", str(error))
                continue
            for definition in contract.schema.types.values():
                if isinstance(definition, ComplexTypeDef):
                    contract.schema.effective_particle(definition)
                    contract.schema.effective_attributes(definition)
            lint(contract)
            compile_schema(contract)
            pickle.dumps(contract)

    def mutate(self, random: Random, nodes: list[Node]) -> None:
        """Remove, double, move or misname one element, or change one attribute."""
        node, other = random.choice(nodes), random.choice(nodes)
        parent = node.getparent()
        if parent is None:
            return
        keys = list(node.attrib)
        action = random.randrange(5)
        if action == 0:
            parent.remove(node)
        elif action == 1:
            parent.append(deepcopy(other) if other is not nodes[0] else deepcopy(node))
        elif action == 2:
            node.tag = other.tag
        elif keys and action == 3:
            node.set(random.choice(keys), random.choice(self.VALUES))
        elif keys:
            del node.attrib[random.choice(keys)]

    TYPES = """
        <xs:element name="Ask" type="t:T"/><xs:element name="Answer" substitutionGroup="t:Ask"/>
        <xs:complexType name="B"><xs:sequence><xs:element name="b" type="t:S"/></xs:sequence>
          <xs:attributeGroup ref="t:H"/></xs:complexType>
        <xs:complexType name="T"><xs:complexContent><xs:extension base="t:B"><xs:choice>
          <xs:group ref="t:G"/><xs:any namespace="##other"/></xs:choice></xs:extension>
          </xs:complexContent></xs:complexType>
        <xs:simpleType name="S"><xs:restriction base="xs:string"><xs:maxLength value="3"/>
          </xs:restriction></xs:simpleType>
        <xs:simpleType name="U"><xs:union memberTypes="t:S xs:int"/></xs:simpleType>
        <xs:group name="G"><xs:sequence><xs:element ref="t:Ask" minOccurs="0"/></xs:sequence>
          </xs:group>
        <xs:attributeGroup name="H"><xs:attribute name="h" type="t:U"/></xs:attributeGroup>"""


def corpus() -> list[dict[str, str]]:
    """The rows of the corpus's index."""
    index = SHARED / "wsdl" / "INDEX.tsv"
    if not index.is_file():
        raise SkipTest(f"the corpus is not there ({index})")
    with index.open(encoding="utf-8") as file:
        return list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))


def is_soap(binding: Binding) -> bool:
    """Whether a binding is one of those that the index counts."""
    return binding.kind in ("soap11", "soap12")


class CorpusTests(SynchronousTestCase):
    """Every seventh real WSDL (``make corpus`` takes them all), and all those to refuse."""

    def load(self, path: str) -> Contract:
        return load_contract(SHARED / "wsdl" / path)

    def test_slice(self) -> None:
        for row in corpus()[::7]:
            contract = self.load(row["path"])
            bound = sum(len(b.operations) for b in contract.bindings.values() if is_soap(b))
            styles = row["style_use(ops)"].split()
            expected = sum(int(style.rpartition(":")[2]) for style in styles if ":" in style)
            if not any(finding.rule == "no-soap-binding" for finding in contract.findings):
                self.assertEqual(bound, expected, row["path"])  # of those that say what they are
            if row["dangling_refs"] == "0":
                continue
            named = {"missing", "wrong", "dataset", "old", "location"}
            rules = {finding.rule.partition("-")[0] for finding in contract.findings}
            self.assertTrue(rules & named, f"{row['path']}: {row['dangling']} is passed over")

    def test_refused(self) -> None:
        folder = SHARED / "wsdl_bad"
        if not folder.is_dir():
            raise SkipTest(f"the corpus of bad files is not there ({folder})")
        for path in sorted(folder.iterdir()):
            if path.name == "INDEX.tsv":
                continue
            start = time.process_time()
            error = self.assertRaises(ContractError, load_contract, path)
            message = str(error)
            self.assertLess(time.process_time() - start, 5, path.name)
            self.assertTrue(message.startswith(f"{path}:"), message)
            self.assertNotIn("\n", message)

    def test_large(self) -> None:
        corpus()
        start = time.process_time()
        contract = self.load("ZSI/test/wsdl2py/wsdl/vim25/vimService.wsdl")
        self.assertLess(time.process_time() - start, 1.5)
        self.assertGreater(len(contract.schema.types), 1_200)
        self.assertEqual(pickle.loads(pickle.dumps(contract)).schema.types, contract.schema.types)
