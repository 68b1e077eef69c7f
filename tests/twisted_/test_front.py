"""Tests for the fast front; what it shares with twisted.web is in suite.py."""

from __future__ import annotations

from twisted.trial.unittest import SynchronousTestCase

from tests.twisted_.suite import HttpSuite


class FrontTests(HttpSuite, SynchronousTestCase):
    """The shared suite on the fast front."""

    kind = "front"
