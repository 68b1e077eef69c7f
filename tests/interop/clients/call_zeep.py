"""zeep calls Echo("plop") and prints what came back."""

from __future__ import annotations

import sys

import zeep
from zeep import xsd

client = zeep.Client(sys.argv[1])
answer = client.service.Echo(xsd.AnyObject(xsd.String(), "plop"))
print(answer if isinstance(answer, str) else answer.text)
