// The fields of a page and what somebody did to them.

export const FIELDS = "input:not([type=hidden], [type=submit], [type=button], [type=file]), select, textarea";

export const isChoice = (field) => field.type === "radio" || field.type === "checkbox";

export function stateOf(field) {
  if (isChoice(field)) return field.checked;
  if (field.multiple && field.options) return Array.from(field.selectedOptions, (option) => option.value).join("\n");
  return field.value;
}

// What the server drew: what a page that was loaded anew would show.
export function drawnState(field) {
  if (isChoice(field)) return field.defaultChecked;
  if (!field.options) return field.defaultValue;
  const drawn = Array.from(field.options).filter((option) => option.defaultSelected).map((option) => option.value);
  if (field.multiple) return drawn.join("\n");
  return drawn.at(-1) ?? field.options[0]?.value ?? "";
}

// What tells a field from the others on the page, and stays when it is drawn anew.
export function keyOf(field) {
  const form = field.form ? field.form.id || field.form.getAttribute("action") : "";
  return [field.tagName, form, field.name, isChoice(field) ? field.value : ""].join("\n");
}

export function unsent() {
  const forms = document.querySelectorAll("main form[method=post]:not([data-sent])");
  return Array.from(forms).some((form) => Array.from(form.querySelectorAll(FIELDS)).some((one) => stateOf(one) !== drawnState(one)));
}
