"""The echo service on port 8080: ``twistd -y server.tac``, or ``twistd -ny server.tac``.

Settings come from the environment, see ``echo_service.py``.
"""

import os
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))  # twistd does not

from twisted.application.service import Application
from twisted.internet import reactor
from twisted.web.resource import Resource

from echo_service import EchoService, endpoint_from, front_from
from ZSI.twisted.endpoints import serve

root = Resource()
root.putChild(b"echo", EchoService())

application = Application("echo")
serve(
    root, reactor, endpoint=endpoint_from(os.environ), front=front_from(os.environ)
).setServiceParent(application)
