import assert from "node:assert/strict";
import test from "node:test";
import { describe, readCreation, readRequest, toBytes, toText } from "../../static/web/shell/passkeys.js";

const bytes = (...values) => Uint8Array.from(values);

test("bytes become text without padding, and text becomes the same bytes", () => {
  assert.equal(toText(bytes(251, 255, 191, 1)), "-_-_AQ");
  assert.deepEqual(toBytes("-_-_AQ"), bytes(251, 255, 191, 1));
});

test("a key that signs in alone is asked to stay on the device and to know its owner", () => {
  const told = { publicKey: { challenge: "AQ", user: { id: "Ag", name: "mila" }, authenticatorSelection: {} } };
  const alone = readCreation(told, true).authenticatorSelection;
  assert.deepEqual(alone, { requireResidentKey: true, residentKey: "required", userVerification: "required" });
  const beside = readCreation(told, false).authenticatorSelection;
  assert.deepEqual(beside, { requireResidentKey: false, residentKey: "discouraged" });
  assert.deepEqual(readCreation(told, true).user.id, bytes(2));
});

test("a request names keys only where the server does", () => {
  assert.equal("allowCredentials" in readRequest({ publicKey: { challenge: "AQ" } }), false);
  const named = readRequest({ publicKey: { challenge: "AQ", allowCredentials: [{ type: "public-key", id: "Aw" }] } });
  assert.deepEqual(named.allowCredentials, [{ type: "public-key", id: bytes(3) }]);
});

test("what a device says travels as text", () => {
  const said = describe({
    type: "public-key",
    id: "AQ",
    rawId: bytes(1).buffer,
    authenticatorAttachment: "platform",
    getClientExtensionResults: () => ({ credProps: { rk: true } }),
    response: { clientDataJSON: bytes(1).buffer, signature: bytes(2).buffer, userHandle: null },
  });
  assert.equal(said.rawId, "AQ");
  assert.deepEqual(said.response, { clientDataJSON: "AQ", signature: "Ag", transports: [] });
  assert.equal(said.clientExtensionResults.credProps.rk, true);
});
