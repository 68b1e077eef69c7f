// strong-soap calls Echo("plop") and prints what came back.
//
// It finds a response by the names <operation>Response, <operation>Output and the like; echo.wsdl
// answers with the request's own element, so its first argument is undefined. What it decoded is
// taken from the envelope that it hands over beside it.
const { soap } = require('strong-soap');
const XMLHandler = require('strong-soap/src/parser/xmlHandler');

function fail(error) {
  console.error(error.message);
  process.exit(1);
}

soap.createClient(process.argv[2], {}, (failed, client) => {
  if (failed) fail(failed);
  client.Echo({ value: 'plop' }, (refused, answer, envelope) => {
    if (refused) fail(refused);
    const echo = answer || new XMLHandler().xmlToJson(null, envelope, null).Body.Echo;
    const value = echo.value;
    console.log(typeof value === 'object' ? value.$value : value);
    process.exit(0);
  });
});
