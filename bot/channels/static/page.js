// What surrounds the chat: leaving at once, the plain look, size of text, language of the page, reading aloud.
(() => {
  const { main, log, make } = kinline;
  const root = document.documentElement;
  const by = (id) => document.getElementById(id);
  const menu = by("menu");
  const framed = document.body.classList.contains("framed");
  const others = "BroadcastChannel" in window ? new BroadcastChannel("kinline") : { postMessage() {} };
  root.classList.add("js");
  kinline.framed = framed;
  kinline.others = others;
  kinline.headers = framed ? { "X-Kinline-Frame": "1" } : {};

  // Blocked storage throws on the first touch; the page then does without.
  kinline.storage = (act) => {
    try { return act(sessionStorage); } catch { return null; }
  };

  function cookie(name, value, seconds) {
    const secure = location.protocol === "https:" ? "; Secure" : "";
    const site = framed ? "; Secure; SameSite=None; Partitioned" : `${secure}; SameSite=Lax`;
    // Where cookies are blocked this throws.
    try { document.cookie = `${name}=${value}; Path=/; Max-Age=${seconds}${site}`; } catch {}
  }

  // The quick exit: first what can be seen, then what is kept, then away, without a trace in the list of pages. Until the other page
  // comes this one lives on: from now on it sends nothing, keeps nothing, says nothing.
  function leave(tell) {
    kinline.left = true;
    document.body.replaceChildren();
    document.title = "\u00a0";
    cookie(framed ? "kinline_left_frame" : "kinline_left", "1", 1209600);
    cookie("kinline_look", "", 0);
    kinline.storage((storage) => storage.clear());
    kinline.running?.abort();
    window.speechSynthesis?.cancel();
    fetch("/chat/exit", { method: "POST", headers: kinline.headers, keepalive: true }).catch(() => {});
    if (tell) others.postMessage("left");
    const away = main.dataset.exit;
    if (!framed) return location.replace(away);
    // The site around the frame leaves through the script that opened it, or else through the frame itself.
    parent.postMessage({ kinline: "leave" }, "*");
    // Some browsers want a press for the latter.
    try { top.location.replace(away); } catch {}
    location.replace("about:blank");
  }
  let escapedAt = -2000;
  addEventListener("keydown", (event) => {
    if (event.key !== "Escape" || event.isComposing || event.repeat) return;
    menu.open = false;
    if (event.timeStamp - escapedAt < 2000) leave(true);
    escapedAt = event.timeStamp;
  });
  by("exit").addEventListener("click", (event) => {
    event.preventDefault();
    leave(true);
  });
  others.onmessage = ({ data }) => {
    if (data === "left") leave(false);
    else if (kinline.left) return;
    else if (data === "cleared") location.reload();
    else kinline.look();
  };
  by("close")?.addEventListener("click", () => parent.postMessage({ kinline: "close" }, "*"));
  if (framed) parent.postMessage({ kinline: "ready" }, "*");

  // Looks: kept in a cookie, so that the page comes from the server as it should look.
  let size = Number(/\bs(\d)/.exec(root.className)?.[1] ?? 0);
  const name = main.dataset.name;
  function redraw() {
    const plain = root.classList.contains("plain");
    root.classList.remove("s1", "s2", "s3");
    if (size) root.classList.add(`s${size}`);
    by("plain").setAttribute("aria-pressed", plain);
    document.title = plain ? kinline.words.plain_title : name;
    document.querySelector("h1").textContent = document.title;
    document.querySelector("link[rel=icon]").href = plain ? "data:," : `/icon/${main.dataset.area}`;
    cookie("kinline_look", `${plain ? "p" : ""}${size || ""}`, 31536000);
  }
  const resize = (by_) => () => {
    size = Math.min(3, Math.max(0, size + by_));
    redraw();
  };
  by("larger").addEventListener("click", resize(1));
  by("smaller").addEventListener("click", resize(-1));
  by("plain").addEventListener("click", () => {
    root.classList.toggle("plain");
    redraw();
  });
  if (root.classList.contains("plain")) document.querySelector("h1").textContent = document.title;
  addEventListener("click", (event) => {
    if (!menu.contains(event.target)) menu.open = false;
  });

  // The page speaks the language of the conversation.
  kinline.speak = async (code) => {
    if (!code || code === root.lang) return;
    const answer = await fetch(`/words/${code}`).then((a) => a.json(), () => null);
    if (kinline.left || answer?.lang !== code) return;
    Object.assign(kinline.words, answer.words);
    root.lang = answer.lang;
    root.dir = answer.dir;
    by("language").value = code;
    document.querySelectorAll("[data-w]").forEach((e) => e.replaceChildren(...kinline.pieces(kinline.words[e.dataset.w])));
    document.querySelectorAll("[data-wa]").forEach((e) => e.setAttribute("aria-label", kinline.words[e.dataset.wa]));
    document.querySelectorAll("[data-wp]").forEach((e) => { e.placeholder = kinline.words[e.dataset.wp]; });
    document.querySelectorAll(".sheet a").forEach((e) => { e.href = e.href.replace(/lang=[^&]*/, `lang=${code}`); });
    redraw();
    aloud();
  };

  // Reading aloud, where this device has a voice for the language.
  const speech = window.speechSynthesis;
  let reading;
  // Roman Urdu is written in Latin letters, which no Urdu voice reads.
  const voice = (code) => code !== "ur-Latn" && speech?.getVoices().find((v) => v.lang.toLowerCase().split(/[-_]/)[0] === code.split("-")[0]);
  function stop() {
    speech.cancel();
    reading?.setAttribute("aria-pressed", "false");
    reading?.setAttribute("aria-label", kinline.words.listen);
    reading = null;
  }
  function read(bubble, button) {
    const again = reading === button;
    stop();
    if (again) return;
    reading = button;
    button.setAttribute("aria-pressed", "true");
    button.setAttribute("aria-label", kinline.words.stop_listening);
    const parts = bubble.matches(".card") ? [...bubble.querySelectorAll("p")].map((p) => p.textContent) : [...bubble.childNodes]
      .filter((node) => !node.matches?.(".who, .listen")).map((node) => node.textContent).join("").split(/\n+/);
    // One line at a time: browsers stop long texts after some seconds.
    parts.filter((part) => part.trim()).forEach((part, at, all) => {
      const said = new SpeechSynthesisUtterance(part);
      said.lang = bubble.lang;
      said.voice = voice(bubble.lang);
      if (at === all.length - 1) said.onend = () => reading === button && stop();
      speech.speak(said);
    });
  }
  function aloud() {
    log.querySelectorAll(".bubble.bot").forEach((bubble) => {
      if (bubble.querySelector(".listen") || !voice(bubble.lang)) return;
      const button = make("button", { class: "listen", type: "button", "aria-pressed": "false", "aria-label": kinline.words.listen });
      button.innerHTML = '<svg viewBox="0 0 24 24" aria-hidden="true"><path d="M4 9v6h4l5 4V5L8 9zM16.5 9a4 4 0 0 1 0 6M19 6.5a8 8 0 0 1 0 11"/></svg>';
      button.addEventListener("click", () => read(bubble, button));
      bubble.append(button);
    });
  }
  kinline.aloud = aloud;
  if (speech) {
    aloud();
    speech.addEventListener?.("voiceschanged", aloud);
    addEventListener("pagehide", () => speech.cancel());
  }
})();
