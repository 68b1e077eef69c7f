"""What ``wsdl2py -w echo.wsdl -o generated`` makes, kept as golden files."""
