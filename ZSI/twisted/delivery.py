"""Answers to twisted.web's requests, of our own site and of others."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from twisted.internet.defer import Deferred
from twisted.python.failure import Failure

from ZSI.twisted.exchange import HttpResponse, reason_phrase
from ZSI.twisted.routing import settled


def when_answered(
    request: Any, waiting: Deferred[HttpResponse], reply: Callable[[HttpResponse], None]
) -> None:
    """Reply to a twisted.web request when its answer is there.

    A client that goes away before cancels the Deferred.
    """
    gone = []

    def lost(reason: Failure) -> None:
        gone.append(reason)
        waiting.cancel()

    def answered(outcome: Any) -> None:
        if not gone:
            reply(settled(outcome, request))

    request.notifyFinish().addErrback(lost)
    waiting.addBoth(answered)


def write_response(request: Any, response: HttpResponse) -> None:
    """Write an answer to a request of a site that is not ours, through its own methods.

    Header fields and a status that handlers have set on the request win.
    """
    fields = request.responseHeaders
    new = [field for field in response.headers if not fields.hasHeader(field[0])]
    for name, value in new:
        fields.addRawHeader(name, value)
    fields.setRawHeaders(b"Content-Length", [b"%d" % len(response.body)])
    if response.status != 200:
        request.setResponseCode(response.status, reason_phrase(response.status))
    request.write(response.body)
    request.finish()
