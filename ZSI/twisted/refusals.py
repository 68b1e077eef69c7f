"""Answers that no service makes: refusals, failures, plain text."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.python.failure import Failure

from ZSI.envelope import SOAP11, SOAP12, SoapVersion, parse_media_type
from ZSI.errors import Blame, RequestRefused
from ZSI.fault import fault_envelope, fault_for
from ZSI.twisted.exchange import Exchange, HttpResponse
from ZSI.writer import SoapWriter

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


def fault_response(
    error: BaseException,
    version: SoapVersion,
    *,
    prefix: str = "soapenv",
    blame: Blame | None = None,
) -> HttpResponse:
    """The fault and the status that an error becomes; see `ZSI.fault.fault_for`.

    Args:
        error: what was raised.
        version: the SOAP version of the request.
        prefix: of the envelope's elements.
        blame: ``"server"`` if whatever is wrong is wrong with our answer.
    """
    reply = fault_for(error, version, blame=blame)
    text = fault_envelope(
        reply.fault, reply.version, prefix=prefix, serialize_detail=_detail_writer(reply.version)
    )
    return HttpResponse(reply.status, SOAP_FIELDS[reply.version], text)


def _detail_writer(version: SoapVersion) -> Callable[[Any], str]:
    """Writes a typed detail entry as an element of its own."""
    return lambda entry: str(SoapWriter(envelope=False, version=version).serialize(entry))


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
