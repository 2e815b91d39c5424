// The chat page: sends messages, shows replies, keeps what could not be sent. No framework, no third party.
"use strict";
(() => {
  const main = document.querySelector("main");
  const log = document.getElementById("log");
  const form = document.getElementById("say");
  const box = document.getElementById("write");
  const status = document.getElementById("status");
  const words = JSON.parse(main.dataset.words);
  const waiting = [];
  let busy = false;
  document.documentElement.classList.add("js");

  function bubble(kind, text, attributes) {
    const div = document.createElement("div");
    div.className = `bubble ${kind}`;
    const who = document.createElement("span");
    who.className = "who";
    who.textContent = `${kind === "parent" ? words.you : words.assistant}: `;
    div.append(who, text);
    for (const [name, value] of Object.entries(attributes)) div.setAttribute(name, value);
    log.append(div);
    return div;
  }

  function show(replies) {
    log.querySelectorAll(".choices").forEach((old) => old.remove());
    let first;
    for (const reply of replies) {
      const div = bubble("bot", reply.text, { lang: reply.lang, dir: reply.dir });
      first ??= div;
      if (!reply.buttons.length) continue;
      const choices = document.createElement("div");
      choices.className = "choices";
      choices.lang = reply.lang;
      choices.dir = reply.dir;
      reply.buttons.forEach((title, at) => {
        const button = document.createElement("button");
        button.type = "button";
        button.textContent = title;
        button.addEventListener("click", () => send({ press: reply.button_ids[at] }, title));
        choices.append(button);
      });
      log.append(choices);
    }
    first?.scrollIntoView({ block: "start" });
  }

  function send(body, shown) {
    const mine = shown ? bubble("parent", shown, { dir: "auto" }) : null;
    mine?.scrollIntoView({ block: "end" });
    waiting.push({ body: { ...body, area: main.dataset.area, language: document.documentElement.lang }, mine });
    work();
  }

  async function work() {
    if (busy || !waiting.length) return;
    busy = true;
    status.textContent = words.waiting;
    try {
      const { body, mine } = waiting[0];
      const answer = await fetch("/chat/turn", {
        method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body),
      });
      waiting.shift();
      status.textContent = "";
      if (!answer.ok) throw new Error(String(answer.status));
      const turn = await answer.json();
      if (mine && turn.said) mine.lastChild.textContent = turn.said;
      show(turn.replies);
    } catch (error) {
      // A message that never arrived stays first in line; one that was refused is gone.
      status.textContent = error instanceof TypeError ? words.offline : words.failed;
      busy = false;
      if (error instanceof TypeError) setTimeout(work, 3000);
      return;
    }
    busy = false;
    work();
  }

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = box.value.trim();
    if (!text) return;
    box.value = "";
    send({ text }, text);
    box.focus();
  });
  box.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  document.getElementById("language").addEventListener("change", (event) => {
    const chosen = event.target.selectedOptions[0];
    document.documentElement.lang = chosen.value;
    document.documentElement.dir = chosen.dir;
    send({ choose_language: chosen.value }, chosen.textContent);
  });
  log.querySelectorAll("form.choices button").forEach((button) => button.addEventListener("click", (event) => {
    event.preventDefault();
    send({ press: button.value }, button.textContent);
  }));
  addEventListener("online", work);
})();
