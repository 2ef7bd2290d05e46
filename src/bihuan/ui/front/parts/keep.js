// A fragment that comes from the server takes nothing away from somebody who goes on working: an answer that was overtaken
// is not shown; what was typed or chosen since it was asked for stays, and so do the focus, the caret and what was opened;
// it waits while a word is spelt (pinyin), a button is pressed, or a menu or a dialog is open where it would be put.
import { FIELDS, drawnState, isChoice, keyOf, stateOf } from "./fields.js";
import { overtaken, placeOf } from "./order.js";

const known = new WeakMap(); // by request: the state of each field that the server answers to
const toggled = new WeakSet(); // what the reader opened or closed
const waiting = new Map();
let pressed = null;
let spelt = null;
let focused = null;

export function keep() {
  document.addEventListener("htmx:config:request", ({ detail: { ctx } }) => note(ctx));
  document.addEventListener("htmx:before:swap", beforeSwap);
  document.addEventListener("htmx:after:swap", refocus);
  document.addEventListener("compositionstart", (event) => { spelt = event.target; });
  document.addEventListener("compositionend", () => { spelt = null; free(); });
  document.addEventListener("pointerdown", (event) => { if (event.button === 0) pressed = event.target; });
  for (const name of ["pointerup", "pointercancel", "blur"]) {
    window.addEventListener(name, () => setTimeout(() => { pressed = null; free(); }, 50)); // its click comes first
  }
  document.addEventListener("click", (event) => {
    const summary = event.target.closest("summary");
    if (summary) toggled.add(summary.parentElement);
  });
  for (const name of ["toggle", "close"]) document.addEventListener(name, free, true);
}

function note(ctx) {
  const include = ctx.sourceElement.getAttribute("hx-include") || "";
  const forms = new Set(include.startsWith("closest ") ? [ctx.sourceElement.closest(include.slice(8))]
    : include ? document.querySelectorAll(include) : []);
  forms.add(ctx.request.form);
  const states = new Map();
  for (const field of document.querySelectorAll(FIELDS)) {
    states.set(field, field.form && forms.has(field.form) ? stateOf(field) : drawnState(field));
  }
  known.set(ctx, states);
}

function beforeSwap(event) {
  const { ctx, tasks } = event.detail;
  if (event.defaultPrevented || ctx.swap === "none") return;
  if (overtaken(ctx)) return event.preventDefault();
  for (const task of tasks) {
    // A place that was drawn anew while the answer was on its way.
    if (task.target && !task.target.isConnected && task.target.id) task.target = document.getElementById(task.target.id);
  }
  if (tasks.some((task) => task.target && isBusy(task.target))) {
    waiting.set(placeOf(ctx), ctx);
    return event.preventDefault();
  }
  waiting.delete(placeOf(ctx));
  focused = null;
  for (const task of tasks) if (task.target && task.fragment) carry(task, known.get(ctx) || new Map());
}

function isBusy(place) {
  return place.contains(pressed) || place.contains(spelt) || place.querySelector("dialog[open], details.menu[open]") !== null;
}

function free() {
  for (const [place, ctx] of [...waiting]) {
    if (isBusy(ctx.target)) continue;
    waiting.delete(place);
    if (ctx.target.isConnected && !overtaken(ctx)) window.htmx.swap(ctx);
  }
}

function carry({ target, fragment, swapSpec }, states) {
  const morphs = /Morph$/.test(swapSpec.style);
  const fresh = byKey(fragment.querySelectorAll(FIELDS));
  for (const [key, fields] of byKey(target.querySelectorAll(FIELDS))) {
    fields.forEach((field, index) => {
      const before = states.has(field) ? states.get(field) : drawnState(field);
      const next = fresh.get(key)?.[index];
      if (next && stateOf(field) !== before) (morphs ? draw : copy)(field, next);
    });
  }
  const boxes = fragment.querySelectorAll("details");
  target.querySelectorAll("details").forEach((box) => {
    const next = toggled.has(box) && Array.from(boxes).find((one) => nameOf(one) === nameOf(box));
    if (!next) return;
    next.open = box.open;
    toggled.add(next);
  });
  const active = document.activeElement;
  if (target.contains(active) && !active.id) focused = { name: nameOf(active), element: active, caret: caretOf(active) };
}

function copy(field, next) {
  if (isChoice(field)) next.checked = field.checked;
  else if (field.multiple && field.options) for (const option of next.options) option.selected = hasChosen(field, option.value);
  else next.value = field.value;
}

// Morphing leaves a field as it is when the server draws it as before.
function draw(field, next) {
  if (isChoice(field)) next.defaultChecked = field.defaultChecked;
  else if (!field.options) next.defaultValue = field.defaultValue;
  else for (const option of next.options) option.defaultSelected = hasChosen(field, option.value);
}

const hasChosen = (field, value) => Array.from(field.selectedOptions).some((option) => option.value === value);

function byKey(fields) {
  const found = new Map();
  for (const field of fields) found.set(keyOf(field), [...(found.get(keyOf(field)) || []), field]);
  return found;
}

// What names an element that has no id: a field by its form and name, anything else by what it leads to or says.
function nameOf(element) {
  if (element.matches(FIELDS)) return keyOf(element);
  const box = element.tagName === "DETAILS" ? element.querySelector("summary") : element;
  const said = box?.getAttribute("aria-label") || box?.textContent.replace(/\d+|\s+/g, "") || "";
  return [element.tagName, element.id || element.getAttribute("href") || element.value || "", said].join("\n");
}

function caretOf(field) {
  try { return typeof field.selectionStart === "number" ? [field.selectionStart, field.selectionEnd] : null; } catch { return null; }
}

function refocus() {
  const was = focused;
  focused = null;
  if (!was || was.element.isConnected || document.activeElement !== document.body) return;
  const next = Array.from(document.querySelectorAll(was.element.tagName)).find((one) => nameOf(one) === was.name);
  if (!next) return;
  next.focus({ preventScroll: true });
  if (was.caret) next.setSelectionRange(...was.caret);
}
