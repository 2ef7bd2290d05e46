// Behaviour of every page. All of it is added to plain HTML that works without: links, forms, details, dialogs.
import { menus } from "./parts/menus.js";
import { dialogs } from "./parts/dialogs.js";
import { forms } from "./parts/forms.js";
import { keep } from "./parts/keep.js";
import { order } from "./parts/order.js";
import { requests } from "./parts/requests.js";
import { tagging } from "./parts/tagging.js";
import { ticks } from "./parts/ticks.js";

menus();
dialogs();
forms();
requests();
order();
keep();
tagging();
ticks();
