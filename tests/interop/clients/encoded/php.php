<?php
// PHP's SoapClient calls every operation of soapbuilders.wsdl and prints a JSON object of what came back.
ini_set("soap.wsdl_cache_enabled", "0");
date_default_timezone_set("UTC");

class SOAPStruct {
    public function __construct(public $varString, public $varInt, public $varFloat) {}
}

$client = new SoapClient($argv[1], ["exceptions" => true, "connection_timeout" => 30,
    "features" => SOAP_SINGLE_ELEMENT_ARRAYS]);
$one = new SOAPStruct("one", 1, 1.5);
$two = new SOAPStruct("two", 2, -2.25);
$list = ["varInt" => 1, "varString" => "a", "child" =>
    ["varInt" => 2, "varString" => "b", "child" =>
        ["varInt" => 3, "varString" => "c", "child" => null]]];

class ListNode {
    public $child = null;
    public function __construct(public $varInt, public $varString) {}
}
$circle = new ListNode(1, "a");
$circle->child = new ListNode(2, "b");
$circle->child->child = $circle;

$calls = [
    "echoVoid" => [],
    "echoString" => ["plop & <tags> \u{e9}\u{20ac}"],
    "echoInteger" => [42],
    "echoFloat" => [1.5],
    "echoDecimal" => ["123.456789"],
    "echoBoolean" => [true],
    "echoDate" => ["2026-11-23T10:20:30Z"],
    "echoBase64" => ["\x00\x01\xffzsi"],
    "echoHexBinary" => ["\x00\x01\xffzsi"],
    "echoStringArray" => [["a", "b", "c"]],
    "echoIntegerArray" => [[1, -2, 3]],
    "echoFloatArray" => [[1.5, -2.25]],
    "echoStruct" => [$one],
    "echoStructArray" => [[$one, $two]],
    "echoNestedStruct" => [["varString" => "outer", "varInt" => 3, "varFloat" => 0.5, "varStruct" => $one]],
    "echoNestedArray" => [["varString" => "outer", "varInt" => 3, "varFloat" => 0.5, "varArray" => ["a", "b"]]],
    "echo2DStringArray" => [[["r0c0", "r0c1"], ["r1c0", "r1c1"]]],
    "echoStructAsSimpleTypes" => [$one],
    "echoSimpleTypesAsStruct" => ["one", 1, 1.5],
    "echoLinkedList" => [$list],
    "echoCircle" => [$circle],
    "echoMultiref" => [["first" => $one, "second" => $one]],
    "echoMap" => [["one" => 1, "two" => "zwei"]],
    "echoAnyType" => ["any"],
];
$said = [];
foreach ($calls as $operation => $arguments) {
    try {
        $answer = $client->__soapCall($operation, $arguments);
        if ($operation === "echoBase64" || $operation === "echoHexBinary") $answer = bin2hex($answer);
        if ($operation === "echoMultiref") $answer = ["value" => $answer, "same" => $answer->first === $answer->second];
        if ($operation === "echoCircle") $answer = ["varInt" => $answer->varInt,
            "next" => $answer->child->varInt, "closed" => $answer->child->child === $answer];
        $said[$operation] = $answer;
    } catch (Throwable $error) {
        $said[$operation] = ["error" => $error->getMessage()];
    }
}
echo json_encode($said), "\n";
