// node-soap serving any of the contracts: every operation answers with what it was asked.
//   node node_soap.js PORT WSDL PATH
const http = require('http');
const fs = require('fs');
const soap = require('soap');

const [port, wsdl, path] = process.argv.slice(2);
const xml = fs.readFileSync(wsdl, 'utf8');
const server = http.createServer((request, response) => { response.statusCode = 404; response.end(); });
server.listen({ port: Number(port), host: '127.0.0.1', backlog: 4096 }, () => {
  soap.listen(server, { path, services: services(), xml });
});

function services() {
  const name = /<service name="(\w+)"/.exec(xml)[1];
  const operations = [...xml.matchAll(/<operation name="(\w+)"/g)].map((found) => found[1]);
  const methods = Object.fromEntries(operations.map((each) => [each, (args) => args]));
  return { [name]: { [name]: methods } };
}
