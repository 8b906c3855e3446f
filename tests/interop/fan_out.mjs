// Fedify as a sender: one activity to many inboxes of distinct origins, without queue or with its Redis queue.
//
//   node fan_out.mjs <RSA private key, PKCS #8 PEM file> <Redis socket, or -> <own port>
//
// Reads lines of JSON ({"inboxes": [...]}) and answers each with {"seconds": ...} once sendActivity is done.
// With the queue it answers when all is queued: the receivers know when they have it.
import { createPrivateKey, createPublicKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { createInterface } from "node:readline";
import { createFederation, importJwk, MemoryKvStore } from "@fedify/fedify";
import { Create, Note, Person, PUBLIC_COLLECTION } from "@fedify/vocab";
import { RedisMessageQueue } from "@fedify/redis";
import { Redis } from "ioredis";

const [pemFile, socket, port] = process.argv.slice(2);
const pem = createPrivateKey(readFileSync(pemFile));
const about = { alg: "RS256", key_ops: ["sign"], ext: true };
const keyPair = {
  privateKey: await importJwk({ ...pem.export({ format: "jwk" }), ...about }, "private"),
  publicKey: await importJwk(
    { ...createPublicKey(pem).export({ format: "jwk" }), ...about, key_ops: ["verify"] },
    "public",
  ),
};
const origin = new URL(`http://127.0.0.1:${port}`);
// 500 ms: with a shorter interval its polls overtake one another
const queue = socket === "-" ? undefined : new RedisMessageQueue(() => new Redis({ path: socket }), { pollInterval: { milliseconds: 500 } });
const federation = createFederation({
  kv: new MemoryKvStore(),
  queue,
  manuallyStartQueue: true,
  allowPrivateAddress: true,
  firstKnock: "draft-cavage-http-signatures-12",
});
federation
  .setActorDispatcher("/users/{identifier}", (context, identifier) => {
    return new Person({ id: context.getActorUri(identifier), inbox: context.getInboxUri(identifier) });
  })
  .setKeyPairsDispatcher(() => [keyPair]);
federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
if (queue) federation.startQueue(undefined);

async function send(inboxes) {
  const context = federation.createContext(origin, undefined);
  const id = new URL(`/notes/${crypto.randomUUID()}`, origin);
  const actor = context.getActorUri("dorp");
  const note = new Note({ id, attribution: actor, content: "Samen eten. ".repeat(60), to: PUBLIC_COLLECTION });
  const activity = new Create({ id: new URL(`${id.href}#create`), actor, object: note, to: PUBLIC_COLLECTION });
  const recipients = inboxes.map((inbox) => ({ id: new URL(inbox), inboxId: new URL(inbox), endpoints: null }));
  const start = performance.now();
  await context.sendActivity({ identifier: "dorp" }, recipients, activity, { fanout: "skip" });
  return (performance.now() - start) / 1000;
}

console.log("ready");
for await (const line of createInterface({ input: process.stdin })) {
  const seconds = await send(JSON.parse(line).inboxes).catch((error) => String(error?.stack ?? error).slice(0, 800));
  console.log(JSON.stringify({ seconds }));
}
process.exit(0);
