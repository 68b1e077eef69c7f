# SOAP::Lite calls Echo("plop") and prints what came back.
use strict;
use warnings;
use SOAP::Lite;

my ($wsdl, $form) = @ARGV;
my $name = ($form // 'qualified') eq 'qualified' ? 'tns:value' : 'value';
my $answer = SOAP::Lite->service($wsdl)->Echo(
    SOAP::Data->name($name)->type('xsd:string')->value('plop'));
die "no answer\n" unless defined $answer;
print ref $answer ? $answer->{value} : $answer, "\n";
