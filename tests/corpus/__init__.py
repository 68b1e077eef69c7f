"""Sweeps over real WSDLs: ``python -m tests.corpus``; third-party files, read from ../shared."""

from pathlib import Path

#: Beside the repository; absent in a plain clone.
SHARED = Path(__file__).parents[2].parent / "shared"
WSDLS = SHARED / "wsdl"
BAD_WSDLS = SHARED / "wsdl_bad"
