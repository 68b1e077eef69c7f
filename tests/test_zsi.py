"""What ``import ZSI`` gives, and the modules that carry ZSI's names.

Covers: ZSI.version, ZSI.TCcompound, ZSI.TCnumbers, ZSI.TCtimes, ZSI.TCapache
"""

from __future__ import annotations

import subprocess
import sys
from importlib.metadata import version
from typing import Any

from twisted.trial.unittest import SynchronousTestCase

import ZSI
from ZSI import TC, TCapache, TCcompound, TCnumbers, TCtimes

#: The names that ZSI's documentation gives for ``from ZSI import *``.
STAR = """ZSIException ParseException EvaluateException FaultException WSActionException Fault
FaultFromActor FaultFromException FaultFromFaultMessage FaultFromNotUnderstood
FaultFromZSIException ParsedSoap SoapWriter TC Version UNICODE_ENCODING ZSI_SCHEMA_URI TCapache
TCcompound TCnumbers TCtimes fault parse schema version writer"""
#: ZSI's names in ``TC``, those of values excepted (see docs/from-zsi.md).
TYPECODES = """UNBOUNDED TypeCode SimpleType Any String URI QName Token Base64String Base64Binary
HexBinaryString XMLString Enumeration Integer Decimal Boolean XML AnyType AnyElement Union List
RegisterType TYPES Nilled ComplexType Struct Array Choice IunsignedByte IunsignedShort IunsignedInt
IunsignedLong Ibyte Ishort Iint Ilong InegativeInteger InonPositiveInteger InonNegativeInteger
IpositiveInteger Iinteger IEnumeration FPfloat FPdouble FPEnumeration Gregorian gDateTime gDate
gYearMonth gYear gMonthDay gDay gMonth gTime Apache AttachmentRef GED GTD Wrap WrapImmutable
_get_type_definition _get_global_element_declaration"""


class NamesTests(SynchronousTestCase):
    """Each documented name is there."""

    def test_star(self) -> None:
        names: dict[str, Any] = {}
        exec("from ZSI import *", names)
        for name in STAR.split():
            self.assertIn(name, names)
        for name in ("client", "dispatch", "ServiceContainer", "ServiceProxy", "twisted"):
            self.assertNotIn(name, names)

    def test_typecodes(self) -> None:
        for name in TYPECODES.split():
            self.assertTrue(hasattr(TC, name), name)

    def test_modules(self) -> None:
        """The modules of old give what TC gives, by the same name."""
        for module in (TCcompound, TCnumbers, TCtimes, TCapache):
            for name in module.__all__:
                if name != "Duration":  # of TC it is the value
                    self.assertIs(getattr(module, name), getattr(TC, name), name)
        self.assertTrue(issubclass(TCtimes.Duration, TC.SimpleType))

    def test_version(self) -> None:
        self.assertEqual(ZSI.Version(), ZSI.version.Version)
        self.assertEqual(".".join(map(str, ZSI.Version())), version("zsi-mock"))

    def test_no_twisted(self) -> None:
        code = "import sys, ZSI; print(any(m.split('.')[0] == 'twisted' for m in sys.modules))"
        done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
        self.assertEqual(done.stdout.strip(), "False", done.stderr)

    def test_exceptions(self) -> None:
        """They carry what ZSI's carry."""
        parse = ZSI.ParseException("wrong", True)
        self.assertEqual((parse.str, parse.inheader, parse.trace), ("wrong", True, None))
        evaluate = ZSI.EvaluateException("wrong", "/a/b")
        self.assertEqual((evaluate.str, evaluate.trace), ("wrong", "/a/b"))
        self.assertIn("[Element trace: /a/b]", str(evaluate))
        fault = ZSI.Fault(ZSI.Fault.Client, "no")
        self.assertIs(ZSI.FaultException(fault).fault, fault)
