// How a reply looks: the same as pages/bubble.html makes of it, from the same pattern. Words never become markup.
"use strict";
const kinline = { main: document.querySelector("main"), log: document.getElementById("log") };
(() => {
  const { main, log } = kinline;
  const link = new RegExp(main.dataset.link, "g");
  const labelled = /^([^:\n]{1,30}:) ([^\n]+)$/;
  const file = /^[\u200e\u200f\u2066-\u2069]*https?:\/\/[^\s/]+(\/sessions\/[\w%.-]+\/\w+\.ics)[\u200e\u200f\u2066-\u2069]*$/;
  const marks = /[\u200e\u200f\u061c\u202a-\u202e\u2066-\u2069]/g;
  kinline.words = JSON.parse(main.dataset.words);

  kinline.make = (tag, attributes, ...inside) => {
    const element = document.createElement(tag);
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    element.append(...inside);
    return element;
  };
  const make = kinline.make;
  // Numbers and addresses run from left to right in every language.
  const outside = { target: "_blank", rel: "noopener noreferrer" };

  function anchor([text, url, domain, phone]) {
    if (url) return make("a", { class: "web", dir: "ltr", href: url, ...outside }, url.slice(8).replace(/\/$/, ""));
    if (domain) return make("a", { class: "web", dir: "ltr", href: `https://${domain}`, ...outside }, text);
    return phone ? make("a", { class: "phone", dir: "ltr", href: `tel:${phone.replaceAll(" ", "")}` }, text) : null;
  }

  kinline.pieces = (text, withMap) => {
    const found = [];
    let done = 0, place;
    for (const match of text.matchAll(link)) {
      const end = match.index + match[0].length;
      if (match[4]) place = text.slice(0, end);
      const element = anchor(match);
      if (!element) continue;
      if (match.index > done) found.push(text.slice(done, match.index));
      found.push(element);
      done = end;
    }
    if (done < text.length) found.push(text.slice(done));
    if (withMap && place) {
      const href = main.dataset.map + encodeURIComponent(place.replace(marks, ""));
      found.push(make("a", { class: "map", href, ...outside }, kinline.words.map));
    }
    return found;
  };

  function body(text) {
    const lines = text.split("\n");
    const labels = lines.map((line) => labelled.exec(line));
    const isCard = lines.length >= 4 && lines.every(Boolean) && labels.slice(1).filter(Boolean).length >= 3;
    if (!isCard) return [false, kinline.pieces(text)];
    return [true, lines.map((line, at) => {
      const label = at && labels[at];
      const session = label && file.exec(label[2]);
      if (session) return make("p", {}, make("a", { class: "file", href: session[1], ...outside }, label[1].slice(0, -1)));
      const value = kinline.pieces(at ? (label ? label[2] : line).replaceAll(" · ", " ") : line, at > 0);
      return label ? make("p", {}, make("b", {}, label[1]), " ", ...value) : make("p", {}, ...value);
    })];
  }

  const who = (name) => make("span", { class: "who" }, `${name}: `);

  kinline.mine = (text, lang = document.documentElement.lang) => {
    const bubble = make("div", { class: "bubble parent", lang, dir: "auto" }, who(kinline.words.you), text);
    log.append(bubble);
    return bubble;
  };

  kinline.reply = (reply) => {
    const [isCard, inside] = body(reply.text);
    const kind = isCard ? "bubble bot card" : "bubble bot";
    const bubble = make("div", { class: kind, lang: reply.lang, dir: reply.dir }, who(reply.who || kinline.words.assistant), ...inside);
    log.append(bubble);
    if (reply.buttons.length) {
      const choices = make("div", { class: "choices", lang: reply.lang, dir: reply.dir });
      reply.buttons.forEach((title, at) => {
        const button = make("button", { type: "button" }, title);
        button.addEventListener("click", () => kinline.send({ press: reply.button_ids[at] }, title));
        choices.append(button);
      });
      log.append(choices);
    }
    return bubble;
  };
})();
