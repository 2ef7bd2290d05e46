// Small helps for forms: submit when a picker changes, no double sending, a warning before typed text is lost.

import { token } from "./requests.js";

export function forms() {
  document.addEventListener("change", (event) => {
    if (event.target.closest("[data-submit-on-change]")) event.target.form?.requestSubmit();
  });
  document.addEventListener("submit", guardTwice);
  document.addEventListener("input", (event) => {
    const form = event.target.closest("form[data-warn-unsaved]");
    if (form) form.dataset.changed = "yes";
  });
  window.addEventListener("beforeunload", (event) => {
    if (document.querySelector("form[data-changed='yes']:not([data-sent])")) event.preventDefault();
  });
  window.addEventListener("pageshow", release); // the back button brings a page back as it was left
  window.navigation?.addEventListener("navigateerror", release); // stopped by the reader: sent again it must go
  document.addEventListener("click", (event) => {
    if (event.target.closest("[data-print]")) window.print();
    const copying = event.target.closest("[data-copy]");
    if (copying) copy(copying);
  });
  document.addEventListener("change", checkAll);
}

async function copy(button) {
  const field = document.getElementById(button.dataset.copy);
  field.select();
  try {
    await navigator.clipboard.writeText(field.value);
  } catch {
    // Without HTTPS a page has no clipboard of its own.
    if (!document.execCommand("copy")) return;
  }
  button.querySelector("span").textContent = button.dataset.copied;
}

function guardTwice(event) {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) {
    event.preventDefault();
    return;
  }
  form.dataset.sent = "yes";
  // A log-in in another tab changed the token; the form still holds the old one.
  if (form.elements.csrfmiddlewaretoken && token()) form.elements.csrfmiddlewaretoken.value = token();
  // A file to download leaves the page in place: let the form be used again.
  if (form.hasAttribute("data-download")) setTimeout(() => delete form.dataset.sent, 1500);
}

function release() {
  for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
}

function checkAll(event) {
  const master = event.target.closest("[data-check-all]");
  if (!master) return;
  for (const box of document.querySelectorAll(master.dataset.checkAll)) box.checked = master.checked;
}
