// A Mastodon-like peer built on Fedify: one account, a followers list, and a control endpoint for tests.
//
//   node peer.mjs <port>
//
// It shares no code with Omzien. Loopback has no certificates, so one thing differs from a peer in the
// world: what Fedify asks at https://127.0.0.1 (WebFinger of a handle) goes out as http.
import { serve } from "@hono/node-server";
import { createFederation, generateCryptoKeyPair, MemoryKvStore } from "@fedify/fedify";
import { detachSignature, verifyProof, verifyRequest } from "@fedify/fedify/sig";
import {
  Accept, Announce, Create, Delete, Endpoints, Follow, Note, Object as Thing, Person, Reject, Tombstone, Undo, Update,
  PUBLIC_COLLECTION,
} from "@fedify/vocab";
import { getDocumentLoader } from "@fedify/vocab-runtime";

const port = Number(process.argv[2]);
const origin = new URL(`http://127.0.0.1:${port}`);
const NAME = "anna";
const received = []; // every activity that reached an inbox, with what Fedify says of it
const sent = []; // every POST this peer made, with the signature scheme and the answer

const plainFetch = globalThis.fetch;
globalThis.fetch = async (input, init) => {
  const asked = new Request(input, init);
  const url = new URL(asked.url);
  if (url.protocol === "https:" && url.hostname === "127.0.0.1") url.protocol = "http:";
  const response = await plainFetch(url, {
    method: asked.method,
    headers: asked.headers,
    body: asked.method === "GET" ? undefined : await asked.clone().arrayBuffer(),
    redirect: asked.redirect,
  });
  if (asked.method === "POST") {
    const scheme = asked.headers.has("signature-input") ? "rfc9421" : "cavage";
    sent.push({ url: url.href, scheme, status: response.status, document: await asked.clone().json() });
  }
  return response;
};

const newKeys = async () => [await generateCryptoKeyPair("RSASSA-PKCS1-v1_5"), await generateCryptoKeyPair("Ed25519")];
let keyPairs = await newKeys();
const documentLoader = getDocumentLoader({ allowPrivateAddress: true });

function federate(firstKnock) {
  const federation = createFederation({
    kv: new MemoryKvStore(),
    allowPrivateAddress: true,
    firstKnock,
  });
  federation
    .setActorDispatcher("/users/{identifier}", async (context, identifier) => {
      if (identifier !== NAME) return null;
      const pairs = await context.getActorKeyPairs(identifier);
      return new Person({
        id: context.getActorUri(identifier),
        preferredUsername: identifier,
        name: "Anna",
        url: context.getActorUri(identifier),
        inbox: context.getInboxUri(identifier),
        outbox: context.getOutboxUri(identifier),
        endpoints: new Endpoints({ sharedInbox: context.getInboxUri() }),
        publicKey: pairs[0].cryptographicKey,
        assertionMethods: pairs.map((pair) => pair.multikey),
      });
    })
    .setKeyPairsDispatcher((_context, identifier) => (identifier === NAME ? keyPairs : []));
  federation.setOutboxDispatcher("/users/{identifier}/outbox", () => ({ items: [] }));
  const accepted = (type) => async (_context, activity) => {
    const id = activity.id?.href;
    const entry = received.find((one) => one.id === id);
    if (entry) entry.handled = type;
  };
  const listeners = federation.setInboxListeners("/users/{identifier}/inbox", "/inbox");
  for (const [type, kind] of Object.entries({ Accept, Announce, Create, Delete, Reject, Undo, Update })) {
    listeners.on(kind, accepted(type));
  }
  listeners.on(Follow, async (context, follow) => {
    await accepted("Follow")(context, follow);
    const me = context.getActorUri(NAME);
    if (follow.objectId?.href !== me.href) return;
    const accept = new Accept({ id: newId("accepts"), actor: me, object: follow, to: follow.actorId });
    await context.sendActivity({ identifier: NAME }, await follow.getActor(context), accept);
  });
  return federation;
}

const federations = { rfc9421: federate("rfc9421"), cavage: federate("draft-cavage-http-signatures-12") };

async function judge(request) {
  // Fedify's own inbox takes a valid proof instead of a valid signature; here each is judged alone.
  const options = { documentLoader, contextLoader: documentLoader };
  const body = await request.clone().json();
  const key = await verifyRequest(request.clone(), options);
  return {
    id: body.id,
    type: body.type,
    document: body,
    scheme: request.headers.has("signature-input") ? "rfc9421" : "cavage",
    signatureKey: key?.id?.href ?? null,
    signatureOwner: key?.ownerId?.href ?? null,
    proof: await isProven(body),
    handled: null,
  };
}

async function isProven(signed) {
  const document = detachSignature(signed); // an LD signature is put on after the proof
  // by Fedify's verifier, and the key is one of the actor who vouches for the document
  if (!document.proof) return false;
  const options = { documentLoader, contextLoader: documentLoader };
  const owner = document.actor ?? document.attributedTo ?? document.id;
  const read = await Thing.fromJsonLd(document, options);
  for await (const proof of read.getProofs(options)) {
    const key = await verifyProof(document, proof, options);
    if (key?.controllerId?.href !== owner) return false;
  }
  return true;
}

function contextOf(scheme = "rfc9421") {
  return federations[scheme].createContext(origin, undefined);
}

async function send(activity, recipient, scheme) {
  const before = sent.length;
  let error = null;
  await contextOf(scheme)
    .sendActivity({ identifier: NAME }, recipient, activity)
    .catch((reason) => (error = String(reason)));
  return { activity: activity.id.href, posts: sent.slice(before), error };
}

function newId(kind) {
  return new URL(`/${kind}/${crypto.randomUUID()}`, origin);
}

async function actorAt(uri) {
  return await contextOf().lookupObject(uri, { documentLoader });
}

const control = {
  async lookup({ handle }) {
    const descriptor = await contextOf().lookupWebFinger(`acct:${handle.replace(/^@/, "")}`);
    const actor = await contextOf().lookupObject(handle);
    if (actor === null) return { descriptor, actor: null };
    const keys = [];
    for await (const key of actor.getAssertionMethods()) keys.push(key.id.href);
    return {
      descriptor,
      actor: actor.id.href,
      type: actor.constructor.name,
      name: String(actor.name),
      inbox: actor.inboxId?.href ?? null,
      rsaKey: (await actor.getPublicKey())?.id?.href ?? null,
      multikeys: keys,
      document: await actor.toJsonLd(),
    };
  },
  async follow({ actor, scheme }) {
    const activity = new Follow({
      id: newId("follows"),
      actor: contextOf().getActorUri(NAME),
      object: new URL(actor),
      to: new URL(actor),
    });
    return await send(activity, await actorAt(actor), scheme);
  },
  async unfollow({ actor, follow, scheme }) {
    const me = contextOf().getActorUri(NAME);
    const object = new Follow({ id: new URL(follow), actor: me, object: new URL(actor) });
    const activity = new Undo({ id: newId("undos"), actor: me, object, to: new URL(actor) });
    return await send(activity, await actorAt(actor), scheme);
  },
  async post({ actor, kind, scheme, note }) {
    const me = contextOf().getActorUri(NAME);
    const id = note ? new URL(note) : newId("notes");
    const about = { id: newId("activities"), actor: me, to: new URL(actor), cc: PUBLIC_COLLECTION };
    const text = new Note({ id, attribution: me, content: "Wat een mooi dorp!", to: PUBLIC_COLLECTION });
    const activity = {
      create: () => new Create({ ...about, object: text }),
      update: () => new Update({ ...about, object: text }),
      delete: () => new Delete({ ...about, object: new Tombstone({ id }) }),
    }[kind]();
    return { note: id.href, ...(await send(activity, await actorAt(actor), scheme)) };
  },
  // Fedify's verdict on any document with a proof that it can fetch or is handed
  async proof({ url, document }) {
    const signing = await contextOf().getDocumentLoader({ identifier: NAME }); // objects are for those who sign
    const json = document ?? (await signing(url)).document;
    return { proven: await isProven(json), document: json };
  },
  // new keys under the same addresses, as after a loss
  async rotate() {
    keyPairs = await newKeys();
    return { done: true };
  },
  // Fedify's typed view of a document, after its own JSON-LD reading
  async read({ document }) {
    const options = { documentLoader, contextLoader: documentLoader };
    const thing = await Thing.fromJsonLd(document, options);
    const place = await thing.getLocation(options);
    const languages = (values) => values.filter((one) => one.locale).map((one) => String(one.locale));
    return {
      type: thing.constructor.name,
      name: thing.name === null ? null : String(thing.name),
      summary: thing.summary === null ? null : String(thing.summary),
      content: thing.content === null ? null : String(thing.content),
      languages: [...languages(thing.names), ...languages(thing.contents)],
      url: thing.url instanceof URL ? thing.url.href : null,
      startTime: thing.startTime === null ? null : String(thing.startTime),
      endTime: thing.endTime === null ? null : String(thing.endTime),
      published: thing.published === null ? null : String(thing.published),
      place: place === null ? null : { type: place.constructor.name, name: String(place.name) },
      attributedTo: thing.attributionId?.href ?? null,
      isPublic: thing.toIds.some((one) => one.href === PUBLIC_COLLECTION.href),
    };
  },
  received: () => received,
  me: () => ({ actor: contextOf().getActorUri(NAME).href, handle: `@${NAME}@${origin.host}` }),
};

async function answer(request) {
  const url = new URL(request.url);
  if (url.pathname.startsWith("/control/")) {
    const action = control[url.pathname.slice("/control/".length)];
    if (!action) return Response.json({ error: "unknown" }, { status: 404 });
    try {
      return Response.json(await action(await request.json()));
    } catch (error) {
      return Response.json({ error: String(error?.stack ?? error) }, { status: 500 });
    }
  }
  if (request.method === "POST") received.push(await judge(request));
  return await federations.rfc9421.fetch(request, { contextData: undefined });
}

serve({ fetch: answer, port, hostname: "127.0.0.1" }, () => console.log("ready"));
