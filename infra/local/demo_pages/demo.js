// On top of plain links and forms: the newest text in view, and news without a reload.
"use strict";
const header = document.querySelector(".clock");
const newest = () => { const t = document.getElementById("thread"); if (t) t.scrollTop = t.scrollHeight; };
const typing = () => {
  const field = document.activeElement;
  return field && ["INPUT", "TEXTAREA"].includes(field.tagName) && field.value !== "";
};
async function look() {
  const state = await (await fetch("/demo/state", { cache: "no-store" })).json();
  if (String(state.version) === header.dataset.version && !state.running) return;
  const fresh = new DOMParser().parseFromString(await (await fetch(location.href)).text(), "text/html");
  header.replaceChildren(...fresh.querySelector(".clock").childNodes);
  header.dataset.version = fresh.querySelector(".clock").dataset.version;
  if (typing()) { header.dataset.version = "waits"; return; }
  const list = document.querySelector(".people ul");
  const top = list ? list.scrollTop : 0;
  document.getElementById("panes").replaceWith(fresh.getElementById("panes"));
  const after = document.querySelector(".people ul");
  if (after) after.scrollTop = top;
  newest();
}
newest();
if (header) {
  // Without this the page reloads itself each second while the clock runs.
  document.querySelector("meta[http-equiv=refresh]")?.remove();
  (async () => {
    for (;;) {
      await new Promise((done) => setTimeout(done, 1500));
      if (!document.hidden) await look().catch(() => {});
    }
  })();
}
