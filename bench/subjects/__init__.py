"""The servers under test, in the order of the table."""

from __future__ import annotations

from bench.subjects import bare_web, ceiling, gsoap, node_soap, ours, soapbar, wiremock
from bench.values import Subject

SUBJECTS: tuple[Subject, ...] = (
    gsoap.SUBJECT,
    ceiling.SUBJECT,
    ours.FRONT,
    ours.WEB,
    bare_web.SUBJECT,
    node_soap.SUBJECT,
    soapbar.SUBJECT,
    wiremock.SUBJECT,
)
