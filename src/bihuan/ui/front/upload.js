// Sends a picked or dropped file in parts, with progress, cancel, and going on where a broken upload stopped.
import { upload } from "./parts/upload.js";

for (const form of document.querySelectorAll("form[data-upload]")) upload(form);
