import { STAGES, STATES, ask, element, plural, sentence } from "./common.js";

const byId = (id) => document.getElementById(id);
const asked = new URLSearchParams(location.search);
const place = { run_id: asked.get("run_id"), map_index: Number(asked.get("map_index")) };
const ORIGINS = { embedded: "the file's own text", ocr: "read by OCR", blank: "blank" };
const corrections = new Map();
const editing = new Set();
let shown = null;

async function load() {
  try {
    shown = await ask(`api/document?${asked}`);
  } catch (error) {
    say(error.message, true);
    return;
  }
  for (const { action, entries, ...where } of shown.decision?.amendments ?? []) {
    const fact = action === "add" ? { group: where.group, index: null, fingerprint: null } : where;
    keep(fact, { ...blank(fact), fields: entries, remove: action === "remove" });
  }
  draw();
  offerNext();
}

function draw() {
  const { entry, facts, pages } = shown;
  document.title = `Document ${entry.document_id}`;
  byId("name").textContent = entry.document_id;
  const doubtful = facts.filter((fact) => fact.waits).length;
  byId("headline").textContent = `${STATES[entry.state]} in ${STAGES[entry.stage]} · ${plural(pages.length, "page")}, ${plural(facts.length, "fact")}${doubtful ? `, ${doubtful} waiting` : ""}`;
  const why = shown.reasons.length ? shown.reasons : entry.codes.map((code, index) => ({ code, says: entry.says[index] }));
  const stale = shown.decision?.stale ?? [];
  byId("why").replaceChildren(...why.map(({ code, says }) => element("div", {}, element("code", {}, code), ` ${says}`)),
    ...(shown.decision ? [element("div", {}, `${shown.decision.decision} by ${shown.decision.actor || "a person"} ${shown.decision.time.slice(0, 16).replace("T", " ")}`)] : []),
    ...stale.map(({ group, action, entries }) => element("div", { class: "bad" }, `No longer fits: ${action} in ${group}${Object.entries(entries).map(([name, text]) => `, ${name.replaceAll("_", " ")} ${text}`).join("")}`)));
  byId("approve").hidden = byId("reject").hidden = !shown.can_be_decided;
  byId("retry").hidden = byId("resolve").hidden = false;
  drawFacts();
  byId("paper").replaceChildren(...(pages.length ? pages.map(drawPage) : [element("p", {}, "The file could not be opened: there is no page to show.")]));
}

function drawFacts() {
  byId("facts").replaceChildren(...addable().map(drawAdd), ...(shown.facts.length ? shown.facts.map(drawFact)
    : [element("p", {}, "No facts were taken from this document.")]));
  drawButtons();
}

function drawPage(page) {
  const image = element("img", { alt: `Page ${page.number}`, loading: "lazy" });
  const sheet = element("figure", { class: "sheet loading", "data-page": page.number }, image,
    element("figcaption", {}, `${page.number}${page.origin ? ` · ${ORIGINS[page.origin] ?? page.origin}` : ""}`),
    ...shown.facts.map((fact, index) => ({ fact, index })).filter(({ fact }) => fact.page === page.number && fact.box).map(({ fact, index }) => drawRegion(fact, index)));
  const address = `api/page.png?${new URLSearchParams({ ...place, number: page.number })}`;
  image.addEventListener("load", () => sheet.classList.remove("loading"));
  image.addEventListener("error", async () => {
    const answer = await fetch(address, { cache: "no-store" });
    sheet.classList.remove("loading");
    image.replaceWith(element("p", { class: "failure" }, answer.ok ? "The page's picture cannot be shown." : await sentence(answer)));
  });
  image.src = address;
  return sheet;
}

function drawRegion({ box, waits, label }, index) {
  const region = element("button", { class: `region ${waits ? "doubtful" : ""}`, "data-fact": index, "aria-label": label, title: label,
    onclick: () => choose(index, "facts") });
  Object.assign(region.style, { left: `${box.left * 100}%`, top: `${box.top * 100}%`, width: `${box.width * 100}%`, height: `${box.height * 100}%` });
  return region;
}

function drawFact(fact, index) {
  const change = corrections.get(key(fact));
  const open = editing.has(key(fact));
  const drawn = element("article", { class: `fact ${fact.waits ? "doubtful" : ""} ${change ? "changed" : ""} ${change?.remove ? "removed" : ""}`, "data-fact": index, tabindex: 0,
    onclick: () => choose(index, "paper"), onfocus: () => choose(index, "paper") },
    element("h3", {}, fact.label, element("span", { class: "sure" }, fact.confidence === null ? "" : `${Math.round(fact.confidence)} %`)),
    drawFields(fact, open, change),
    fact.printed && !open ? element("p", { class: "printed" }, `Reads: ${fact.printed}`) : null,
    ...fact.doubts.map((doubt) => element("p", { class: "doubt" }, doubt.says)));
  if (shown.can_be_decided && fact.fingerprint) drawn.append(element("p", { class: "change" },
    open || change?.remove ? null : element("button", { class: "quiet", onclick: (event) => edit(event, fact, index) }, "Correct"),
    element("button", { class: "quiet", onclick: (event) => toggleRemoved(event, fact) }, change?.remove ? "Keep" : "Remove")));
  return drawn;
}

/** The fields that say something; all of them, to be entered, of a fact that is being corrected. */
function drawFields(fact, open, change) {
  const fields = open ? fact.fields : fact.fields.map((field) => ({ ...field, text: change?.fields[field.name] ?? field.text })).filter((field) => field.text);
  return element("dl", {}, ...fields.flatMap((field) => [element("dt", {}, field.name.replaceAll("_", " ")),
    element("dd", {}, open && field.editable ? drawField(fact, field) : field.text)]));
}

function edit(event, fact, index) {
  event.stopPropagation();
  editing.add(key(fact));
  const drawn = drawFact(fact, index);
  event.target.closest(".fact").replaceWith(drawn);
  choose(index, "paper");
  drawn.querySelector("input, select")?.focus();
}

function drawField(fact, field) {
  const named = { name: field.name, "aria-label": `${fact.label}: ${field.name}` };
  const input = field.choices.length
    ? element("select", named, ...["", ...field.choices].map((value) => element("option", { value }, value || "not printed")))
    : element("input", { ...named, placeholder: "not printed", autocomplete: "off" });
  input.value = corrections.get(key(fact))?.fields[field.name] ?? field.text;
  input.addEventListener("input", () => correct(fact, field, input.value, input));
  return input;
}

function correct(fact, field, text, input) {
  enter(fact, field, text);
  input.closest(".fact").classList.toggle("changed", corrections.has(key(fact)));
  input.nextElementSibling?.remove();
  const alike = text === field.text || !field.text ? [] : factsWith(field).filter((other) => key(other) !== key(fact));
  if (alike.length) input.after(element("button", { class: "quiet alike", onclick: (event) => {
    event.stopPropagation();
    for (const other of alike) enter(other, field, text);
    drawFacts();
  } }, `The same for ${plural(alike.length, "other")} with ${field.text}`));
  drawButtons();
}

function enter(fact, field, text) {
  const change = corrections.get(key(fact)) ?? blank(fact);
  if (text === field.text) delete change.fields[field.name];
  else change.fields[field.name] = text;
  keep(fact, change);
}

/** A date that can be read in two ways stands in every line of a report. */
function factsWith({ name, text }) {
  return shown.facts.filter((fact) => fact.fields.some((field) => field.name === name && field.text === text));
}

function toggleRemoved(event, fact) {
  event.stopPropagation();
  const change = corrections.get(key(fact)) ?? blank(fact);
  keep(fact, { ...change, remove: !change.remove });
  drawFacts();
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
  return element("article", { class: "fact doubtful adding" }, element("h3", {}, `${label}: not told by the document`),
    element("p", { class: "printed" }, "Enter whose it is and its facts go into that record. Approved without a patient, they stay with the document."),
    drawFields(fact, true));
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
  dialog.querySelector("form").reason.replaceChildren(...Object.entries(shown.resolutions).map(([value, says]) => element("option", { value }, says)));
  dialog.returnValue = "";
  dialog.showModal();
});
byId("resolving").addEventListener("close", () => {
  const form = byId("resolving").querySelector("form");
  if (byId("resolving").returnValue === "resolve") act("resolve", "Marked as done.", { reason: form.reason.value, comment: form.comment.value });
});
load();
