"use strict";
// Keys for people who work here all day. Everything works without this file. They can be switched off on the help page.
(function () {
  const off = () => localStorage.getItem("desk-keys") === "off";
  const typing = (e) => e.target.closest("input, select, textarea, [contenteditable]");
  const rows = () => [...document.querySelectorAll(".rows > li")];
  const leaders = { q: "/desk/queue", n: "/desk/new", t: "/desk/together", s: "/desk/search", h: "/desk/help", m: "/desk/queue?show=mine" };
  let at = -1;
  let leading = false;

  function move(by) {
    const list = rows();
    if (!list.length) return;
    at = Math.max(0, Math.min(list.length - 1, at + by));
    list.forEach((row, i) => row.classList.toggle("here", i === at));
    const link = list[at].querySelector("h2 a");
    link.focus();
    list[at].scrollIntoView({ block: "nearest" });
  }

  function use(key) {
    const target = document.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (!target) return false;
    const box = target.closest("details");
    if (box) box.open = true;
    if (target.matches("button, a")) target.click(); else target.focus();
    return true;
  }

  document.addEventListener("keydown", (e) => {
    if (off() || e.ctrlKey || e.metaKey || e.altKey) return;
    if (e.key === "Escape" && typing(e)) { e.target.blur(); return; }
    if (typing(e)) return;
    if (leading) {
      leading = false;
      if (leaders[e.key]) { e.preventDefault(); location.href = leaders[e.key]; }
      return;
    }
    if (e.key === "g") { leading = true; setTimeout(() => { leading = false; }, 1500); return; }
    if (e.key === "j") { e.preventDefault(); move(1); return; }
    if (e.key === "k") { e.preventDefault(); move(-1); return; }
    if (e.key === "?") { location.href = "/desk/help"; return; }
    if (e.key.length === 1 && use(e.key)) e.preventDefault();
  });

  // On a narrow screen the menu scrolls: where one is stands in view.
  const current = document.querySelector(".bar nav [aria-current]");
  if (current) current.scrollIntoView({ block: "nearest", inline: "center" });

  const keys = document.getElementById("keys-on");
  if (keys) {
    keys.checked = !off();
    keys.addEventListener("change", () => localStorage.setItem("desk-keys", keys.checked ? "on" : "off"));
  }

  // What was typed survives being signed out for being away: it stays in this tab until the form is sent.
  document.querySelectorAll("textarea[id]").forEach((box) => {
    // Of a request's page as many parts as name the request: what follows is what was done.
    const name = `desk-draft ${location.pathname.split("/", 4).join("/")} ${box.id}`;
    if (!box.value && sessionStorage.getItem(name)) box.value = sessionStorage.getItem(name);
    box.addEventListener("input", () => sessionStorage.setItem(name, box.value));
    if (box.form) box.form.addEventListener("submit", () => sessionStorage.removeItem(name));
  });
}());
