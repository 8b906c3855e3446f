// The actor tests of activitypub-testing, on one actor; prints one line of JSON per test.
//
//   node actor_tests.mjs <actor uri>
//
// Its own command line would fetch a JSON-LD context; the module behind it does not.
import { ActorUrlTestRun } from "activitypub-testing/test-actor";

const quiet = { ...console, debug() {}, warn() {}, log() {} };
const run = new ActorUrlTestRun(new URL(process.argv[2]), { console: quiet });
for await (const assertion of run) {
  const json = JSON.parse(JSON.stringify(assertion));
  process.stdout.write(`${JSON.stringify({ test: json.test?.slug ?? json.test?.name, result: json.result })}\n`);
}
