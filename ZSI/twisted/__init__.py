"""The wire: everything that speaks HTTP, and ZSI's documented Twisted names.

``exchange`` holds values that know no HTTP library; ``site`` (twisted.web) and ``front``
(httptools) turn bytes into them and back; ``resource`` answers them with SOAP; ``chain`` runs
the handlers; ``client`` calls. ``WSresource`` and ``interfaces`` are where ZSI's users import
from.
"""
