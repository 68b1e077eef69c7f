"""The tests; each file mirrors a module of ZSI."""
