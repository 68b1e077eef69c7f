/* gSOAP, with a stub made by wsdl2h and soapcpp2, calls Echo("plop") and prints what came back. */
#include "soapH.h"
#include "EchoServer.nsmap"

int main(int argc, char **argv) {
  struct soap *soap = soap_new();
  struct _ns1__Echo request = {"plop"};
  struct __ns1__EchoResponse answer;
  (void)argc;
  if (soap_call___ns1__Echo(soap, argv[1], NULL, &request, &answer)) {
    soap_print_fault(soap, stderr);
    return 1;
  }
  puts(answer.ns1__Echo->value);
  return 0;
}
