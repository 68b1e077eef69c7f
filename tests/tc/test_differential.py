"""Our verdicts beside those of libxml2 and xmlschema, tolerances off.

Schemas and documents are drawn by hypothesis (`tests.tc.schemas`), valid ones and mutants; and,
beside the repository, those of real contracts. Where a judge has a verdict that is not ours, a
line of `EXPLAINED` says by which clause of XSD 1.0 ours is right; where it is about the order and
number of children, a third reading of the content model (`tests.tc.backtracking`) has to agree with
us. ``ZSI_TEST_SWEEP=corpus`` (``make corpus``) draws fifty times as many and takes every contract.
"""

from __future__ import annotations

import contextlib
import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from unittest import SkipTest

import xmlschema
from hypothesis import HealthCheck, given, settings
from lxml import etree
from twisted.trial.unittest import SynchronousTestCase

from tests.tc.backtracking import Oracle
from tests.tc.contracts import Package
from tests.tc.marks import mark_xmlschema
from tests.tc.schemas import Case, SeededDice, cases, mutant
from ZSI.errors import ZSIException
from ZSI.generate.build import Built
from ZSI.generate.planner import make_plan
from ZSI.parse import ParsedSoap
from ZSI.samples import NoSample, random
from ZSI.writer import SoapWriter
from ZSI.wsdl.load import load_contract
from ZSI.wsdl.model import Contract
from ZSI.wsdl.validator import Judge, compile_schema

mark_xmlschema()

SWEEP = os.environ.get("ZSI_TEST_SWEEP") == "corpus"
EXAMPLES = 2_000 if SWEEP else 40
SHARED = Path(__file__).parents[2] / ".." / "shared"

Name = Literal["libxml2", "xmlschema"]


@dataclass(frozen=True)
class Verdict:
    """What a judge says of a document, and why it refuses."""

    valid: bool
    reason: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why a judge is wrong: where it says ``valid`` and the refusal reads like this.

    ``reason`` is looked for in the judge's refusal, or, where it refuses nothing, in ours.
    """

    judge: Name
    valid: bool
    reason: str
    clause: str


#: Every kind of disagreement that has been found, but for those on content models.
EXPLAINED = (
    Explanation(
        "libxml2", False, r"actual value '(?:\s[^']*|[^']*\s)' does not match the fixed value",
        "cvc-elt.5.2.2.2.2: the actual values are compared, and white space collapses first",
    ),
    Explanation(
        "xmlschema", False, r"element is not nillable",
        "cvc-elt.3.1 is about declared elements; this one was taken by a lax or skipping wildcard",
    ),
    Explanation(
        "xmlschema", True, r"text '\\xa0' stands where only elements may",
        "cvc-complex-type.2.3: white space is that of XML (production 3), without U+00A0",
    ),
    Explanation(
        "xmlschema", True, r"breaks xsd:anyURI",
        "part 2, 3.2.17: RFC 2396 admits no colon in the first segment of a relative path",
    ),
    Explanation(
        "xmlschema", True, r"'[^']*(?:\s|\\n)[^']*' breaks xsd:decimal",
        "part 2, 3.2.3.1: a decimal has no white space inside",
    ),
    Explanation(
        "xmlschema", True, r"stands where only text may",
        "cvc-type.3.1.2: an element of a simple type has no element children, fixed or not",
    ),
    Explanation(
        "xmlschema", True, r"no element \{urn:t\}",
        "cvc-elt.1: the root has to be a global element",
    ),
)  # fmt: skip
#: Of real contracts, where only libxml2 judges.
EXPLAINED_OF_CONTRACTS = (
    Explanation(
        "libxml2", False, r"Character content is not allowed, because the content type is empty",
        "SOAP 1.1, 5.4.2, and WSDL 1.1, 2.2: a restriction of soapenc:Array has items, not nothing",
    ),
    Explanation(
        "libxml2", True, r"\[\] breaks minLength: expected at least 1 item",
        "part 2, 3.3.5, 3.3.10, 3.3.12: NMTOKENS, IDREFS and ENTITIES have one item at least",
    ),
    Explanation(
        "libxml2", True, r"expected any element of .* or any element of ",
        "3.8.4: a wildcard that may occur once is not taken a second time by going back",
    ),
)  # fmt: skip
#: How the judges word refusals that are about the order and number of children.
CONTENT = re.compile(
    r"SCHEMAV_ELEMENT_CONTENT|Unexpected child|is not complete|unexpected element|ends too early"
    r"|occurs \d+ times|is not an element of the schema"
)


class Judges:
    """The validators of one schema; those that take it."""

    def __init__(self, schema: str) -> None:
        self.libxml2: etree.XMLSchema | None = None
        self.xmlschema: Any = None
        with contextlib.suppress(etree.XMLSchemaParseError):  # not always with reason
            self.libxml2 = etree.XMLSchema(etree.fromstring(schema))
        with contextlib.suppress(xmlschema.XMLSchemaException):
            self.xmlschema = xmlschema.XMLSchema10(schema)

    def verdicts(self, document: str) -> Iterator[tuple[Name, Verdict]]:
        """What each judge says of a document."""
        if self.libxml2 is not None:
            valid = self.libxml2.validate(etree.fromstring(document))
            yield "libxml2", Verdict(valid, "" if valid else str(self.libxml2.error_log.last_error))
        if self.xmlschema is not None:
            try:
                error = next(self.xmlschema.iter_errors(document), None)
            except KeyError:
                return  # an xsi:type that it does not know makes it crash: no verdict
            yield "xmlschema", Verdict(error is None, str(error.reason) if error else "")


def ours(made: Package, document: str) -> Verdict:
    """What we say, tolerances off."""
    try:
        made.read(document, pedantic=True)
    except ZSIException as refusal:
        return Verdict(False, str(refusal))
    return Verdict(True)


def explanation(
    judge: Name, theirs: Verdict, mine: Verdict, oracle: Oracle, document: str
) -> str | None:
    """The clause by which we are right; None if there is no explanation."""
    reason = theirs.reason or mine.reason
    for known in EXPLAINED:
        if (known.judge, known.valid) == (judge, theirs.valid) and re.search(known.reason, reason):
            return known.clause
    if CONTENT.search(reason) and oracle.agrees(document) == mine.valid:
        return "3.8.4 and 3.9.4: the particles, tried one by one, say so"
    return None


class DrawnTests(SynchronousTestCase):
    """Schemas that hypothesis draws."""

    @settings(deadline=None, max_examples=EXAMPLES, suppress_health_check=list(HealthCheck))
    @given(cases())
    def test_verdicts(self, case: Case) -> None:
        """Ours, and those of each judge that takes the schema."""
        judges = Judges(case.schema)
        if judges.libxml2 is None and judges.xmlschema is None:
            return
        made, oracle = Package(main=case.schema), Oracle(case.schema)
        for document in (*case.valid, *case.mutants):
            mine = ours(made, document)
            for name, theirs in judges.verdicts(document):
                if theirs.valid != mine.valid and not explanation(
                    name, theirs, mine, oracle, document
                ):
                    self.fail(
                        f"{name} says {theirs}, we say {mine} of\n{document}\nunder\n"
                        f"{case.schema.rpartition('number')[2]}"
                    )

    @settings(deadline=None, max_examples=EXAMPLES // 2, suppress_health_check=list(HealthCheck))
    @given(cases())
    def test_what_is_read_is_written(self, case: Case) -> None:
        """Whatever we take, written again, is equal, and valid for the judges that took it."""
        judges = Judges(case.schema)
        if judges.libxml2 is None and judges.xmlschema is None:
            return
        made = Package(main=case.schema)
        for document in (*case.valid, *case.mutants):
            if not ours(made, document).valid:
                continue
            value = made.read(document)
            again = made.text(value)
            self.assertEqual(made.read(again, pedantic=True), value, again)
            before = dict(judges.verdicts(document))
            for name, theirs in judges.verdicts(again):
                if name in before and before[name].valid and not theirs.valid:
                    self.fail(f"{name} took\n{document}\nand refuses\n{again}\n{theirs.reason}")


class ContractsTests(SynchronousTestCase):
    """Documents of real contracts, valid ones and mutants, beside libxml2."""

    #: Elements of each contract, samples of each element, mutants of each sample.
    MOST = (12, 2, 4) if SWEEP else (4, 1, 3)

    def test_verdicts(self) -> None:
        """Every contract that libxml2 takes; a slice of them without the sweep."""
        index = SHARED / "wsdl" / "INDEX.tsv"
        if not index.exists():
            raise SkipTest("../shared/wsdl is absent")
        paths = [line.partition("\t")[0] for line in index.read_text("utf-8").splitlines()[1:]]
        judged = 0
        for name in paths if SWEEP else paths[::16]:
            path = SHARED / "wsdl" / name
            if path.stat().st_size < 200_000:
                judged += self.judge(load_contract(path))
        self.assertGreater(judged, 100)

    def judge(self, contract: Contract) -> int:
        """Judge documents of one contract; how many there were."""
        judge = compile_schema(contract)
        if judge.schema is None:
            return 0
        built = Built(make_plan(contract))
        elements, seeds, mutants = self.MOST
        names = list(built.registry.elements)
        judged = 0
        for name in names[:: max(1, len(names) // elements)]:
            cls = built.registry.elements[name]
            for seed in range(seeds):
                try:
                    sample = random(cls, seed=seed)
                except NoSample:
                    continue  # an abstract type from which none is derived, or no finite instance
                text = str(SoapWriter(envelope=False).serialize(sample, cls.typecode))
                self.compare(judge, cls, text)
                for number in range(mutants):
                    dice = SeededDice(f"{contract.location} {name} {seed} {number}")
                    self.compare(judge, cls, mutant(dice, text))
                judged += 1 + mutants
        return judged

    def compare(self, judge: Judge, cls: Any, document: str) -> None:
        """One document."""
        root = etree.fromstring(document)
        if root.tag != cls.element_declaration().use.name.clark:
            return  # the mutation has renamed the root, and no judge takes that
        complaint = judge.complaint(root)
        theirs = Verdict(complaint is None, complaint or "")
        try:
            ParsedSoap(document, envelope=False, pedantic=True).Parse(cls.typecode)
            mine = Verdict(True)
        except ZSIException as refusal:
            mine = Verdict(False, str(refusal))
        if mine.valid != theirs.valid and not any(
            known.valid == theirs.valid and re.search(known.reason, theirs.reason or mine.reason)
            for known in EXPLAINED_OF_CONTRACTS
        ):
            self.fail(f"libxml2 says {theirs}, we say {mine} of\n{document}")
