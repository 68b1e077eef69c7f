<?php
// PHP's SoapClient calls Echo("plop") and prints what came back.
ini_set("soap.wsdl_cache_enabled", "0");
$client = new SoapClient($argv[1], ["exceptions" => true, "connection_timeout" => 30]);
$answer = $client->Echo(["value" => "plop"])->value;
echo is_object($answer) ? strip_tags($answer->any) : $answer, "\n";
