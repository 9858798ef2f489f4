// Passkeys and security keys: forms that carry what a device says. `data-passkey` is `create` or `get`; the options stand in
// the form's <script type="application/json">, or behind its `data-options` address. Errors go to its `[data-trouble]`.

const TROUBLE = {
  unknown: "Something went wrong between your browser and your device. Try again.",
  NotAllowedError: "Your device did not go through with it, or it took too long. Try again.",
  InvalidStateError: "This device is in the list already.",
  SecurityError: "Passkeys belong to a site's name. Open this site by its name instead of by numbers.",
  unsupported: "This browser knows no passkeys. Another way in is below.",
};

export function toBytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

export function toText(buffer) {
  const letters = Array.from(new Uint8Array(buffer), (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

const withBytes = (descriptor) => ({ ...descriptor, id: toBytes(descriptor.id) });

/** The options as the browser takes them. `alone`: the key shall sign in by itself, as a passkey. */
export function readCreation({ publicKey }, alone) {
  const selection = { ...publicKey.authenticatorSelection, requireResidentKey: alone };
  selection.residentKey = alone ? "required" : "discouraged";
  if (alone) selection.userVerification = "required";
  return {
    ...publicKey,
    challenge: toBytes(publicKey.challenge),
    user: withBytes(publicKey.user),
    excludeCredentials: (publicKey.excludeCredentials ?? []).map(withBytes),
    authenticatorSelection: selection,
  };
}

export function readRequest({ publicKey }) {
  const allowed = publicKey.allowCredentials?.map(withBytes);
  const options = { ...publicKey, challenge: toBytes(publicKey.challenge) };
  return allowed ? { ...options, allowCredentials: allowed } : options;
}

/** What the device said, as the server reads it. */
export function describe(credential) {
  const { response } = credential;
  const parts = ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"];
  const told = parts.filter((part) => response[part]).map((part) => [part, toText(response[part])]);
  return {
    type: credential.type,
    id: credential.id,
    rawId: toText(credential.rawId),
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: { ...Object.fromEntries(told), transports: response.getTransports?.() ?? [] },
  };
}

async function optionsOf(form) {
  if (!form.dataset.options) return JSON.parse(form.querySelector('script[type="application/json"]').textContent);
  const answer = await fetch(form.dataset.options, { headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The options came with ${answer.status}.`);
  return answer.json();
}

async function ask(form) {
  const options = await optionsOf(form);
  if (form.dataset.passkey === "create") {
    const alone = Boolean(form.querySelector("[name=passwordless]")?.checked);
    return navigator.credentials.create({ publicKey: readCreation(options.creation_options, alone) });
  }
  return navigator.credentials.get({ publicKey: readRequest(options.request_options) });
}

function tell(form, sentence) {
  const place = form.querySelector("[data-trouble]");
  place.textContent = sentence;
  place.hidden = !sentence;
}

async function go(form) {
  if (!window.PublicKeyCredential) return tell(form, TROUBLE.unsupported);
  tell(form, "");
  try {
    form.elements.credential.value = JSON.stringify(describe(await ask(form)));
  } catch (error) {
    return tell(form, TROUBLE[error.name] ?? TROUBLE.unknown);
  }
  form.submit();
}

export function askForPasskeys() {
  document.addEventListener("submit", (event) => {
    const form = event.target.closest("form[data-passkey]");
    if (!form) return;
    event.preventDefault();
    go(form);
  });
}
