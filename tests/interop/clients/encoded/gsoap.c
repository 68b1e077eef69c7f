/* gSOAP, with a stub made by wsdl2h and soapcpp2, calls operations of soapbuilders.wsdl and prints a
   JSON object of what came back. An anyType is a string of XML to its C stubs: echoMap and
   echoAnyType are left out. */
#include <string.h>
#include "soapH.h"
#include "SoapBuildersBinding.nsmap"

static struct soap *ctx;
static const char *url;
static int first = 1;

static void start(const char *name) {
  printf("%s\"%s\": ", first ? "{" : ", ", name);
  first = 0;
}

/* Text as a JSON string; gSOAP hands over UTF-8 because of SOAP_C_UTFSTRING. */
static void text(const char *s) {
  putchar('"');
  for (; s && *s; s++) {
    if (*s == '"' || *s == '\\') putchar('\\');
    putchar(*s);
  }
  putchar('"');
}

static int failed(int error) {
  if (!error) return 0;
  printf("{\"error\": ");
  text(soap_fault_string(ctx) ? soap_fault_string(ctx) : "no fault string");
  printf("}");
  return 1;
}

static void structure(const struct ns3__SOAPStruct *s) {
  printf("{\"varString\": ");
  text(s->varString);
  printf(", \"varInt\": %d, \"varFloat\": %g}", s->varInt, s->varFloat);
}

static void hex(const unsigned char *p, int n) {
  putchar('"');
  while (n-- > 0) printf("%02x", *p++);
  putchar('"');
}

static void list(const struct ns3__List *l) {
  if (!l) { printf("null"); return; }
  printf("{\"varInt\": %d, \"varString\": ", l->varInt);
  text(l->varString);
  printf(", \"child\": ");
  list(l->child);
  printf("}");
}

#define CALL(name, ...) (start(#name), !failed(soap_call_ns1__##name(ctx, url, NULL, __VA_ARGS__)))

static void scalars(void) {
  struct ns1__echoVoidResponse nothing;
  char *string;
  int number;
  float real;
  enum xsd__boolean yes;
  time_t date;
  struct xsd__base64Binary b64 = {(unsigned char *)"\x00\x01\xffzsi", 6}, b64_back;
  struct xsd__hexBinary hexed = {(unsigned char *)"\x00\x01\xffzsi", 6}, hexed_back;
  memset(&b64.id, 0, sizeof b64 - ((char *)&b64.id - (char *)&b64));
  if (CALL(echoVoid, &nothing)) printf("null");
  if (CALL(echoString, "plop & <tags> \u00e9\u20ac", &string)) text(string);
  if (CALL(echoInteger, 42, &number)) printf("%d", number);
  if (CALL(echoFloat, 1.5f, &real)) printf("%g", real);
  if (CALL(echoDecimal, "123.456789", &string)) text(string);
  if (CALL(echoBoolean, 1, &yes)) printf(yes ? "true" : "false");
  if (CALL(echoDate, 1795429230, &date)) text(soap_dateTime2s(ctx, date));
  if (CALL(echoBase64, b64, &b64_back)) hex(b64_back.__ptr, b64_back.__size);
  if (CALL(echoHexBinary, hexed, &hexed_back)) hex(hexed_back.__ptr, hexed_back.__size);
}

static void arrays(struct ns3__SOAPStruct *one, struct ns3__SOAPStruct *two) {
  char *strings[] = {"a", "b", "c"};
  int ints[] = {1, -2, 3}, i;
  float floats[] = {1.5f, -2.25f};
  struct ns3__SOAPStruct *structs[] = {one, two};
  struct ArrayOfstring in_strings = {strings, 3};
  struct ArrayOfint in_ints = {ints, 3};
  struct ArrayOffloat in_floats = {floats, 2};
  struct ArrayOfSOAPStruct in_structs = {structs, 2};
  char *cells[] = {"r0c0", "r0c1", "r1c0", "r1c1"};
  struct ArrayOfString2D in_table = {cells, {2, 2}};
  struct ns1__echoStringArrayResponse out_strings;
  struct ns1__echoIntegerArrayResponse out_ints;
  struct ns1__echoFloatArrayResponse out_floats;
  struct ns1__echoStructArrayResponse out_structs;
  struct ns1__echo2DStringArrayResponse out_table;
  if (CALL(echoStringArray, &in_strings, &out_strings)) {
    for (i = 0; i < out_strings.return_->__size; i++) {
      printf(i ? ", " : "[");
      text(out_strings.return_->__ptr[i]);
    }
    printf("]");
  }
  if (CALL(echoIntegerArray, &in_ints, &out_ints)) {
    for (i = 0; i < out_ints.return_->__size; i++)
      printf("%s%d", i ? ", " : "[", out_ints.return_->__ptr[i]);
    printf("]");
  }
  if (CALL(echoFloatArray, &in_floats, &out_floats)) {
    for (i = 0; i < out_floats.return_->__size; i++)
      printf("%s%g", i ? ", " : "[", out_floats.return_->__ptr[i]);
    printf("]");
  }
  if (CALL(echoStructArray, &in_structs, &out_structs)) {
    for (i = 0; i < out_structs.return_->__size; i++) {
      printf(i ? ", " : "[");
      structure(out_structs.return_->__ptr[i]);
    }
    printf("]");
  }
  if (CALL(echo2DStringArray, &in_table, &out_table)) {
    int width = out_table.return_->__size[1], cells = width * out_table.return_->__size[0];
    for (i = 0; i < cells; i++) {
      printf("%s%s", i ? ", " : "[", i % width ? "" : "[");
      text(out_table.return_->__ptr[i]);
      if (i % width == width - 1) printf("]");
    }
    printf("]");
  }
}

static void structs(struct ns3__SOAPStruct *one) {
  char *strings[] = {"a", "b"};
  struct ArrayOfstring array = {strings, 2};
  struct ns3__SOAPStructStruct nested = {"outer", 3, 0.5f, one};
  struct ns3__SOAPArrayStruct holder = {"outer", 3, 0.5f, &array};
  struct ns1__echoStructResponse out;
  struct ns1__echoNestedStructResponse out_nested;
  struct ns1__echoNestedArrayResponse out_holder;
  struct ns1__echoStructAsSimpleTypesResponse out_simple;
  struct ns1__echoSimpleTypesAsStructResponse out_struct;
  if (CALL(echoStruct, one, &out)) structure(out.return_);
  if (CALL(echoNestedStruct, &nested, &out_nested)) {
    printf("{\"varString\": ");
    text(out_nested.return_->varString);
    printf(", \"varInt\": %d, \"varFloat\": %g, \"varStruct\": ", out_nested.return_->varInt,
           out_nested.return_->varFloat);
    structure(out_nested.return_->varStruct);
    printf("}");
  }
  if (CALL(echoNestedArray, &holder, &out_holder)) {
    printf("{\"varString\": ");
    text(out_holder.return_->varString);
    printf(", \"varInt\": %d, \"varFloat\": %g, \"varArray\": [", out_holder.return_->varInt,
           out_holder.return_->varFloat);
    text(out_holder.return_->varArray->__ptr[0]);
    printf(", ");
    text(out_holder.return_->varArray->__ptr[1]);
    printf("]}");
  }
  if (CALL(echoStructAsSimpleTypes, one, &out_simple)) {
    printf("[");
    text(out_simple.outputString);
    printf(", %d, %g]", out_simple.outputInteger, out_simple.outputFloat);
  }
  if (CALL(echoSimpleTypesAsStruct, "one", 1, 1.5f, &out_struct)) structure(out_struct.return_);
}

static void graphs(struct ns3__SOAPStruct *one) {
  struct ns3__List third = {3, "c", NULL}, second = {2, "b", &third}, head = {1, "a", &second};
  struct ns3__List other = {2, "b", NULL}, circle = {1, "a", &other};
  struct ns3__Pair pair = {one, one};
  struct ns1__echoLinkedListResponse out_list;
  struct ns1__echoCircleResponse out_circle;
  struct ns1__echoMultirefResponse out_pair;
  other.child = &circle;
  if (CALL(echoLinkedList, &head, &out_list)) list(out_list.return_);
  if (CALL(echoCircle, &circle, &out_circle))
    printf("{\"varInt\": %d, \"next\": %d, \"closed\": %s}", out_circle.return_->varInt,
           out_circle.return_->child->varInt,
           out_circle.return_->child->child == out_circle.return_ ? "true" : "false");
  if (CALL(echoMultiref, &pair, &out_pair)) {
    printf("{\"value\": {\"first\": ");
    structure(out_pair.return_->first);
    printf(", \"second\": ");
    structure(out_pair.return_->second);
    printf("}, \"same\": %s}", out_pair.return_->first == out_pair.return_->second ? "true" : "false");
  }
}

int main(int argc, char **argv) {
  struct ns3__SOAPStruct one = {"one", 1, 1.5f}, two = {"two", 2, -2.25f};
  (void)argc;
  url = argv[1];
  ctx = soap_new1(SOAP_C_UTFSTRING | SOAP_XML_GRAPH);
  scalars();
  structs(&one);
  arrays(&one, &two);
  graphs(&one);
  printf("}\n");
  return 0;
}
