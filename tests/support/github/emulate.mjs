// Keeps GitHub servers of the npm package `emulate` on 127.0.0.1, as many as are asked for.
//
// Reads one JSON object a line: {"do": "start", "seed": {...}, "base": "http://..."} is answered by {"id", "port"},
// {"do": "stop", "id": 1} by {"stopped": 1}. It ends when its input ends, so it never outlives who started it.
import net from "node:net";
import readline from "node:readline";

const listen = net.Server.prototype.listen;
let newest;
net.Server.prototype.listen = function (port, ...rest) {
  newest = this;
  const done = rest.find((argument) => typeof argument === "function");
  const where = typeof port === "object" ? { ...port } : { port };
  return listen.call(this, { ...where, host: "127.0.0.1" }, done);
};

const { createEmulator } = await import(process.argv[2]);
const running = new Map();
let started = 0;

async function start({ seed, base }) {
  const emulator = await createEmulator({ service: "github", port: 0, seed, baseUrl: base });
  const server = newest;
  while (server.address() === null) await new Promise((done) => setImmediate(done));
  running.set(++started, { emulator, server });
  return { id: started, port: server.address().port };
}

async function stop({ id }) {
  const { emulator, server } = running.get(id);
  running.delete(id);
  server.closeAllConnections();
  await emulator.close();
  return { stopped: id };
}

const verbs = { start, stop };
for await (const line of readline.createInterface({ input: process.stdin })) {
  const order = JSON.parse(line);
  try {
    process.stdout.write(JSON.stringify(await verbs[order.do](order)) + "\n");
  } catch (error) {
    process.stdout.write(JSON.stringify({ error: String(error?.stack ?? error) }) + "\n");
  }
}
process.exit(0);
