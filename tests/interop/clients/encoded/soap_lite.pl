# SOAP::Lite calls every operation of soapbuilders.wsdl and prints a JSON object of what came back.
#
# It knows the operations, not the types: what it sends is guessed from the values, as its users
# let it guess ("autotyping"), which makes xsd:int of the string "123".
use strict;
use warnings;
use SOAP::Lite;
use MIME::Base64;
use JSON::PP;

my ($wsdl) = @ARGV;
(my $endpoint = $wsdl) =~ s/\?.*//;
my $space = 'urn:zsi-mock:soapbuilders';
my $client = SOAP::Lite->proxy($endpoint)->ns($space, 'm')
    ->on_action(sub { qq("$_[0]#$_[1]") })
    ->on_fault(sub { my ($soap, $answer) = @_;
        die ref $answer ? $answer->faultstring : $soap->transport->status, "\n" });
my $bytes = pack('H*', '0001ff7a7369');
my $one = { varString => 'one', varInt => 1, varFloat => 1.5 };
my $two = { varString => 'two', varInt => 2, varFloat => -2.25 };
sub named { SOAP::Data->name($_[0])->value($_[1]) }
sub typed { SOAP::Data->name($_[0])->type($_[1])->value($_[2]) }

my @calls = (
    [echoVoid => ()],
    [echoString => typed(inputString => string => "plop & <tags> \x{e9}\x{20ac}")],
    [echoInteger => named(inputInteger => 42)],
    [echoFloat => named(inputFloat => 1.5)],
    [echoDecimal => typed(inputDecimal => decimal => '123.456789')],
    [echoBoolean => typed(inputBoolean => boolean => 1)],
    [echoDate => typed(inputDate => dateTime => '2026-11-23T10:20:30Z')],
    [echoBase64 => typed(inputBase64 => base64Binary => $bytes)],
    [echoHexBinary => typed(inputHexBinary => hexBinary => $bytes)],
    [echoStringArray => named(inputStringArray => ['a', 'b', 'c'])],
    [echoIntegerArray => named(inputIntegerArray => [1, -2, 3])],
    [echoFloatArray => named(inputFloatArray => [1.5, -2.25])],
    [echoStruct => named(inputStruct => { %$one })],
    [echoStructArray => named(inputStructArray => [{ %$one }, { %$two }])],
    [echoNestedStruct => named(inputStruct =>
        { varString => 'outer', varInt => 3, varFloat => 0.5, varStruct => { %$one } })],
    [echoNestedArray => named(inputStruct =>
        { varString => 'outer', varInt => 3, varFloat => 0.5, varArray => ['a', 'b'] })],
    [echo2DStringArray => named(input2DStringArray => [['r0c0', 'r0c1'], ['r1c0', 'r1c1']])],
    [echoStructAsSimpleTypes => named(inputStruct => { %$one })],
    [echoSimpleTypesAsStruct =>
        named(inputString => 'one'), named(inputInteger => 1), named(inputFloat => 1.5)],
    [echoLinkedList => named(inputList => { varInt => 1, varString => 'a', child =>
        { varInt => 2, varString => 'b', child =>
            { varInt => 3, varString => 'c', child => undef } } })],
    [echoMultiref => named(inputPair => { first => $one, second => $one })],
    [echoMap => SOAP::Data->name('inputMap')->type('map')->value({ one => 1, two => 'zwei' })],
    [echoAnyType => typed(inputAnyType => string => 'any')],
);
my %said;
for my $call (@calls) {
    my ($operation, @arguments) = @$call;
    my $answer = eval { $client->call($operation, @arguments) };
    if ($@) { chomp(my $why = "$@"); $said{$operation} = { error => $why }; next }
    my $value = $answer->result;
    $value = unpack('H*', $value) if $operation =~ /Base64|HexBinary/ and defined $value;
    $value = [$answer->paramsall] if $operation eq 'echoStructAsSimpleTypes';
    $value = { value => $value, same => $value->{first} == $value->{second} ? 1 : 0 }
        if $operation eq 'echoMultiref';
    $said{$operation} = plain($value);
}
print JSON::PP->new->ascii->canonical->allow_nonref->encode(\%said), "\n";

# Structs come as objects of a class named like their type.
sub plain {
    my $value = shift;
    return $value unless ref $value;
    return [map { plain($_) } @$value] if ref $value eq 'ARRAY';
    return { map { $_ => plain($value->{$_}) } keys %$value };
}
