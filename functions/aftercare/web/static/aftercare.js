// On top of pages that work without it: running timers, the count of a text's parts, the chosen scheme.
"use strict";
(() => {
  const root = document.documentElement;
  const kept = (() => { try { return localStorage.getItem("scheme"); } catch { return null; } })();
  if (kept === "light" || kept === "dark") root.dataset.scheme = kept;

  // The page's own clock: the server's instant when it was made, plus the time since it came. A laptop whose
  // clock is wrong, and a demo whose clock was moved, both count on from there.
  let began = performance.now();
  let served = NaN;
  const now = () => served + (performance.now() - began);
  const two = (n) => String(n).padStart(2, "0");

  const ago = (ms) => {
    const minutes = Math.floor(ms / 60000);
    if (minutes < 1) return "just now";
    if (minutes < 60) return `${minutes} min ago`;
    const hours = Math.floor(minutes / 60);
    if (hours < 3) return `${hours} h ${two(minutes % 60)} min ago`;
    if (hours < 24) return `${hours} h ago`;
    const days = Math.floor(hours / 24);
    return days === 1 ? "1 day ago" : `${days} days ago`;
  };
  const until = (ms) => {
    if (ms <= 0) return "now";
    const seconds = Math.ceil(ms / 1000);
    const minutes = Math.floor(seconds / 60);
    if (minutes < 60) return `in ${minutes}:${two(seconds % 60)}`;
    const hours = Math.floor(minutes / 60);
    return hours < 24 ? `in ${hours} h ${two(minutes % 60)} min` : `in ${Math.floor(hours / 24)} d`;
  };
  const set = (node, text) => { if (node.textContent !== text) node.textContent = text; };
  const tick = () => {
    if (Number.isNaN(served)) return;
    for (const node of document.querySelectorAll("time[data-since]")) {
      set(node, ago(now() - Date.parse(node.dateTime)));
    }
    for (const node of document.querySelectorAll("time[data-until]")) {
      set(node, until(Date.parse(node.dateTime) - now()));
    }
  };

  // Parts of a text as the carrier counts them; the server decides, this only shows it while typing.
  const basic = new Set("@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿" +
    "abcdefghijklmnopqrstuvwxyzäöñüà");
  const extended = new Set("^{}\\[~]|€\f");
  const parts = (text) => {
    const chars = [...text];
    const gsm = chars.every((c) => basic.has(c) || extended.has(c));
    const widths = chars.map((c) => (gsm ? (extended.has(c) ? 2 : 1) : c.length));
    const total = widths.reduce((a, b) => a + b, 0);
    const [single, part] = gsm ? [160, 153] : [70, 67];
    if (total <= single) return [total, total ? 1 : 0, single - total];
    let count = 1, room = part;
    for (const width of widths) {
      if (width > room) { count += 1; room = part; }
      room -= width;
    }
    return [total, count, room];
  };
  const count = (box) => {
    const shown = document.getElementById(box.dataset.counts);
    if (!shown) return;
    const [total, texts, room] = parts((box.dataset.prefix || "") + box.value);
    set(shown, `${total} characters, ${texts} ${texts === 1 ? "part" : "parts"}, ${room} left in this one`);
  };

  const toEnd = () => {
    for (const list of document.querySelectorAll(".thread")) list.scrollTop = list.scrollHeight;
  };

  document.addEventListener("input", (event) => {
    if (event.target.matches?.("textarea[data-counts]")) count(event.target);
  });
  document.addEventListener("click", (event) => {
    const button = event.target.closest?.("[data-does]");
    if (!button) return;
    if (button.dataset.does === "print") window.print();
    if (button.dataset.does === "scheme") {
      const dark = matchMedia("(prefers-color-scheme: dark)").matches;
      const next = (root.dataset.scheme || (dark ? "dark" : "light")) === "dark" ? "light" : "dark";
      root.dataset.scheme = next;
      try { localStorage.setItem("scheme", next); } catch { /* a private window keeps nothing */ }
    }
  });
  // Opened with the keyboard or a finger, a form is ready to be typed into.
  document.addEventListener("toggle", (event) => {
    if (event.target.open) event.target.querySelector?.("select, textarea, input:not([type=hidden])")?.focus();
  }, true);

  // What stands on the page now, with what was ended here, is what the question for changes is about.
  document.addEventListener("htmx:config:request", (event) => {
    const request = event.detail.ctx.request;
    const rows = document.querySelectorAll(".rows > .row:not(.row-done)").length;
    if (request.action.startsWith("/now/changes")) {
      request.action = request.action.replace(/shown=-?\d+/, `shown=${rows}`);
    }
  });
  // A row that was swapped keeps the focus: who works by keyboard goes on from there.
  let row = "";
  document.addEventListener("submit", (event) => { row = event.target.closest(".row")?.id || ""; }, true);
  document.addEventListener("htmx:after:swap", () => {
    const swapped = row && document.getElementById(row);
    row = "";
    if (!swapped) return;
    swapped.tabIndex = -1;
    (swapped.querySelector(".faults") || swapped).focus();
  });

  document.addEventListener("DOMContentLoaded", () => {
    served = Date.parse(document.body.dataset.now);
    began = performance.now();
    for (const node of document.querySelectorAll("[data-needs-script]")) node.hidden = false;
    document.querySelectorAll("textarea[data-counts]").forEach(count);
    document.querySelector(".faults")?.focus();
    toEnd();
    tick();
    setInterval(tick, 1000);
  });
})();
