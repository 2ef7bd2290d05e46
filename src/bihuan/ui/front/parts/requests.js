// What htmx does when the network or the server fails: say so on the page, never leave a spinner for ever.

export function requests() {
  for (const name of ["htmx:error", "htmx:response:error"]) document.addEventListener(name, report);
  document.addEventListener("htmx:after:request", (event) => {
    const form = event.target.closest?.("form[data-sent]");
    if (form) delete form.dataset.sent;
  });
}

function report(event) {
  const status = event.detail?.ctx?.response?.raw?.status ?? 0;
  if (status >= 400 && status < 500) return; // refused forms come back as pages that say why
  const box = document.getElementById("request-error");
  if (!box || event.target.closest?.("[data-quiet]")) return;
  box.hidden = false;
}
