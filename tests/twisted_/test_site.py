"""Tests for the twisted.web front; what it shares with the fast one is in suite.py."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.suite import HttpSuite


class SiteTests(HttpSuite, SynchronousTestCase):
    """The shared suite on twisted.web."""

    kind = "web"
