// A button with data-dialog="ID" opens <dialog id="ID">; data-close closes the dialog it lies in.

export function dialogs() {
  document.addEventListener("click", (event) => {
    const opener = event.target.closest("[data-dialog]");
    if (opener) document.getElementById(opener.dataset.dialog)?.showModal();
    const closer = event.target.closest("[data-close]");
    if (closer) closer.closest("dialog")?.close();
    if (event.target instanceof HTMLDialogElement) event.target.close(); // a click on the backdrop
  });
  // A refused form comes back with its dialog marked as open: what was typed stays on the screen.
  for (const dialog of document.querySelectorAll("dialog[data-open]")) dialog.showModal();
}
