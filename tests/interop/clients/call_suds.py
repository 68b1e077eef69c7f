"""suds-community calls Echo("plop") and prints what came back."""

from __future__ import annotations

import sys

from suds.client import Client

answer = Client(sys.argv[1], cache=None, timeout=30).service.Echo("plop")
print(getattr(answer, "value", answer))
