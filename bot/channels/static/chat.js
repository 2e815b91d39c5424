// Sends messages, shows replies, keeps what could not be sent.
(() => {
  const { main, log, words, headers, storage, make } = kinline;
  const by = (id) => document.getElementById(id);
  const form = by("say"), box = by("write"), status = by("status"), welcome = log.querySelector(".welcome");
  const UNSENT = "kinline_unsent";
  const SLOW_MS = 6000, GIVE_UP_MS = 45000, FIRST_PAUSE_MS = 2000, LONGEST_PAUSE_MS = 30000;
  const FIRST_LOOK_MS = 8000, LONGEST_LOOK_MS = 60000;
  const waiting = [];
  const shown = new Set();
  let after = Number(main.dataset.after), busy = false, pause = FIRST_PAUSE_MS, again, look, lookAfter = FIRST_LOOK_MS, dots;

  const newId = () => crypto.getRandomValues(new Uint8Array(32)).map((b) => b % 10).join("");
  const keep = () => storage((s) => s.setItem(UNSENT, JSON.stringify(waiting.map(({ body, text }) => ({ body, text })))));
  const hasTalked = () => shown.size || after;

  function typing(on) {
    dots?.remove();
    dots = on ? make("div", { class: "dots", "aria-hidden": "true" }, make("i", {}), make("i", {}), make("i", {})) : null;
    if (on) log.append(dots);
  }

  function show(replies, first) {
    log.querySelectorAll(".choices").forEach((old) => old.remove());
    welcome.hidden = true;
    const bubbles = replies.map(kinline.reply);
    if (dots) log.append(dots);
    kinline.aloud();
    (first ?? bubbles[0])?.scrollIntoView({ block: "start", behavior: "instant" });
  }

  // The parent was forgotten, here or elsewhere: on a shared phone nothing of it may stand on.
  function empty() {
    log.querySelectorAll(".bubble, .choices").forEach((old) => welcome.contains(old) || old.remove());
    welcome.hidden = false;
    after = 0;
    shown.clear();
  }

  // A turn that came another way: from another tab, or from a person at the desk.
  function showTurn(turn) {
    if (shown.has(turn.turn)) return;
    shown.add(turn.turn);
    if (turn.said) kinline.mine(turn.said, turn.replies[0]?.lang);
    show(turn.replies);
  }

  function draw(item) {
    welcome.hidden = true;
    item.mine = kinline.mine(item.text);
    item.mine.classList.add("unsent");
    item.mine.scrollIntoView({ block: "end", behavior: "instant" });
  }

  kinline.send = (body, text) => {
    if (kinline.left) return;
    const item = { body: { ...body, id: newId(), area: main.dataset.area, language: document.documentElement.lang }, text };
    const wasPressed = log.contains(document.activeElement);
    log.querySelectorAll(".choices").forEach((old) => old.remove());
    draw(item);
    // What was pressed is gone: the keyboard goes on here, before what comes next.
    if (wasPressed) {
      item.mine.tabIndex = -1;
      item.mine.focus({ preventScroll: true });
    }
    waiting.push(item);
    keep();
    clearTimeout(again);
    work();
  };

  async function post(body) {
    const stop = kinline.running = new AbortController();
    const slow = setTimeout(() => { status.textContent = words.slow; }, SLOW_MS);
    const limit = setTimeout(() => stop.abort(), GIVE_UP_MS);
    try {
      return await fetch("/chat/turn", {
        method: "POST", headers: { "Content-Type": "application/json", ...headers }, body: JSON.stringify(body), signal: stop.signal,
      }).then(async (answer) => [answer.status, answer.ok ? await answer.json() : null]);
    } catch {
      return [0, null];
    } finally {
      clearTimeout(slow);
      clearTimeout(limit);
    }
  }

  async function work() {
    if (kinline.left || busy || !waiting.length) return;
    busy = true;
    status.textContent = words.waiting;
    typing(true);
    const item = waiting[0];
    const [code, turn] = await post(item.body);
    // The quick exit has come first: whoever comes next finds nothing.
    if (kinline.left) return;
    typing(false);
    busy = false;
    // Not arrived, or not now: it stays first in line, with its id, so that it counts once however often it is sent.
    if (code === 0 || code === 429 || code > 501) {
      status.textContent = words.offline;
      for (const { mine } of waiting) mine.dataset.note = words.not_sent;
      // What has just been said about it makes the bar below taller.
      item.mine.scrollIntoView({ block: "nearest", behavior: "instant" });
      again = setTimeout(work, pause);
      pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
      return;
    }
    pause = FIRST_PAUSE_MS;
    waiting.shift();
    keep();
    if (turn) arrived(item, turn);
    else refused(item);
    work();
  }

  function arrived(item, turn) {
    status.textContent = "";
    if (turn.forgotten) {
      empty();
      kinline.others.postMessage("cleared");
    }
    // It had arrived before the reload, and stands on the page with its turn.
    if (item.kept && turn.turn && turn.turn <= after) return item.mine.remove();
    item.mine.classList.remove("unsent");
    item.mine.lang = turn.language;
    delete item.mine.dataset.note;
    if (turn.said) item.mine.lastChild.textContent = turn.said;
    if (turn.turn) shown.add(turn.turn);
    show(turn.replies, item.mine);
    kinline.speak(item.body.choose_language ?? turn.language);
    kinline.others.postMessage("turn");
    soon();
  }

  function refused(item) {
    status.textContent = words.failed;
    const button = make("button", { class: "again", type: "button" }, words.try_again);
    button.addEventListener("click", () => {
      button.remove();
      waiting.push(item);
      keep();
      work();
    });
    item.mine.append(button);
  }

  // What has come since; ever more seldom while nothing happens, and never while nobody looks.
  kinline.look = async () => {
    if (kinline.left || busy || document.hidden || waiting.length) return soon();
    try {
      const answer = await fetch(`/chat/events?after=${after}&have=${[...shown].join(",")}`, { headers });
      const { turns, known, forgotten } = await answer.json();
      if (busy) return;
      if (forgotten) empty();
      turns.forEach(showTurn);
      after = Math.max(after, ...shown);
      shown.clear();
      if (turns.length) lookAfter = FIRST_LOOK_MS;
      return known;
    // Without a connection the next look will tell.
    } catch {} finally { soon(); }
  };
  function soon() {
    clearTimeout(look);
    if (!hasTalked()) return;
    look = setTimeout(kinline.look, lookAfter);
    lookAfter = Math.min(lookAfter * 1.5, LONGEST_LOOK_MS);
  }
  document.addEventListener("visibilitychange", () => {
    lookAfter = FIRST_LOOK_MS;
    if (!document.hidden && hasTalked()) kinline.look();
  });

  function submit(event) {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    fit();
    lookAfter = FIRST_LOOK_MS;
    kinline.send({ text }, text);
    box.focus();
  }
  // Where the browser cannot size a field by its content.
  function fit() {
    if (CSS.supports("field-sizing", "content")) return;
    box.style.height = "auto";
    box.style.height = `${box.scrollHeight + 3}px`;
  }
  form.addEventListener("submit", submit);
  box.addEventListener("input", fit);
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) submit(event);
  });
  by("language").addEventListener("change", ({ target }) => {
    kinline.send({ choose_language: target.value }, target.selectedOptions[0].textContent);
  });
  log.addEventListener("click", (event) => {
    const button = event.target.closest("form.choices button");
    if (!button) return;
    event.preventDefault();
    kinline.send({ [button.name]: button.value }, button.textContent);
  });
  // Asked for by a press alone, and rounded to about a kilometre before it leaves this device.
  by("near").hidden = !navigator.geolocation;
  by("near").addEventListener("click", () => navigator.geolocation.getCurrentPosition(({ coords }) => {
    const rough = (degrees) => Math.round(degrees * 100) / 100;
    kinline.send({ location: { lat: rough(coords.latitude), lon: rough(coords.longitude) } }, words.near_me);
  }, () => { status.textContent = words.no_place; }, { timeout: 10000, maximumAge: 600000 }));
  by("again").addEventListener("click", () => {
    by("menu").open = false;
    kinline.send({ text: words.start_again }, words.start_again);
    box.focus();
  });
  by("clear").addEventListener("click", () => {
    by("menu").open = false;
    by("sure").showModal();
  });
  by("sure").addEventListener("close", async (event) => {
    // The quick exit empties the page before its dialogue says that it is closed.
    const answer = event.target.returnValue === "yes" && await fetch("/chat/clear", { method: "POST", headers }).catch(() => ({}));
    if (kinline.left || !answer) return;
    if (!answer.ok) {
      status.textContent = words.failed;
      return;
    }
    storage((s) => s.removeItem(UNSENT));
    kinline.others.postMessage("cleared");
    location.reload();
  });
  addEventListener("online", () => {
    clearTimeout(again);
    work();
  });

  // A browser that keeps no cookie cannot go on with a chat: in a frame there is a way out, else it is said.
  async function check() {
    const answer = await fetch(`/chat/events?after=${after}`, { headers }).then((a) => a.json(), () => null);
    if (!answer || answer.known) return;
    if (!kinline.framed) {
      log.append(make("p", { class: "before" }, words.no_memory));
      return;
    }
    const address = `/?area=${main.dataset.area}&lang=${document.documentElement.lang}`;
    form.replaceChildren(make("p", { class: "refused" }, words.cookie_refused), make("a", { class: "button strong", href: address, target: "_blank" }, words.open_full));
  }
  if (kinline.framed || !navigator.cookieEnabled || storage(() => true) === null) check();

  (storage((s) => JSON.parse(s.getItem(UNSENT))) ?? []).forEach((item) => {
    item.kept = true;
    draw(item);
    waiting.push(item);
  });
  work();
  if (hasTalked()) {
    log.lastElementChild.scrollIntoView({ block: "end", behavior: "instant" });
    soon();
  }
})();
