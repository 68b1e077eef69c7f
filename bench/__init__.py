"""Figures beside other servers and parsers, taken side by side in one run: ``python -m bench``."""
