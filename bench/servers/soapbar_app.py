"""soapbar's ASGI application; run by uvicorn in soapbar's own environment, which lacks ours."""

from soapbar import AsgiSoapApp, SoapApplication, SoapService, soap_operation
from soapbar.core.binding import BindingStyle, OperationParameter
from soapbar.core.types import xsd

TYPES = ["string", "int", "decimal", "dateTime", "boolean"]
TYPES += ["long", "double", "date", "token", "short"]
FIELDS = [OperationParameter(f"f{i}", xsd.resolve(TYPES[i % 10])) for i in range(20)]


class Echo(SoapService):
    """The echo service, document/literal wrapped."""

    __service_name__ = "EchoServer"
    __tns__ = "urn:ZSI"
    __binding_style__ = BindingStyle.DOCUMENT_LITERAL_WRAPPED

    @soap_operation(
        name="Echo",
        soap_action="Echo",
        input_params=[OperationParameter("value", xsd.resolve("string"))],
        output_params=[OperationParameter("value", xsd.resolve("string"))],
    )
    def echo(self, value):
        return value


class Typed(SoapService):
    """The operation of 20 fields."""

    __service_name__ = "Typed"
    __tns__ = "urn:zsi-bench"
    __binding_style__ = BindingStyle.DOCUMENT_LITERAL_WRAPPED

    @soap_operation(name="Order", soap_action="Order", input_params=FIELDS, output_params=FIELDS)
    def order(self, **fields):
        return fields


application = SoapApplication(service_url="http://127.0.0.1/")
application.register(Echo())
application.register(Typed())
app = AsgiSoapApp(application)
