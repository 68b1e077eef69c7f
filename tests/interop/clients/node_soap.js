// node-soap calls Echo("plop") and prints what came back.
const soap = require('soap');

async function main() {
  const client = await soap.createClientAsync(process.argv[2]);
  const [answer] = await client.EchoAsync({ value: 'plop' });
  const value = answer.value;
  console.log(typeof value === 'object' ? value.$value : value);
}

main().catch((error) => { console.error(error.message); process.exit(1); });
