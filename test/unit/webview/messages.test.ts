import assert from "node:assert/strict";
import { renderMarkdown } from "../../../src/webview/host/markdown.ts";
import { parseHostMessage, parsePageMessage } from "../../../src/webview/protocol/messages.ts";

describe("messages between page and host", () => {
  it("takes a known message and drops what it does not know", () => {
    const message = { type: "answer", question: "q", value: "a" };
    assert.deepEqual(parsePageMessage({ ...message, command: "rm -rf /" }), message);
  });

  it("refuses unknown types and wrong payloads", () => {
    assert.equal(parsePageMessage({ type: "run", command: "id" }), undefined);
    assert.equal(parsePageMessage({ type: "runCheck", check: "c", index: "0" }), undefined);
    assert.equal(parseHostMessage({ type: "state", state: { language: "fr" } }), undefined);
  });

  it("renders HTML in a lesson's markdown as text", () => {
    const { en } = renderMarkdown({ ja: "", en: "<img src=x onerror=alert(1)> [x](javascript:alert(1))" });
    assert.ok(!en.includes("<img") && !en.includes("href"), en);
  });
});
