// node-soap calls every operation of soapbuilders.wsdl and prints a JSON object of what came back.
const soap = require('soap');

const one = { varString: 'one', varInt: 1, varFloat: 1.5 };
const two = { varString: 'two', varInt: 2, varFloat: -2.25 };
// its envelopes do not declare xsd, so a value that says its type declares it itself
function typed(type, value) {
  const xsd = 'http://www.w3.org/2001/XMLSchema';
  return { attributes: { 'xmlns:xsd': xsd, 'xsi:type': `xsd:${type}` }, $value: value };
}
const bytes = Buffer.from('0001ff7a7369', 'hex');
const calls = {
  echoVoid: {},
  echoString: { inputString: 'plop & <tags> \u00e9\u20ac' },
  echoInteger: { inputInteger: 42 },
  echoFloat: { inputFloat: 1.5 },
  echoDecimal: { inputDecimal: '123.456789' },
  echoBoolean: { inputBoolean: true },
  echoDate: { inputDate: '2026-11-23T10:20:30Z' },
  echoBase64: { inputBase64: bytes.toString('base64') },
  echoHexBinary: { inputHexBinary: bytes.toString('hex') },
  echoStringArray: { inputStringArray: { item: ['a', 'b', 'c'] } },
  echoIntegerArray: { inputIntegerArray: { item: [1, -2, 3] } },
  echoFloatArray: { inputFloatArray: { item: [1.5, -2.25] } },
  echoStruct: { inputStruct: one },
  echoStructArray: { inputStructArray: { item: [one, two] } },
  echoNestedStruct: { inputStruct: { varString: 'outer', varInt: 3, varFloat: 0.5, varStruct: one } },
  echoNestedArray: {
    inputStruct: { varString: 'outer', varInt: 3, varFloat: 0.5, varArray: { item: ['a', 'b'] } },
  },
  echo2DStringArray: {
    input2DStringArray: { item: [{ item: ['r0c0', 'r0c1'] }, { item: ['r1c0', 'r1c1'] }] },
  },
  echoStructAsSimpleTypes: { inputStruct: one },
  echoSimpleTypesAsStruct: { inputString: 'one', inputInteger: 1, inputFloat: 1.5 },
  echoLinkedList: {
    inputList: { varInt: 1, varString: 'a', child: { varInt: 2, varString: 'b', child: { varInt: 3, varString: 'c' } } },
  },
  echoMultiref: { inputPair: { first: one, second: one } },
  echoMap: {
    inputMap: {
      item: [
        { key: typed('string', 'one'),
          value: typed('int', 1) },
        { key: typed('string', 'two'),
          value: typed('string', 'zwei') },
      ],
    },
  },
  echoAnyType: { inputAnyType: typed('string', 'any') },
};

// What it decoded, without the attributes that it keeps beside values.
function plain(value) {
  if (value === null || typeof value !== 'object') return value;
  if (value instanceof Date) return value.toISOString();
  if ('$value' in value) return value.$value;
  if (Array.isArray(value)) return value.map(plain);
  const kept = Object.entries(value).filter(([name]) => name !== 'attributes');
  if (kept.length === 1 && kept[0][0] === 'item') return plain([].concat(kept[0][1]));
  if (!kept.length) return null;
  return Object.fromEntries(kept.map(([name, inner]) => [name, plain(inner)]));
}

async function main() {
  const client = await soap.createClientAsync(process.argv[2]);
  const said = {};
  for (const [operation, request] of Object.entries(calls)) {
    try {
      const [answer] = await client[`${operation}Async`](request);
      const result = plain(answer) || {};
      said[operation] = 'return' in result ? result.return : result;
      if (operation === 'echoMap') {
        const entries = said[operation].map(({ key, value }) => [key, value]);
        said[operation] = Object.fromEntries(entries);
      }
    } catch (error) {
      said[operation] = { error: String(error.message) };
    }
  }
  console.log(JSON.stringify(said));
}

main().catch((error) => { console.error(error.message); process.exit(1); });
