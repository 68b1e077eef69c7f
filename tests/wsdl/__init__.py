"""Tests of `ZSI.wsdl`, on small documents of our own and a slice of the shared corpus."""
