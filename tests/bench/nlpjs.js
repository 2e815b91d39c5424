// nlp.js on the same messages: one manager a language, told the language, as its documentation advises.
// node nlpjs.js TRAIN.json TEST.json → one JSON line with what was read, seconds and memory.
const { NlpManager } = require("node-nlp");
const fs = require("fs");

async function main() {
  const [train, test] = process.argv.slice(2).map((path) => JSON.parse(fs.readFileSync(path, "utf-8")));
  const languages = [...new Set(train.map((m) => m.language))];
  const managers = {};
  const begun = process.hrtime.bigint();
  for (const language of languages) {
    const locale = language.split("-")[0];
    const manager = new NlpManager({ languages: [locale], autoSave: false, nlu: { log: false }, forceNER: false });
    for (const message of train.filter((m) => m.language === language)) manager.addDocument(locale, message.text, message.intent);
    await manager.train();
    managers[language] = manager;
  }
  const trained = Number(process.hrtime.bigint() - begun) / 1e9;
  const found = [];
  const taken = [];
  for (const message of test) {
    const start = process.hrtime.bigint();
    const read = await managers[message.language].process(message.language.split("-")[0], message.text);
    taken.push(Number(process.hrtime.bigint() - start) / 1e6);
    found.push(read.intent);
  }
  taken.sort((a, b) => a - b);
  console.log(JSON.stringify({ found, train_seconds: trained, ms: taken[taken.length >> 1], memory_mb: process.memoryUsage().rss / 1e6 }));
}

main();
