import { STAGES, STATES, ask, element, plural, sentence } from "./common.js";

const byId = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const place = { run_id: asked.get("run_id"), map_index: Number(asked.get("map_index")) };
const corrections = new Map();
let shown = null;

async function load() {
  try {
    shown = await ask(`api/document?${asked}`);
  } catch (error) {
    say(error.message, true);
    return;
  }
  draw();
  offerNext();
}

function draw() {
  const { entry, facts, pages } = shown;
  document.title = `Document ${entry.document_id}`;
  byId("name").textContent = entry.document_id;
  const doubtful = facts.filter((fact) => fact.doubts.length).length;
  byId("headline").textContent = `${STATES[entry.state]} in ${STAGES[entry.stage]} · ${plural(pages.length, "page")}, ${plural(facts.length, "fact")}${doubtful ? `, ${doubtful} in doubt` : ""}`;
  byId("why").replaceChildren(...entry.codes.map((code, index) => element("div", {}, element("code", {}, code), ` ${entry.says[index]}`)));
  byId("approve").hidden = byId("reject").hidden = !shown.can_be_decided;
  byId("retry").hidden = byId("resolve").hidden = false;
  byId("paper").replaceChildren(...pages.map(drawPage));
  byId("facts").replaceChildren(...(facts.length || shown.can_be_decided ? facts.map(drawFact)
    : [element("p", {}, "No facts were taken from this document.")]), ...addable().map(drawAdd));
  drawButtons();
}

function drawPage(page) {
  const image = element("img", { alt: `Page ${page.number}`, loading: "lazy" });
  const sheet = element("figure", { class: "sheet", "data-page": page.number }, image,
    element("figcaption", {}, `${page.number}${page.origin ? ` · ${page.origin}` : ""}`),
    ...shown.facts.map((fact, index) => ({ fact, index })).filter(({ fact }) => fact.page === page.number && fact.box).map(({ fact, index }) => drawRegion(fact, index)));
  if (page.ratio) sheet.style.aspectRatio = `${page.ratio}`;
  const address = `api/page.png?${new URLSearchParams({ ...place, number: page.number })}`;
  image.addEventListener("load", () => { sheet.style.aspectRatio = ""; });
  image.addEventListener("error", async () => {
    const answer = await fetch(address, { cache: "no-store" });
    image.replaceWith(element("p", { class: "failure" }, answer.ok ? "The page's picture cannot be shown." : await sentence(answer)));
  });
  image.src = address;
  return sheet;
}

function drawRegion({ box, doubts, label }, index) {
  const region = element("button", { class: `region ${doubts.length ? "doubtful" : ""}`, "data-fact": index, "aria-label": label, title: label,
    onclick: () => choose(index, "facts") });
  Object.assign(region.style, { left: `${box.left * 100}%`, top: `${box.top * 100}%`, width: `${box.width * 100}%`, height: `${box.height * 100}%` });
  return region;
}

function drawFact(fact, index) {
  const change = corrections.get(key(fact));
  const fields = element("dl", {}, ...fact.fields.flatMap((field) => [element("dt", {}, field.name.replaceAll("_", " ")), element("dd", {}, drawField(fact, field))]));
  return element("article", { class: `fact ${fact.doubts.length ? "doubtful" : ""} ${change ? "changed" : ""} ${change?.remove ? "removed" : ""}`, "data-fact": index, tabindex: 0,
    onclick: () => choose(index, "paper"), onfocus: () => choose(index, "paper") },
    element("h3", {}, fact.label, element("span", { class: "sure" }, fact.confidence === null ? "not read from a page" : `${Math.round(fact.confidence)} %`)),
    fields,
    ...fact.doubts.map((doubt) => element("p", { class: "doubt" }, doubt.says)),
    shown.can_be_decided && fact.fingerprint ? element("button", { class: "quiet", onclick: (event) => { event.stopPropagation(); toggleRemoved(fact); } }, change?.remove ? "Keep" : "Remove: it is not on the page") : null);
}

function drawField(fact, field) {
  if (!shown.can_be_decided || !field.editable) return document.createTextNode(field.printed ?? "not printed");
  const input = element("input", { name: field.name, "aria-label": `${fact.label}: ${field.name}`, placeholder: "not printed" });
  input.value = corrections.get(key(fact))?.fields[field.name] ?? field.printed ?? "";
  input.addEventListener("input", () => correct(fact, field, input.value, input));
  return input;
}

function correct(fact, field, text, input) {
  const change = corrections.get(key(fact)) ?? blank(fact);
  if (text === (field.printed ?? "")) delete change.fields[field.name];
  else change.fields[field.name] = text;
  keep(fact, change);
  input.closest(".fact").classList.toggle("changed", corrections.has(key(fact)));
  drawButtons();
}

function toggleRemoved(fact) {
  const change = corrections.get(key(fact)) ?? blank(fact);
  keep(fact, { ...change, remove: !change.remove });
  draw();
}

function blank(fact) {
  return { group: fact.group, index: fact.index, fingerprint: fact.fingerprint, fields: {}, remove: false };
}

function keep(fact, change) {
  if (change.remove || Object.keys(change.fields).length) corrections.set(key(fact), change);
  else corrections.delete(key(fact));
}

/** Facts that a person may add where the document has none: whose it is. */
function addable() {
  return shown.can_be_decided ? shown.addable.filter(({ group }) => !shown.facts.some((fact) => fact.group === group)) : [];
}

function drawAdd({ group, label, fields }) {
  const fact = { group, index: null, fingerprint: null, label, fields, doubts: [], confidence: null };
  return element("article", { class: "fact doubtful" }, element("h3", {}, label),
    element("dl", {}, ...fields.flatMap((field) => [element("dt", {}, field.name.replaceAll("_", " ")), element("dd", {}, drawField(fact, field))])));
}

function key(fact) {
  return `${fact.group} ${fact.index}`;
}

function drawButtons() {
  byId("approve").textContent = corrections.size ? `Approve with ${plural(corrections.size, "correction")}` : "Approve";
}

/** Marks a fact and its region, and brings the other side into sight. */
function choose(index, side) {
  for (const marked of document.querySelectorAll(".on")) marked.classList.remove("on");
  const both = [...document.querySelectorAll(`[data-fact="${index}"]`)];
  for (const each of both) each.classList.add("on");
  both.find((each) => byId(side).contains(each))?.scrollIntoView({ block: "center", behavior: "smooth" });
}

async function decide(decision) {
  await finish(() => ask("api/decision", { place, decision, corrections: decision === "approve" ? [...corrections.values()] : [] }),
    decision === "approve" ? "Approved. The facts go into the record." : "Rejected. The document is red in Airflow; its facts stay out of the record.");
}

async function act(action, words, more = {}) {
  await finish(() => ask("api/actions", { action, places: [place], ...more }), words);
}

async function finish(send, words) {
  const buttons = byId("bar").querySelectorAll("button");
  for (const button of buttons) button.disabled = true;
  say("Working…");
  try {
    const answer = await send();
    const why = Object.values(answer.not_done)[0];
    if (why) throw new Error(why);
    say(words);
    for (const button of buttons) button.hidden = true;
    await offerNext();
    byId("next").focus();
  } catch (error) {
    say(error.message, true);
    for (const button of buttons) button.disabled = false;
  }
}

/** The oldest other document that waits for a decision, so that the next one is one click away. */
async function offerNext() {
  const { rows } = await ask("api/entries?state=awaiting_input&limit=2");
  const other = rows.find((row) => row.run_id !== place.run_id || row.map_index !== place.map_index);
  byId("next").hidden = !other;
  if (other) byId("next").href = `document?${new URLSearchParams({ run_id: other.run_id, map_index: other.map_index })}`;
}

function say(text, bad = false) {
  byId("message").textContent = text;
  byId("message").className = bad ? "bad" : "good";
}

byId("approve").addEventListener("click", () => decide("approve"));
byId("reject").addEventListener("click", () => decide("reject"));
byId("retry").addEventListener("click", () => act("retry", "It is tried again."));
byId("resolve").addEventListener("click", () => {
  const dialog = byId("resolving");
  dialog.querySelector("form").reason.replaceChildren(...Object.entries(shown.reasons).map(([value, says]) => element("option", { value }, says)));
  dialog.returnValue = "";
  dialog.showModal();
});
byId("resolving").addEventListener("close", () => {
  const form = byId("resolving").querySelector("form");
  if (byId("resolving").returnValue === "resolve") act("resolve", "Marked as done.", { reason: form.reason.value, comment: form.comment.value });
});
load();
