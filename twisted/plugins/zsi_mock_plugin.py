"""``twistd zsi-mock``: what twistd has to know of it; the rest is imported when it is chosen."""

from twisted.application.service import ServiceMaker

zsi_mock = ServiceMaker("zsi-mock", "ZSI.mock.tap", "A SOAP mock server from WSDLs.", "zsi-mock")
