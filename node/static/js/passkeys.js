// Asks the browser for a passkey: makes one ("create") or uses one ("get"), and sends the answer.
"use strict";

const fromBase64 = (text) => {
  const padded = text.replace(/-/g, "+").replace(/_/g, "/");
  return Uint8Array.from(atob(padded), (letter) => letter.charCodeAt(0));
};

const toBase64 = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer)))
    .replace(/\+/g, "-")
    .replace(/\//g, "_")
    .replace(/=+$/, "");

const withIds = (list) => (list || []).map((key) => ({ ...key, id: fromBase64(key.id) }));

function readable(options) {
  const ready = { ...options, challenge: fromBase64(options.challenge) };
  if (options.user) ready.user = { ...options.user, id: fromBase64(options.user.id) };
  if (options.excludeCredentials) ready.excludeCredentials = withIds(options.excludeCredentials);
  if (options.allowCredentials) ready.allowCredentials = withIds(options.allowCredentials);
  return ready;
}

function answerOf(credential) {
  const { response } = credential;
  const answer = { id: credential.id, rawId: toBase64(credential.rawId), type: credential.type };
  answer.extensions = JSON.stringify(credential.getClientExtensionResults());
  answer.response = { clientDataJSON: toBase64(response.clientDataJSON) };
  if (response.attestationObject) {
    answer.response.attestationObject = toBase64(response.attestationObject);
    answer.response.transports = response.getTransports ? response.getTransports() : [];
  } else {
    answer.response.authenticatorData = toBase64(response.authenticatorData);
    answer.response.signature = toBase64(response.signature);
    answer.response.userHandle = response.userHandle ? toBase64(response.userHandle) : null;
  }
  return answer;
}

async function ask(card) {
  const says = card.querySelector("[data-passkey-says]");
  try {
    const publicKey = readable(JSON.parse(card.dataset.options));
    const credential = await navigator.credentials[card.dataset.passkey]({ publicKey });
    card.querySelector("[name=credential]").value = JSON.stringify(answerOf(credential));
    card.querySelector("form").submit();
  } catch (error) {
    says.textContent = says.dataset.failed;
  }
}

document.querySelectorAll("[data-passkey]").forEach((card) => {
  card.querySelector("[data-passkey-start]").addEventListener("click", () => ask(card));
  ask(card);
});
