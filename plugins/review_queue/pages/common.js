// What both pages need: asking the server, making elements, going to Airflow's own pages.

/** Asks the server; the answer as JSON. Throws an Error with a sentence for the person. */
export async function ask(path, body) {
  const asked = body === undefined ? {} : {
    method: "POST",
    headers: { "Content-Type": "application/json", "X-Review-Queue": "1" },
    body: JSON.stringify(body),
  };
  const answer = await fetch(path, { ...asked, cache: "no-store", credentials: "same-origin" });
  if (answer.ok) return answer.json();
  throw new Error(await sentence(answer));
}

export async function sentence(answer) {
  if (answer.status === 401) return "You are not logged in any more: log in to Airflow again.";
  if (answer.status === 403) return "Your role does not allow this.";
  const said = await answer.text();
  try {
    const detail = JSON.parse(said).detail;
    return typeof detail === "string" ? detail : `The server did not understand the request (${answer.status}).`;
  } catch {
    return answer.status < 500 && said ? said : `The server has failed (${answer.status}). Try again; if it stays so, see its log.`;
  }
}

/** An element with attributes and children; texts are set as texts, so nothing of a document becomes markup. */
export function element(name, attributes = {}, ...children) {
  const made = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) {
    if (key.startsWith("on")) made.addEventListener(key.slice(2), value);
    else if (value === true) made.setAttribute(key, "");
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(key, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined));
  return made;
}

/** The address of one of Airflow's own pages; the queue is served one folder below Airflow's root. */
export function airflow(path) {
  return new URL(`../${path}`, new URL("./", location.href)).href;
}

export function runPath(runId) {
  return `dags/documents_to_fhir/runs/${encodeURIComponent(runId)}`;
}

/** A link to a page of Airflow. Airflow shows this page in a frame that may not open others: its own window has to. */
export function link(text, path, attributes = {}) {
  const href = airflow(path);
  return element("a", { href, ...attributes, onclick: (event) => {
    if (window.parent === window || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    const outside = window.parent.document.createElement("a");
    outside.href = href;
    outside.click();
  } }, text);
}

export function age(seconds) {
  if (seconds < 90) return `${seconds} s`;
  if (seconds < 5400) return `${Math.round(seconds / 60)} min`;
  if (seconds < 129600) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86400)} d`;
}

export const STATES = { failed: "failed", awaiting_input: "waits for a decision", up_for_retry: "is tried again" };
export const STAGES = { read_batch: "read batch", report: "report", classify: "classify", ocr: "OCR", merge_pages: "merge pages",
  convert_to_fhir: "convert to FHIR", audit: "audit" };

export function plural(count, word) {
  return `${count.toLocaleString("en")} ${word}${count === 1 ? "" : "s"}`;
}
