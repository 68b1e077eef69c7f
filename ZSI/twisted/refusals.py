"""Answers that no service makes: refusals, failures, plain text."""

from __future__ import annotations

from typing import Any

from twisted.python.failure import Failure
from ZSI.envelope import SOAP11, SOAP12, SoapVersion, parse_media_type
from ZSI.errors import RequestRefused
from ZSI.fault import fault_envelope, fault_for
from ZSI.twisted.exchange import Exchange, HttpResponse

#: Header fields of an envelope, by version; each made once, so that fronts can know them again.
SOAP_FIELDS = {
    version: ((b"Content-Type", version.content_type().encode("ascii")),)
    for version in (SOAP11, SOAP12)
}
_TEXT_FIELDS = ((b"Content-Type", b"text/plain; charset=utf-8"),)


def caught() -> Failure:
    """The exception being handled, as a Failure."""
    return Failure()


def announced_version(request: Any) -> SoapVersion:
    """The SOAP version that the Content-Type of a request speaks of; 1.1 where it does not."""
    return parse_media_type(request.getHeader(b"content-type")).version


def fault_response(error: BaseException, version: SoapVersion) -> HttpResponse:
    """The fault and the status that an error becomes; see `ZSI.fault.fault_for`."""
    reply = fault_for(error, version)
    return HttpResponse(reply.status, SOAP_FIELDS[version], fault_envelope(reply.fault, version))


def refusal(status: int, reason: str, content_type: bytes | None = None) -> HttpResponse:
    """A fault for what never became a SOAP request.

    Args:
        status: of the answer: 400, 404, 405, 408, 413, 415, 431.
        reason: one line that tells the client what to do.
        content_type: the request's; application/soap+xml asks for SOAP 1.2.
    """
    version = parse_media_type(content_type).version
    response = fault_response(RequestRefused(reason, status), version)
    return HttpResponse(status, response.headers, response.body)


def failure_response(failure: Failure, request: Any) -> HttpResponse:
    """Server or Receiver fault for what no resource caught; the log has the traceback."""
    if request.exchange is None:
        request.exchange = Exchange()
    request.exchange.failure = failure
    return fault_response(failure.value or Exception(), announced_version(request))


def text_response(
    status: int, text: str, headers: tuple[tuple[bytes, bytes], ...] = ()
) -> HttpResponse:
    """A page for people."""
    return HttpResponse(status, _TEXT_FIELDS + headers, text.encode("utf-8"))
