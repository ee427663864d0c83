// A webhook server as many write one: checks the signature, answers 202, stores nothing.
const { createHmac, timingSafeEqual } = require('node:crypto');
const { createServer } = require('node:http');

const secret = process.argv[2];

const server = createServer((request, response) => {
  const chunks = [];
  request.on('data', (chunk) => chunks.push(chunk));
  request.on('end', () => {
    const body = Buffer.concat(chunks);
    const expected = Buffer.from('sha256=' + createHmac('sha256', secret).update(body).digest('hex'));
    const given = Buffer.from(request.headers['x-hub-signature-256'] ?? '');
    const valid = given.length === expected.length && timingSafeEqual(given, expected);
    const answer = valid && JSON.parse(body).workflow_job ? '{"status":"accepted"}' : '{}';
    response.writeHead(valid ? 202 : 401, { 'Content-Type': 'application/json', 'Content-Length': answer.length });
    response.end(answer);
  });
});
server.listen(0, '127.0.0.1', () => console.log(server.address().port));
