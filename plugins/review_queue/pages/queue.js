import { STAGES, STATES, age, ask, element, link, plural, runPath } from "./common.js";

const AT_ONCE = 50;
const PAGE = 100;
const byId = (id) => document.getElementById(id);
const filters = byId("filters");
const chosen = new Map();
let wanted = Object.fromEntries(new URLSearchParams(location.search));
let shown = null;

async function refresh() {
  const query = new URLSearchParams(Object.entries({ ...wanted, limit: PAGE }).filter(([, value]) => value));
  try {
    shown = await ask(`api/entries?${query}`);
  } catch (error) {
    say(error.message, true);
    return;
  }
  const { offset, ...address } = wanted;
  history.replaceState(null, "", `?${new URLSearchParams(Object.entries(address).filter(([, value]) => value))}`);
  drawHeadline();
  drawCodes();
  drawFilters();
  drawRows();
  drawActions();
}

function drawHeadline() {
  const { total, by_state: states } = shown;
  const words = { failed: "failed", awaiting_input: "waiting for a decision", up_for_retry: "being tried again" };
  const parts = Object.entries(words).filter(([state]) => states[state]).map(([state, word]) => `${states[state].toLocaleString("en")} ${word}`);
  byId("headline").textContent = total === 0 ? "Nothing waits: every document has come through."
    : shown.shown === total ? `${plural(total, "document")}: ${parts.join(", ")}`
    : `${shown.shown.toLocaleString("en")} of ${plural(total, "document")}: ${parts.join(", ") || "none fits the filter"}`;
}

function drawCodes() {
  byId("codes").replaceChildren(...shown.by_code.map(({ code, count, says, whose_move: move }) => element("button", {
    class: `code ${code === wanted.code ? "on" : ""}`, title: says, "aria-pressed": code === wanted.code,
    onclick: () => choose({ code: code === wanted.code ? "" : code }),
  }, element("b", {}, count.toLocaleString("en")), ` ${code} `, element("small", {}, move))));
}

function drawFilters() {
  options(filters.stage, shown.stages, (stage) => STAGES[stage] ?? stage);
  options(filters.run, shown.runs, (run) => run);
  for (const field of ["state", "stage", "run", "older_than_hours"]) filters[field].value = wanted[field] ?? "";
}

function options(select, values, word) {
  select.replaceChildren(select.options[0], ...values.map((value) => element("option", { value }, word(value))));
}

function drawRows() {
  byId("entries").tBodies[0].replaceChildren(...shown.rows.map(drawRow));
  const from = shown.offset + 1, to = shown.offset + shown.rows.length;
  byId("pager").replaceChildren(...(shown.shown <= PAGE ? [] : [
    `${from.toLocaleString("en")} to ${to.toLocaleString("en")} of ${shown.shown.toLocaleString("en")} `,
    element("button", { class: "quiet", disabled: from === 1, onclick: () => turn(Math.max(0, shown.offset - PAGE)) }, "Previous"),
    element("button", { class: "quiet", disabled: to === shown.shown, onclick: () => turn(shown.offset + PAGE) }, "Next"),
  ]));
}

function drawRow(row) {
  const place = key(row);
  const pick = element("input", { type: "checkbox", "aria-label": `Choose ${row.document_id}`, onchange: () => {
    if (pick.checked) chosen.set(place, row); else chosen.delete(place);
    drawActions();
  } });
  pick.checked = chosen.has(place);
  const look = `document?${new URLSearchParams({ run_id: row.run_id, map_index: row.map_index })}`;
  const task = row.map_index < 0 ? `tasks/${row.task_id}` : `tasks/${row.task_id}/mapped/${row.map_index}`;
  return element("tr", { "data-document": row.document_id, class: row.state },
    element("td", { class: "pick" }, shown.may_decide ? pick : null),
    element("td", { class: "id" }, row.document_id === null ? (row.map_index < 0 ? "the whole run" : "unknown") : shown.may_decide ? element("a", { href: look }, row.document_id) : row.document_id),
    element("td", {}, element("span", { class: `state ${row.state}` }, STATES[row.state])),
    element("td", {}, STAGES[row.stage] ?? row.stage),
    element("td", { class: "why" }, ...row.codes.map((code, index) => element("div", {}, element("code", {}, code), ` ${row.says[index]}`))),
    element("td", {}, row.whose_move),
    element("td", { class: "number" }, `${row.tries}`),
    element("td", { class: "number" }, age(row.age)),
    element("td", { class: "run" }, link(row.run_id, runPath(row.run_id), { title: row.run_id })),
    element("td", {}, link("Log", `${runPath(row.run_id)}/${task}`)),
  );
}

function drawActions() {
  byId("all").hidden = !shown.may_decide;
  byId("all").checked = shown.rows.length > 0 && shown.rows.every((row) => chosen.has(key(row)));
  byId("actions").hidden = !shown.may_decide || shown.rows.length === 0;
  const everything = shown.shown;
  byId("chosen").textContent = chosen.size ? `${plural(chosen.size, "document")} chosen:`
    : wanted.code ? `All ${everything.toLocaleString("en")} with ${wanted.code}:` : "Choose documents, or a code above for all of it:";
  for (const button of byId("actions").querySelectorAll("button")) button.disabled = chosen.size === 0 && !wanted.code;
}

function key(row) {
  return JSON.stringify([row.run_id, row.map_index]);
}

/** Another filter, which begins at its first page with nothing chosen. */
function choose(change) {
  wanted = { ...wanted, offset: 0, ...change };
  chosen.clear();
  say("");
  refresh();
}

/** Another page of the same; what is chosen stays so. */
function turn(offset) {
  wanted = { ...wanted, offset };
  refresh();
}

/** The rows that an action is for: those chosen, else all that the filter leaves, page by page. */
async function rowsToActOn() {
  if (chosen.size) return [...chosen.values()];
  const rows = [];
  for (;;) {
    const query = new URLSearchParams(Object.entries({ ...wanted, offset: rows.length, limit: 200 }).filter(([, value]) => value));
    const page = await ask(`api/entries?${query}`);
    rows.push(...page.rows);
    if (page.rows.length === 0 || rows.length >= page.shown) return rows;
  }
}

async function act(action, more = {}, given = null) {
  const progress = byId("progress");
  let done = 0;
  const not = {};
  try {
    const rows = given ?? await rowsToActOn();
    progress.hidden = false;
    progress.max = rows.length;
    for (let start = 0; start < rows.length; start += AT_ONCE) {
      progress.value = start;
      const places = rows.slice(start, start + AT_ONCE).map(({ run_id, map_index }) => ({ run_id, map_index }));
      const answer = await ask("api/actions", { action, places, ...more });
      done += answer.done;
      Object.assign(not, answer.not_done);
    }
    chosen.clear();
    const words = { retry: "are tried again", approve: "approved", reject: "rejected", resolve: "marked as done", reopen: "taken back" };
    const refused = Object.entries(not);
    const reasons = Object.groupBy ? Object.groupBy(refused, ([, why]) => why) : { [refused[0]?.[1]]: refused };
    say(`${plural(done, "document")} ${words[action].replace("are tried", done === 1 ? "is tried" : "are tried")}.` + (refused.length
      ? " Not done: " + Object.entries(reasons).map(([why, which]) => `${which.length === 1 ? which[0][0] : which.length + " documents"}: ${why}`).join(" ") : ""), refused.length > 0);
    if (action === "resolve" && done) byId("message").append(" ", element("button", { class: "quiet", onclick: () => act("reopen", {}, rows) }, "Take it back"));
  } catch (error) {
    say(`${error.message} ${done ? `${plural(done, "document")} done before.` : ""}`, true);
  } finally {
    progress.hidden = true;
    refresh();
  }
}

function say(text, bad = false) {
  byId("message").textContent = text;
  byId("message").className = bad ? "bad" : "good";
}

for (const button of byId("actions").querySelectorAll("button")) {
  const { action } = button.dataset;
  button.addEventListener("click", () => action === "resolve" ? resolve() : chosen.size ? act(action) : confirmed(action, button.textContent));
}

/** What is for all documents of a code at once is asked again, with their number. */
function confirmed(action, word) {
  const dialog = byId("confirming");
  byId("confirmed").textContent = `${word} all ${plural(shown.shown, "document")} with ${wanted.code}?`;
  byId("confirm").textContent = word;
  byId("confirm").value = action;
  dialog.returnValue = "";
  dialog.showModal();
}

byId("confirming").addEventListener("close", () => {
  const action = byId("confirming").returnValue;
  if (action && action !== "cancel") act(action);
});

function resolve() {
  const dialog = byId("resolving");
  const form = dialog.querySelector("form");
  form.reason.replaceChildren(...Object.entries(shown.reasons).map(([value, says]) => element("option", { value }, says)));
  form.comment.value = "";
  byId("resolved-count").textContent = `${plural(chosen.size || shown.shown, "document")} will count as done without the pipeline. Nothing of what is not yet in the record goes into it.`;
  dialog.returnValue = "";
  dialog.showModal();
}

byId("resolving").addEventListener("close", () => {
  const form = byId("resolving").querySelector("form");
  if (byId("resolving").returnValue === "resolve") act("resolve", { reason: form.reason.value, comment: form.comment.value });
});
byId("all").addEventListener("change", () => {
  for (const row of shown.rows) if (byId("all").checked) chosen.set(key(row), row); else chosen.delete(key(row));
  drawRows();
  drawActions();
});
filters.addEventListener("change", () => choose(Object.fromEntries(new FormData(filters))));
byId("everything").addEventListener("click", () => choose({ code: "", state: "", stage: "", run: "", older_than_hours: "" }));
byId("refresh").addEventListener("click", () => { say(""); refresh(); });
// While nothing is chosen the page follows what happens.
setInterval(() => { if (!document.hidden && chosen.size === 0 && !document.querySelector("dialog[open], #message button") && byId("progress").hidden) refresh(); }, 15000);
refresh();
