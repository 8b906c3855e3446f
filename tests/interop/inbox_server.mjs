// A Fedify inbox in two processes: verifies the signature, runs its listener, which writes one durable row.
//
//   node inbox_server.mjs <port> <database file> <processes>
//
// Keys and replays are kept where Fedify keeps them, in a KvStore; that and the rows are SQLite files with
// the same settings as a node's.
import cluster from "node:cluster";
import { DatabaseSync } from "node:sqlite";
import { serve } from "@hono/node-server";
import { createFederation, generateCryptoKeyPair } from "@fedify/fedify";
import { Create, Endpoints, Person } from "@fedify/vocab";

const [port, file, processes] = [Number(process.argv[2]), process.argv[3], Number(process.argv[4])];
const PRAGMAS = ["journal_mode=WAL", "synchronous=FULL", "busy_timeout=30000"];

function open(path) {
  const database = new DatabaseSync(path);
  for (const pragma of PRAGMAS) database.exec(`PRAGMA ${pragma}`);
  return database;
}

class SqliteKvStore {
  constructor(database) {
    this.find = database.prepare("SELECT value FROM kv WHERE key = ? AND until > ?");
    this.put = database.prepare("INSERT OR REPLACE INTO kv (key, value, until) VALUES (?, ?, ?)");
    this.drop = database.prepare("DELETE FROM kv WHERE key = ?");
  }
  async get(key) {
    const row = this.find.get(JSON.stringify(key), Date.now());
    return row === undefined ? undefined : JSON.parse(row.value);
  }
  async set(key, value, options) {
    const until = options?.ttl ? Date.now() + options.ttl.total("milliseconds") : Number.MAX_SAFE_INTEGER;
    this.put.run(JSON.stringify(key), JSON.stringify(value), until);
  }
  async delete(key) {
    this.drop.run(JSON.stringify(key));
  }
  async *list() {}
}

async function work() {
  const database = open(file);
  const keep = database.prepare("INSERT OR IGNORE INTO inbox (uri, document) VALUES (?, ?)");
  const keyPairs = [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5")];
  const federation = createFederation({ kv: new SqliteKvStore(database), allowPrivateAddress: true });
  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      const pairs = await context.getActorKeyPairs(identifier);
      const inbox = context.getInboxUri(identifier);
      const endpoints = new Endpoints({ sharedInbox: context.getInboxUri() });
      return new Person({ id: context.getActorUri(identifier), inbox, endpoints, publicKey: pairs[0].cryptographicKey });
    })
    .setKeyPairsDispatcher(() => keyPairs);
  federation.setInboxListeners("/users/{identifier}/inbox", "/inbox").on(Create, async (context, activity) => {
    keep.run(activity.id.href, JSON.stringify(await activity.toJsonLd(context)));
  });
  serve({ fetch: (request) => federation.fetch(request, { contextData: undefined }), port, hostname: "127.0.0.1" }, () =>
    process.send("ready"),
  );
}

if (cluster.isPrimary) {
  const database = open(file);
  database.exec("CREATE TABLE IF NOT EXISTS kv (key TEXT PRIMARY KEY, value TEXT, until INTEGER)");
  database.exec("CREATE TABLE IF NOT EXISTS inbox (id INTEGER PRIMARY KEY, uri TEXT UNIQUE, document TEXT)");
  database.close();
  let ready = 0;
  for (let at = 0; at < processes; at++) cluster.fork().on("message", () => ++ready === processes && console.log("ready"));
  process.on("SIGTERM", () => {
    for (const worker of Object.values(cluster.workers)) worker.process.kill("SIGKILL");
    process.exit(0);
  });
} else await work();
