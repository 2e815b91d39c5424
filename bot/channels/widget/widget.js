// The button on a partner's site. It opens the chat in a frame of the chat's own origin: nothing of the site reaches into it.
// Styles are set on the elements themselves, which a strict content-security-policy allows and a site's style sheet cannot undo.
(() => {
  "use strict";
  const script = document.currentScript;
  if (!script) return;
  const { words, areas, area: own, exit } = window.kinlineKnown;
  delete window.kinlineKnown;
  const origin = new URL(script.src).origin;
  const area = areas[script.dataset.area] ? script.dataset.area : own;
  const { name, primary, on_primary } = areas[area];
  const language = known(script.dataset.lang);
  const say = words[language];
  const phone = matchMedia("(max-width: 30rem), (max-height: 28rem)");

  function known(wanted) {
    const asked = wanted && wanted !== "auto" ? [wanted] : [document.documentElement.lang, ...(navigator.languages || [])];
    for (const code of asked) {
      for (const part of [code, String(code).split("-")[0]]) if (words[part]) return part;
    }
    return "en";
  }
  function style(element, rules) {
    element.style.cssText = "all:initial!important";
    for (const [property, value] of Object.entries(rules)) element.style.setProperty(property, value, "important");
  }
  function named(element, attributes) {
    for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
    return element;
  }
  function make(tag, rules, attributes) {
    const element = named(document.createElement(tag), attributes);
    style(element, rules);
    return element;
  }
  const draw = (tag, attributes) => named(document.createElementNS("http://www.w3.org/2000/svg", tag), attributes);

  const host = make("div", { display: "block", position: "fixed", inset: "auto 0 0 auto", width: "0", height: "0", "z-index": "2147483647" }, {});
  if (say.dir === "rtl") host.style.setProperty("inset", "auto auto 0 0", "important");
  const inside = host.attachShadow({ mode: "closed" });
  const side = say.dir === "rtl" ? "left" : "right";
  const font = "600 17px/1.3 system-ui, sans-serif";
  const button = make("button", {
    display: "flex", "align-items": "center", gap: "10px", position: "fixed", bottom: "max(16px, env(safe-area-inset-bottom))", [side]: "16px",
    "min-height": "56px", "max-width": "calc(100vw - 32px)", "box-sizing": "border-box", padding: "0 22px", "border-radius": "28px",
    border: "2px solid #fff", background: primary, color: on_primary, font, cursor: "pointer", direction: say.dir, "box-shadow": "0 4px 18px #0005",
  }, { type: "button", lang: language, "aria-expanded": "false" });
  const icon = draw("svg", { viewBox: "0 0 32 32", width: "28", height: "28", "aria-hidden": "true" });
  icon.append(draw("path", {
    fill: "currentColor", "fill-rule": "evenodd",
    d: "M6 4h20a4 4 0 0 1 4 4v11a4 4 0 0 1-4 4H15l-7 6v-6H6a4 4 0 0 1-4-4V8a4 4 0 0 1 4-4zm10 15.5c3.3-2.2 6-4.2 6-6.8a3.1 3.1 0 0 0-6-1.2 3.1 3.1 0 0 0-6 1.2c0 2.6 2.7 4.6 6 6.8z",
  }));
  button.append(icon, say.open);
  button.addEventListener("focus", () => {
    if (button.matches(":focus-visible")) button.style.setProperty("outline", "3px solid #1b1b1b", "important");
    button.style.setProperty("outline-offset", "3px", "important");
  });
  button.addEventListener("blur", () => button.style.removeProperty("outline"));

  let panel, frame, way, isOpen = false, escapedAt = -2000;

  function place() {
    const room = phone.matches
      ? { inset: "0", width: "100%", height: "100%", "border-radius": "0" }
      : { bottom: "16px", [side]: "16px", width: "min(420px, calc(100vw - 32px))", height: "min(720px, calc(100vh - 32px))", "border-radius": "18px" };
    style(panel, {
      display: isOpen ? "flex" : "none", "flex-direction": "column", position: "fixed", overflow: "hidden", background: "#faf7f2",
      "box-shadow": "0 8px 40px #0006", ...room,
    });
  }
  function build() {
    panel = make("div", {}, {});
    const query = new URLSearchParams({ area, lang: language });
    frame = make("iframe", { display: "block", flex: "1", width: "100%", border: "0" }, { src: `${origin}/frame?${query}`, title: name, allow: "geolocation" });
    way = make("a", { display: "none", padding: "14px 18px", font, color: primary, background: "#fff", direction: say.dir, cursor: "pointer" },
      { href: `${origin}/?${query}`, target: "_blank", rel: "noopener", lang: language });
    way.textContent = say.open_full;
    panel.append(frame, way);
    inside.append(panel);
    // A site that may not embed the chat, or a browser that will not: there is another way to it.
    setTimeout(() => way?.style.setProperty("display", "block", "important"), 8000);
  }
  function toggle(open) {
    isOpen = open;
    if (open && !panel) build();
    place();
    button.style.setProperty("display", open ? "none" : "flex", "important");
    button.setAttribute("aria-expanded", String(open));
    (open ? frame : button).focus();
  }
  function leave() {
    host.remove();
    location.replace(exit);
  }

  button.addEventListener("click", () => toggle(true));
  phone.addEventListener?.("change", () => panel && place());
  addEventListener("message", (event) => {
    if (event.origin !== origin || !frame || event.source !== frame.contentWindow) return;
    const wish = event.data && event.data.kinline;
    if (wish === "close") toggle(false);
    if (wish === "leave") leave();
    if (wish === "ready") {
      // Also when the chat has loaded anew in its frame.
      way?.remove();
      way = null;
    }
  });
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || !isOpen || event.repeat) return;
    if (event.timeStamp - escapedAt < 2000) leave();
    escapedAt = event.timeStamp;
  });
  inside.append(button);
  document.documentElement.append(host);
})();
