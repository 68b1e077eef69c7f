"""WSDL 1.1 and XML Schema documents read into one frozen `Contract`.

>>> from ZSI.wsdl.load import load_contract  # doctest: +SKIP
>>> load_contract("echo.wsdl").target_namespace  # doctest: +SKIP
'urn:ZSI'
"""
