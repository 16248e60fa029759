// The page's script without a browser: as much of a document as it uses, and a server that answers late.
"use strict";
const made = {};
const fake = () => ({
  value: "", handlers: {}, dataset: {model: "m"}, classList: {}, style: {},
  append() {}, replaceChildren() {}, setAttribute() {}, removeAttribute() {}, focus() {},
  querySelectorAll: () => [],
  addEventListener(name, handler) { this.handlers[name] = handler; },
});
globalThis.document = {
  getElementById: (id) => (made[id] ??= fake()), createElement: fake, body: fake(),
};
globalThis.location = {hash: "#token"};
globalThis.history = {replaceState() {}};
globalThis.sessionStorage = {getItem: () => "token", setItem() {}};

const sent = [], release = [];
globalThis.fetch = (_url, init) => new Promise((resolve) => {
  sent.push(JSON.parse(init.body).messages.map((one) => [one.role, one.content]));
  const text = "data: " + JSON.stringify({choices: [{delta: {content: "answer " + sent.length}}]}) + "\n";
  release.push(() => resolve({ok: true, body: new Blob([text]).stream()}));
});

/* the page's script */

const pause = () => new Promise((done) => setTimeout(done, 20));
const answered = async () => { while (made.send.disabled) await pause(); };
const say = (text) => { words.value = text; made.form.handlers.submit({preventDefault() {}}); };
(async () => {
  say("one");
  made.new.handlers.click();
  say("two");
  release[0](); await pause();  // the old answer comes all the same
  release[1](); await answered();
  say("three");
  process.stdout.write(JSON.stringify(sent));
})();
