// Tagging words of a conversation: with the mouse on the words themselves, with the keyboard in a read-only box.
// Places are counted in characters as the server counts them, not in the halves of UTF-16.

export function tagging() {
  const form = document.querySelector("form[data-tagging]");
  if (!form) return;
  const box = form.querySelector("textarea");
  document.addEventListener("click", (event) => {
    const button = event.target.closest("[data-tag-message]");
    if (button) open(form, box, button.closest("[data-message]"));
  });
  document.addEventListener("keydown", (event) => {
    if (event.key !== "t" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.target.closest("input, textarea, select, dialog")) return;
    const chosen = window.getSelection();
    const message = (chosen.rangeCount && !chosen.isCollapsed && chosen.anchorNode.parentElement.closest("[data-message]"))
      || document.activeElement.closest("[data-message]");
    if (!message) return;
    event.preventDefault();
    open(form, box, message);
  });
  // A read-only box has no caret to select with from the keyboard: this one has, and takes no change.
  box.addEventListener("beforeinput", (event) => event.preventDefault());
  for (const name of ["select", "keyup", "mouseup"]) box.addEventListener(name, () => show(form, box));
}

function open(form, box, message) {
  const text = message?.querySelector("[data-text]");
  if (!text) return;
  const [start, end] = chosenIn(text);
  form.elements.message.value = message.dataset.message;
  box.value = text.textContent;
  form.closest("dialog").showModal();
  box.focus();
  box.setSelectionRange(start, end);
  show(form, box);
}

// The part of the selection that lies inside the message; nothing where it lies elsewhere.
function chosenIn(text) {
  const chosen = window.getSelection();
  if (!chosen.rangeCount || chosen.isCollapsed) return [0, 0];
  const range = chosen.getRangeAt(0);
  if (!text.contains(range.startContainer) || !text.contains(range.endContainer)) return [0, 0];
  const before = document.createRange();
  before.selectNodeContents(text);
  before.setEnd(range.startContainer, range.startOffset);
  const start = before.toString().length;
  return [start, start + range.toString().length];
}

function show(form, box) {
  const { selectionStart: start, selectionEnd: end, value } = box;
  const some = end > start;
  form.elements.start.value = some ? Array.from(value.slice(0, start)).length : "";
  form.elements.end.value = some ? Array.from(value.slice(0, end)).length : "";
  form.querySelector("[data-chosen]").textContent = some ? value.slice(start, end) : value;
}
