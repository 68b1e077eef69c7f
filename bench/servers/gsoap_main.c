/* The echo service of gSOAP: stand-alone, keep-alive, a thread for each connection. */
#include <pthread.h>
#include "soapH.h"
#include "EchoServer.nsmap"

int __ns1__Echo(struct soap *soap, struct _ns1__Echo *request, struct __ns1__EchoResponse *answer) {
  (void)soap;
  answer->ns1__Echo = request;
  return SOAP_OK;
}

static void *serve(void *connection) {
  struct soap *soap = (struct soap *)connection;
  soap_serve(soap);
  soap_destroy(soap);
  soap_end(soap);
  soap_free(soap);
  return NULL;
}

int main(int argc, char **argv) {
  struct soap *soap = soap_new1(SOAP_IO_KEEPALIVE);
  (void)argc;
  soap->max_keep_alive = 0; /* no bound */
  soap->bind_flags = SO_REUSEADDR;
  soap->tcp_keep_alive = 1;
  if (!soap_valid_socket(soap_bind(soap, "127.0.0.1", atoi(argv[1]), 4096))) {
    soap_print_fault(soap, stderr);
    return 1;
  }
  for (;;) {
    pthread_t thread;
    if (!soap_valid_socket(soap_accept(soap))) continue;
    if (pthread_create(&thread, NULL, serve, soap_copy(soap)) == 0) pthread_detach(thread);
  }
}
